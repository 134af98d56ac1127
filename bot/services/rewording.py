"""Reminders that could not leave in time say so, and how long is left by now."""

from collections import defaultdict
from datetime import datetime

from sqlmodel import Session

from bot.domain.reminders import LATE_AFTER, Due, session_of
from bot.services import reminding
from bot.services.desk import Desk
from bot.store import late_rows

_SOONEST = 2_000
"""So many are reworded in a look: what leaves before the next one, where thousands wait."""


def reword_late(db: Session, desk: Desk, now: datetime) -> None:
    """Words anew those that leave soon, alike ones together."""
    alike = defaultdict[tuple[datetime, datetime, str, tuple[str, ...]], list[int]](list)
    for row in late_rows.soonest(db, before=now - LATE_AFTER, now=now, limit=_SOONEST):
        ids = tuple(sorted({id_ for key in row.keys if (id_ := session_of(key))}))
        alike[row.due_at, row.useful_until, row.language, ids].append(row.id)
    for (due_at, useful_until, language, ids), rows in alike.items():
        sessions = [session for id_ in ids if (session := desk.agenda.find(id_))]
        if not sessions:
            continue
        ordered = tuple(sorted(sessions, key=lambda s: (s.start, s.id)))
        message = Due(
            kind="reminder",
            person_id=0,
            keys=(),
            due_at=due_at,
            useful_until=useful_until,
            day=desk.agenda.day_of(ordered[0]),
            sessions=ordered,
        )
        late_rows.reword(db, rows, reminding.payload(desk, language, message, now))
