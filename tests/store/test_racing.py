"""Several at once on PostgreSQL: each use case ends as if they had come one after the other."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, func, select

from bot.domain.outbox import Lane
from bot.domain.people import Role, RosterChanges
from bot.domain.rescheduling import Do, Edit
from bot.services import (
    broadcasting,
    drafting,
    event_files,
    membership,
    planning,
    rescheduling,
    rosters,
)
from bot.services.broadcasting import Refusal
from bot.services.desk import Desk
from bot.services.membership import Joined
from bot.services.rescheduling import Applied
from bot.store import broadcasts, claims, dialogues, inbox, notes, outbox, people, settings
from bot.store.attachments import Attachments
from bot.store.claims import Unsent
from bot.store.database import Database
from bot.store.tables import AgendaVersion, Note, NoteMessage, Outbox, Person
from bot.texts.rosters import Preview
from tests.builders import agenda, local, session
from tests.stores import database_url

pytestmark = pytest.mark.postgresql

NOW = local("2025-11-04 08:46")
MEMBERS = 12


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[list[Database]]:
    """Doors to the same database, as of several processes."""
    doors = [Database(database_url(tmp_path)) for _ in range(4)]
    doors[0].write_now(_people)
    yield doors
    for door in doors:
        door.close()


@pytest.fixture
def desk(stores: list[Database], tmp_path: Path) -> Desk:
    day = agenda(session("a", "2025-11-04 09:00"), session("b", "2025-11-04 13:00"))
    files = Attachments(tmp_path)
    return Desk(stores[0], lambda: NOW, day, b"secret", files)


def _people(db: Session) -> None:
    """Twelve who have joined, the first an organizer; two who have not."""
    for number in range(1, MEMBERS + 3):
        joined = number <= MEMBERS
        db.add(
            Person(
                id=number,
                key=f"p{number}",
                name=f"Orang {number}",
                role=Role.ORGANIZER if number == 1 else Role.PARTICIPANT,
                chat_id=1000 + number if joined else None,
                joined_at=NOW - timedelta(days=1) if joined else None,
            )
        )


def race(stores: list[Database], *works: Callable[[Session], Any]) -> list[Any]:
    """Runs them on connections of their own; all have begun before the first one writes."""
    ready = threading.Barrier(len(works), timeout=20)

    def run(store: Database, work: Callable[[Session], Any]) -> Any:
        waited = False

        def gathered(db: Session) -> Any:
            nonlocal waited
            db.connection().exec_driver_sql("SELECT count(*) FROM person")
            if not waited:
                waited = True
                ready.wait()
            return work(db)

        return store.write_now(gathered)

    with ThreadPoolExecutor(len(works)) as threads:
        doors = (stores[number % len(stores)] for number in range(len(works)))
        return list(threads.map(run, doors, works))


def test_one_invite_opened_by_two_accounts_lets_one_in_and_tells_the_organizers(
    stores: list[Database], desk: Desk
) -> None:
    person = stores[0].read_now(people.get, MEMBERS + 1)
    assert person is not None
    code = desk.invite_code(person)

    def opened(chat_id: int) -> Callable[[Session], membership.Joining]:
        return lambda db: membership.join(db, desk, code=code, chat_id=chat_id, now=NOW)

    results = [joining.result for joining in race(stores, opened(71), opened(72))]
    assert sorted(results) == [Joined.TAKEN, Joined.WELCOME]
    alerts = stores[0].read_now(lambda db: db.exec(select(Outbox.key)).all())
    assert [key.partition(":")[0] for key in alerts] == ["alert"]


def test_one_account_that_opens_two_invites_is_one_person(
    stores: list[Database], desk: Desk
) -> None:
    def opened(number: int) -> Callable[[Session], membership.Joining]:
        person = stores[0].read_now(people.get, number)
        assert person is not None
        code = desk.invite_code(person)
        return lambda db: membership.join(db, desk, code=code, chat_id=71, now=NOW)

    results = race(stores, opened(MEMBERS + 1), opened(MEMBERS + 2))
    assert sorted(joining.result for joining in results) == [Joined.OTHER_ACCOUNT, Joined.WELCOME]


def test_a_draft_confirmed_by_several_at_once_goes_out_once(
    stores: list[Database], desk: Desk
) -> None:
    def compose(db: Session) -> int:
        draft = drafting.draft(
            db, author_id=1, source=(1001, 5), title="Bus", content="text", now=NOW
        )
        return draft.id or 0

    number = stores[0].write_now(compose)

    def confirm(db: Session) -> object:
        return broadcasting.confirm(db, desk, broadcast_id=number, watcher=(1001, 6))

    results = race(stores, *[confirm] * 4)
    assert results.count(Refusal.ALREADY) == 3
    broadcast = stores[0].read_now(broadcasts.get, number)
    assert broadcast is not None and broadcast.state != "draft"


def test_a_message_that_is_delivered_twice_at_once_is_one_note(stores: list[Database]) -> None:
    def keep(db: Session) -> int | None:
        note = Note(
            person_id=2, day=NOW.date(), text="Sekali saja.", created_at=NOW, updated_at=NOW
        )
        return notes.add(db, note, source=(1002, 9)).id

    first, second, third = race(stores, keep, keep, keep)
    assert first == second == third
    assert _count(stores[0], Note) == _count(stores[0], NoteMessage) == 1


def test_a_note_that_was_made_before_it_is_stored_survives_running_again(
    stores: list[Database],
) -> None:
    def kept(text: str) -> Callable[[Session], int | None]:
        note = Note(person_id=2, day=NOW.date(), text=text, created_at=NOW, updated_at=NOW)
        return lambda db: notes.add(db, note, source=(1002, len(text))).id

    numbers = race(stores, *(kept("x" * length) for length in range(1, 5)))
    assert len(set(numbers)) == _count(stores[0], Note) == 4


def test_what_a_chat_is_asked_and_what_it_spoke_of_are_both_kept(stores: list[Database]) -> None:
    def wait(db: Session) -> None:
        until = NOW + timedelta(minutes=5)
        dialogues.wait_for(db, 77, "note", details={"day": "x"}, until=until)

    def keep(db: Session) -> None:
        dialogues.keep_slots(db, 77, {"day": "2025-11-04"}, now=NOW)

    race(stores, wait, keep)
    dialogue = stores[0].read_now(dialogues.get, 77)
    assert (dialogue.awaiting, dialogue.slots) == ("note", {"day": "2025-11-04"})


def test_two_planners_that_wake_together_plan_everything_once(
    stores: list[Database], desk: Desk
) -> None:
    counts = race(stores, *[lambda db: planning.plan(db, desk).count] * 3)
    kinds = stores[0].read_now(
        lambda db: db.exec(select(Outbox.key).where(Outbox.kind == "reminder")).all()
    )
    assert len(kinds) == len(set(kinds)) == MEMBERS
    assert sum(counts) == _count(stores[0], Outbox)
    assert stores[0].read_now(settings.planned_until) == NOW


def test_somebody_who_confirms_twice_at_once_has_read_once(stores: list[Database]) -> None:
    def compose(db: Session) -> int:
        draft = drafting.draft(
            db, author_id=1, source=(1001, 5), title="Bus", content="text", now=NOW
        )
        return draft.id or 0

    number = stores[0].write_now(compose)
    instants = [NOW + timedelta(seconds=second) for second in range(3)]

    def confirmed(now: datetime) -> Callable[[Session], datetime]:
        return lambda db: broadcasts.confirm_read(db, number, 3, now=now)

    said = race(stores, *map(confirmed, instants))
    assert len(set(said)) == 1


def test_an_update_that_two_processes_fetched_is_new_to_one_of_them(
    stores: list[Database],
) -> None:
    bodies = {number: {"update_id": number} for number in range(1, 201)}
    fresh = race(stores, *[lambda db: inbox.put(db, bodies, now=NOW)] * 3)
    assert sum(map(len, fresh)) == 200
    assert {number for one in fresh for number in one} == set(bodies)


def test_several_couriers_claim_no_row_twice_and_leave_none(stores: list[Database]) -> None:
    stores[0].write_now(outbox.enqueue, [_row(number) for number in range(400)])

    def empty(name: str) -> list[int]:
        store, mine = stores[int(name)], []
        while rows := store.write_now(claims.claim, worker=name, now=NOW, limit=7):
            mine += [row.id for row in rows]
        return mine

    with ThreadPoolExecutor(4) as threads:
        claimed = [number for mine in threads.map(empty, "0123") for number in mine]
    assert len(claimed) == len(set(claimed)) == 400


def test_planning_for_many_is_not_held_up_by_what_is_sent_meanwhile(
    stores: list[Database], desk: Desk
) -> None:
    stores[0].write_now(outbox.enqueue, [_row(number) for number in range(600)])
    over = threading.Event()

    def drain() -> None:
        while not over.is_set():
            rows = stores[1].write_now(claims.claim, worker="1", now=NOW, limit=3)
            unsent = [Unsent(row.id, row.chat_id) for row in rows]
            stores[1].write_now(claims.release, unsent, worker="1", now=NOW)

    with ThreadPoolExecutor(1) as threads:
        draining = threads.submit(drain)
        try:
            for step in range(20):
                desk.now = lambda at=NOW + timedelta(minutes=step): at  # type: ignore[misc]  # bound now
                stores[2].write_now(planning.plan, desk)
        finally:
            over.set()
        draining.result(20)
    assert stores[0].read_now(settings.planned_until) == NOW + timedelta(minutes=19)


def test_an_error_that_is_nobody_elses_fault_is_told_at_once(stores: list[Database]) -> None:
    runs = 0

    def wrong(db: Session) -> None:
        nonlocal runs
        runs += 1
        db.connection().exec_driver_sql("SELECT 1/0")

    with pytest.raises(Exception, match="DivisionByZero"):
        stores[0].write_now(wrong)
    assert runs == 1


def test_who_only_reads_cannot_write_by_mistake(stores: list[Database]) -> None:
    with pytest.raises(Exception, match="read-only"):
        stores[0].read_now(inbox.put, {1: {}}, now=NOW)


def test_a_reader_sees_one_moment_whatever_is_written_meanwhile(stores: list[Database]) -> None:
    def look(db: Session) -> tuple[object, object]:
        before = settings.planned_until(db)
        stores[1].write_now(settings.set_planned_until, NOW)
        db.expire_all()
        return before, settings.planned_until(db)

    assert stores[0].read_now(look) == (None, None)


def test_one_change_confirmed_by_two_organizers_at_once_is_one_version(
    stores: list[Database], desk: Desk
) -> None:
    number = _edit(stores[0], desk, minutes=15)
    results = race(stores, *[_confirming(desk, number, author) for author in (1, 2, 3)])
    assert results.count(rescheduling.Refusal.DONE) == 2
    assert sum(isinstance(each, Applied) for each in results) == 1
    assert _count(stores[0], AgendaVersion) == 2


def test_two_changes_confirmed_at_once_are_never_both_worked_out_from_the_same_version(
    stores: list[Database], desk: Desk
) -> None:
    numbers = [_edit(stores[0], desk, minutes=15), _edit(stores[0], desk, minutes=30)]
    results = race(stores, *[_confirming(desk, number, 1) for number in numbers])
    assert sum(isinstance(each, Applied) for each in results) == 1
    assert results.count(rescheduling.Refusal.OVERTAKEN) == 1
    (done,) = (each for each in results if isinstance(each, Applied))
    desk.agenda = done.agenda
    (left,) = (n for n, each in zip(numbers, results, strict=True) if each is not done)
    again = stores[0].write_now(rescheduling.confirm, desk, edit_id=left, author_id=1)
    assert isinstance(again, rescheduling.Drafted) and again.preview.overtaken


@pytest.mark.parametrize("same", [True, False], ids=["one roster", "two rosters"])
def test_rosters_confirmed_by_two_organizers_at_once_lose_nothing(
    stores: list[Database], desk: Desk, same: bool
) -> None:
    def drafted(key: str) -> int:
        entries = [
            replace(entry, name="Baru") if entry.key == key else entry
            for entry in stores[0].read_now(people.roster)
        ]
        found = stores[0].write_now(rosters.draft, desk, author_id=1, entries=entries)
        assert isinstance(found, Preview)
        return found.draft_id

    numbers = [drafted("p5")] * 2 if same else [drafted("p5"), drafted("p6")]

    def confirming(number: int) -> Callable[[Session], Any]:
        return lambda db: rosters.confirm(db, draft_id=number, author_id=1, now=NOW)

    results = race(stores, *map(confirming, numbers))
    assert sum(isinstance(each, RosterChanges) for each in results) == 1
    (other,) = (each for each in results if not isinstance(each, RosterChanges))
    if same:
        assert other is rosters.Refusal.DONE
    else:
        assert isinstance(other, Preview) and other.overtaken
        assert sorted(each.now.key for each in other.changes.changed) == ["p5", "p6"]


def _edit(store: Database, desk: Desk, *, minutes: int) -> int:
    """A change that waits to be confirmed; the first also puts the first version in force."""
    store.write_now(event_files.take_up_agenda, desk, digest="x", file="agenda.yaml")
    edit = Edit(Do.SHIFT, ("b",), minutes=minutes)
    found = store.write_now(rescheduling.draft, desk, author_id=1, edit=edit)
    return found.preview.edit_id


def _confirming(desk: Desk, number: int, author: int) -> Callable[[Session], Any]:
    return lambda db: rescheduling.confirm(db, desk, edit_id=number, author_id=author)


def _row(number: int) -> Outbox:
    return Outbox(
        key=f"k{number}",
        lane=Lane.BROADCAST,
        kind="change",
        chat_id=number,
        payload={"text": "x"},
        created_at=NOW,
        due_at=NOW,
        ready_at=NOW.astimezone(UTC),
    )


def _count(store: Database, table: type[Any]) -> int:
    return store.read_now(lambda db: db.exec(select(func.count()).select_from(table)).one())
