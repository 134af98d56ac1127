"""Feeds the parsers of foreign files with what atheris makes up: ``scripts/fuzz PARSER SECONDS``.

A parser may refuse a file with problems to show; any other exception is a bug, and so is a file
that takes long. Workbooks are put together from made-up cells: a mutated ZIP only tests zipfile.
"""

import io
import re
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import atheris  # type: ignore[import-not-found,import-untyped,unused-ignore]  # see scripts/fuzz

with atheris.instrument_imports(include=["bot"]):
    from bot.domain.problems import ProblemsError
    from bot.store.agenda_file import parse_agenda
    from bot.store.event_writer import agenda_text
    from bot.store.roster_file import parse_roster
    from bot.store.schedules import calendar, conference_json, conference_xml, rundown  # noqa: F401 - imported late otherwise, and then not watched
    from bot.store.schedules.reading import read_schedule

from openpyxl import Workbook

_UNHOLDABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
"""No workbook can."""
_FOLDER = Path(tempfile.mkdtemp(prefix="fuzz"))
_WORDS = (
    "Hari", "Tanggal", "Waktu", "Jam", "Kegiatan", "Materi", "Ruang", "Tempat", "Narasumber",
    "Title", "Start", "End", "Room", "Speaker", "Selasa, 4 November 2025", "Hari 1", "Day 2",
    "08.00 - 09.00", "08.00-selesai", "19:30", "2025-11-04", "4/11/2025", "nama", "id", "jabatan",
    "OPD", "peran", "peserta", "panitia", "ajudan dari", "no HP", "0812 3456 7890", "p1", "p1",
)  # fmt: skip


def agenda(data: bytes) -> None:
    """Whatever can be read can be written, and reads the same."""
    lenient = bool(data[:1]) and data[0] % 2 == 1
    found, _ = parse_agenda(data[1:], lenient=lenient)
    written = agenda_text(found, comment="", heading=lambda number, day: f"{number} {day}")
    again, _ = parse_agenda(written.encode(), lenient=True)
    assert again.sessions == found.sessions, "written and read, it says something else"


def roster(data: bytes) -> None:
    """A table as text, or a workbook."""
    if data[:1] == b"\x00":
        data = _workbook(data[1:])
    parse_roster(data, file="roster")


def schedule(data: bytes) -> None:
    """A file of any of the known kinds."""
    path = _FOLDER / "schedule"
    path.write_bytes(_workbook(data[1:]) if data[:1] == b"\x00" else data)
    read_schedule(path, first_day=date(2025, 11, 4))


def _workbook(data: bytes) -> bytes:
    made = atheris.FuzzedDataProvider(data)
    book = Workbook()
    for _ in range(made.ConsumeIntInRange(0, 1)):
        book.create_sheet()
    for sheet in book.worksheets:
        for _ in range(made.ConsumeIntInRange(0, 12)):
            sheet.append([_cell(made) for _ in range(made.ConsumeIntInRange(0, 6))])
        if made.ConsumeBool():
            sheet.merge_cells("A2:B3")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _cell(made: Any) -> object:
    kind = made.ConsumeIntInRange(0, 7)
    if kind <= 3:
        return made.PickValueInList(list(_WORDS))
    if kind == 4:
        return _UNHOLDABLE.sub("", made.ConsumeUnicodeNoSurrogates(12))
    if kind == 5:
        return made.ConsumeInt(4)
    if kind == 6:
        return made.ConsumeFloat()
    return datetime(2025, 11, made.ConsumeIntInRange(1, 30), made.ConsumeIntInRange(0, 23), 30)


_PARSERS: dict[str, Callable[[bytes], None]] = {
    "agenda": agenda,
    "roster": roster,
    "schedule": schedule,
}


def main() -> None:
    """``parsers.py PARSER [options of libFuzzer]``."""
    parse = _PARSERS[sys.argv.pop(1)]

    def one(data: bytes) -> None:
        with suppress(ProblemsError):
            parse(data)

    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
