"""Many are planned for at once, and each gets what they would get alone."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, SQLModel, col, select

from bot.domain.agenda import Agenda, Kind
from bot.domain.outbox import Status
from bot.domain.people import Role
from bot.domain.reminders import due
from bot.services import planning, reminding, waves
from bot.services.desk import Desk
from bot.store import people
from bot.store.attachments import Attachments
from bot.store.database import Database
from bot.store.tables import Dialogue, Favourite, Outbox, Person, SessionReminder
from tests.builders import agenda, local, session
from tests.stores import database_url

BEGIN = local("2025-11-04 08:00")
MEMBERS = 40
RUNDOWN = agenda(
    session("a", "2025-11-04 09:00", 50),
    session("b", "2025-11-04 09:03", 50, groups=("Merah",)),
    session("c", "2025-11-04 09:07", 50, groups=("Biru",)),
    session("d", "2025-11-04 10:00", 40, kind=Kind.BREAK),
    session("e", "2025-11-04 10:04", 90),
    session("f", "2025-11-04 19:00", 60, groups=("Merah", "Biru")),
)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(waves, "_AT_ONCE", 7)
    db = Database(database_url(tmp_path))
    SQLModel.metadata.create_all(db.engine)
    yield Desk(db, lambda: BEGIN, RUNDOWN, b"secret", Attachments(tmp_path))
    db.close()


def _fill(db: Session, chance: random.Random) -> None:
    for number in range(1, MEMBERS + 1):
        joined = BEGIN + timedelta(minutes=chance.choice((-9000, -9000, -9000, 30, 55, 190)))
        person = Person(
            key=f"p{number}",
            name=f"Peserta {number}",
            role=chance.choice((Role.PARTICIPANT,) * 8 + (Role.ORGANIZER, Role.AIDE)),
            group=chance.choice((None, "Merah", "Biru", "Lain")),
            language=chance.choice(("id", "id", "en")),
            chat_id=10_000 + number,
            joined_at=joined if chance.random() < 0.9 else None,
            blocked_at=BEGIN if chance.random() < 0.1 else None,
            reminder_minutes=chance.choice((15, 15, 15, 5, 60, None)),
            digest=chance.random() < 0.8,
            prompt=chance.random() < 0.8,
        )
        if person.role is Role.AIDE:
            person.aide_of = f"p{chance.randrange(1, MEMBERS + 1)}"
        db.add(person)
        db.flush()
        at = BEGIN + timedelta(minutes=chance.choice((-5000, 50, 58)))
        id_, chosen = person.id or 0, chance.choice("abcdef")
        if chance.random() < 0.15:
            minutes = chance.choice((None, 10, 30))
            db.add(
                SessionReminder(person_id=id_, session_id=chosen, minutes=minutes, chosen_at=at)
            )
        if chance.random() < 0.15:
            db.add(Favourite(person_id=id_, session_id=chosen, at=at))


def _looks() -> list[datetime]:
    """What the clock shows at each look; it is set back once."""
    minutes = (
        -200,
        0,
        1,
        45,
        45.5,
        46,
        50,
        52,
        59,
        40,
        61,
        105,
        110,
        119,
        125,
        190,
        191,
        400,
        800,
    )
    return [BEGIN + timedelta(minutes=each) for each in minutes]


def _alone(db: Session, rundown: Agenda, after: datetime, now: datetime) -> set[tuple[str, bool]]:
    """Keys that this look is to add, and which of them carry the words: each asked alone."""
    told = set(db.exec(select(Outbox.key)).all())
    found = set()
    for person in people.reachable(db):
        [wanting] = reminding.subscribers(db, [person])
        for message in due(rundown, [wanting], after=after, now=now, told=told):
            found |= {(key, key == message.keys[0]) for key in message.keys}
    return {(key, heads) for key, heads in found if key not in told}


def _rows(db: Session) -> dict[str, Outbox]:
    return {row.key: row for row in db.exec(select(Outbox).order_by(col(Outbox.id))).all()}


def _look(desk: Desk, *, steps: int | None = None) -> planning.Look:
    look = None
    while look is None or not (look.done or steps == 0):
        look = desk.db.write_now(planning.plan, desk, look)
        steps = None if steps is None else steps - 1
    return look


@pytest.mark.parametrize("seed", range(2))
def test_together_they_get_what_each_gets_alone(desk: Desk, seed: int) -> None:
    chance = random.Random(seed)
    desk.db.write_now(_fill, chance)
    after = BEGIN - timedelta(minutes=205)
    for now in _looks():
        desk.now = lambda now=now: now  # type: ignore[misc]  # bound now
        after = min(after, now)
        expected = desk.db.read_now(_alone, desk.agenda, after, now)
        before = desk.db.read_now(_rows)
        if chance.random() < 0.4:
            _look(desk, steps=chance.randrange(1, 4))  # it dies on the way
        _look(desk)
        after = now
        rows = desk.db.read_now(_rows)
        new = {(key, rows[key].status is Status.PENDING) for key in rows.keys() - before.keys()}
        assert new == expected, now
    assert {row.kind for row in rows.values()} == {"reminder", "digest", "prompt"}
    for row in rows.values():
        words = row.payload.get("text", "")
        assert bool(words) == (row.status is Status.PENDING)


def test_everybody_gets_their_words_in_their_language_at_their_chat(desk: Desk) -> None:
    desk.db.write_now(_fill, random.Random(7))
    for minutes in (-200, 800):
        desk.now = lambda at=BEGIN + timedelta(minutes=minutes): at  # type: ignore[misc]  # bound now
        _look(desk)
    persons = {p.id: p for p in desk.db.read_now(people.everyone)}
    prompted = set()
    for row in desk.db.read_now(_rows).values():
        person = persons[row.person_id]
        assert row.chat_id == person.chat_id
        if row.kind == "digest" and row.payload:
            assert ("Good morning" in row.payload["text"]) == (person.language == "en")
        if row.kind == "prompt":
            prompted.add(row.chat_id)
    offered = desk.db.read_now(lambda db: set(db.exec(select(Dialogue.chat_id)).all()))
    assert prompted == offered != set()


def test_a_look_with_nothing_due_reads_nobody(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(20):
        long_ago = BEGIN - timedelta(days=9)
        person = Person(key=f"{number}", name="P", role=Role.PARTICIPANT, joined_at=long_ago)
        person.chat_id = number + 1
        desk.db.write_now(lambda db, person=person: db.add(person))  # type: ignore[misc]  # bound now
    _look(desk)
    desk.now = lambda: BEGIN + timedelta(minutes=10)
    monkeypatch.setattr(waves, "step", lambda *args: pytest.fail("members were looked at"))
    assert _look(desk).done


def test_a_rundown_that_changes_in_the_middle_of_a_look_ends_it(desk: Desk) -> None:
    desk.db.write_now(_fill, random.Random(2))
    _look(desk)
    desk.now = lambda: BEGIN + timedelta(minutes=45)
    look = _look(desk, steps=1)
    assert not look.done
    desk.agenda = type(RUNDOWN)(RUNDOWN.event, RUNDOWN.sessions[1:], version=2)
    ended = desk.db.write_now(planning.plan, desk, look)
    assert (ended.done, ended.count) == (True, look.count)
    assert desk.db.write_now(planning.plan, desk).version == 2
