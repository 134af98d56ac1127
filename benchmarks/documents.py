"""A booklet of 300 notes and 40 photos in each form, made as the bot makes it.

Seconds are from order to file, with the process that is begun for it; ``longest wait`` is how long
the event loop was kept from its other work in the meantime. The report is of 300 notes by 34
people. Ends with 1 where a document took longer than five seconds (median) or the loop was held up
longer than 0.2 s.
"""

import argparse
import asyncio
import contextlib
import random
import statistics
import struct
import sys
import time
import zlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bot.documents.workshop import Workshop
from bot.domain import event_report
from bot.domain.agenda import Agenda
from bot.domain.booklet import Booklet, OwnCommitment, OwnFile, OwnNote
from bot.domain.commitments import Standing
from bot.domain.event_report import Participant, Rated, Report, SharedNote, Stored
from bot.services import making
from bot.store.agenda_file import read_agenda

_ROOT = Path(__file__).resolve().parents[1]
_NOW = datetime(2025, 11, 7, 9, tzinfo=UTC)
_MOST_S, _WAIT_S = 5.0, 0.2
_WIDE, _HIGH = 1280, 960
_EIGHT_SHADES = bytes(shade & 0xE0 for shade in range(256))
_WORDS = (
    "Koordinasi antarperangkat daerah perlu dimulai sejak perencanaan; pelayanan yang baik "
    "melayani warga dengan data terpadu, bukan dengan berkas yang berpindah meja. "
)


def main(argv: list[str] | None = None) -> int:
    """Prints seconds (median, worst), the longest wait of the loop, and the file's size.

    1 where the median is above ``_MOST_S`` or the wait above ``_WAIT_S``.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, default=300)
    parser.add_argument("--photos", type=int, default=40)
    parser.add_argument("--repeat", type=int, default=5)
    args = parser.parse_args(argv)
    agenda = read_agenda(_ROOT / "data" / "mandala-magelang")
    own, figures = _booklet(agenda, args.notes, args.photos), _report(agenda, args.notes)
    works: list[tuple[str, Callable[[], Any]]] = [
        *(
            (f"booklet {form}", partial(making.booklet, own, agenda, "id", form=form, now=_NOW))
            for form in ("pdf", "docx", "zip")
        ),
        *(
            (f"report {form}", partial(making.report, figures, agenda, "id", form=form, now=_NOW))
            for form in ("pdf", "docx", "xlsx")
        ),
        ("report pictures", partial(making.charts, figures, agenda, "id")),
    ]
    print(f"{'document':18}{'median s':>10}{'worst s':>10}{'longest wait s':>16}{'kB':>8}")
    slow = []
    for name, work in works:
        runs = [asyncio.run(_measured(work)) for _ in range(args.repeat)]
        seconds = [run[0] for run in runs]
        wait, size = max(run[1] for run in runs), runs[0][2] / 1000
        middle, worst = statistics.median(seconds), max(seconds)
        print(f"{name:18}{middle:10.2f}{worst:10.2f}{wait:16.3f}{size:8.0f}")
        if middle > _MOST_S or wait > _WAIT_S:
            slow.append(name)
    return int(bool(slow))


async def _measured(work: Callable[[], Any]) -> tuple[float, float, int]:
    """Seconds, the loop's longest wait, bytes."""
    longest = 0.0

    async def beat() -> None:
        nonlocal longest
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - before - 0.001)

    beating = asyncio.create_task(beat())
    begun = time.perf_counter()
    made = await Workshop().do(work)
    seconds = time.perf_counter() - begun
    beating.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await beating
    size = len(made) if isinstance(made, bytes) else sum(map(len, made))
    return seconds, longest, size


def _photo(number: int) -> bytes:
    """A PNG of 1280 by 960 grey pixels, about as large as a phone's photo in Telegram."""
    shades = random.Random(number).randbytes(_WIDE * _HIGH).translate(_EIGHT_SHADES)
    rows = b"".join(b"\0" + shades[at : at + _WIDE] for at in range(0, len(shades), _WIDE))
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", _WIDE, _HIGH, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows, 1)),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _booklet(agenda: Agenda, count: int, photos: int) -> Booklet:
    sessions = [session.id for session in agenda.sessions if session.kind.learning]
    notes = tuple(
        OwnNote(
            _WORDS * (1 + number % 4),
            sessions[number % len(sessions)],
            agenda.days[0],
            _NOW - timedelta(minutes=number),
            _files(number, photos, count),
        )
        for number in range(count)
    )
    plans = tuple(
        OwnCommitment("Menyusun rencana aksi", "Bappeda", "Rapat", None, date(2026, 2, 1), each)
        for each in Standing
    )
    return Booklet("Peserta", None, None, notes, dict.fromkeys(sessions, 4), plans)


def _files(number: int, photos: int, count: int) -> tuple[OwnFile, ...]:
    """A photo with every so many notes."""
    if not photos or number % (count // photos) or number // (count // photos) >= photos:
        return ()
    content = _photo(number)
    return (OwnFile(f"papan-{number}.png", "photo", len(content), content=content),)


def _report(agenda: Agenda, count: int) -> Report:
    sessions = [session.id for session in agenda.sessions if session.kind.learning]
    people = range(34)
    stored = Stored(
        participants=[Participant(n, f"Kelompok {n % 4 + 1}", joined=True) for n in people],
        written=[(n, each) for n in people for each in sessions],
        ratings=[Rated(n, each, 1 + (n + len(each)) % 5) for n in people for each in sessions],
        notes=[
            SharedNote(f"{_WORDS} {n}", sessions[n % len(sessions)], f"Peserta {n % 34}")
            for n in range(count)
        ],
        plans=(),
        unshared=(),
        reached=(),
    )
    return event_report.report(stored, agenda)


if __name__ == "__main__":
    sys.exit(main())
