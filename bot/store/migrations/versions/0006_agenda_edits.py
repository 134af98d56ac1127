"""Changes of the rundown made in the chat: drafts, and versions with their content."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.add_column("agenda_version", sa.Column("content", sa.Text(), nullable=True))
    with op.batch_alter_table("agenda_version") as table:
        table.add_column(sa.Column("author_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("touched", sa.Integer(), nullable=False, server_default="0"))
        table.create_foreign_key("agenda_version_author_id_fkey", "person", ["author_id"], ["id"])
    op.create_table(
        "agenda_edit",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("author_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("edit", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.add_column("outbox", sa.Column("agenda_version", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Back to the version before."""
    op.drop_column("outbox", "agenda_version")
    op.drop_table("agenda_edit")
    with op.batch_alter_table("agenda_version") as table:
        for name in ("touched", "author_id", "content"):
            table.drop_column(name)
