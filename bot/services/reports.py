"""The organizers' report: its figures are gathered here, the rest is made in another process."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from bot.documents import pictures
from bot.documents.pdf import pdf
from bot.documents.sheet import xlsx
from bot.documents.word import docx
from bot.documents.words import frequent
from bot.domain import event_report
from bot.domain.agenda import Agenda
from bot.domain.event_report import Report
from bot.store import report_figures
from bot.texts import event_report as texts
from bot.texts.event_report_pictures import Pictures
from bot.texts.plain import plain

_MOST_WORDS = 18
_FILES = {"pdf": pdf, "docx": docx, "xlsx": xlsx}


def gather(db: Session, agenda: Agenda) -> Report:
    """The figures as they stand, none of them about a few people."""
    return event_report.report(report_figures.everything(db), agenda)


def made(report: Report, agenda: Agenda, language: str, *, form: str, now: datetime) -> bytes:
    """The file: ``form`` is pdf, docx or xlsx. Takes seconds: for a process of its own.

    Raises:
        KeyError: no such form.
    """
    words = frequent((note.text for note in report.notes), most=_MOST_WORDS)
    return _FILES[form](texts.document(report, words, agenda, language, now=now))


def drawn(report: Report, agenda: Agenda, language: str) -> Sequence[bytes]:
    """The charts as PNG files. Takes seconds: for a process of its own."""
    words = frequent((note.text for note in report.notes), most=_MOST_WORDS)
    return [pictures.png(each) for each in Pictures(report, words, agenda, language).every()]


def file_name(language: str, form: str) -> str:
    """What the file is called."""
    return f"{plain('event_report.file_name', language)}.{form}"
