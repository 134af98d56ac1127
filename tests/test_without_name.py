"""What was given without name: no byte of the store's files, no row, no log says whose it was."""

import logging
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text

from bot.rehearsal.world import User
from bot.store.tables import AnonymousNote, Dialogue, Note
from tests import stores
from tests.acting import press_data
from tests.builders import Stage, last
from tests.kept_notes import consents, everything, written

GIVEN = "kejujuranqx lebihberhargazv daripadajabatanwk"
EARLIER = "rancanganpertamajy"
ADDED = "tambahansusulanfh"
"""Words that nothing else in the store holds."""
COLUMNS = {"key", "session_id", "text"}
"""All that is kept of what was given without name."""


async def test_nothing_ties_what_was_given_without_name_to_its_writer(
    stage: Stage, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    caplog.set_level(logging.DEBUG, "handlers")
    caplog.set_level(logging.WARNING, "telegram")  # as bot.logs never lets it say more
    writers = [await stage.user(key) for key in ("p30", "p29")]
    await consents(stage, *writers)
    for n in range(40):  # so that the trees of the store have many pages, and grow and shrink
        for writer in writers:
            await written(stage, writer, f"catatan biasa {n} " * 40, session_id="d1-pembukaan")
    numbers = [await _write_look_and_give(stage, writer, str(writer.id)) for writer in writers]
    await stage.calm()

    given = await everything(stage, AnonymousNote)
    assert len(given) == 2
    tables = await stage.house.db.read(_all_rows)
    assert {name for row in tables.pop("anonymous_note") for name in row} == COLUMNS
    for word in (*_words(writers), *(one.key for one in given)):
        found = [name for name, rows in tables.items() if word in str(rows)]
        assert not found, word
        assert word not in caplog.text, word
    for name, rows in tables.items():
        for row in rows:
            assert row.get("note_id") not in numbers, name
    for dialogue in await everything(stage, Dialogue):
        assert not [value for value in dialogue.details.values() if value in numbers]
    if stores.chosen == stores.SQLITE:
        _read_every_byte(tmp_path, writers, [one.key for one in given])


async def _write_look_and_give(stage: Stage, writer: User, mark: str) -> int | None:
    """All that may leave a trace: changes, files, searches, the views that show the words."""
    await stage.say(writer, f"/refleksi {EARLIER}{mark}")
    note: Note = max(await everything(stage, Note), key=lambda one: one.id)
    writer.send_voice(b"suara", caption=f"{ADDED}{mark}")
    await stage.calm()
    await stage.say(writer, f"/catatan {EARLIER}{mark}")
    await press_data(stage, writer, f"n:e:{note.id}")
    await stage.say(writer, f"{GIVEN}{mark}")
    await stage.say(writer, f"/catatan {GIVEN.split(maxsplit=1)[0]}")
    await stage.press(writer, "1")
    await stage.press(writer, "versi")
    assert EARLIER in last(writer)
    await stage.press(writer, "Kembali")
    await press_data(stage, writer, f"c:n:{note.id}")
    await stage.press(writer, "sendiri")
    await stage.say(writer, "31 Desember")
    for label in ("Lewati", "Lewati", "Simpan"):
        await stage.press(writer, label)
    await press_data(stage, writer, f"c:n:{note.id}")  # another, left half written
    await press_data(stage, writer, f"n:e:{note.id}")  # left unanswered, so it still waits
    await press_data(stage, writer, f"n:a:{note.id}:0")
    assert "ikut dihapus" in last(writer)
    await stage.press(writer, "Ya, serahkan")
    assert "sudah diserahkan" in last(writer)
    return note.id


def _words(writers: list[User]) -> list[str]:
    marks = [str(writer.id) for writer in writers]
    return [*GIVEN.split(), EARLIER, ADDED, *(f"jabatanwk{mark}" for mark in marks)]


def _all_rows(db: Any) -> dict[str, list[dict[str, Any]]]:
    """Every table with every row, those of the index of words too."""
    connection = db.connection()
    return {
        name: [
            dict(row._mapping)
            for row in connection.execute(text(f'SELECT * FROM "{name}"'))  # noqa: S608  # a table
        ]
        for name in inspect(connection).get_table_names()
    }


def _read_every_byte(folder: Path, writers: list[User], keys: list[str]) -> None:
    files = {path.name: path.read_bytes() for path in folder.glob("mandala.db*")}
    assert {"mandala.db", "mandala.db-wal", "mandala.db-shm"} <= files.keys()
    raw = b"".join(files.values())
    for word in (EARLIER, ADDED):
        assert raw.count(word.encode()) == 0, word
        assert raw.count(word[-10:].encode()) == 0, f"the end of {word}, as an index has it"
    plain = 0 if stores.sealed else 1
    for writer in writers:
        for word in GIVEN.split():
            where = f"{word}{writer.id}" if word == GIVEN.rsplit(maxsplit=1)[-1] else word
            expected = plain if where != word else plain * len(writers)
            assert raw.count(where.encode()) == expected, f"{where}: only as it was given"
        assert f"{writer.id - 1000}x{GIVEN[:8]}".encode() not in raw, "the index of words"
    for key in keys:
        assert raw.count(key.encode()) == 1
