"""Whose turn an update is."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.add_column("inbox", sa.Column("chat_id", sa.BigInteger(), nullable=True))
    # What waits from before is handled one after the other.
    op.execute("UPDATE inbox SET chat_id = 0 WHERE body IS NOT NULL")
    op.create_index("ix_inbox_waiting", "inbox", ["chat_id", "update_id"])


def downgrade() -> None:
    """Back to the version before."""
    op.drop_index("ix_inbox_waiting", "inbox")
    op.drop_column("inbox", "chat_id")
