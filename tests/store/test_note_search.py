"""The index of words: one person's own, best first, in step with every change of a note."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session

from bot.domain import search as searching
from bot.domain.people import Role
from bot.store import migrating, note_search, notes
from bot.store.database import Database
from bot.store.sealing import Keyring
from bot.store.tables import Note, Person
from tests import stores
from tests.stores import SQLITE, database_url

NOW = datetime(2025, 11, 4, 1, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    database = Database(database_url(tmp_path))
    migrating.migrate(database.engine)
    database.write_now(_people)
    database.write_now(note_search.refresh)
    yield database
    database.close()


def _people(db: Session) -> None:
    for number in (1, 2, 11, 12):
        key = f"p{number}"
        db.add(Person(id=number, key=key, name=key, role=Role.PARTICIPANT, chat_id=number))


def _write(db: Session, person_id: int, words: str) -> int:
    number = notes.count(db, person_id) + 1
    note = Note(
        person_id=person_id, day=date(2025, 11, 4), text=words, created_at=NOW, updated_at=NOW
    )
    return notes.add(db, note, source=(person_id, number)).id or 0


def _note(db: Session, number: int) -> Note:
    note = db.get(Note, number)
    assert note is not None
    return note


def _forget(db: Session, number: int) -> None:
    notes.forget(db, _note(db, number))


def _rewrite(db: Session, number: int, words: str) -> None:
    notes.rewrite(db, _note(db, number), words, now=NOW)


def _remove(db: Session, number: int) -> None:
    notes.remove(db, _note(db, number), now=NOW)


def _find(store: Database, person_id: int, words: str) -> list[int]:
    return store.read_now(note_search.search, person_id, searching.asked(words))


def test_each_finds_their_own_alone(store: Database) -> None:
    mine = store.write_now(_write, 1, "rencana kerja")
    other = store.write_now(_write, 11, "rencana kerja")
    assert _find(store, 1, "rencana") == [mine]
    assert _find(store, 11, "renc") == [other]
    assert _find(store, 2, "rencana") == []
    assert _find(store, 1, "1xrencana") == []


@pytest.fixture
def sealed(tmp_path: Path) -> Iterator[tuple[Database, Database]]:
    """Two processes' doors to one store in which no word stands readable."""
    url, keys = database_url(tmp_path), Keyring([bytes(32)])
    doors = Database(url, keyring=keys), Database(url, keyring=keys)
    migrating.migrate(doors[0].engine)
    doors[0].write_now(_people)
    doors[0].write_now(note_search.refresh, readable=False)
    yield doors
    for door in doors:
        door.close()


def test_sealed_notes_are_found_as_they_are_now_whoever_changed_them(
    sealed: tuple[Database, Database],
) -> None:
    here, there = sealed
    first = here.write_now(_write, 1, "rencana kerja")
    second = here.write_now(_write, 1, "rencana anggaran rencana")
    here.write_now(_write, 2, "rencana orang lain")
    assert _find(here, 1, "rencana") == [second, first]
    assert _find(here, 1, "kerj rencana") == [first]
    there.write_now(_rewrite, first, "sesuatu yang lain")  # at the same instant
    assert _find(here, 1, "kerja") == []
    assert _find(here, 1, "sesuatu") == [first]
    there.write_now(_remove, second)
    assert _find(here, 1, "anggaran") == []
    third = there.write_now(_write, 1, "rencana baru")
    assert _find(here, 1, "renc") == [third]


def test_what_was_deleted_is_not_remembered(sealed: tuple[Database, Database]) -> None:
    here, _ = sealed
    number = here.write_now(_write, 1, "rahasia")
    other = here.write_now(_write, 1, "biasa")
    _find(here, 1, "rahasia")
    opened = note_search._OPENED[here.engine.dialect]
    assert opened.of(1).keys() == {number, other}
    here.write_now(_forget, number)
    assert opened.of(1).keys() == {other}


def test_who_searched_longest_ago_is_forgotten_first(
    sealed: tuple[Database, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, _ = sealed
    for person in (1, 2, 11):
        here.write_now(_write, person, "rencana")
    monkeypatch.setattr(note_search, "_REMEMBERED", 150)
    for person in (1, 2, 1, 11):
        assert len(_find(here, person, "rencana")) == 1
    opened = note_search._OPENED[here.engine.dialect]
    assert [bool(opened.of(person)) for person in (1, 2, 11)] == [True, False, True]


def test_the_best_comes_first_then_the_newest(store: Database) -> None:
    filler = " ".join(f"kata{n}" for n in range(80))
    long = store.write_now(_write, 1, f"dana {filler}")
    equal = [store.write_now(_write, 1, "soal dana desa") for _ in range(2)]
    much = store.write_now(_write, 1, "dana dana dana")
    assert _find(store, 1, "dana") == [much, *reversed(equal), long]
    part = store.write_now(_write, 1, "danau danau danau")
    assert _find(store, 1, "dana")[-1] in (part, long)
    assert set(_find(store, 1, "dan")) == {long, *equal, much, part}


def test_every_change_of_a_note_changes_the_index(store: Database) -> None:
    number = store.write_now(_write, 1, "lama")

    def change(act: Any) -> None:
        def work(db: Session) -> None:
            act(db, _note(db, number))

        store.write_now(work)

    change(lambda db, note: notes.rewrite(db, note, "baru", now=NOW))
    assert (_find(store, 1, "lama"), _find(store, 1, "baru")) == ([], [number])
    change(lambda db, note: notes.extend(db, note, " lanjutan", now=NOW))
    assert _find(store, 1, "baru lanjutan") == [number]
    change(lambda db, note: notes.remove(db, note, now=NOW))
    assert _find(store, 1, "baru") == []
    change(notes.bring_back)
    assert _find(store, 1, "baru") == [number]
    store.write_now(notes.hand_over, 1, 12)
    assert (_find(store, 1, "baru"), _find(store, 12, "baru")) == ([], [number])
    change(notes.forget)
    assert _find(store, 12, "baru") == []


def test_where_notes_are_unreadable_the_index_is_empty_and_the_notes_are_read(
    store: Database,
) -> None:
    number = store.write_now(_write, 1, "rahasia sekali")
    store.write_now(note_search.refresh, readable=False)
    later = store.write_now(_write, 1, "rahasia lagi lagi")
    store.write_now(_write, 2, "rahasia orang lain")
    with store.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM note_search")).scalar() == 0
    assert _find(store, 1, "rahasia") == [number, later]
    assert _find(store, 1, "rahas lagi") == [later]
    store.write_now(lambda db: notes.remove(db, _note(db, later), now=NOW))
    assert _find(store, 1, "rahasia") == [number]
    store.write_now(note_search.refresh)
    assert _find(store, 1, "rahasia") == [number]


def test_notes_of_an_older_database_are_found(tmp_path: Path) -> None:
    store = Database(database_url(tmp_path, "old.db", empty=True))
    config = Config()
    config.set_main_option("script_location", str(migrating._FOLDER))
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        connection.execute(
            text(
                'INSERT INTO person (id, "key", name, role, removed, invite_generation, language,'
                " digest, prompt) VALUES (1, 'p1', 'A', 'participant', false, 1, 'id', true, true)"
            )
        )
        connection.execute(
            text(
                "INSERT INTO note (id, person_id, day, text, created_at, updated_at, sharing)"
                " VALUES (1, 1, '2025-11-04', 'catatan lama', '2025-11-04 01:00:00',"
                " '2025-11-04 01:00:00', 'private')"
            )
        )
    migrating.migrate(store.engine)
    assert _find(store, 1, "lama") == [1], "also before the index is filled"
    store.write_now(note_search.refresh)
    assert _find(store, 1, "lama") == [1]
    store.close()


@settings(
    derandomize=True,
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.text(max_size=120), st.text(max_size=40))
def test_any_words_are_looked_for_in_any_text_without_an_error(
    store: Database, written: str, looked_for: str
) -> None:
    written, looked_for = written.replace("\0", " "), looked_for.replace("\0", " ")

    def work(db: Session) -> tuple[list[int], int, float]:
        number = _write(db, 2, written)
        wanted = searching.asked(looked_for)
        found = note_search.search(db, 2, wanted)
        own = note_search.search(db, 2, searching.asked(written))
        assert number in own or not searching.words(written)
        notes.forget(db, _note(db, number))
        return found, number, searching.score(searching.hay(written), wanted) if wanted else 0

    found, number, points = store.write_now(work)
    assert (number in found) == (points > 0)


@pytest.mark.skipif(stores.chosen != SQLITE, reason="PostgreSQL keeps no words of dropped rows")
def test_a_purged_index_holds_no_word_of_what_was_dropped(tmp_path: Path) -> None:
    store = Database(f"sqlite:///{tmp_path}/purged.db")
    migrating.migrate(store.engine)
    store.write_now(_people)
    store.write_now(note_search.refresh)
    words = [hashlib.sha256(bytes([n])).hexdigest()[:16] for n in range(60)]
    numbers = [store.write_now(_write, 1, f"kata {word}") for word in words]
    for number in numbers[::2]:
        store.write_now(_forget, number)
    store.write_now(note_search.purge)
    assert store.scrub_now()
    raw = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    # An index shares the beginnings of neighbouring words, so their ends are looked for.
    assert not [word for word in words[::2] if word[-10:].encode() in raw]
    assert all(word[-10:].encode() in raw for word in words[1::2])
    assert len(_find(store, 1, "kata")) == 30
    store.close()
