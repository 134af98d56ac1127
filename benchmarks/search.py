"""How long a search over 50,000 notes takes: ``python -m benchmarks.search [--notes N]``.

Notes of 34 people (as many as the shipped roster has) in SQLite on this disk, or with
``--postgresql`` on a server of the benchmark's own; with ``--sealed`` under a key. 20 to 200 words
each from a vocabulary in which a few words are everywhere, as in any language. A search is what a
person waits for behind ``/catatan words``: the ids of all that was found, and the first page with
the place of the words shown. Varied words are of every frequency, whole and as beginnings, one to
four together; the common ones are listed beside, since they cost most. Milliseconds by the clock
on the wall, and of processor time, which other work on the machine does not change.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from sqlmodel import Session

from bot.domain.agenda import Agenda, Event
from bot.domain.notes import FOUND
from bot.domain.people import Role
from bot.domain.search import passage
from bot.services import reading
from bot.store import note_search
from bot.store.database import Database
from bot.store.migrating import migrate
from bot.store.sealing import Keyring
from bot.store.tables import Note, Person
from tests import postgres

PEOPLE = 34
_WORDS = 8_000
_AT_ONCE = 1_000
_QUERIES = 2_000
_NOW = datetime(2025, 11, 4, tzinfo=UTC)
_AGENDA = Agenda(Event("a", "A", "Asia/Jakarta", date(2025, 11, 4), date(2025, 11, 6)), ())


def main(argv: Sequence[str] | None = None) -> int:
    """Prints one table; 1 if the 99th percentile of varied queries is above 20 ms."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, default=50_000)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--sealed", action="store_true")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        keyring = Keyring([bytes(32)]) if args.sealed else Keyring()
        url = f"sqlite:///{folder}/notes.db"
        if args.postgresql:
            url = postgres.server().database(Path(folder), "notes", empty=True)
        store = Database(url, keyring=keyring)
        migrate(store.engine)
        chance = random.Random(20251104)
        words = vocabulary(chance)
        seconds = _fill(store, words, args.notes)
        print(f"{args.notes} notes of {PEOPLE} people indexed in {seconds:.0f} s")
        heads = ("median", "99 %", "worst", "cpu", "cpu 99%", "found")
        print(" ".join([f"{'ms per search':28}", *(f"{head:>7}" for head in heads)]))
        _measure(store, "everybody's first", [(n, words[n]) for n in range(1, PEOPLE + 1)])
        varied = list(_varied(chance, words))
        worst = _measure(store, "varied, 1 to 4 words", varied)
        for name, asked in (
            ("the commonest word", words[0]),
            ("its first three letters", words[0][:3]),
            ("the two commonest", " ".join(words[:2])),
            ("the four commonest", " ".join(words[:4])),
            ("sixteen words", " ".join(words[:16])),
            ("a word that nobody wrote", "qqqqqq"),
        ):
            _measure(store, name, [(person, asked) for person in range(1, PEOPLE + 1)] * 3)
        store.close()
        postgres.stop()
    return int(worst > 20)


def vocabulary(chance: random.Random) -> list[str]:
    """Different words that sound like words, the commonest first."""
    found: dict[str, None] = {}
    while len(found) < _WORDS:
        letters = ("bcdfghjklmnprstwy", "aeiou")
        length = chance.randrange(3, 12)
        found["".join(chance.choice(letters[n % 2]) for n in range(length))] = None
    return list(found)


def _fill(store: Database, words: Sequence[str], count: int) -> float:
    chance, weights = random.Random(1), [1 / (n + 1) for n in range(len(words))]

    def batch(db: Session, numbers: Iterable[int]) -> None:
        several = [
            Note(
                id=number + 1,
                person_id=number % PEOPLE + 1,
                day=_NOW.date(),
                text=" ".join(chance.choices(words, weights, k=chance.randrange(20, 200))),
                created_at=_NOW,
                updated_at=_NOW,
            )
            for number in numbers
        ]
        db.add_all(several)
        db.flush()
        note_search.put(db, several)

    began = time.perf_counter()
    store.write_now(_people)
    store.write_now(note_search.refresh, readable=store.keyring.writes_with is None)
    for first in range(0, count, _AT_ONCE):
        store.write_now(batch, range(first, min(count, first + _AT_ONCE)))
    return time.perf_counter() - began


def _people(db: Session) -> None:
    for number in range(1, PEOPLE + 1):
        db.add(Person(id=number, key=f"p{number}", name=f"P {number}", role=Role.PARTICIPANT))


def _varied(chance: random.Random, words: Sequence[str]) -> Iterable[tuple[int, str]]:
    """Words of every frequency, as often from the commonest hundred as from all others."""
    for _ in range(_QUERIES):
        asked = []
        for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 4))):
            word = chance.choice(words[:100] if chance.random() < 0.5 else words)
            asked.append(word[: chance.randrange(3, len(word) + 1)])
        yield chance.randrange(1, PEOPLE + 1), " ".join(asked)


def _measure(store: Database, name: str, queries: Sequence[tuple[int, str]]) -> float:
    """Prints a line; the 99th percentile."""
    took, processor, found = [], [], []
    for person, asked in queries:
        began, spent = time.perf_counter(), time.process_time()
        found.append(_search(store.read_now, person, asked))
        took.append((time.perf_counter() - began) * 1000)
        processor.append((time.process_time() - spent) * 1000)
    took.sort()
    processor.sort()
    most = int(len(took) * 0.99)
    numbers = (
        statistics.median(took),
        took[most],
        took[-1],
        statistics.median(processor),
        processor[most],
    )
    figures = " ".join(f"{number:7.2f}" for number in numbers)
    print(f"{name:28} {figures} {statistics.median(found):7.0f}")
    return took[most]


def _search(read: Callable[..., reading.Page | None], person: int, asked: str) -> int:
    page = read(reading.page, _AGENDA, person_id=person, place=FOUND, words=asked)
    assert page is not None
    for note in page.notes:
        passage(note.text, page.wanted, width=160)
    return page.total


if __name__ == "__main__":
    raise SystemExit(main())
