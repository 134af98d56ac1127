"""The outbox: rows are put in, wait, and may be taken back.

How they are claimed and what became of them is told in ``claims.py``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    String,
    Table,
    Update,
    case,
    cast,
    func,
    literal,
    select,
    update,
)
from sqlmodel import Session, col

from bot.domain.outbox import Lane, Status
from bot.store.inserting import insert
from bot.store.tables import Outbox, Person

_BATCH = 500
"""Rows a statement: SQLite allows 32,766 parameters, a row has about twenty."""

_COUNTED = {"preserve_rowcount": True}
"""Else nobody knows how many rows an INSERT has added."""

TABLE: Table = Outbox.__table__  # type: ignore[attr-defined]
_COLUMNS = [column.name for column in TABLE.columns if column.name != "id"]

BROADCAST = "broadcast"
"""The kind whose rows are never sent twice without an organizer's word."""

REPEATABLE = ("editMessageText", "editMessageCaption", "deleteMessages")
"""Methods that do the same when they are done twice, so that nothing about them is unknown."""

ALL_CHATS = (0, 1)
"""Those whose number leaves nothing, divided by one."""

T = TypeVar("T")


@dataclass(slots=True)
class Letter:
    """A row to be, as light as thousands of them must be. Columns and meaning are ``Outbox``'s."""

    key: str
    lane: Lane
    kind: str
    person_id: int | None
    chat_id: int
    broadcast_id: int | None
    method: str
    payload: dict[str, Any]
    created_at: datetime
    due_at: datetime
    ready_at: datetime
    useful_until: datetime | None = None
    status: Status = Status.PENDING
    finished_at: datetime | None = None
    attempts: int = 0
    agenda_version: int | None = None


_OF_LETTER = [field.name for field in fields(Letter)]


def enqueue(db: Session, rows: Sequence[Outbox] | Sequence[Letter]) -> int:
    """Adds rows whose key is new; the others are there already. Returns how many are new."""
    statement = insert(db, Outbox).on_conflict_do_nothing(index_elements=["key"])
    added = 0
    for batch in batches(rows):
        names = _COLUMNS if isinstance(batch[0], Outbox) else _OF_LETTER
        values = [{name: getattr(row, name) for name in names} for row in batch]
        done = db.connection().execute(statement, values, execution_options=_COUNTED)
        added += done.rowcount
    return added


def enqueue_alike(
    db: Session, letter: Letter, person_ids: Sequence[int], *, before: str, after: str
) -> int:
    """As ``enqueue`` for one letter to many people: a statement, in which it is sealed once.

    Args:
        letter: says nothing of key, person and chat.
        before: with ``after`` around the person's id it is the key.
    """
    person: Table = Person.__table__  # type: ignore[attr-defined]
    own = {
        "key": literal(before, String) + cast(person.c.id, String) + literal(after, String),
        "person_id": person.c.id,
        "chat_id": person.c.chat_id,
    }
    values = [
        own[name] if name in own else literal(getattr(letter, name), TABLE.c[name].type)
        for name in _OF_LETTER
    ]
    added = 0
    for batch in batches(person_ids):
        those = select(*values).where(person.c.id.in_(batch))
        statement = insert(db, Outbox).from_select(_OF_LETTER, those)
        done = db.connection().execute(
            statement.on_conflict_do_nothing(index_elements=["key"]), execution_options=_COUNTED
        )
        added += done.rowcount
    return added


def of_chats(chats: tuple[int, int]) -> list[ColumnElement[bool]]:
    """True for rows of these chats: those whose number leaves the first, divided by the second."""
    rest, divisor = chats
    return [] if chats == ALL_CHATS else [func.abs(TABLE.c.chat_id) % divisor == rest]


def set_back(db: Session, *, now: datetime) -> None:
    """To be called when the clock was set back to ``now``: nothing waits for the time of before.

    Rows that were ready when they were made, or were tried already, are ready again, as are those
    whose chat had to wait; those that a time of the rundown made due wait for that time. What was
    put off to a later time stays.
    """
    row = TABLE.c
    waiting = [
        row.status == Status.PENDING,
        row.ready_at > now,
        (row.attempts > 0)
        | (row.ready_at <= row.created_at)
        | (row.lane != Lane.REMINDER) & (row.due_at <= row.created_at),
    ]
    again = case((row.lane != Lane.REMINDER, now), (row.due_at <= now, now), else_=row.due_at)
    db.execute(update(TABLE).where(*waiting).values(ready_at=again))


def next_ready(
    db: Session, after: datetime | None = None, *, chats: tuple[int, int] = ALL_CHATS
) -> datetime | None:
    """When the next waiting row is ready, at the earliest ``after``; None if none waits."""
    waiting = select(func.min(col(Outbox.ready_at))).where(
        col(Outbox.status) == Status.PENDING, *of_chats(chats)
    )
    if after is not None:
        waiting = waiting.where(col(Outbox.ready_at) > after)
    found: datetime | None = db.execute(waiting).scalar_one()
    return found


def waiting(db: Session, *, now: datetime) -> tuple[datetime | None, int]:
    """Since when the oldest row that is ready has been so, and how many rows wait in all."""
    waits = col(Outbox.status) == Status.PENDING
    ready = select(func.min(col(Outbox.ready_at))).where(waits, col(Outbox.ready_at) <= now)
    count = select(func.count()).select_from(Outbox).where(waits)
    return db.execute(ready).scalar_one(), db.execute(count).scalar_one()


def cancel(
    db: Session,
    *,
    now: datetime,
    key_prefix: str | None = None,
    kind: str | None = None,
    broadcast_id: int | None = None,
    person_id: int | None = None,
) -> int:
    """Cancels rows that still wait and match everything given. Returns how many.

    Raises:
        ValueError: nothing was given; it would cancel everything.
    """
    matching: list[ColumnElement[bool]] = []
    if key_prefix is not None:
        matching.append(col(Outbox.key).startswith(key_prefix, autoescape=True))
    if kind is not None:
        matching.append(col(Outbox.kind) == kind)
    if broadcast_id is not None:
        matching.append(col(Outbox.broadcast_id) == broadcast_id)
    if person_id is not None:
        matching.append(col(Outbox.person_id) == person_id)
    if not matching:
        raise ValueError("say what to cancel")
    matching.append(col(Outbox.status) == Status.PENDING)
    return settle(db, matching, status=Status.CANCELLED, finished_at=now)


def cancel_of_removed(db: Session, *, now: datetime) -> int:
    """Cancels what still waits for people who are not on the roster any more. Returns how many."""
    removed = select(col(Person.id)).where(col(Person.removed))
    waiting = [col(Outbox.status) == Status.PENDING, col(Outbox.person_id).in_(removed)]
    return settle(db, waiting, status=Status.CANCELLED, finished_at=now)


def settle(db: Session, matching: Sequence[ColumnElement[bool]], **values: Any) -> int:
    """Gives all rows that match these values; returns how many they are."""
    statement: Update = update(Outbox).where(*matching).values(**values)
    count: int = db.connection().execute(statement).rowcount
    return count


def batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """As many at a time as a statement takes."""
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]
