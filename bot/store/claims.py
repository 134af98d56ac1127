"""Rows of the outbox are claimed, sent by the courier, and their end is recorded.

Claiming is a conditional UPDATE, so two workers never hold the same row: SQLite lets one writer in
at a time, PostgreSQL skips rows that another has locked.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, bindparam, case, exists, func, select, true, update
from sqlalchemy.sql.dml import ReturningUpdate
from sqlmodel import Session, col

from bot.domain.outbox import OPEN, Lane, Outcome, Status
from bot.store.database import statementwise
from bot.store.outbox import ALL_CHATS, BROADCAST, REPEATABLE, TABLE, batches, of_chats, settle
from bot.store.tables import AgendaVersion, Outbox, Person

_log = logging.getLogger(__name__)

_STALE_PAUSE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Unsent:
    """A row that was claimed and not sent. Its chat must wait until ``wait_until``, if given."""

    row_id: int
    chat_id: int
    wait_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that is ours to send. ``attempts`` counts this one. Instants are aware, in UTC."""

    id: int
    key: str
    lane: Lane
    kind: str
    person_id: int | None
    chat_id: int
    broadcast_id: int | None
    method: str
    payload: dict[str, Any]
    due_at: datetime
    useful_until: datetime | None
    attempts: int
    agenda_version: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the row ``row_id`` of ``person_id``, which was for ``chat_id``.

    A retry waits until ``ready_at``, None: it is ready now.
    """

    row_id: int
    person_id: int | None
    chat_id: int
    outcome: Outcome
    ready_at: datetime | None = None


@statementwise
def claim(
    db: Session,
    *,
    worker: str,
    now: datetime,
    limit: int,
    held: Sequence[int] | None = None,
    chats: tuple[int, int] = ALL_CHATS,
) -> list[Claimed]:
    """Takes up to ``limit`` rows that are ready: first by lane, then by how long they are ready.

    Rows that would come too late to be useful become EXPIRED on the way. ``held`` are all ids that
    the worker knows it has: others in its name were claimed by a transaction whose end it never
    learnt, so they were not sent and wait again. ``chats`` are those whose number leaves the
    first, divided by the second: of several processes each sends to its own.
    """
    if held is not None:
        _drop_strays(db, worker, held)
    claimed: list[Claimed] = []
    waiting = db.execute(_LANES_READY, {"now": now}).one()
    for lane in (lane for lane, any_ready in zip(Lane, waiting, strict=True) if any_ready):
        # One lane at a time, so that the index gives the order.
        while len(claimed) < limit:
            left = limit - len(claimed)
            taken = list(db.execute(claiming(worker, now, lane, left, chats)))
            taken.sort(key=_in_order)
            rows = [Claimed(*row) for status, _at, *row in taken if status is Status.SENDING]
            for row in taken:
                if row.status is Status.EXPIRED:
                    _log.info("too late to be of use, not sent: %s", row.key)
            claimed += rows
            if len(rows) == len(taken):  # none of them had expired: there are no more
                break
    return claimed


def claiming(
    worker: str, now: datetime, lane: Lane, limit: int, chats: tuple[int, int] = ALL_CHATS
) -> ReturningUpdate[Any]:
    """The statement that takes rows of one lane, or lets them expire."""
    ready = (
        select(col(Outbox.id))
        .where(
            col(Outbox.status) == Status.PENDING,
            col(Outbox.lane) == lane,
            col(Outbox.ready_at) <= now,
            *of_chats(chats),
        )
        .order_by(col(Outbox.ready_at), col(Outbox.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    late = col(Outbox.useful_until) <= now
    return (
        update(TABLE)
        .where(TABLE.c.id.in_(ready.scalar_subquery()))
        .values(
            status=case((late, Status.EXPIRED), else_=Status.SENDING),
            finished_at=case((late, now), else_=None),
            claimed_by=worker,
            claimed_at=now,
            attempts=TABLE.c.attempts + case((late, 0), else_=1),
        )
        .returning(TABLE.c.status, TABLE.c.ready_at, *_CLAIMED)
    )


_LANES_READY = select(
    *(
        exists().where(
            TABLE.c.status == Status.PENDING,
            TABLE.c.lane == lane,
            TABLE.c.ready_at <= bindparam("now", type_=TABLE.c.ready_at.type),
        )
        for lane in Lane
    )
)
"""Which lanes have a row that is ready: most often none, which one cheap question tells."""


def _in_order(row: Any) -> tuple[datetime, int]:
    """RETURNING keeps no order."""
    return row.ready_at, row.id


_CLAIMED = [TABLE.c[field.name] for field in fields(Claimed)]


@statementwise
def release(db: Session, rows: Sequence[Unsent], *, worker: str, now: datetime) -> None:
    """Puts rows back that ``worker`` did not send after all; the attempt does not count.

    Where a chat must wait, so does everything for it: each of its rows would be claimed in vain,
    and later ones would overtake earlier ones. One that was written from an agenda not in force
    any more is not taken again at once: it is planning's to take back.
    """
    row = TABLE.c
    newest = select(func.max(col(AgendaVersion.version))).scalar_subquery()
    stale = (row.agenda_version < newest) & (row.useful_until > now)
    statement = (
        update(TABLE)
        .where(
            row.id == bindparam("row_id"),
            row.status == Status.SENDING,
            row.claimed_by == worker,
        )
        .values(
            status=Status.PENDING,
            claimed_by=None,
            attempts=row.attempts - 1,
            ready_at=case((stale, now + _STALE_PAUSE), else_=row.ready_at),
        )
    )
    if rows:
        db.connection().execute(statement, [{"row_id": one.row_id} for one in rows])
    waits: dict[int, datetime] = {}
    for one in rows:
        if one.wait_until is not None:
            waits[one.chat_id] = max(one.wait_until, waits.get(one.chat_id, one.wait_until))
    for chat_id, until in sorted(waits.items()):
        of_chat = [col(Outbox.chat_id) == chat_id, col(Outbox.status) == Status.PENDING]
        settle(db, [*of_chat, col(Outbox.ready_at) < until], ready_at=until)


@statementwise
def record(
    db: Session, results: Sequence[Result], *, now: datetime, worker: str | None = None
) -> None:
    """Writes what became of rows that ``worker`` claimed (None: whoever did).

    A worker that was taken for dead meanwhile may still tell that a row arrived, so that nobody
    sends it again; what else it knows is of no use where another has the row in hand.

    People who blocked the bot or never started it are marked; a group that moved is known by its
    new number from now on. A row that a recovery has called unknown meanwhile gets the truth; one
    that has an end already keeps it, and so does one that somebody else has in hand by now.
    """
    if not results:
        return
    row = TABLE.c
    mine = true() if worker is None else row.claimed_by == worker
    arrived = bindparam("arrived", type_=Boolean)
    statement = (
        update(TABLE)
        .where(
            row.id == bindparam("row_id"),
            (row.status == Status.UNKNOWN)
            | (row.status == Status.SENDING) & (mine | arrived)
            | (row.status == Status.PENDING) & arrived,
        )
        .values(
            status=bindparam("end"),
            ready_at=func.coalesce(bindparam("again", type_=row.ready_at.type), row.ready_at),
            finished_at=bindparam("finished"),
            message_id=bindparam("message"),
            error=bindparam("words"),
            claimed_by=None,
        )
    )
    db.connection().execute(statement, [_parameters(result, now) for result in results])
    _mark_unreachable(db, results, now)
    for result in results:
        if result.outcome.new_chat_id is not None:
            _move(db, result.chat_id, result.outcome.new_chat_id)


@statementwise
def recover(db: Session, *, worker: str | None, now: datetime) -> dict[Status, int]:
    """Settles rows left in ``sending`` by ``worker`` (None: by any), which is known to be dead.

    They were on their way, so nobody can say whether they arrived. A broadcast is UNKNOWN and left
    to an organizer; anything else waits again, as do calls that may be repeated: it is sent twice
    at worst, and claiming drops it if it is no longer useful. Returns how many got which status.
    """
    left = [col(Outbox.status) == Status.SENDING]
    if worker is not None:
        left.append(col(Outbox.claimed_by) == worker)
    once = (col(Outbox.kind) == BROADCAST) & col(Outbox.method).not_in(REPEATABLE)
    unknown = settle(db, [*left, once], status=Status.UNKNOWN, finished_at=now, claimed_by=None)
    again = settle(db, [*left, ~once], status=Status.PENDING, ready_at=now, claimed_by=None)
    counts = {Status.UNKNOWN: unknown, Status.PENDING: again}
    return {status: count for status, count in counts.items() if count}


def settle_lost(db: Session, *, until: datetime, now: datetime) -> int:
    """Settles rows of a restored store that may have left before it was lost, ``until`` then.

    Each is UNKNOWN; calls that may be repeated go on waiting. Returns how many.
    """
    open_then = [col(Outbox.status).in_(OPEN), col(Outbox.ready_at) <= until]
    once = col(Outbox.method).not_in(REPEATABLE)
    return settle(
        db,
        [*open_then, once],
        status=Status.UNKNOWN,
        finished_at=now,
        claimed_by=None,
        reported_at=now,  # the organizers hear of all of them at once
    )


def _drop_strays(db: Session, worker: str, held: Sequence[int]) -> None:
    settle(
        db,
        [
            col(Outbox.status) == Status.SENDING,
            col(Outbox.claimed_by) == worker,
            col(Outbox.id).not_in(held),
        ],
        status=Status.PENDING,
        claimed_by=None,
    )


def _parameters(result: Result, now: datetime) -> dict[str, Any]:
    outcome = result.outcome
    open_again = outcome.status in OPEN
    return {
        "row_id": result.row_id,
        "end": outcome.status,
        "arrived": outcome.status is Status.DELIVERED,
        "again": (result.ready_at or now) if open_again else None,
        "finished": None if open_again else now,
        "message": outcome.message_id,
        "words": outcome.error,
    }


def _mark_unreachable(db: Session, results: Sequence[Result], now: datetime) -> None:
    gone = [
        result.person_id
        for result in results
        if result.person_id is not None
        and result.outcome.status in (Status.BLOCKED, Status.NEVER_STARTED)
    ]
    for batch in batches(gone):
        db.execute(
            update(Person)
            .where(col(Person.id).in_(batch), col(Person.blocked_at).is_(None))
            .values(blocked_at=now)
        )


def _move(db: Session, old: int, new: int) -> None:
    """What waits for the chat, this row included, goes to its new number, and so will the next."""
    db.execute(
        update(Outbox)
        .where(col(Outbox.chat_id) == old, col(Outbox.status).in_(OPEN))
        .values(chat_id=new)
    )
    taken = select(col(Person.id)).where(col(Person.chat_id) == new)
    if db.execute(taken).first() is None:
        db.execute(update(Person).where(col(Person.chat_id) == old).values(chat_id=new))
