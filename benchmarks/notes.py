"""Notes durably kept a second through the service, against raw inserts into sqlite3.

Both with a write-ahead log and synchronous=FULL, in the same folder and the same run. Raw: one
connection, one row and one commit after the other. The service: as many people at once as given,
each waiting for the answer to one note before writing the next, through ``Database.write`` and
``writing.keep``, which stores the note, its message, the open dialogue and the index of its words.
One writer alone, who shares no flush to the disk with anybody, is shown beside it.
"""

import argparse
import asyncio
import sqlite3
import statistics
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

from sqlmodel import Session

from bot.domain.agenda import Agenda, Event
from bot.domain.drafts import Draft, Piece, Subject
from bot.domain.people import Role
from bot.services import writing
from bot.store import note_search
from bot.store.database import Database
from bot.store.migrating import migrate
from bot.store.tables import Person

DAY = date(2025, 11, 4)
NOW = datetime(2025, 11, 4, 5, tzinfo=UTC)
TEXT = (
    "Koordinasi antarunit perlu dimulai sejak perencanaan, bukan pada akhir tahun anggaran. " * 3
)
_LEAST = 0.3
"""Of the rate of raw inserts: less would be felt when everybody writes after a session."""
AGENDA = Agenda(Event("bench", "Bench", "Asia/Jakarta", DAY, DAY), ())


def main(argv: list[str] | None = None) -> int:
    """Prints the medians and their ratio; 1 if that is below ``_LEAST``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, default=1500)
    parser.add_argument("--people", type=int, default=34, help="who write at the same time")
    parser.add_argument("--repeat", type=int, default=5)
    args = parser.parse_args(argv)
    raw: list[float] = []
    service: list[float] = []
    alone: list[float] = []
    for _ in range(args.repeat):
        with tempfile.TemporaryDirectory() as folder:
            raw.append(_raw(Path(folder), args.notes))
            service.append(asyncio.run(_service(Path(folder), "all", args.notes, args.people)))
            alone.append(asyncio.run(_service(Path(folder), "one", args.notes // 5, 1)))
    ratio = statistics.median(s / r for s, r in zip(service, raw, strict=True))
    print(f"raw sqlite3 inserts   {statistics.median(raw):8.0f} a second")
    print(f"notes of {args.people:4} people  {statistics.median(service):8.0f} a second")
    print(f"notes of one alone    {statistics.median(alone):8.0f} a second")
    print(f"ratio                 {ratio:8.2f}   (medians of {args.repeat})")
    return int(ratio < _LEAST)


def _raw(folder: Path, notes: int) -> float:
    db = sqlite3.connect(folder / "raw.db", isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute(
        "CREATE TABLE note (id INTEGER PRIMARY KEY, person_id INTEGER, session_id TEXT, day TEXT,"
        " text TEXT, created_at TEXT, updated_at TEXT)"
    )
    begun = time.perf_counter()
    for number in range(notes):
        row = (number % 34, None, str(DAY), TEXT, str(NOW), str(NOW))
        db.execute("BEGIN IMMEDIATE")
        db.execute(
            "INSERT INTO note (person_id, session_id, day, text, created_at, updated_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            row,
        )
        db.execute("COMMIT")
    rate = notes / (time.perf_counter() - begun)
    db.close()
    return rate


async def _service(folder: Path, name: str, notes: int, people: int) -> float:
    db = Database(f"sqlite:///{folder}/{name}.db")
    migrate(db.engine)
    db.write_now(_prepare, people)

    async def write(person_id: int, count: int) -> None:
        for number in range(count):
            piece = Piece((1000 + person_id, number), TEXT, NOW.timestamp())
            draft = Draft(Subject(DAY))
            await db.write(
                writing.keep, AGENDA, person_id=person_id, piece=piece, draft=draft, now=NOW
            )

    await write(people + 1, 1)  # statements are compiled
    share = notes // people
    begun = time.perf_counter()
    await asyncio.gather(*(write(person_id, share) for person_id in range(1, people + 1)))
    rate = share * people / (time.perf_counter() - begun)
    db.close()
    return rate


def _prepare(db: Session, people: int) -> None:
    note_search.refresh(db)
    for number in range(1, people + 2):
        db.add(Person(key=f"p{number}", name=f"Person {number}", role=Role.PARTICIPANT))


if __name__ == "__main__":
    raise SystemExit(main())
