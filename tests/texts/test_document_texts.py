"""Words of booklet and report: plain in documents, HTML in the chat, both languages alike."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.documents.model import Document, Heading, Highlights, KeyFacts, Quote, Table
from bot.domain.agenda import Goal, Material
from bot.domain.booklet import Booklet, OwnCommitment, OwnFile, OwnNote, OwnStep
from bot.domain.commitments import Standing
from bot.domain.document_orders import FORMS, What
from bot.domain.event_report import (
    Participant,
    Rated,
    Reach,
    Report,
    SharedNote,
    SharedPlan,
    Stored,
    Unshared,
    report,
)
from bot.rehearsal.api.text.formatted import formatted
from bot.texts import booklet as booklet_texts
from bot.texts import event_report as report_texts
from bot.texts.catalogue import LANGUAGES, sources, text
from bot.texts.event_report_pictures import Pictures
from bot.texts.plain import plain
from tests.builders import agenda, session

NASTY = 'R&D <b> "A" &amp; Co.'
NOW = datetime(2025, 11, 5, 2, tzinfo=UTC)
AGENDA = agenda(
    session("a", "2025-11-04 09:00", title=NASTY, room=NASTY, speakers=(NASTY,),
            materials=(Material(NASTY, "https://example.org/?a=1&b=2"),)),
    session("b", "2025-11-06 11:00"),
    place=NASTY,
    organizer=NASTY,
    example=True,
    goals=(Goal("g", NASTY, NASTY),),
)  # fmt: skip
BOOKLET = Booklet(
    NASTY,
    "Kepala Dinas",
    NASTY,
    (
        OwnNote(NASTY, "a", date(2025, 11, 4), NOW),
        OwnNote("umum", None, date(2025, 11, 4), NOW),
        OwnNote("sesi lama", "gone", date(2025, 11, 5), NOW),
        OwnNote("sesudah acara", None, date(2025, 12, 1), NOW),
        OwnNote("", None, date(2025, 12, 1), NOW, (OwnFile(NASTY, "voice", 1_400_000),)),
        OwnNote(" ", "a", date(2025, 11, 4), NOW, (OwnFile("x", "zzz", 10, left_out=True),)),
    ),
    {"b": 5},
    (
        OwnCommitment(NASTY, NASTY, NASTY, "g", date(2026, 1, 2), Standing.DROPPED,
                      (OwnStep(Standing.DROPPED, NASTY, NOW),)),
        OwnCommitment("kedua", "", "", "unknown", date(2026, 3, 2), Standing.DONE),
    ),
)  # fmt: skip


def _report() -> Report:
    people = range(1, 8)
    stored = Stored(
        [Participant(n, NASTY, True) for n in people],
        [(n, "a") for n in people],
        [Rated(n, "a", 1 + n % 5) for n in people],
        [SharedNote(NASTY, "a", NASTY, NASTY), *[SharedNote(NASTY, "b")] * 5],
        [SharedPlan(NASTY, NASTY, NASTY, "g", date(2026, 1, 1), Standing.DONE)],
        [Unshared(n, Standing.UNDER_WAY) for n in people],
        [Reach(NASTY, NOW, 7, 6, 5), Reach("tanpa baca", NOW, 7, 7)],
        {"a": frozenset(people)},
    )
    return report(stored, AGENDA)


def _shape(document: Document) -> list[object]:
    """What a document is made of, without its words."""
    found: list[object] = []
    for block in document.blocks:
        found.append(type(block).__name__)
        if isinstance(block, Table):
            found.append((len(block.head), len(block.rows)))
        if isinstance(block, KeyFacts):
            found.append(len(block.lines))
        if isinstance(block, Highlights):
            found.append(len(block.figures))
    return found


def _headings(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Heading)]


def test_both_languages_make_the_same_document_of_different_words() -> None:
    words = [("kata", 2)]
    for indonesian, english in (
        [booklet_texts.document(BOOKLET, AGENDA, each, now=NOW) for each in LANGUAGES],
        [report_texts.document(_report(), words, AGENDA, each, now=NOW) for each in LANGUAGES],
    ):
        assert _shape(indonesian) == _shape(english)
        assert indonesian.kicker != english.kicker
        own = {NASTY, "Session b"}
        same = [
            one
            for one, other in zip(_headings(indonesian), _headings(english), strict=True)
            if one == other and one not in own
        ]
        assert same in ([], ["Rundown"]), same


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_have_words_of_their_language_and_rows_that_fit(language: str) -> None:
    pictures = Pictures(_report(), [("kata", 2)], AGENDA, language).every()
    assert len(pictures) >= 6
    assert all(picture.title for picture in pictures)


def test_templates_of_documents_hold_no_markup() -> None:
    for language in LANGUAGES:
        for key, template in sources(language).items():
            if "_doc_" in key or ".doc_" in key:
                assert not any(sign in template for sign in "<>&"), key


def test_what_people_wrote_comes_into_documents_as_it_is() -> None:
    assert plain("booklet.doc_file", "id", name=NASTY, kind="foto", size="1 kB") == (
        f"Lampiran: {NASTY} (foto, 1 kB)"
    )
    document = booklet_texts.document(BOOKLET, AGENDA, "id", now=NOW)
    quotes = [block.text for block in document.blocks if isinstance(block, Quote)]
    assert quotes == [NASTY, "umum", "sesi lama", "sesudah acara", NASTY, "kedua"]
    assert document.bearer == NASTY
    assert document.office == ("Kepala Dinas",)


def test_the_booklet_goes_by_days_and_sessions_and_knows_empty_ones() -> None:
    document = booklet_texts.document(BOOKLET, AGENDA, "id", now=NOW)
    assert _headings(document) == [
        "Catatan saya",
        "Selasa, 4 November 2025", NASTY, "Di luar sesi",
        "Rabu, 5 November 2025", "Sesi yang sudah tidak ada dalam rundown",
        "Kamis, 6 November 2025", "Session b",
        "Senin, 1 Desember 2025", "Di luar sesi",
        "Rencana tindak lanjut", "Rencana 1", "Rencana 2",
        "Rundown", "Selasa, 4 November 2025", "Rabu, 5 November 2025", "Kamis, 6 November 2025",
        "Materi", NASTY,
    ]  # fmt: skip
    words = [block.text for block in document.blocks if hasattr(block, "text")]
    assert "Tidak ada acara pada hari ini." in words
    assert f"Lampiran: {NASTY} (pesan suara, 1,4 MB)" in words
    assert "Lampiran: x (dokumen, 1 kB; tidak disertakan)" in words
    bare = replace(BOOKLET, notes=(), ratings={}, commitments=())
    assert "Belum ada rencana tindak lanjut." in [
        block.text
        for block in booklet_texts.document(bare, AGENDA, "id", now=NOW).blocks
        if hasattr(block, "text")
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_are_html_that_telegram_takes(language: str) -> None:
    empty = report(Stored((), (), (), (), (), (), ()), AGENDA)
    shown = [
        booklet_texts.choose(language, FORMS[What.BOOKLET]),
        report_texts.choose(language, _report(), FORMS[What.REPORT]),
        report_texts.choose(language, empty, FORMS[What.REPORT]),
    ]
    htmls = [each.html for each in shown]
    htmls += [text("booklet.caption", language, left_out=count) for count in (0, 3)]
    htmls += [text("event_report.failed", language, reason=NASTY)]
    for key in ("booklet.making", "booklet.already", "booklet.failed", "event_report.making",
                "event_report.already", "event_report.caption", "command.buku",
                "command.laporan"):  # fmt: skip
        htmls.append(text(key, language))
    for html in htmls:
        seen = formatted(html, "HTML", None)
        assert seen.visible
        assert len(seen.text) <= 1024
        assert "\n\n\n" not in html
    for each in shown:
        for row in each.buttons:
            for button in row:
                assert len((button.data or "").encode()) <= 64
                assert button.text
