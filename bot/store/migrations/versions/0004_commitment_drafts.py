"""Commitments: the day to ask again, and those that are still being written."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.add_column("commitment", sa.Column("ask_on", sa.Date(), nullable=True))
    op.create_table(
        "commitment_draft",
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Back to the version before. What was not finished is gone."""
    op.drop_table("commitment_draft")
    op.drop_column("commitment", "ask_on")
