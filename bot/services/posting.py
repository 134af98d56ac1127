"""Puts an announcement's rows into the outbox, a batch at a time.

One write for thousands of recipients would keep everybody's answers waiting. So whoever confirms
an announcement brings its first batch on the way, which is all of it at most events, and the rest
is fetched from the store batch by batch, each in a write of its own. Who is still to get a row is
asked of the store each time: a process that dies in between forgets nobody, and a key that is
there already is refused.
"""

from datetime import datetime

from sqlmodel import Session

from bot.domain.outbox import Status
from bot.services import letters
from bot.services.desk import Desk
from bot.services.drafting import UNDO
from bot.store import broadcasts, outbox, recipients
from bot.store.tables import Broadcast

BATCH = 250
"""Recipients in one write: ten to twenty milliseconds."""


def begin(db: Session, desk: Desk, broadcast: Broadcast) -> None:
    """The first batch of a round whose recipients are known and whose release is set."""
    broadcast.state = broadcasts.PREPARING
    db.add(broadcast)
    db.flush()
    _post(db, desk, broadcast)


def go_on(db: Session, desk: Desk) -> bool:
    """The next batch of what has begun; False if there was nothing left to do."""
    broadcast = broadcasts.unfinished(db)
    if broadcast is None:
        return False
    _post(db, desk, broadcast)
    return True


def _post(db: Session, desk: Desk, broadcast: Broadcast) -> None:
    """Of one that was stopped meanwhile, the rest gets rows that say so."""
    now = desk.now()
    persons = recipients.next_in_line(db, broadcast, limit=BATCH)
    rows = letters.rows(db, desk, broadcast, persons, ready=broadcast.release_at or now)
    if broadcast.state == broadcasts.STOPPING:
        for row in rows:
            row.status, row.finished_at = Status.CANCELLED, now
    outbox.enqueue(db, rows)
    if len(persons) < BATCH:
        broadcast.state = "sending"
        db.add(broadcast)


def set_back(db: Session, *, now: datetime, before: datetime) -> None:
    """The clock, which had come to ``before``, was set back to ``now`` (both UTC).

    What had begun to leave goes on leaving, and what was to leave at once does, after the time to
    think again. What is scheduled keeps its time.
    """
    for broadcast in broadcasts.sending(db):
        at = broadcast.release_at
        if at is None or at <= now:
            continue
        confirmed, scheduled = broadcast.confirmed_at or now, broadcast.scheduled_at
        if at <= before:
            broadcasts.release(db, broadcast, at=now)
        elif scheduled is None or scheduled <= confirmed:
            broadcasts.release(db, broadcast, at=min(at, now + UNDO))
