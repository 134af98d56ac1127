"""Moves a whole store to another place: SQLite to PostgreSQL, or back.

What was sealed stays sealed, so no key is needed. The index of notes is not copied: the bot makes
it anew when it starts.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    Select,
    Table,
    delete,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

from bot.store import migrating, tables
from bot.store.database import Database
from bot.store.holding import Hold, InUseError
from bot.store.note_search import KEPT
from bot.store.tables.columns import SealedJson, SealedText

_BATCH = 500
_WRAP = 2**256

assert tables  # their import is what fills the metadata


class CopyError(Exception):
    """Nothing was copied; the message is a sentence for whoever asked for it."""


@dataclass(frozen=True, slots=True)
class Copied:
    """One table: how many rows it has on both sides, and what they amount to (hexadecimal)."""

    table: str
    rows: int
    checksum: str


def copy(
    source: Database, target: Database, *, told: Callable[[Copied], None] = lambda _: None
) -> list[Copied]:
    """Copies every table, and compares each with what it was copied from.

    The target gets it all in one transaction: whatever goes wrong, it stays as it was. The bot
    must not run on the source meanwhile; what it wrote would not be seen.

    Args:
        told: hears of each table once it is copied and compared.

    Raises:
        CopyError: a bot runs on one of them, the source is of another version, the target is not
            empty, or what arrived is not what was sent.
    """
    try:
        with Hold(source.url), Hold(target.url):
            return snapshot(source, target, told=told)
    except InUseError as error:
        raise CopyError(str(error)) from None


def snapshot(
    source: Database,
    target: Database,
    *,
    told: Callable[[Copied], None] = lambda _: None,
    emptied: bool = False,
) -> list[Copied]:
    """As ``copy``, whether or not a bot runs: the source as it is at this moment.

    Args:
        emptied: what the target holds is deleted in the same transaction.

    Raises:
        CopyError: as ``copy``, but for the bot.
    """
    with source.reading() as old, target.writing() as new:
        found = migrating.revision(old)
        if found != migrating.HEAD:
            raise CopyError(
                f"The source has version {found or 'none'} of the tables, this program"
                f" {migrating.HEAD}: start the bot on it once with this program."
            )
        migrating.upgrade(new)
        parts = _as_stored()
        if emptied:
            for table in reversed(parts):
                new.execute(delete(table))
        for table in parts:
            if new.execute(select(table).limit(1)).first() is not None:
                raise CopyError(f"The target is not empty: it has rows in {table.name}.")
        copied = []
        for table in parts:
            copied.append(_copy(table, old, new))
            told(copied[-1])
        return copied


def count_rows(connection: Connection) -> dict[str, int]:
    """Rows of each table that is there."""
    there = set(inspect(connection).get_table_names())
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in SQLModel.metadata.sorted_tables
        if table.name in there
    }


def _as_stored() -> list[Table]:
    """Every table in an order in which all that a row refers to is there before it.

    Columns whose type seals or opens are taken as what lies below.
    """
    bare = MetaData()
    return [
        Table(
            table.name,
            bare,
            *(Column(column.name, _bare(column.type), key=column.key) for column in table.columns),
        )
        for table in SQLModel.metadata.sorted_tables
    ]


def _bare(kind: Any) -> Any:
    sealing = isinstance(kind, TypeDecorator) and isinstance(kind, SealedText | SealedJson)
    return kind.impl_instance if sealing else kind


def _copy(table: Table, old: Connection, new: Connection) -> Copied:
    sums = _Sum()
    for batch in _rows(table, old):
        sums.add(batch)
        new.execute(insert(table), [dict(row._mapping) for row in batch])
    _continue_numbering(table, new)
    arrived = _Sum()
    for batch in _rows(table, new):
        arrived.add(batch)
    if arrived != sums:
        raise CopyError(f"What arrived in {table.name} is not what was sent; nothing was copied.")
    return Copied(table.name, sums.rows, f"{sums.total:064x}")


def _rows(table: Table, connection: Connection) -> Iterator[list[Any]]:
    query: Select[Any] = select(table).execution_options(yield_per=_BATCH)
    if table.name == "setting":
        query = query.where(table.c.name != KEPT)
    with connection.execute(query) as result:
        for batch in result.partitions():
            yield list(batch)


def _continue_numbering(table: Table, connection: Connection) -> None:
    """The next row that the program adds gets a number that is free. SQLite sees to it itself."""
    if connection.dialect.name == "sqlite":
        return
    for column in table.columns:
        sequence = connection.execute(
            text("SELECT pg_get_serial_sequence(:table, :column)"),
            {"table": f'"{table.name}"', "column": column.name},
        ).scalar()
        if sequence is not None:
            highest = connection.execute(select(func.max(column))).scalar()
            connection.execute(
                text("SELECT setval(:sequence, :next, false)"),
                {"sequence": sequence, "next": (highest or 0) + 1},
            )


@dataclass
class _Sum:
    """What rows amount to, in whatever order they come."""

    rows: int = 0
    total: int = 0

    def add(self, batch: list[Any]) -> None:
        """Counts these in."""
        for row in batch:
            words = json.dumps(list(row), sort_keys=True, default=_word)
            digest = hashlib.sha256(words.encode()).digest()
            self.total = (self.total + int.from_bytes(digest)) % _WRAP
        self.rows += len(batch)


def _word(value: date) -> str:
    return value.isoformat()
