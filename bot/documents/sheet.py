"""The tables of a document as a spreadsheet that prints on A4."""

import math
import re
from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

from bot.documents.model import Cell, Document, Highlights, KeyFacts, Table
from bot.documents.values import numeric, printable

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_NAME = 31
"""Characters of a sheet's name (Excel)."""
_CELL = 32_000
"""Characters of a cell: Excel takes 32,767."""
_ACROSS = 96
"""Characters across an upright page of A4."""
_FONT = "Calibri"
_LINE, _HIGHEST = 15.0, 400.0
"""Points: a line of that font; Excel takes rows of 409."""
_A4 = 9
"""Excel's number of that paper."""


def xlsx(document: Document) -> bytes:
    """The document's figures as .xlsx: the first sheet says what it is, each table has its own.

    Numbers are numbers and days are days. Whatever begins like a formula is text all the same.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    first = book.active
    assert first is not None
    taken: set[str] = set()
    first.title = _name(document.kicker, taken)
    rows: list[Sequence[Cell]] = [(document.title,), *((line,) for line in document.lines)]
    rows += [(document.colophon,), ()]
    for block in document.blocks:
        if isinstance(block, Highlights):
            rows += [(name, shown) for shown, name in block.figures]
        elif isinstance(block, KeyFacts):
            rows += list(block.lines)
        elif isinstance(block, Table):
            sheet = book.create_sheet(_name(block.name, taken))
            _fill(sheet, (block.head, *block.rows), block.widths, document)
            _align(sheet, block)
            _dress(sheet)
    _fill(first, rows, (4, 1), document)
    first["A1"].font = Font(name=_FONT, bold=True, size=16)
    first.row_dimensions[1].height = 2 * _LINE
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _name(words: str, taken: set[str]) -> str:
    """A name for a sheet that Excel takes and that no other has."""
    short = re.sub(r"[\[\]:*?/\\'\n\t]", " ", printable(words)).strip()[:_NAME] or "-"
    name, number = short, 2
    while name.lower() in taken:
        name, number = f"{short[: _NAME - 4]} {number}", number + 1
    taken.add(name.lower())
    return name


def _fill(
    sheet: "Worksheet", rows: Iterable[Sequence[Cell]], widths: Sequence[float], document: Document
) -> None:
    from openpyxl.styles import Alignment
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    shares = [round(max(8.0, _ACROSS * width / sum(widths)), 1) for width in widths]
    for column, share in enumerate(shares, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = share
    for number, row in enumerate(rows, start=1):
        wraps = len(row) > 1
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            _set(cell, value)
            side = "right" if isinstance(value, (int, float)) else "left"
            cell.alignment = Alignment(vertical="top", horizontal=side, wrap_text=wraps)
        if wraps:
            lines = max(map(_lines, row, shares))
            sheet.row_dimensions[number].height = min(_HIGHEST, _LINE * lines)
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.orientation = "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    foot = sheet.oddFooter
    assert foot is not None
    foot.center.text = f"&P {document.page_words.replace('&', '&&')} &N"


def _set(cell: Any, value: Cell) -> None:
    """Text stays text, also where it begins like a formula."""
    if isinstance(value, str):
        cell.value = printable(value)[:_CELL]
        cell.data_type = "s"
        cell.quotePrefix = value[:1] in "=+-@" and value != ""
        return
    cell.value = value
    if isinstance(value, float):
        cell.number_format = "#,##0.0#"
    elif isinstance(value, int):
        cell.number_format = "#,##0"
    elif isinstance(value, date):
        cell.number_format = "d mmm yyyy"


def _lines(value: Cell, width: float) -> int:
    """About how many lines a cell of this width needs: no program works it out for us."""
    if not isinstance(value, str):
        return 1
    return sum(max(1, math.ceil(len(line) * 1.15 / width)) for line in value.split("\n"))


def _align(sheet: "Worksheet", table: Table) -> None:
    """What stands in a column of numbers keeps to the right."""
    from openpyxl.styles import Alignment

    for column, right in enumerate(numeric(table), start=1):
        if right:
            for number in range(1, len(table.rows) + 2):
                cell = sheet.cell(number, column)
                cell.alignment = Alignment(vertical="top", horizontal="right", wrap_text=True)


def _dress(sheet: "Worksheet") -> None:
    """The first line is the head: it stays in sight, is printed on each page, and filters."""
    from openpyxl.styles import Font, PatternFill

    for cell in sheet[1]:
        cell.font = Font(name=_FONT, bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="0F766E")
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.auto_filter.ref = sheet.dimensions
