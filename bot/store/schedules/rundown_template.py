"""A rundown to fill in as .xlsx; `rundown` reads it back."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from babel.dates import format_date

from bot.domain import clock
from bot.domain.agenda import Agenda, Session, local_times

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_WIDTHS = (28, 16, 42, 22, 34, 26, 22, 26, 40)
_EXAMPLE_DAYS = 2
_EXAMPLE_ROWS = 6
_ZONES = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


@dataclass(frozen=True)
class Words:
    """What the sheet says. ``columns``: headings of day, time, activity, room, speakers, person in
    charge, dress, what to bring, notes, in this order."""

    title: str
    event: str
    place: str
    hint: str
    example: str
    columns: tuple[str, ...]


def rundown_sheet(agenda: Agenda | None, words: Words, language: str, *, first: date) -> bytes:
    """The workbook's bytes: every session of ``agenda`` with its id, or empty rows to fill in.

    ``first``: the day written as an example where there is no agenda.
    """
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None  # a new workbook has one
    sheet.title = words.title
    event = agenda.event if agenda else None
    sheet.append([words.event, event.name if event else ""])
    sheet.append([words.place, (event.place or "") if event else ""])
    sheet.append([])
    sheet.append([words.hint])
    sheet.append([])
    sheet.append([*words.columns, *(["ID"] if agenda else [])])
    header = sheet.max_row
    for row in _rows(agenda, words, language, first):
        sheet.append(row)
    _dress_up(sheet, header)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _rows(agenda: Agenda | None, words: Words, language: str, first: date) -> Iterator[list[str]]:
    if agenda is None:
        for number in range(_EXAMPLE_DAYS):
            day = first + timedelta(days=number)
            yield [_day(day, language), "08.00 - 09.00", words.example]
            yield from ([] for _ in range(_EXAMPLE_ROWS))
        return
    before: date | None = None
    for session in agenda.sessions:
        day = agenda.day_of(session)
        yield [_day(day, language) if day != before else "", *_cells(agenda, session)]
        before = day


def _cells(agenda: Agenda, session: Session) -> list[str]:
    start, end = local_times(agenda, session)
    zone = _ZONES.get(agenda.timezone, "")
    nights = (clock.local_day(session.end, agenda.timezone) - agenda.day_of(session)).days
    until = "24.00" if nights == 1 and f"{end:%H%M}" == "0000" else f"{end:%H.%M}"
    return [
        f"{start:%H.%M} - {until} {zone}".strip(),
        session.title,
        session.room or "",
        "\n".join(session.speakers),
        "",
        session.dress or "",
        session.bring or "",
        session.description or "",
        session.id,
    ]


def _day(day: date, language: str) -> str:
    return str(format_date(day, "EEEE, d MMMM y", locale=language))


def _dress_up(sheet: "Worksheet", header: int) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for column, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    for cell in sheet[header]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DDE8F0")
    for number, row in enumerate(sheet.iter_rows(), start=1):
        for cell in row:
            if number >= header:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
            if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@")):
                cell.data_type = "s"  # a title that begins like this is no formula
                cell.quotePrefix = True  # nor when somebody edits it
    sheet.freeze_panes = f"A{header + 1}"
