"""Documents: every form has every word, and nothing that people write is ever obeyed."""

from datetime import date
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from bot.documents.markdown import markdown
from bot.documents.model import (
    Block,
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
from bot.documents.pdf import pdf
from bot.documents.pictures import Bars, Mark, Row, Stacked, png
from bot.documents.sheet import xlsx
from bot.documents.word import docx
from bot.documents.words import frequent
from tests.documents.reading import docx_words, pdf_pages, pdf_words, rows, workbook

MARKUP = (
    '#eval("1+1")', "#read(\"/etc/passwd\")", "*tebal*", "_garis_", "$x^2$", "@ref", "<label>",
    "`kode`", "= judul", "+ satu", "- dua", "/ tiga: x", "\\n \\ \\u{41}", '"kutip" \'satu\'',
    "// komentar", "/* buka", "[isi]", "{kode}", "https://a.b/c?d=1&e=2", "&amp; &lt;b&gt; <b>",
    "~ -- --- ...", "]]>", "%%", "\x00\x07\x1b[31m", "a\x0bb", "\ufffe", "100%",
)  # fmt: skip


def _document(*blocks: Block, **facts: str) -> Document:
    return Document(
        language=facts.get("language", "id"),
        kicker="Buku",
        title=facts.get("title", "Acara"),
        lines=("Selasa",),
        bearer="Peserta",
        office=("Kantor",),
        colophon="Disusun",
        page_words="dari",
        replaced_words="Ada tanda yang diganti.",
        blocks=blocks,
    )


def _everywhere(words: str) -> Document:
    """These words in every place that takes any."""
    return _document(
        Heading(words),
        Heading(words, 2),
        Heading(words, 3),
        Paragraph(words),
        Paragraph(words, quiet=True),
        Quote(words, words),
        KeyFacts(((words, words),)),
        Highlights(((words, words),)),
        Table(words, (words, words), ((words, None), (1, 2.5)), (1, 2)),
        Chart(Bars(words, (Mark(words, 1, words),), words, words)),
        Photo(b"no picture", words),
        Link(words, "https://example.org/?a=1&b=<2>"),
        PageBreak(),
        Paragraph("akhir"),
        title=words,
    )


def _kept(words: str) -> str:
    """What is left of the words once spaces and control characters are gone."""
    return "".join(sign for sign in words if sign > " " and sign != "\ufffe")


@pytest.mark.parametrize("words", MARKUP, ids=range(len(MARKUP)))
def test_markup_in_any_place_is_shown_as_it_was_typed(words: str) -> None:
    document = _everywhere(f"awal {words} akhir")
    sought = _kept(f"awal {words} akhir")
    as_pdf = pdf_words(pdf(document))
    # Apostrophes and dashes keep their shape: text is no markup, so nothing is made smart.
    assert as_pdf.count(_kept(sought)) >= 9, as_pdf
    as_docx = "".join(docx_words(docx(document)).split())
    assert as_docx.count(sought) >= 12, as_docx
    sheet = workbook(xlsx(document))
    values = [value for each in sheet for row in rows(each) for value in row]
    assert sum(isinstance(v, str) and _kept(v) == sought for v in values) >= 4
    assert "akhir" in markdown(document)


def test_the_word_file_is_sound_xml_whatever_it_holds() -> None:
    content = docx(_everywhere("\n".join(MARKUP)))
    with ZipFile(BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(archive.read(name))  # noqa: S314  # made here


def test_spreadsheets_hold_numbers_days_and_never_a_formula() -> None:
    table = Table(
        "Hitungan / [1]",
        ("Nama", "Jumlah", "Rata-rata", "Hari"),
        (
            ("=SUM(B2:B9)", 1234, 4.25, date(2025, 11, 4)),
            ("+62 812", 0, None, None),
            ("-1", 5, 3.0, None),
            ("@sum", 6, 4.0, None),
            ("=cmd|' /C calc'!A0", 7, 4.0, None),
        ),
        (4, 1, 1, 2),
    )
    book = workbook(xlsx(_document(Highlights(((34, "peserta"),)), table, table)))
    assert book.sheetnames == ["Buku", "Hitungan    1", "Hitungan    1 2"]
    sheet = book.worksheets[1]
    assert rows(sheet)[0] == ("Nama", "Jumlah", "Rata-rata", "Hari")
    for row in sheet.iter_rows(min_row=2):
        assert row[0].data_type == "s"
        assert row[0].quotePrefix
    assert [cell.value for cell in sheet["B"][1:]] == [1234, 0, 5, 6, 7]
    assert all(cell.data_type == "n" for cell in sheet["B"][1:])
    assert sheet["C2"].value == 4.25
    assert sheet["D2"].is_date
    assert sheet.freeze_panes == "A2"
    assert sheet.page_setup.paperSize == 9
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$1:$1"
    widths = [sheet.column_dimensions[letter].width for letter in "ABCD"]
    assert sum(widths) <= 100
    assert widths[0] > widths[1]
    assert ("peserta", 34) in [row[:2] for row in rows(book.worksheets[0])]


def test_numbers_are_written_as_the_language_writes_them() -> None:
    table = Table("t", ("a", "b"), ((1234567, 1234.5),), (1, 1))
    assert "1.234.567" in docx_words(docx(_document(table)))
    assert "1.234,5" in pdf_words(pdf(_document(table)))
    english = _document(table, language="en")
    assert "1,234,567" in pdf_words(pdf(english))
    assert "1,234.5" in markdown(english)


def test_each_chapter_begins_a_page_and_long_text_runs_over_many() -> None:
    long = "Kalimat yang cukup panjang untuk diuji. " * 500
    assert len(long) == 20_000
    assert pdf_pages(pdf(_document(Heading("Satu"), PageBreak(), Heading("Dua")))) == 3
    assert pdf_pages(pdf(_document(PageBreak(), Heading("Satu")))) == 2
    document = _document(
        Quote(long), Paragraph("x" * 20_000), Table("t", ("a",), ((long,),), (1,))
    )
    assert pdf_pages(pdf(document)) >= 9
    assert long.strip() in docx_words(docx(document))
    assert "x" * 20_000 in docx_words(docx(document))


def test_scripts_from_the_right_and_emoji_go_through() -> None:
    words = "Catatan مرحبا بالعالم dan שלום 🙏🏽👨‍👩‍👧‍👦❤️ ꦗꦮ"
    arabic = "مرحبا بالعالم هذه ملاحظة"
    document = _document(Paragraph(f"{words}\n{arabic}"), Quote(arabic))
    content = docx(document)
    assert words in docx_words(content)
    with ZipFile(BytesIO(content)) as archive:
        xml = archive.read("word/document.xml").decode()
    assert xml.count("<w:bidi/>") == 2
    assert "<w:rtl/>" in xml
    as_pdf = pdf_words(pdf(document))
    assert "Catatan" in as_pdf
    assert "Adatandayangdiganti." in as_pdf
    assert "diganti" not in pdf_words(pdf(_document(Paragraph("tanpa apa-apa"))))
    assert words.split()[1] in markdown(document)


def test_photos_are_shown_and_damaged_ones_named() -> None:
    sound = png(Bars("x", (Mark("a", 1),)))
    names = ("baik.png", "rusak.png", "rusak.jpg", "aneh.heic")
    contents = (sound, sound[:200], b"\xff\xd8\xff\xe0" + b"\x00" * 300, b"ftypheic")
    photos = [Photo(content, name) for content, name in zip(contents, names, strict=True)]
    document = _document(*photos)
    as_pdf = pdf_words(pdf(document))
    as_docx = docx(document)
    for name in names[1:]:
        assert name in as_pdf
    assert "aneh.heic" in docx_words(as_docx)
    with ZipFile(BytesIO(as_docx)) as archive:
        assert any(name.startswith("word/media/") for name in archive.namelist())


def test_what_has_no_place_to_break_at_goes_on_in_the_next_line() -> None:
    address = "https://example.org/" + "a1b2" * 3000
    made = pdf(_document(Quote(address)))
    assert pdf_pages(made) > 3, "or most of it would be beside the page"
    assert pdf_words(made).count("a1b2") > 2950, "all but what a page's number stands between"


def test_a_link_stays_one_in_every_form() -> None:
    address = "https://example.org/a?b=1&c=(2)"
    document = _document(Link("Bahan", address))
    assert address.encode() in pdf(document).replace(b"\\", b"")
    with ZipFile(BytesIO(docx(document))) as archive:
        relations = archive.read("word/_rels/document.xml.rels").decode()
    assert "https://example.org/a?b=1&amp;c=(2)" in relations
    assert f"[Bahan](<{address}>)" in markdown(document)


def test_charts_are_lists_of_values_in_markdown() -> None:
    stacked = Stacked("Menurut program", ("a", "b"), (Row("Satu", (1, 2)),))
    words = markdown(_document(Chart(Bars("Judul", (Mark("x", 3), Mark("y", 4, "empat")))),
                               Chart(stacked)))  # fmt: skip
    assert "- x: 3\n- y: empat" in words
    assert "- Satu: 1, 2" in words


def test_frequent_words_by_notes_with_forms_of_one_word_together() -> None:
    notes = [
        "Pelayanan publik harus baik. Pelayanan itu utama!",
        "Kami melayani masyarakat; pelayanan dan koordinasi.",
        "Berkoordinasi dengan masyarakat-masyarakat desa yg jauh",
        "The service must be coordinated with the community, and the data",
        "Data, data, dan data: community",
    ]
    found = dict(frequent(notes, most=10))
    assert found["pelayanan"] == 2
    assert found["data"] == 2
    assert found["masyarakat"] == 2
    assert found.keys().isdisjoint({"yg", "dan", "the", "with", "harus", "service"})
    assert len(frequent(notes, most=2)) == 2
    assert frequent([], most=5) == ()
