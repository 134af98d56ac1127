"""Announcements: audience, schedule, corrections, confirmations of reading."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_INSTANTS = ("valid_until", "scheduled_at", "release_at", "corrected_at", "retracted_at")


def upgrade() -> None:
    """To this version.

    Columns are added one by one: a batch would make the table anew, which SQLite refuses while
    rows of the outbox refer to it.
    """
    columns: list[sa.Column[Any]] = [
        sa.Column("kind", sa.String(), nullable=False, server_default="notice"),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("content", sa.String(), nullable=False, server_default="text"),
        sa.Column("title", sa.String(), nullable=False, server_default=""),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("ask_read", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("urgent_reason", sa.String(), nullable=True),
        sa.Column("validity", sa.String(), nullable=False, server_default="none"),
        sa.Column("round", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("nudges", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("progress_chat_id", sa.BigInteger(), nullable=True),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in _INSTANTS),
    ]
    for column in columns:
        op.add_column("broadcast", column)
    op.create_index("ix_broadcast_about_id", "broadcast", ["about_id"])
    # Before this version the report stood in the author's own chat.
    op.execute(
        "UPDATE broadcast SET release_at = confirmed_at, progress_chat_id ="
        " (SELECT chat_id FROM person WHERE person.id = broadcast.author_id)"
    )
    op.create_table(
        "receipt",
        sa.Column("broadcast_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["broadcast_id"], ["broadcast.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("broadcast_id", "person_id"),
    )


def downgrade() -> None:
    """Back to the version before."""
    op.drop_table("receipt")
    op.drop_index("ix_broadcast_about_id", "broadcast")
    for name in (
        "kind", "about_id", "content", "title", "html", "ask_read", "urgent_reason", "validity",
        "round", "nudges", "progress_chat_id", *_INSTANTS,
    ):  # fmt: skip
        op.drop_column("broadcast", name)
