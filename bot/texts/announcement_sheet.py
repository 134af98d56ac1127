"""The report of an announcement as a table for spreadsheet programs."""

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain import clock
from bot.domain.outbox import Status, deleted
from bot.texts.catalogue import text

_COLUMNS = (
    ("name", 40), ("position", 40), ("agency", 32), ("group", 16),
    ("state", 24), ("at", 20), ("read_at", 20), ("words", 40),
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Line:
    """One recipient. Instants are UTC; ``words`` are Telegram's, where it refused."""

    name: str
    position: str | None
    agency: str | None
    group: str | None
    status: Status
    at: datetime | None
    read_at: datetime | None
    words: str | None


def workbook(
    lines: Iterable[Line], language: str, *, title: str, zone: str, urgent: str | None = None
) -> bytes:
    """The content of an .xlsx file, one line a recipient, instants in the event's zone.

    ``urgent``: why it sounded in quiet hours.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet(str(text("broadcast.sheet_name", language)))
    for number, (_name, width) in enumerate(_COLUMNS):
        sheet.column_dimensions["ABCDEFGH"[number]].width = width
    sheet.freeze_panes = "A3"
    head_line = [safe(title)]
    if urgent:
        head_line.append(safe(str(text("broadcast.urgent_because", language, why=urgent))))
    sheet.append(head_line)
    heads = []
    for name, _width in _COLUMNS:
        head = WriteOnlyCell(sheet, str(text(f"broadcast.column_{name}", language)))
        head.font = Font(bold=True)
        heads.append(head)
    sheet.append(heads)
    for line in lines:
        sheet.append([safe(each) for each in _values(line, language, zone)])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def safe(value: str | None) -> str:
    """Text that no spreadsheet program takes for a formula, without control characters."""
    words = _UNPRINTABLE.sub("", value or "")
    return f"'{words}" if words.startswith(_FORMULA) else words


def _values(line: Line, language: str, zone: str) -> list[str | None]:
    state = "deleted" if deleted(line.words) else line.status.value
    return [
        line.name,
        line.position,
        line.agency,
        line.group,
        str(text(f"broadcast.state_{state}", language)),
        _instant(line.at, zone),
        _instant(line.read_at, zone),
        line.words,
    ]


def _instant(at: datetime | None, zone: str) -> str:
    return clock.local(at, zone).strftime("%Y-%m-%d %H:%M:%S") if at else ""
