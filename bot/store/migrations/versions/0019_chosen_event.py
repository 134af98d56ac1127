"""Which of several events of one bot somebody chose."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.add_column("person", sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Back to the version before."""
    op.drop_column("person", "chosen_at")
