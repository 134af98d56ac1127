"""Which keys the store is sealed with, and rewriting all of it with the newest one."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, Text, and_, cast, select, tuple_, update
from sqlmodel import Session, SQLModel

from bot.store import note_search
from bot.store.database import Database
from bot.store.sealing import SEALED_TEXT, Keyring, SealingError, missing
from bot.store.tables import Setting
from bot.store.tables.columns import SealedJson, SealedText, keyring_of

_USED = "sealed_with"
"""Name of the setting with the ids of all keys that something in the store may be sealed with."""
_AT_ONCE = 200

Place = tuple[Any, ...]
"""Primary key of a row."""


def admit(db: Session) -> None:
    """Lets the bot start: every key that the store needs is there. The newest is noted as needed.

    Raises:
        SealingError: a key is missing; the sentence says what to do.
    """
    keyring = keyring_of(db.get_bind().dialect)
    used = _used(db)
    if absent := used - keyring.ids:
        raise SealingError(missing(*sorted(absent)))
    if keyring.writes_with is not None:
        _note(db, used | {keyring.writes_with})
    note_search.refresh(db, readable=keyring.writes_with is None)


def reseal_rows(store: Database) -> Iterator[int]:
    """Rewrites every sealed column as the store's keyring writes now, in small transactions.

    What is as it should be is passed over: cut short anywhere and run again, it goes on.

    Yields:
        after each transaction, how many values it rewrote.

    Raises:
        SealingError: something does not open.
    """
    for table in SQLModel.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, SealedText | SealedJson):
                last: Place | None = None
                while rows := store.write_now(_reseal, table, column, after=last):
                    last = rows[-1]
                    yield len(rows)


def settle(store: Database) -> bool:
    """Everything is as the keyring writes now: older keys are needed no more.

    Returns:
        whether what stood there before is gone from SQLite's files too.
    """
    store.write_now(_settle)
    return store.scrub_now()


def _reseal(db: Session, table: Table, column: Column[Any], *, after: Place | None) -> list[Place]:
    """One batch of rows behind ``after``; gives their keys."""
    keys = list(table.primary_key.columns)
    query = select(*keys, column).where(_outdated(column, keyring_of(db.get_bind().dialect)))
    if after is not None:
        query = query.where(tuple_(*keys) > tuple_(*after))
    rows = db.execute(query.order_by(*keys).limit(_AT_ONCE).with_for_update()).all()
    for *place, value in rows:
        same = and_(*(key == part for key, part in zip(keys, place, strict=True)))
        db.execute(update(table).where(same).values({column.name: value}))
    return [tuple(row[:-1]) for row in rows]


def _outdated(column: Column[Any], keyring: Keyring) -> ColumnElement[bool]:
    """Whether the stored value is other than this keyring would write it."""
    stored = cast(column, Text)
    quote = '"' if isinstance(column.type, SealedJson) else ""
    if keyring.mark is None:
        return stored.startswith(f"{quote}{SEALED_TEXT}")
    return ~stored.startswith(f"{quote}{keyring.mark}")


def _settle(db: Session) -> None:
    keyring = keyring_of(db.get_bind().dialect)
    _note(db, {keyring.writes_with} if keyring.writes_with else set())
    note_search.refresh(db, readable=keyring.writes_with is None)
    note_search.purge(db)


def _used(db: Session) -> set[str]:
    setting = db.get(Setting, _USED)
    return set(setting.value.split()) if setting is not None else set()


def _note(db: Session, ids: set[str]) -> None:
    db.merge(Setting(name=_USED, value=" ".join(sorted(ids))))
