"""Questions to speakers, and votes for them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "speaker_question",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("session_id", sa.String(), nullable=False, index=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "question_vote",
        sa.Column("question", sa.String(), primary_key=True),
        sa.Column("voter", sa.String(), primary_key=True),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Back to the version before."""
    op.drop_table("question_vote")
    op.drop_table("speaker_question")
