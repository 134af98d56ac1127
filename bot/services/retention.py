"""Personal data is kept until the day in the event file: warnings before it, deletion after it.

What the organizers own stays: the event, its roster, which account is whose, announcements. So the
bot goes on answering. People who write something afterwards have it for another ``_AGAIN``.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta

from sqlmodel import Session

from bot.domain import clock
from bot.domain.agenda import Event
from bot.services import alerting
from bot.services.desk import Desk
from bot.store import people, personal_data, retention
from bot.store.retention import Purge

_WARNED = (14, 3, 1)
"""Days before the last day on which organizers are told."""
_AT = time(9)
_AGAIN = timedelta(days=30)


def plan(db: Session, desk: Desk, *, after: datetime, now: datetime) -> int:
    """Warns the organizers; of warnings that were missed only the last (a source of the plan)."""
    event = desk.agenda.event
    late = [days for instant, days in _warnings(event) if after < instant <= now]
    if late and event.keep_until is not None and desk.today() <= event.keep_until:
        left = (event.keep_until - desk.today()).days
        key = f"{event.keep_until}:{late[-1]}"
        alerting.alert(db, desk, "alert.retention", key=key, day=event.keep_until, count=left)
    return len(late[-1:])


def next_due(db: Session, desk: Desk, *, after: datetime) -> datetime | None:
    """When the next warning falls due."""
    return min((at for at, _ in _warnings(desk.agenda.event) if at > after), default=None)


def due(db: Session, desk: Desk) -> bool:
    """Whether personal data is to be deleted now, or a deletion was cut short."""
    until = desk.agenda.event.keep_until
    if until is None or desk.today() <= until:
        return False
    last = retention.last_purge(db)
    if last is None or last.finished_at is None or last.keep_until != until.isoformat():
        return True
    rested = desk.now() - datetime.fromisoformat(last.finished_at) >= _AGAIN
    return rested and (bool(retention.owners(db)) or retention.nameless(db))


def begin(db: Session, desk: Desk) -> list[int]:
    """Keeps the totals and says whose data is to go; again after it was cut short, whose is left.

    The totals are those of the first deletion for that day.
    """
    until, now = str(desk.agenda.event.keep_until), desk.now().isoformat()
    last = retention.last_purge(db)
    if last is None or last.keep_until != until:
        retention.note_purge(db, Purge(until, now, totals=retention.totals(db)))
    elif last.finished_at is not None:
        retention.note_purge(db, replace(last, begun_at=now, finished_at=None))
    return retention.owners(db)


def purge(db: Session, desk: Desk, *, person_id: int) -> frozenset[str] | None:
    """Deletes one person's data; gives the digests of files that nobody has any more.

    None: it has to wait, for an announcement of theirs is on its way.
    """
    person = people.get(db, person_id)
    if person is None:
        return frozenset()
    if personal_data.announcing(db, person):
        return None
    if person.removed:
        return personal_data.forget(db, person, now=desk.now()).digests
    return personal_data.erase(db, person, now=desk.now(), account=False).digests


def finish(db: Session, desk: Desk) -> None:
    """All that is somebody's is gone, and so goes what was given without name.

    The organizers are told once, with the totals.
    """
    last = retention.last_purge(db)
    assert last is not None
    retention.drop_nameless(db, now=desk.now())
    retention.note_purge(db, replace(last, finished_at=desk.now().isoformat(), told=True))
    if last.told:
        return
    alerting.alert(
        db,
        desk,
        "alert.purged",
        key=last.keep_until,
        notes=last.totals["notes"],
        commitments=sum(last.totals["commitments"].values()),
        ratings=sum(each["count"] for each in last.totals["ratings"].values()),
        days=_AGAIN.days,
    )


def _warnings(event: Event) -> Iterator[tuple[datetime, int]]:
    """Each warning's instant (UTC) and how many days before the last day it is, in order."""
    if event.keep_until is None:
        return
    for days in _WARNED:
        wall = datetime.combine(event.keep_until - timedelta(days=days), _AT)
        yield clock.localize(wall, event.timezone), days
