"""Who may put down the presence of their own bus or group."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.add_column("person", sa.Column("coordinator", sa.String(), nullable=True))


def downgrade() -> None:
    """Back to the version before."""
    op.drop_column("person", "coordinator")
