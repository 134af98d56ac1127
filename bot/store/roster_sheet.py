"""A roster's bytes as rows of text cells: .csv in its usual variants, or .xlsx."""

import csv
import io
import warnings
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.store.findings import Findings

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_DELIMITERS = ",;\t"
_DECLARATIONS = {f"sep={delimiter}" for delimiter in _DELIMITERS}  # a first line of Excel's own
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_MAX_ROWS = 100_000
_MAX_COLUMNS = 60
_MAX_UNPACKED = 60 * 1024 * 1024


@dataclass(frozen=True)
class Row:
    """One row: its number in the file (from 1) and its cells as trimmed text.

    ``merged`` has, by column, the text of the merged cell that reaches down into this row;
    ``formulas`` the columns that hold a formula instead of a value.
    """

    number: int
    cells: list[str]
    merged: dict[int, str] = field(default_factory=dict)
    formulas: frozenset[int] = frozenset()


def read_sheets(content: bytes, findings: Findings) -> list[list[Row]]:
    """The sheets of a file (a .csv is one), without empty rows; what the bytes are decides."""
    if content.startswith(b"PK"):
        return _workbook(content, findings)
    if content.startswith(_OLD_EXCEL):
        findings.error("roster_old_excel")
        return []
    text = _decode(content, findings)
    return [] if text is None else [_csv_rows(text, findings)]


def _decode(content: bytes, findings: Findings) -> str | None:
    guesses = ["utf-8-sig", "cp1252"]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):  # Excel's "Unicode text"
        guesses = ["utf-16"]
    for encoding in guesses:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    findings.error("roster_encoding")
    return None


def _csv_rows(text: str, findings: Findings) -> list[Row]:
    lines = text.splitlines(keepends=True)
    declared = lines[0].strip("\r\n").casefold() if lines else ""
    skipped = 1 if declared in _DECLARATIONS else 0
    delimiter = declared[-1] if skipped else _delimiter(lines)
    reader = csv.reader(io.StringIO("".join(lines[skipped:]), newline=""), delimiter=delimiter)
    rows: list[Row] = []
    begins = skipped + 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(Row(begins, [" ".join(cell.split()) for cell in cells]))
            begins = skipped + reader.line_num + 1
            if len(rows) > _MAX_ROWS:
                findings.error("roster_rows", begins, limit=_MAX_ROWS)
                return []
    except csv.Error as error:
        findings.error("roster_syntax", begins, reason=str(error))
        return []
    return rows


def _delimiter(lines: list[str]) -> str:
    """The separator that the richest of the first lines has most of, quoted text left out."""
    best, most = ",", 0
    for line in lines[:20]:
        bare = "".join(line.split('"')[::2])
        for candidate in _DELIMITERS:
            if bare.count(candidate) > most:
                best, most = candidate, bare.count(candidate)
    return best


def _workbook(content: bytes, findings: Findings) -> list[list[Row]]:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > _MAX_UNPACKED:
                findings.error("too_big", megabytes=_MAX_UNPACKED // 1024**2)
                return []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # extensions that openpyxl leaves out do not matter
            book = load_workbook(io.BytesIO(content))
        return [_sheet_rows(sheet, findings) for sheet in book.worksheets]
    except Exception:  # a broken workbook raises nearly anything: KeyError, ParseError, ...
        findings.error("roster_broken")
        return []


def _sheet_rows(sheet: "Worksheet", findings: Findings) -> list[Row]:
    merged: dict[int, dict[int, str]] = {}
    for area in sheet.merged_cells.ranges:
        text = _cell_text(sheet.cell(area.min_row, area.min_col).value)
        for number in range(area.min_row + 1, min(area.max_row, _MAX_ROWS) + 1):
            merged.setdefault(number, {})[area.min_col - 1] = text
    rows: list[Row] = []
    last = min(sheet.max_row, _MAX_ROWS)
    columns = min(sheet.max_column, _MAX_COLUMNS)
    for number, cells in enumerate(sheet.iter_rows(max_row=last, max_col=columns), start=1):
        texts = [_cell_text(cell.value) for cell in cells]
        formulas = frozenset(n for n, cell in enumerate(cells) if cell.data_type == "f")
        if any(texts):
            rows.append(Row(number, texts, merged.get(number, {}), formulas))
    if rows and sheet.max_row > _MAX_ROWS and rows[-1].number == _MAX_ROWS:
        findings.error("roster_rows", _MAX_ROWS, limit=_MAX_ROWS)
    return rows


def _cell_text(value: object) -> str:
    """The text of a spreadsheet cell; whole numbers without a decimal point."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).split())
