"""The sheets of a workbook as rows of values, with what merged cells mean."""

import io
import warnings
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.store.schedules.drafts import Notes

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_MOST_ROWS = 5000
_MOST_COLUMNS = 60
_MOST_UNPACKED = 60 * 1024 * 1024


@dataclass(slots=True)
class Row:
    """One row. ``cells`` are its values, as the spreadsheet has them.

    Attributes:
        number: counted from 1, as the spreadsheet shows it.
        above: by column, the value of a merged cell that reaches down into this row.
        spans: by column, how many columns the merged cell that begins there is wide.
    """

    number: int
    cells: list[object]
    above: dict[int, object] = field(default_factory=dict)
    spans: dict[int, int] = field(default_factory=dict)

    def own(self, column: int) -> object:
        """The value written in this row; text without blanks around it, None where empty."""
        value = self.cells[column] if column < len(self.cells) else None
        if isinstance(value, str):
            value = value.strip()
            return None if value in {"", "-", "–", "—"} else value
        return value

    def reaching(self, column: int) -> object:
        """The same, or that of the merged cell which reaches down here."""
        value = self.own(column)
        return self.above.get(column) if value is None else value

    def texts(self) -> list[str]:
        """Every value of the row's own as text."""
        own = (self.own(column) for column in range(len(self.cells)))
        return [str(value) for value in own if value is not None]


@dataclass(slots=True)
class Sheet:
    """A visible sheet and its rows that are not empty."""

    name: str
    rows: list[Row]


def read_sheets(content: bytes, notes: Notes) -> list[Sheet]:
    """The visible sheets of an .xlsx; formulas by the value they had when last computed."""
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = packed.namelist()
            if sum(entry.file_size for entry in packed.infolist()) > _MOST_UNPACKED:
                notes.findings.error("too_big", megabytes=_MOST_UNPACKED // 1024**2)
                return []
        if "xl/workbook.xml" not in names:
            notes.error("not_schedule")
            return []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # extensions that openpyxl leaves out do not matter
            book = load_workbook(io.BytesIO(content), data_only=True)
        sheets = []
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                sheets.append(_sheet(sheet, notes))
            else:
                notes.warn("hidden_sheet", None, name=sheet.title)
        return [sheet for sheet in sheets if sheet.rows]
    except Exception:  # a broken workbook raises nearly anything: KeyError, ParseError, ...
        notes.error("xlsx")
        return []


def _sheet(sheet: "Worksheet", notes: Notes) -> Sheet:
    above: dict[int, dict[int, object]] = {}
    spans: dict[int, dict[int, int]] = {}
    for area in sheet.merged_cells.ranges:
        top, left = area.min_row, area.min_col - 1
        if area.max_col > area.min_col:
            spans.setdefault(top, {})[left] = area.max_col - area.min_col + 1
        value = sheet.cell(top, area.min_col).value
        for number in range(top + 1, min(area.max_row, _MOST_ROWS) + 1):
            above.setdefault(number, {})[left] = value
    last = min(sheet.max_row, _MOST_ROWS)
    if sheet.max_row > _MOST_ROWS:
        notes.warn("rows", _MOST_ROWS, limit=_MOST_ROWS)
    columns = min(sheet.max_column, _MOST_COLUMNS)
    found = sheet.iter_rows(max_row=last, max_col=columns, values_only=True)
    rows = [
        Row(number, list(cells), above.get(number, {}), spans.get(number, {}))
        for number, cells in enumerate(found, start=1)
    ]
    return Sheet(sheet.title, [row for row in rows if row.texts() or row.above])
