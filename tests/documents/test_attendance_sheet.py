"""The attendance sheet: text stays text, and it prints."""

import io

from openpyxl import load_workbook

from bot.documents.attendance_sheet import AttendanceSheet, xlsx


def test_what_looks_like_a_formula_is_text_wherever_it_stands() -> None:
    evil = '=HYPERLINK("http://x","y")'
    sheet = AttendanceSheet(
        kop=(evil, "Event"),
        title="DAFTAR HADIR",
        facts=((evil, evil),),
        head=("No.", "Nama", "Jabatan", "Instansi", "Jam", "Ket.", "Tanda tangan"),
        rows=((evil, "+1", "-1", "@a", ""), ("B\x00\x1f", "", "", "", "")),
        total=evil,
    )
    page = load_workbook(io.BytesIO(xlsx(sheet))).worksheets[0]
    cells = [cell for row in page.iter_rows() for cell in row if cell.value is not None]
    assert all(cell.data_type != "f" for cell in cells)
    assert sum(cell.value == evil for cell in cells) == 4
    assert page.page_setup.orientation == "landscape"
    assert page.print_title_rows == "$8:$8"
