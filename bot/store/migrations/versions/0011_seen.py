"""When somebody was here last."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_COLUMNS = ("seen_at", "seen_before")


def upgrade() -> None:
    """To this version."""
    for name in _COLUMNS:
        op.add_column("person", sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Back to the version before."""
    for name in _COLUMNS:
        op.drop_column("person", name)
