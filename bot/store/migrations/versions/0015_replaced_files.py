"""By what a file is known that was replaced in the chat."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    with op.batch_alter_table("attachment") as table:
        table.add_column(
            sa.Column("file_unique_id", sa.String(), nullable=False, server_default="")
        )


def downgrade() -> None:
    """Back to the version before."""
    with op.batch_alter_table("attachment") as table:
        table.drop_column("file_unique_id")
