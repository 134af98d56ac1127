"""Reflection: messages and versions of notes, files, sharing, ratings, commitments, consent."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_NEW = (
    "commitment_step", "commitment", "rating", "anonymous_note", "attachment", "note_version",
    "note_message",
)  # fmt: skip


def upgrade() -> None:
    """To this version. The message that a note came from moves to a table of its own.

    It waits in a table beside, since SQLite does not rebuild a table that others refer to.
    """
    op.execute(
        "CREATE TEMPORARY TABLE source AS SELECT source_chat_id AS chat_id,"
        " source_message_id AS message_id, id AS note_id, text FROM note"
    )
    with _rebuilt(_note(_source())) as note:
        for column in _source():
            note.drop_column(column.name)
        for column in _since():
            note.add_column(column)
    _create_notes()
    _create_commitments()
    op.execute(
        "INSERT INTO note_message (chat_id, message_id, note_id, text)"
        " SELECT chat_id, message_id, note_id, text FROM source"
    )
    op.execute("DROP TABLE source")
    op.add_column("person", sa.Column("consent_version", sa.String(), nullable=True))
    op.add_column("person", _instant("consent_shown_at"))
    op.add_column("person", _instant("consented_at"))


def downgrade() -> None:
    """Back to the version before. Each note keeps the first of its messages as its source."""
    for name in ("consent_version", "consent_shown_at", "consented_at"):
        op.drop_column("person", name)
    op.execute(
        "CREATE TEMPORARY TABLE source AS SELECT note_id, chat_id, message_id FROM"
        " (SELECT note_id, chat_id, message_id, row_number() OVER"
        " (PARTITION BY note_id ORDER BY message_id, chat_id) AS place FROM note_message) AS told"
        " WHERE place = 1"
    )
    for name in _NEW:
        op.drop_table(name)
    op.execute(
        "DELETE FROM note WHERE deleted_at IS NOT NULL OR id NOT IN (SELECT note_id FROM source)"
    )
    with _rebuilt(_note(_since())) as note:
        for column in _source():
            column.nullable = True
            note.add_column(column)
        for column in _since():
            note.drop_column(column.name)
    for name in ("chat_id", "message_id"):
        op.execute(
            f"UPDATE note SET source_{name} = (SELECT {name} FROM source WHERE note_id = note.id)"  # noqa: S608  # both names stand above
        )
    op.execute("DROP TABLE source")
    with op.batch_alter_table("note") as note:
        for column in _source():
            note.alter_column(column.name, existing_type=sa.BigInteger(), nullable=False)
        note.create_unique_constraint(
            "note_source_chat_id_source_message_id_key", ["source_chat_id", "source_message_id"]
        )


@contextmanager
def _rebuilt(note: sa.Table) -> "Iterator[BatchOperations]":
    """Changes the table; on SQLite by a new one, which does not get the index of the old.

    There its numbers are never given twice from now on, as PostgreSQL does anyway.
    """
    op.drop_index("ix_note_person_id", "note")
    once = {"sqlite_autoincrement": True}
    with op.batch_alter_table("note", copy_from=note, table_kwargs=once) as batch:
        yield batch
    op.create_index("ix_note_person_id", "note", ["person_id"])


def _instant(name: str, *, nullable: bool = True) -> "sa.Column[Any]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str) -> "sa.Column[Any]":
    return sa.Column(name, sa.Text(), nullable=False)


def _word(name: str, *, nullable: bool = False) -> "sa.Column[Any]":
    return sa.Column(name, sa.String(), nullable=nullable)


def _of(table: str, *, index: bool = True) -> "sa.Column[Any]":
    key = sa.ForeignKey(f"{table}.id")
    return sa.Column(f"{table}_id", sa.Integer(), key, nullable=False, index=index)


def _key() -> "sa.Column[Any]":
    return sa.Column("id", sa.Integer(), primary_key=True)


def _source() -> "list[sa.Column[Any]]":
    names = ("source_chat_id", "source_message_id")
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def _since() -> "list[sa.Column[Any]]":
    return [
        sa.Column("sharing", sa.String(20), nullable=False, server_default="private"),
        _instant("shared_at"),
        _instant("deleted_at"),
    ]


def _note(columns: "list[sa.Column[Any]]") -> sa.Table:
    """The table as it stands, with these columns beside those of every version."""
    return sa.Table(
        "note",
        sa.MetaData(),
        _key(),
        _of("person", index=False),
        _word("session_id", nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        _text("text"),
        _instant("created_at", nullable=False),
        _instant("updated_at", nullable=False),
        *columns,
    )


def _create_notes() -> None:
    op.create_table(
        "note_message",
        sa.Column("chat_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("message_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        _of("note"),
        _text("text"),
    )
    op.create_table(
        "note_version", _key(), _of("note"), _text("text"), _instant("replaced_at", nullable=False)
    )
    op.create_table(
        "attachment",
        _key(),
        _of("note"),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        _word("kind"),
        sa.Column("file_name", sa.Text(), nullable=False),
        _word("mime_type"),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False, index=True),
        _word("file_id"),
        sa.UniqueConstraint("chat_id", "message_id"),
    )
    op.create_table(
        "anonymous_note",
        sa.Column("key", sa.String(), primary_key=True),
        _word("session_id", nullable=True),
        _text("text"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rating",
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("session_id", sa.String(), primary_key=True),
        sa.Column("value", sa.Integer(), nullable=False),
        _instant("rated_at", nullable=False),
    )


def _create_commitments() -> None:
    op.create_table(
        "commitment",
        _key(),
        _of("person"),
        *(_text(name) for name in ("what", "partner", "first_step")),
        _word("goal_id", nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("standing", sa.String(20), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        _instant("created_at", nullable=False),
        _instant("updated_at", nullable=False),
        _instant("deleted_at"),
    )
    op.create_index("ix_commitment_due", "commitment", ["standing", "due_on"])
    op.create_table(
        "commitment_step",
        _key(),
        _of("commitment"),
        sa.Column("standing", sa.String(20), nullable=False),
        _text("remark"),
        _instant("said_at", nullable=False),
    )
