"""The index of the words of notes; it is filled when the bot starts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    if op.get_bind().dialect.name == "sqlite":
        # The program divides texts into words; beyond ASCII all that it writes are letters.
        op.execute("CREATE VIRTUAL TABLE note_search USING fts5(words, tokenize = 'ascii')")
        return
    op.create_table(
        "note_search",
        sa.Column("note_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("words", TSVECTOR(), nullable=False),
    )
    op.create_index("ix_note_search_words", "note_search", ["words"], postgresql_using="gin")


def downgrade() -> None:
    """Back to the version before."""
    op.drop_table("note_search")
    op.execute("DELETE FROM setting WHERE name = 'search_index'")
