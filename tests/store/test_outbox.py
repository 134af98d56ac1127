"""The outbox queries: nothing claimed twice, nothing lost, nothing planned twice."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, SQLModel, col, select

from bot.domain.outbox import Lane, Outcome, Status
from bot.domain.people import Role
from bot.store import claims, outbox
from bot.store.claims import Result, Unsent
from bot.store.database import Database
from bot.store.tables import Outbox, Person
from tests.stores import database_url

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Session]:
    database = Database(database_url(tmp_path))
    SQLModel.metadata.create_all(database.engine)
    with Session(database.engine) as session:
        yield session
    database.close()


def row(number: int, **changes: Any) -> Outbox:
    values: dict[str, Any] = {
        "key": f"k{number}",
        "lane": Lane.REMINDER,
        "kind": "reminder",
        "chat_id": number,
        "payload": {"text": "x"},
        "created_at": NOON,
        "due_at": NOON,
        "ready_at": changes.get("due_at", NOON),
        **changes,
    }
    return Outbox(**values)


def found(db: Session) -> list[Outbox]:
    db.expire_all()
    return list(db.exec(select(Outbox).order_by(col(Outbox.id))))


def claim(db: Session, *, limit: int = 10, now: datetime = NOON, worker: str = "w") -> list[str]:
    return [one.key for one in claims.claim(db, worker=worker, now=now, limit=limit)]


def record(db: Session, results: Sequence[Result], *, now: datetime = NOON) -> None:
    claims.record(db, results, worker="w", now=now)


def release(db: Session, rows: Sequence[Unsent], *, now: datetime = NOON) -> None:
    claims.release(db, rows, worker="w", now=now)


def result(number: int, outcome: Outcome, **changes: Any) -> Result:
    return Result(number, changes.pop("person_id", None), number, outcome, **changes)


def test_a_key_that_is_there_already_is_not_added_again(db: Session) -> None:
    assert outbox.enqueue(db, [row(1), row(2)]) == 2
    assert outbox.enqueue(db, [row(2, payload={"text": "y"}), row(3)]) == 1
    assert outbox.enqueue(db, []) == 0
    assert [one.payload["text"] for one in found(db)] == ["x", "x", "x"]


def test_thousands_of_rows_are_added_in_one_go(db: Session) -> None:
    assert outbox.enqueue(db, [row(n) for n in range(1, 1_202)]) == 1_201


def test_what_is_ready_is_claimed_by_lane_and_then_by_time(db: Session) -> None:
    rows = [
        row(1, lane=Lane.BROADCAST),
        row(2, due_at=NOON - MINUTE),
        row(3, due_at=NOON - 2 * MINUTE),
        row(4, lane=Lane.CHANGE),
        row(5, due_at=NOON + MINUTE),
        row(6, due_at=NOON - 2 * MINUTE),
    ]
    outbox.enqueue(db, rows)
    assert claim(db, limit=3) == ["k4", "k3", "k6"]
    assert claim(db) == ["k2", "k1"]
    assert claim(db) == []
    assert claim(db, now=NOON + MINUTE) == ["k5"]


def test_a_claimed_row_says_who_has_it_and_counts_the_attempt(db: Session) -> None:
    outbox.enqueue(db, [row(1, useful_until=NOON + MINUTE, person_id=None)])
    [claimed] = claims.claim(db, worker="w", now=NOON, limit=1)
    assert (claimed.attempts, claimed.payload, claimed.due_at) == (1, {"text": "x"}, NOON)
    assert (claimed.lane, claimed.useful_until) == (Lane.REMINDER, NOON + MINUTE)
    [kept] = found(db)
    assert (kept.status, kept.claimed_by, kept.claimed_at) == (Status.SENDING, "w", NOON)


def test_what_would_come_too_late_expires_and_makes_room_for_others(db: Session) -> None:
    late = [row(n, useful_until=NOON) for n in range(1, 6)]
    outbox.enqueue(db, [*late, row(6, useful_until=NOON + MINUTE), row(7)])
    assert claim(db, limit=2) == ["k6", "k7"]
    rows = found(db)
    assert {one.status for one in rows[:5]} == {Status.EXPIRED}
    assert {(one.finished_at, one.attempts) for one in rows[:5]} == {(NOON, 0)}


def test_results_are_kept(db: Session) -> None:
    outbox.enqueue(db, [row(n) for n in range(1, 5)])
    claim(db)
    record(
        db,
        [
            result(1, Outcome(Status.DELIVERED, message_id=77)),
            result(2, Outcome(Status.REFUSED, error="Message is too long")),
            result(3, Outcome(Status.PENDING, error="502"), ready_at=NOON + MINUTE),
            result(4, Outcome(Status.UNKNOWN, error="lost")),
        ],
        now=NOON,
    )
    rows = found(db)
    assert [one.status for one in rows] == [
        Status.DELIVERED,
        Status.REFUSED,
        Status.PENDING,
        Status.UNKNOWN,
    ]
    assert [one.message_id for one in rows] == [77, None, None, None]
    assert [one.error for one in rows] == [None, "Message is too long", "502", "lost"]
    assert [one.finished_at for one in rows] == [NOON, NOON, None, NOON]
    assert [one.ready_at for one in rows] == [NOON, NOON, NOON + MINUTE, NOON]
    record(db, [], now=NOON)


def test_the_truth_replaces_unknown_but_nothing_replaces_an_end(db: Session) -> None:
    outbox.enqueue(db, [row(1, kind="broadcast"), row(2, kind="broadcast")])
    claim(db)
    claims.recover(db, worker=None, now=NOON)
    delivered = Outcome(Status.DELIVERED, message_id=5)
    record(db, [result(1, delivered)], now=NOON)
    record(db, [result(1, Outcome(Status.PENDING))], now=NOON)
    assert [one.status for one in found(db)] == [Status.DELIVERED, Status.UNKNOWN]


def test_whoever_cannot_be_reached_is_marked_once(db: Session) -> None:
    for n in (1, 2, 3):
        db.add(Person(id=n, key=f"p{n}", name="Peserta", role=Role.PARTICIPANT, chat_id=n))
    db.flush()
    outbox.enqueue(db, [row(n, person_id=n) for n in (1, 2, 3)])
    claim(db)
    ends = [Status.BLOCKED, Status.NEVER_STARTED, Status.REFUSED]
    record(db, [result(n, Outcome(end), person_id=n) for n, end in enumerate(ends, 1)], now=NOON)
    record(db, [result(1, Outcome(Status.BLOCKED), person_id=1)], now=NOON + MINUTE)
    db.expire_all()
    marked = [one.blocked_at for one in db.exec(select(Person).order_by(col(Person.id)))]
    assert marked == [NOON, NOON, None]


def test_who_is_known_by_a_chat_that_moved_is_known_by_its_new_number(db: Session) -> None:
    db.add(Person(id=1, key="p1", name="Peserta", role=Role.PARTICIPANT, chat_id=5))
    db.flush()
    outbox.enqueue(db, [row(1, chat_id=5, person_id=1)])
    claim(db)
    record(db, [Result(1, 1, 5, Outcome(Status.PENDING, new_chat_id=6))])
    db.expire_all()
    assert db.exec(select(Person.chat_id)).one() == 6


def test_a_group_that_moved_takes_its_waiting_rows_along(db: Session) -> None:
    done = row(3, chat_id=-5, status=Status.DELIVERED)
    outbox.enqueue(db, [row(1, chat_id=-5), row(2, chat_id=-5, due_at=NOON + MINUTE), done])
    claim(db)
    moved = Outcome(Status.PENDING, new_chat_id=-1005)
    record(db, [Result(1, None, -5, moved)], now=NOON)
    rows = found(db)
    assert [one.chat_id for one in rows] == [-1005, -1005, -5]
    assert rows[0].status is Status.PENDING
    assert claim(db) == ["k1"]


def test_a_recovery_leaves_broadcasts_to_people_and_sends_the_rest_again(db: Session) -> None:
    outbox.enqueue(
        db,
        [
            row(1, kind="broadcast"),
            row(2),
            row(3, useful_until=NOON + MINUTE),
            row(4, kind="change", due_at=NOON + MINUTE),
        ],
    )
    assert claim(db) == ["k1", "k2", "k3"]
    assert claims.recover(db, worker="somebody else", now=NOON) == {}
    later = NOON + 2 * MINUTE
    counts = claims.recover(db, worker="w", now=later)
    assert counts == {Status.UNKNOWN: 1, Status.PENDING: 2}
    assert claim(db, now=later) == ["k4", "k2"]
    assert [one.status for one in found(db)] == [
        Status.UNKNOWN,
        Status.SENDING,
        Status.EXPIRED,
        Status.SENDING,
    ]


def test_a_recovery_repeats_what_may_be_repeated(db: Session) -> None:
    outbox.enqueue(
        db, [row(1, kind="broadcast", method="editMessageText"), row(2, kind="broadcast")]
    )
    claim(db)
    claims.recover(db, worker=None, now=NOON)
    assert [one.status for one in found(db)] == [Status.PENDING, Status.UNKNOWN]


def test_rows_given_back_wait_as_before(db: Session) -> None:
    outbox.enqueue(db, [row(1), row(2)])
    claim(db)
    record(db, [result(2, Outcome(Status.DELIVERED))])
    release(db, [Unsent(1, 1), Unsent(2, 2)])
    rows = found(db)
    assert [(one.status, one.attempts) for one in rows] == [
        (Status.PENDING, 0),
        (Status.DELIVERED, 1),
    ]
    assert [one.ready_at for one in rows] == [NOON, NOON]


def test_a_chat_that_must_wait_is_left_alone_until_then_and_keeps_its_order(db: Session) -> None:
    soon, later = NOON + MINUTE / 2, NOON + 2 * MINUTE
    for_it = [row(n, chat_id=7) for n in range(1, 5)]
    outbox.enqueue(db, [*for_it, row(5), row(6, chat_id=7, due_at=later)])
    assert claim(db, limit=3) == ["k1", "k2", "k3"]
    waits = [Unsent(3, 7, NOON + MINUTE), Unsent(2, 7, soon), Unsent(1, 7, None)]
    release(db, waits)
    assert claim(db, now=soon) == ["k5"]
    assert claim(db, now=NOON + MINUTE) == ["k1", "k2", "k3", "k4"]
    assert claim(db, now=later) == ["k6"]


def test_who_was_taken_for_dead_disturbs_nobody_but_may_tell_what_arrived(db: Session) -> None:
    outbox.enqueue(db, [row(n) for n in range(1, 5)])
    claim(db, worker="dead")
    claims.recover(db, worker="dead", now=NOON)
    assert claim(db, worker="next", limit=3) == ["k1", "k2", "k3"]
    claims.release(db, [Unsent(1, 1)], worker="dead", now=NOON)
    again, done = Outcome(Status.PENDING), Outcome(Status.DELIVERED)
    late = [result(2, again), result(3, done), result(4, done)]
    claims.record(db, late, now=NOON, worker="dead")
    assert [one.status for one in found(db)] == ["sending", "sending", "delivered", "delivered"]
    claims.record(db, [result(2, again), result(3, again)], now=NOON, worker="next")
    assert [one.status for one in found(db)][1:3] == ["pending", "delivered"]


def test_rows_of_a_claim_that_was_never_answered_wait_again(db: Session) -> None:
    outbox.enqueue(db, [row(n) for n in range(1, 4)])
    assert claim(db, limit=1) == ["k1"]
    assert claim(db, limit=1) == ["k2"]
    again = claims.claim(db, worker="w", now=NOON, limit=5, held=[1])
    assert [one.key for one in again] == ["k2", "k3"]


def test_the_next_instant_is_that_of_the_first_row_that_waits(db: Session) -> None:
    assert outbox.next_ready(db) is None
    outbox.enqueue(db, [row(1, due_at=NOON + MINUTE), row(2, due_at=NOON + 3 * MINUTE)])
    assert outbox.next_ready(db) == NOON + MINUTE
    assert outbox.next_ready(db, NOON + MINUTE) == NOON + 3 * MINUTE


def test_only_waiting_rows_that_match_are_cancelled(db: Session) -> None:
    rows = [row(1, key="a_b:1"), row(2, key="a_b:2"), row(3, key="axb:1"), row(4, kind="digest")]
    outbox.enqueue(db, rows)
    claim(db, limit=1)
    assert outbox.cancel(db, now=NOON, key_prefix="a_b:") == 1
    assert outbox.cancel(db, now=NOON, kind="digest") == 1
    assert outbox.cancel(db, now=NOON, person_id=9) == 0
    assert outbox.cancel(db, now=NOON, broadcast_id=9) == 0
    assert [one.status for one in found(db)] == [
        Status.SENDING,
        Status.CANCELLED,
        Status.PENDING,
        Status.CANCELLED,
    ]
    with pytest.raises(ValueError, match="what to cancel"):
        outbox.cancel(db, now=NOON)


def test_a_claim_on_postgresql_skips_rows_that_another_has_locked() -> None:
    from sqlalchemy.dialects import postgresql

    statement = claims.claiming("w", NOON, Lane.REMINDER, 5)
    text = str(statement.compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]
    assert "FOR UPDATE SKIP LOCKED" in text
    assert "RETURNING" in text


def test_when_the_clock_is_set_back_what_was_ready_is_ready_still(db: Session) -> None:
    hour, before = 60 * MINUTE, NOON - 60 * MINUTE
    broadcast, soon = {"lane": Lane.BROADCAST}, NOON + 5 * MINUTE
    rows = [
        row(1, **broadcast),
        row(2, **broadcast, ready_at=soon, attempts=1),
        row(3, **broadcast, due_at=NOON + hour, ready_at=NOON + hour),
        row(4, due_at=NOON - MINUTE, ready_at=NOON),
        row(5, due_at=before - MINUTE, ready_at=NOON),
        row(6, due_at=before + MINUTE, ready_at=soon, attempts=1),
        row(7, **broadcast, ready_at=soon),
    ]
    outbox.enqueue(db, rows)
    assert claim(db, now=before) == []
    outbox.set_back(db, now=before)
    assert [(one.ready_at - before) / MINUTE for one in found(db)] == [0, 0, 120, 59, 0, 1, 0]
    assert claim(db, now=before) == ["k5", "k1", "k2", "k7"]
