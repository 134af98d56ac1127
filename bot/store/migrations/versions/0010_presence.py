"""Who was there: roll calls of sessions and buses."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "roll_call",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("session_id", sa.String(), nullable=True, unique=True),
        sa.Column("bus", sa.String(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
    )
    person = sa.ForeignKey("person.id")
    op.create_table(
        "attendance",
        sa.Column("call_id", sa.String(), primary_key=True),
        sa.Column("person_id", sa.Integer(), person, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("how", sa.String(20), nullable=False),
    )
    op.create_table(
        "wrong_code",
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("window", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    """Back to the version before."""
    for name in ("wrong_code", "attendance", "roll_call"):
        op.drop_table(name)
