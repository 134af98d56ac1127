"""What sealing notes costs: ``python -m benchmarks.sealing [--notes N]``.

The same notes of 34 people (as many as the shipped roster has) are written, read and searched on
this disk without a key and with one, each kind of work right after the other.
Writing is durable, 64 at a time, as in a busy minute. Milliseconds and seconds by the clock on the
wall, and of processor time, which other work does not change.
"""

import argparse
import asyncio
import os
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from sqlmodel import Session

from bot.domain import search
from bot.domain.people import Role
from bot.store import note_search, notes, resealing
from bot.store.attachments import Attachments
from bot.store.database import Database
from bot.store.migrating import migrate
from bot.store.sealing import KEY_BYTES, Keyring
from bot.store.tables import Note, Person

_PEOPLE = 34
_AT_ONCE = 64
_WORDS = 120
_FILE = os.urandom(5 * 1024**2)
_NOW = datetime(2025, 11, 4, tzinfo=UTC)
_KEY = os.urandom(KEY_BYTES)


def main(argv: Sequence[str] | None = None) -> int:
    """Prints one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, default=5_000)
    args = parser.parse_args(argv)
    print(f"{'':36}{'plain':>10}{'sealed':>10}{'cpu':>10}{'cpu':>10}")
    with tempfile.TemporaryDirectory() as folder:
        stores = [_store(Path(folder) / name, ring) for name, ring in _RINGS.items()]
        texts = _texts(args.notes)
        _row("notes written, a second", args.notes, [partial(_write, s, texts) for s in stores])
        _row("pages of 5 read, a second", 500, [partial(_pages, s) for s in stores])
        words = search.asked("kata17 kata3")
        _row("searches of own notes, a second", 50, [partial(_find, s, words) for s in stores])
        folders = [Attachments(Path(folder) / f"{n}", r) for n, r in _RINGS.items()]
        _row("files, MB a second", 20 * 5, [partial(_files, f) for f in folders])
        turned = Database(stores[1].engine.url.render_as_string(), keyring=_turned())
        began = time.perf_counter()
        values = sum(resealing.reseal_rows(turned))
        print(f"turned to another key: {values} values in {time.perf_counter() - began:.1f} s")
        for store in (*stores, turned):
            store.close()
    return 0


_RINGS = {"plain": Keyring(), "sealed": Keyring([_KEY])}


def _turned() -> Keyring:
    return Keyring([os.urandom(KEY_BYTES), _KEY])


def _store(path: Path, keyring: Keyring) -> Database:
    store = Database(f"sqlite:///{path}.db", keyring=keyring)
    migrate(store.engine)

    def people(db: Session) -> None:
        for number in range(1, _PEOPLE + 1):
            db.add(Person(id=number, key=f"p{number}", name="N", role=Role.PARTICIPANT))
        note_search.refresh(db, readable=keyring.writes_with is None)

    store.write_now(people)
    return store


def _texts(count: int) -> list[str]:
    chance = random.Random(20251104)
    return [" ".join(f"kata{chance.randrange(400)}" for _ in range(_WORDS)) for _ in range(count)]


def _write(store: Database, texts: Sequence[str]) -> None:
    def one(db: Session, number: int) -> None:
        note = Note(
            person_id=1 + number % _PEOPLE,
            day=date(2025, 11, 4),
            text=texts[number],
            created_at=_NOW,
            updated_at=_NOW,
        )
        notes.add(db, note, source=(1, number))

    async def all_of_them() -> None:
        for first in range(0, len(texts), _AT_ONCE):
            batch = range(first, min(first + _AT_ONCE, len(texts)))
            await asyncio.gather(*(store.write(one, number) for number in batch))

    asyncio.run(all_of_them())


def _pages(store: Database) -> None:
    for number in range(500):
        store.read_now(notes.page, 1 + number % _PEOPLE, offset=0, limit=5)


def _find(store: Database, words: Sequence[str]) -> None:
    for number in range(50):
        store.read_now(note_search.search, 1 + number % _PEOPLE, words)


def _files(folder: Attachments) -> None:
    for number in range(10):
        folder.get(folder.put(number.to_bytes(1, "big") + _FILE))


def _row(name: str, count: int, works: Sequence[Callable[[], None]]) -> None:
    """One line: how much a second of each, then milliseconds of processor time for one."""
    wall, cpu = [], []
    for work in works:
        began, used = time.perf_counter(), time.process_time()
        work()
        wall.append(count / (time.perf_counter() - began))
        cpu.append((time.process_time() - used) * 1000 / count)
    rates = "".join(f"{rate:10.0f}" for rate in wall)
    print(f"{name:36}{rates}" + "".join(f"{each:7.2f} ms" for each in cpu))


if __name__ == "__main__":
    raise SystemExit(main())
