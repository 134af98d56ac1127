"""A document as .docx, for Word, LibreOffice and phones."""

from collections.abc import Iterator
from functools import singledispatchmethod
from io import BytesIO
from typing import TYPE_CHECKING, Any

from bot.documents.model import (
    Chart,
    Document,
    Heading,
    Highlights,
    KeyFacts,
    Link,
    PageBreak,
    Paragraph,
    Photo,
    Quote,
    Table,
)
from bot.documents.pictures import png, size
from bot.documents.values import leftward, numeric, printable, written

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph as WordParagraph

_BRAND, _SOFT, _TRACK = "0F766E", "50606D", "EEF3F4"
_WIDTH_MM, _HEIGHT_MM = 162, 215
_PHOTO_MM = 68
_LANGUAGES = {"id": "id-ID", "en": "en-GB"}
_SIZES = {"Normal": 10.5, "Heading 1": 20, "Heading 2": 14, "Heading 3": 11.5, "Title": 28}
_FONT = "Calibri"


def docx(document: Document) -> bytes:
    """The document as a .docx file of A4 pages.

    A photo that is damaged, or in a format Word does not know, is named instead of shown.
    """
    return _Writer(document).write()


class _Writer:
    """Puts block after block into a new file."""

    def __init__(self, document: Document) -> None:
        import docx

        self._document = document
        self._file = docx.Document()
        self._width = _WIDTH_MM
        self._turn = False
        """Whether the next paragraph begins a page."""

    def write(self) -> bytes:
        """The whole file."""
        self._prepare()
        self._cover()
        for block in self._document.blocks:
            self._put(block)
        out = BytesIO()
        self._file.save(out)
        return out.getvalue()

    # ---------------------------------------------------------------------------------- the page

    def _prepare(self) -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from docx.shared import Mm, Pt, RGBColor

        section = self._file.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = section.top_margin = Mm(24)
        section.bottom_margin = Mm(22)
        section.different_first_page_header_footer = True
        styles: Any = self._file.styles
        for name, points in _SIZES.items():
            style = styles[name]
            style.font.size = Pt(points)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for attribute in list(fonts.attrib):
                del fonts.attrib[attribute]
            for slot in ("ascii", "hAnsi", "cs"):
                fonts.set(qn(f"w:{slot}"), _FONT)
            if name != "Normal":
                style.font.bold = True
                style.font.color.rgb = RGBColor.from_string(
                    _BRAND if name == "Heading 1" else "14202B"
                )
                style.paragraph_format.keep_with_next = True
                style.paragraph_format.space_after = Pt(6)
        for rule in styles["Title"].element.pPr.findall(qn("w:pBdr")):
            styles["Title"].element.pPr.remove(rule)
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), _LANGUAGES[self._document.language])
        styles["Normal"].element.get_or_add_rPr().append(language)
        styles["Normal"].paragraph_format.space_after = Pt(5)
        properties = self._file.core_properties
        properties.title, properties.author = printable(self._document.title)[:255], ""
        properties.comments, properties.language = "", self._document.language
        self._edges(section)

    def _edges(self, section: Any) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        head = section.header.paragraphs[0]
        head.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        self._run(head, self._document.title, points=8, colour=_SOFT)
        foot = section.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._field(foot, "PAGE")
        self._run(foot, f" {self._document.page_words} ", points=8, colour=_SOFT)
        self._field(foot, "NUMPAGES")

    def _cover(self) -> None:
        from docx.shared import Mm, Pt

        cover = self._document
        kicker = self._paragraph()
        kicker.paragraph_format.space_before = Mm(62)
        self._run(kicker, cover.kicker, points=12, colour=_BRAND, bold=True)
        title = self._paragraph("Title")
        self._run(title, cover.title)
        for line in cover.lines:
            self._run(self._paragraph(), line, points=12.5, colour=_SOFT)
        if cover.bearer:
            bearer = self._paragraph()
            bearer.paragraph_format.space_before = Mm(18)
            self._bar(bearer)
            self._run(bearer, cover.bearer, points=17, bold=True)
            for line in cover.office:
                office = self._paragraph()
                self._bar(office)
                self._run(office, line, points=11, colour=_SOFT)
        made = self._paragraph()
        made.paragraph_format.space_before = Mm(40)
        made.paragraph_format.space_after = Pt(0)
        self._run(made, cover.colophon, points=9, colour=_SOFT)
        self._put(PageBreak())

    # -------------------------------------------------------------------------------- the blocks

    @singledispatchmethod
    def _put(self, block: Any) -> None:
        raise TypeError(type(block).__name__)

    @_put.register
    def _(self, block: Heading) -> None:
        self._run(self._paragraph(f"Heading {block.level}"), block.text)

    @_put.register
    def _(self, block: Paragraph) -> None:
        shade: dict[str, Any] = {"points": 9, "colour": _SOFT} if block.quiet else {}
        for line in block.text.splitlines() or [""]:
            self._line(line, **shade)

    @_put.register
    def _(self, block: Quote) -> None:
        from docx.shared import Pt

        for line in block.text.splitlines() or [""]:
            last = self._line(line)
            self._bar(last)
        if block.by:
            last = self._paragraph()
            self._bar(last)
            self._run(last, f"— {block.by}", points=9, colour=_SOFT)
        last.paragraph_format.space_after = Pt(12)

    @_put.register
    def _(self, block: KeyFacts) -> None:
        for cells, (name, value) in self._grid(block.lines, (38, 124)):
            self._run(cells[0], name, points=9.5, colour=_SOFT)
            self._run(cells[1], value, points=9.5)
        self._gap()

    @_put.register
    def _(self, block: Highlights) -> None:
        many = min(4, len(block.figures))
        for at in range(0, len(block.figures), many or 1):
            group = block.figures[at : at + many]
            for cells, figures in self._grid([group], (1,) * len(group), shaded=True):
                for cell, (value, name) in zip(cells, figures, strict=True):
                    shown = written(value, self._document.language)
                    size_pt = 12 if len(shown) > 9 else 19
                    self._run(cell, shown, points=size_pt, colour=_BRAND, bold=True)
                    cell.add_run().add_break()
                    self._run(cell, name, points=8.5, colour=_SOFT)
            self._gap()

    @_put.register
    def _(self, block: Table) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        rows, to_the_right = (block.head, *block.rows), numeric(block)
        for number, (cells, row) in enumerate(self._grid(rows, block.widths, header=True)):
            for cell, value, right in zip(cells, row, to_the_right, strict=True):
                if right:
                    cell.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                words = written(value, self._document.language)
                if number:
                    self._run(cell, words, points=9)
                else:
                    self._run(cell, words, points=9, bold=True, colour=_BRAND)
        self._gap()

    @_put.register
    def _(self, block: Chart) -> None:
        from docx.shared import Mm

        content = png(block.picture)
        wide, high = size(content)
        width = min(150.0, _HEIGHT_MM * wide / high)
        shape = self._paragraph().add_run().add_picture(BytesIO(content), width=Mm(width))
        shape._inline.docPr.set("descr", printable(block.picture.title))

    @_put.register
    def _(self, block: Photo) -> None:
        from docx.image.image import Image
        from docx.shared import Mm

        try:
            found = Image.from_blob(block.content)
            wide, high = found.px_width, found.px_height
            height = min(_PHOTO_MM, _WIDTH_MM * high / wide)
            shape = (
                self._paragraph().add_run().add_picture(BytesIO(block.content), height=Mm(height))
            )
        except Exception:  # a damaged file may fail anywhere in the library
            self._put(Paragraph(block.name, quiet=True))
            return
        shape._inline.docPr.set("descr", printable(block.name))

    @_put.register
    def _(self, block: Link) -> None:
        from docx.opc.constants import RELATIONSHIP_TYPE
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from docx.shared import RGBColor

        paragraph = self._paragraph()
        run = paragraph.add_run(printable(block.text))
        run.font.underline = True
        run.font.color.rgb = RGBColor.from_string("0B6B9C")
        number = self._file.part.relate_to(
            printable(block.url), RELATIONSHIP_TYPE.HYPERLINK, is_external=True
        )
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), number)
        link.append(run._r)
        paragraph._p.append(link)

    @_put.register
    def _(self, _block: PageBreak) -> None:
        self._turn = True

    # ----------------------------------------------------------------------------------- strokes

    def _paragraph(self, style: str | None = None) -> "WordParagraph":
        paragraph = self._file.add_paragraph(style=style)
        if self._turn:
            paragraph.paragraph_format.page_break_before = True
            self._turn = False
        return paragraph

    def _line(self, text: str, **shade: Any) -> "WordParagraph":
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
        paragraph: "WordParagraph",
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
    ) -> Iterator[tuple[list["WordParagraph"], Any]]:
        """A table without lines: of every row the cells' paragraphs, and what is to go in."""
        from docx.oxml import OxmlElement
        from docx.shared import Mm, Pt

        if self._turn:
            self._gap()
        whole = sum(widths)
        columns = [Mm(_WIDTH_MM * width / whole) for width in widths]
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

    def _bar(self, paragraph: "WordParagraph") -> None:
        """A coloured bar on the side where the lines begin."""
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from docx.shared import Mm

        borders, bar = OxmlElement("w:pBdr"), OxmlElement("w:left")
        for name, value in (("val", "single"), ("sz", "20"), ("space", "8"), ("color", _BRAND)):
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

    def _field(self, paragraph: "WordParagraph", name: str) -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from docx.shared import Pt

        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), name)
        run = paragraph.add_run("1")
        run.font.size = Pt(8)
        field.append(run._r)
        paragraph._p.append(field)
