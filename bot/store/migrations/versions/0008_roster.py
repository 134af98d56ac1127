"""Rosters changed from the chat; whose aide somebody is, and their bus, room and seat."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_COLUMNS = ("aide_of", "bus", "room", "seat")


def upgrade() -> None:
    """To this version."""
    for name in _COLUMNS:
        op.add_column("person", sa.Column(name, sa.String(), nullable=True))
    op.create_table(
        "roster_draft",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("author_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("base", sa.String(), nullable=False),
        sa.Column("roster", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Back to the version before."""
    op.drop_table("roster_draft")
    for name in _COLUMNS:
        op.drop_column("person", name)
