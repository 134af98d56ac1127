"""Which process handles an update."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.add_column("inbox", sa.Column("taken_by", sa.String(), nullable=True))


def downgrade() -> None:
    """Back to the version before."""
    op.drop_column("inbox", "taken_by")
