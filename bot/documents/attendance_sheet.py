"""The attendance sheet in the form that offices know: letterhead, facts, a table to sign."""

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from bot.documents.values import printable

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.styles import Side
    from openpyxl.worksheet.worksheet import Worksheet

_WIDTHS = (5.0, 32.0, 32.0, 26.0, 9.0, 18.0, 26.0)
"""Characters across each column; the page lies on its side."""
_FONT = "Calibri"
_ROW = 28.0
"""Points: room for a signature."""
_A4 = 9
"""Excel's number of that paper."""
_CELL = 1000
"""Characters of a cell; what is longer does not fit on the page."""


@dataclass(frozen=True, slots=True)
class AttendanceSheet:
    """What stands on it.

    Args:
        kop: lines of the letterhead, the first one largest.
        facts: name and value: day, time, place, activity.
        head: the seven columns: number, name, position, institution, time, remark, signature.
        rows: of each person the five between the number and the signature.
        total: stands below the table.
    """

    kop: tuple[str, ...]
    title: str
    facts: tuple[tuple[str, str], ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: str


def xlsx(sheet: AttendanceSheet) -> bytes:
    """The sheet as .xlsx for A4. Whatever begins like a formula is text all the same."""
    from openpyxl import Workbook

    book = Workbook()
    page = book.active
    assert page is not None
    page.title = printable(sheet.title)[:31]
    top = _letterhead(page, sheet)
    for name, value in sheet.facts:
        _write(page, top, 1, name)
        _write(page, top, 3, f": {value}")
        top += 1
    _table(page, sheet, top + 1)
    _print(page, top + 1)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _letterhead(page: "Worksheet", sheet: AttendanceSheet) -> int:
    """Gives the row below it."""
    from openpyxl.styles import Side

    row = 0
    for row, words in enumerate(sheet.kop, start=1):
        _write(page, row, 1, words, bold=True, size=14 if row == 1 else 11, across=True)
    _underline(page, row, Side(style="double"))
    _write(page, row + 2, 1, sheet.title, bold=True, size=14, across=True)
    return row + 4


def _table(page: "Worksheet", sheet: AttendanceSheet, top: int) -> None:
    from openpyxl.styles import Alignment, Border, PatternFill, Side
    from openpyxl.utils import get_column_letter

    thin = Side(style="thin")
    box = Border(left=thin, right=thin, top=thin, bottom=thin)
    for column, width in enumerate(_WIDTHS, start=1):
        page.column_dimensions[get_column_letter(column)].width = width
        cell = _write(page, top, column, sheet.head[column - 1], bold=True)
        cell.border, cell.fill = box, PatternFill("solid", fgColor="E5E7EB")
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    for number, row in enumerate(sheet.rows, start=1):
        # Signatures stand left and right in turn, so that each has room for its own.
        sign = f"{number}." if number % 2 else f"{' ' * 22}{number}."
        values: tuple[str | int, ...] = (number, *row, sign)
        for column, value in enumerate(values, start=1):
            cell = _write(page, top + number, column, value)
            cell.border = box
            side = "center" if column in (1, 5) else "left"
            cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=column < 7)
        page.row_dimensions[top + number].height = _ROW
    _write(page, top + len(sheet.rows) + 2, 1, sheet.total, bold=True)


def _write(
    page: "Worksheet",
    row: int,
    column: int,
    value: str | int,
    *,
    bold: bool = False,
    size: int = 11,
    across: bool = False,
) -> "Cell | MergedCell":
    from openpyxl.styles import Alignment, Font

    cell = page.cell(row, column, printable(value)[:_CELL] if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = value[:1] in "=+-@" and value != ""
    cell.font = Font(name=_FONT, bold=bold, size=size)
    if across:
        page.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(_WIDTHS))
        cell.alignment = Alignment(horizontal="center", wrap_text=True)
    return cell


def _underline(page: "Worksheet", row: int, side: "Side") -> None:
    from openpyxl.styles import Border

    for column in range(1, len(_WIDTHS) + 1):
        page.cell(row, column).border = Border(bottom=side)


def _print(page: "Worksheet", head: int) -> None:
    """A4 on its side, the head of the table on every page."""
    from openpyxl.worksheet.properties import PageSetupProperties

    page.page_setup.paperSize = _A4
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_options.horizontalCentered = True
    page.print_title_rows = f"{head}:{head}"
    foot = page.oddFooter
    assert foot is not None
    foot.center.text = "&P / &N"
