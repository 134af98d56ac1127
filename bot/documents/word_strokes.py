"""What a Word file is written with: paragraphs, runs, tables without lines, bars, fields."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from bot.documents.values import leftward, printable

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph

BRAND, SOFT, _TRACK = "0F766E", "50606D", "EEF3F4"
WIDTH_MM = 162


class Strokes:
    """A new file, and the strokes that put something at its end."""

    def __init__(self) -> None:
        import docx

        self._file = docx.Document()
        self._turn = False
        """Whether the next paragraph begins a page."""

    def _paragraph(self, style: str | None = None) -> "Paragraph":
        paragraph = self._file.add_paragraph(style=style)
        if self._turn:
            paragraph.paragraph_format.page_break_before = True
            self._turn = False
        return paragraph

    def _line(self, text: str, **shade: Any) -> "Paragraph":
        from docx.oxml import OxmlElement

        paragraph = self._paragraph()
        self._run(paragraph, text, **shade)
        if leftward(text):
            paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
            for run in paragraph.runs:
                run.font.rtl = True
        return paragraph

    def _run(
        self,
        paragraph: "Paragraph",
        text: str,
        *,
        points: float | None = None,
        colour: str | None = None,
        bold: bool | None = None,
    ) -> None:
        from docx.shared import Pt, RGBColor

        run = paragraph.add_run(printable(text))
        if points:
            run.font.size = Pt(points)
        if colour:
            run.font.color.rgb = RGBColor.from_string(colour)
        if bold:
            run.font.bold = True

    def _gap(self) -> None:
        from docx.shared import Pt

        gap = self._paragraph()
        gap.paragraph_format.space_after = Pt(2)
        gap.paragraph_format.line_spacing = Pt(6)

    def _grid(
        self, rows: Any, widths: Any, *, header: bool = False, shaded: bool = False
    ) -> Iterator[tuple[list["Paragraph"], Any]]:
        """A table without lines: of every row the cells' paragraphs, and what is to go in."""
        from docx.oxml import OxmlElement
        from docx.shared import Mm, Pt

        if self._turn:
            self._gap()
        whole = sum(widths)
        columns = [Mm(WIDTH_MM * width / whole) for width in widths]
        table = self._file.add_table(rows=0, cols=len(columns))
        table.autofit = False
        for column, width in zip(table.columns, columns, strict=True):
            column.width = width
        for number, values in enumerate(rows):
            row = table.add_row()
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
            if header and number == 0:
                row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
            cells = row.cells
            for cell, width in zip(cells, columns, strict=True):
                cell.width = width
                cell.paragraphs[0].paragraph_format.space_after = Pt(2)
                if shaded or (header and number and number % 2 == 0):
                    self._shade(cell)
            yield [cell.paragraphs[0] for cell in cells], values

    def _shade(self, cell: Any) -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        shade = OxmlElement("w:shd")
        shade.set(qn("w:val"), "clear")
        shade.set(qn("w:fill"), _TRACK)
        cell._tc.get_or_add_tcPr().append(shade)

    def _bar(self, paragraph: "Paragraph") -> None:
        """A coloured bar on the side where the lines begin."""
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from docx.shared import Mm

        borders, bar = OxmlElement("w:pBdr"), OxmlElement("w:left")
        for name, value in (("val", "single"), ("sz", "20"), ("space", "8"), ("color", BRAND)):
            bar.set(qn(f"w:{name}"), value)
        borders.append(bar)
        properties = paragraph._p.get_or_add_pPr()
        properties.insert_element_before(
            borders, "w:shd", "w:tabs", "w:bidi", "w:spacing", "w:ind", "w:jc", "w:rPr"
        )
        if properties.find(qn("w:bidi")) is None:
            paragraph.paragraph_format.left_indent = Mm(4)
        else:  # there the sides are named from the right
            paragraph.paragraph_format.right_indent = Mm(4)

    def _field(self, paragraph: "Paragraph", name: str) -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from docx.shared import Pt

        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), name)
        run = paragraph.add_run("1")
        run.font.size = Pt(8)
        field.append(run._r)
        paragraph._p.append(field)
