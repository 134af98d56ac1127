"""A document as .docx, for Word, LibreOffice and phones."""

from functools import singledispatchmethod
from io import BytesIO
from typing import Any

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
from bot.documents.values import numeric, printable, written
from bot.documents.word_strokes import BRAND, SOFT, WIDTH_MM, Strokes

_HEIGHT_MM = 215
_PHOTO_MM, _CHART_MM = 68, 125.0
_LANGUAGES = {"id": "id-ID", "en": "en-GB"}
_SIZES = {"Normal": 10.5, "Heading 1": 20, "Heading 2": 14, "Heading 3": 11.5, "Title": 28}
_FONT = "Calibri"


def docx(document: Document) -> bytes:
    """The document as a .docx file of A4 pages.

    A photo that is damaged, or in a format Word does not know, is named instead of shown.
    """
    return _Writer(document).write()


class _Writer(Strokes):
    """Puts block after block into a new file."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document

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
                    BRAND if name == "Heading 1" else "14202B"
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
        self._run(head, self._document.title, points=8, colour=SOFT)
        foot = section.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._field(foot, "PAGE")
        self._run(foot, f" {self._document.page_words} ", points=8, colour=SOFT)
        self._field(foot, "NUMPAGES")

    def _cover(self) -> None:
        from docx.shared import Mm, Pt

        cover = self._document
        kicker = self._paragraph()
        kicker.paragraph_format.space_before = Mm(62)
        self._run(kicker, cover.kicker, points=12, colour=BRAND, bold=True)
        title = self._paragraph("Title")
        self._run(title, cover.title)
        for line in cover.lines:
            self._run(self._paragraph(), line, points=12.5, colour=SOFT)
        if cover.bearer:
            bearer = self._paragraph()
            bearer.paragraph_format.space_before = Mm(18)
            self._bar(bearer)
            self._run(bearer, cover.bearer, points=17, bold=True)
            for line in cover.office:
                office = self._paragraph()
                self._bar(office)
                self._run(office, line, points=11, colour=SOFT)
        made = self._paragraph()
        made.paragraph_format.space_before = Mm(40)
        made.paragraph_format.space_after = Pt(0)
        self._run(made, cover.colophon, points=9, colour=SOFT)
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
        shade: dict[str, Any] = {"points": 9, "colour": SOFT} if block.quiet else {}
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
            self._run(last, f"— {block.by}", points=9, colour=SOFT)
        last.paragraph_format.space_after = Pt(12)

    @_put.register
    def _(self, block: KeyFacts) -> None:
        for cells, (name, value) in self._grid(block.lines, (38, 124)):
            self._run(cells[0], name, points=9.5, colour=SOFT)
            self._run(cells[1], value, points=9.5)
            for cell in cells:  # they stay with what they are about
                cell.paragraph_format.keep_with_next = True
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
                    self._run(cell, shown, points=size_pt, colour=BRAND, bold=True)
                    cell.add_run().add_break()
                    self._run(cell, name, points=8.5, colour=SOFT)
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
                    self._run(cell, words, points=9, bold=True, colour=BRAND)
        self._gap()

    @_put.register
    def _(self, block: Chart) -> None:
        from docx.shared import Mm

        content = png(block.picture)
        wide, high = size(content)
        width = min(_CHART_MM, _HEIGHT_MM * wide / high)
        shape = self._paragraph().add_run().add_picture(BytesIO(content), width=Mm(width))
        shape._inline.docPr.set("descr", printable(block.picture.title))

    @_put.register
    def _(self, block: Photo) -> None:
        from docx.image.image import Image
        from docx.shared import Mm

        try:
            found = Image.from_blob(block.content)
            wide, high = found.px_width, found.px_height
            height = min(_PHOTO_MM, WIDTH_MM * high / wide)
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
