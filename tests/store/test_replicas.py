"""Who lives on the database, who leads, and what becomes of what the dead had in hand."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from bot.domain.outbox import Lane, Status
from bot.store import claims, inbox, outbox, replicas
from bot.store.database import Database
from bot.store.migrating import HEAD, migrate, revision
from bot.store.replicas import Presence
from bot.store.tables import Outbox
from tests.stores import database_url

NOON = datetime(2025, 11, 4, 5, tzinfo=UTC)
Join = Callable[[], Presence]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = Database(database_url(tmp_path))
    migrate(database.engine)
    yield database
    database.close()


@pytest.fixture
def join(db: Database) -> Iterator[Join]:
    """Another process joins; all leave at the end."""
    made: list[Presence] = []

    def one() -> Presence:
        made.append(Presence(db))
        made[-1].beat()
        return made[-1]

    yield one
    for presence in made:
        presence.leave()


def _hand(db: Session, name: str, kind: str, update: int) -> None:
    """Gives the process one message to send and one update to handle."""
    row = Outbox(
        key=name,
        lane=Lane.CHANGE,
        kind=kind,
        chat_id=1,
        payload={"text": "x"},
        created_at=NOON,
        due_at=NOON,
        ready_at=NOON,
    )
    outbox.enqueue(db, [row])
    claims.claim(db, worker=name, now=NOON, limit=1)
    body = {"update_id": update, "message": {"chat": {"id": update}}}
    inbox.put(db, {update: body}, now=NOON, home=lambda _chat: name)


def _dead(db: Database, me: Presence) -> frozenset[str | None]:
    """Who has something in hand and does not live."""
    found = db.read_now(replicas.in_hand)
    return found - {me.name, *db.read_now(replicas.living)}


def test_alone_one_leads_at_once(join: Join) -> None:
    assert join().leads


@pytest.mark.postgresql
def test_of_several_one_leads_until_it_leaves(join: Join) -> None:
    first, second, third = join(), join(), join()
    assert [one.leads for one in (first, second, third)] == [True, False, False]
    first.leave()
    third.beat()
    second.beat()
    assert [one.leads for one in (first, second, third)] == [False, False, True]


@pytest.mark.postgresql
def test_what_the_living_have_in_hand_is_left_to_them(db: Database, join: Join) -> None:
    first, second = join(), join()
    for number, one in enumerate((first, second)):
        db.write_now(_hand, one.name, "change", number)
    assert _dead(db, first) == frozenset()
    second.leave()
    assert _dead(db, first) == {second.name}


def test_what_the_dead_had_in_hand_is_taken_over_once(db: Database, join: Join) -> None:
    me = join()
    db.write_now(_hand, "r1", "change", 1)
    db.write_now(_hand, "r2", "broadcast", 2)
    db.write_now(_hand, me.name, "broadcast", 3)
    db.write_now(inbox.put, {4: {"update_id": 4, "message": {"chat": {"id": 4}}}}, now=NOON)
    gone = _dead(db, me)
    assert gone == {"r1", "r2", None}
    taken = db.write_now(replicas.take_over, gone, me=me.name, now=NOON)
    assert taken.updates == 3
    assert taken.messages == {Status.PENDING: 1, Status.UNKNOWN: 1}
    statuses = db.read_now(lambda s: s.exec(select(Outbox.status).order_by(col(Outbox.key))).all())
    assert sorted(statuses) == [Status.PENDING, Status.SENDING, Status.UNKNOWN]
    again = db.write_now(replicas.take_over, gone, me=me.name, now=NOON)
    assert (again.updates, again.messages) == (0, {})


@pytest.mark.postgresql
def test_a_session_that_the_server_ends_leads_no_more_and_comes_back(
    db: Database, join: Join
) -> None:
    one = join()
    with db.writing() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks"
                " WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
            )
        )
    with pytest.raises(OperationalError):
        one.beat()
    assert not one.leads
    one.beat()
    assert one.leads


@pytest.mark.postgresql
def test_several_that_start_on_an_empty_database_migrate_it_once(tmp_path: Path) -> None:
    stores = [Database(database_url(tmp_path, "new", empty=True)) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda store: migrate(store.engine), stores))
    with stores[0].reading() as connection:
        assert revision(connection) == HEAD
    for store in stores:
        store.close()
