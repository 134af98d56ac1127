"""The organizers' report as its figures are gathered; ``making`` makes it."""

from sqlmodel import Session

from bot.domain import event_report
from bot.domain.agenda import Agenda
from bot.domain.event_report import Report
from bot.store import report_figures
from bot.texts.plain import plain


def gather(db: Session, agenda: Agenda) -> Report:
    """The figures as they stand, none of them about a few people."""
    return event_report.report(report_figures.everything(db), agenda)


def file_name(language: str, form: str) -> str:
    """What the file is called."""
    return f"{plain('event_report.file_name', language)}.{form}"
