"""Makes files of what was gathered: seconds of work for a process of its own.

Nothing here knows the store, so that the process is quickly at work.
"""

import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from itertools import count
from urllib.parse import quote, unquote

from bot.documents import pictures
from bot.documents.markdown import markdown
from bot.documents.pdf import pdf
from bot.documents.sheet import xlsx
from bot.documents.word import docx
from bot.documents.words import frequent
from bot.domain.agenda import Agenda
from bot.domain.booklet import Booklet, OwnFile
from bot.domain.event_report import Report
from bot.domain.files import safe_name
from bot.domain.statistics import Statistics
from bot.texts import booklet as booklet_texts
from bot.texts import event_report as report_texts
from bot.texts import statistics as statistics_texts
from bot.texts.event_report_pictures import Pictures
from bot.texts.plain import plain

_MOST_WORDS = 18
_FILES = {"pdf": pdf, "docx": docx, "xlsx": xlsx}
_SET = zipfile.ZIP_DEFLATED


def booklet(own: Booklet, agenda: Agenda, language: str, *, form: str, now: datetime) -> bytes:
    """The file: ``form`` is pdf, docx or zip. Takes seconds: for a process of its own.

    Raises:
        ValueError: no such form.
    """
    if form == "zip":
        own = _placed(own, plain("booklet.doc_folder_files", language))
    document = booklet_texts.document(own, agenda, language, now=now)
    if form == "pdf":
        return pdf(document)
    if form == "docx":
        return docx(document)
    if form == "zip":
        return _zip(own, markdown(document), language, now)
    raise ValueError(form)


def report(
    figures: Report,
    agenda: Agenda,
    language: str,
    *,
    form: str,
    now: datetime,
    found: Statistics | None = None,
) -> bytes:
    """The file: ``form`` is pdf, docx or xlsx. Takes seconds: for a process of its own.

    ``found`` adds how the event went; None: it is left out.

    Raises:
        KeyError: no such form.
    """
    words = frequent((note.text for note in figures.notes), most=_MOST_WORDS)
    return _FILES[form](
        report_texts.document(figures, words, agenda, language, found=found, now=now)
    )


def charts(
    figures: Report, agenda: Agenda, language: str, *, found: Statistics | None = None
) -> Sequence[bytes]:
    """The report's charts as PNG files. Takes seconds: for a process of its own.

    ``found`` as in ``report``.
    """
    words = frequent((note.text for note in figures.notes), most=_MOST_WORDS)
    drawn = Pictures(figures, words, agenda, language).every()
    drawn += statistics_texts.pictures(found, agenda, language) if found is not None else []
    return [pictures.png(each) for each in drawn]


def statistics(
    figures: Report, agenda: Agenda, language: str, *, found: Statistics
) -> Sequence[bytes]:
    """How the event goes as PNG files. Takes seconds: for a process of its own."""
    rated = Pictures(figures, (), agenda, language)
    drawn = [
        *statistics_texts.pictures(found, agenda, language),
        *rated.spread(),
        *rated.ratings(),
    ]
    return [pictures.png(each) for each in drawn]


def _zip(own: Booklet, words: str, language: str, now: datetime) -> bytes:
    out = BytesIO()
    name = plain("booklet.file_name", language)
    with zipfile.ZipFile(out, "w", _SET) as archive:
        archive.writestr(_entry(f"{name}/{name}.md", now), words)
        for file in (file for note in own.notes for file in note.files if file.path):
            archive.writestr(_entry(f"{name}/{unquote(file.path)}", now), file.content or b"")
    return out.getvalue()


def _placed(own: Booklet, folder: str) -> Booklet:
    """Each file that goes along has its place beside the words, as a link writes it."""
    numbers = count(1)

    def placed(file: OwnFile) -> OwnFile:
        if file.content is None:
            return file
        name = safe_name(file.name, fallback=file.kind)
        return replace(file, path=quote(f"{folder}/{next(numbers):03d}-{name}"))

    notes = (replace(n, files=tuple(placed(file) for file in n.files)) for n in own.notes)
    return replace(own, notes=tuple(notes))


def _entry(path: str, now: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, now.timetuple()[:6])
    entry.compress_type = _SET
    return entry
