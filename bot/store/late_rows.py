"""Reminders in the outbox that are late: what they are about, and other words for them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select, update

from bot.domain.outbox import Lane, Status
from bot.store.readers import REACHABLE
from bot.store.tables import Outbox, Person

_BATCH = 500
_KIND = "reminder"


@dataclass(frozen=True, slots=True)
class Late:
    """A reminder that waits. ``keys``: of everything that goes with its message, its own too."""

    id: int
    keys: tuple[str, ...]
    language: str
    due_at: datetime
    useful_until: datetime


def soonest(db: Session, *, before: datetime, now: datetime, limit: int) -> list[Late]:
    """Those that fell due before ``before`` (UTC) and leave first of those that are ready."""
    waiting = (
        select(Outbox.id, Outbox.key, Outbox.person_id, Person.language, Outbox.due_at)  # type: ignore[call-overload]  # six
        .add_columns(col(Outbox.useful_until))
        .join(Person, col(Person.id) == Outbox.person_id)
        .where(
            Outbox.status == Status.PENDING,
            Outbox.lane == Lane.REMINDER,
            col(Outbox.ready_at) <= now,
            Outbox.kind == _KIND,
            col(Outbox.due_at) < before,
            col(Outbox.useful_until).is_not(None),
            *REACHABLE,
        )
        .order_by(col(Outbox.ready_at), col(Outbox.id))
        .limit(limit)
    )
    rows = db.execute(waiting).all()
    beside = _beside(db, sorted({row.person_id for row in rows}), {row.due_at for row in rows})
    return [
        Late(id_, (key, *beside[person_id, due_at]), language, due_at, useful_until)
        for id_, key, person_id, language, due_at, useful_until in rows
    ]


def _beside(
    db: Session, person_ids: Sequence[int], due: set[datetime]
) -> dict[tuple[int, datetime], list[str]]:
    found = defaultdict[tuple[int, datetime], list[str]](list)
    for start in range(0, len(person_ids), _BATCH):
        query = select(Outbox.person_id, Outbox.due_at, Outbox.key).where(
            Outbox.kind == _KIND,
            Outbox.status == Status.MERGED,
            col(Outbox.person_id).in_(person_ids[start : start + _BATCH]),
        )
        for person_id, due_at, key in db.exec(query):
            if due_at in due:
                found[person_id or 0, due_at].append(key)
    return found


def reword(db: Session, row_ids: Sequence[int], payload: dict[str, Any]) -> None:
    """Gives these rows, as far as they still wait, other words."""
    for start in range(0, len(row_ids), _BATCH):
        those = col(Outbox.id).in_(row_ids[start : start + _BATCH])
        waits = col(Outbox.status) == Status.PENDING
        db.execute(update(Outbox).where(those, waits).values(payload=payload))
