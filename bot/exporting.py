"""``mandala export``: the report as a file, while the bot runs or not.

A booklet is made in the chat alone: nobody but its owner is to read it.
"""

import hashlib
from pathlib import Path

from sqlmodel import Session

from bot.config import Settings
from bot.domain.agenda import Agenda
from bot.domain.clock import system_now
from bot.services import making, reports, statistics
from bot.store import agenda_versions
from bot.store.agenda_file import agenda_path, parse_agenda, read_agenda
from bot.store.database import Database
from bot.store.migrating import migrate
from bot.store.sealing import Keyring


def report(settings: Settings, *, form: str, language: str, out: Path) -> None:
    """Writes the organizers' report to ``out``: ``form`` is pdf, docx or xlsx.

    Raises:
        ProblemsError: the event folder has errors.
        SealingError: the store was sealed with a key that the settings lack.
        OSError: the file cannot be written.
    """
    store = _open(settings)
    try:
        agenda = store.read_now(_agenda, settings.event_dir)
        figures = store.read_now(reports.gather, agenda)
        found = store.read_now(statistics.gather, agenda)
    finally:
        store.close()
    out.write_bytes(
        making.report(figures, agenda, language, form=form, now=system_now(), found=found)
    )


def _open(settings: Settings) -> Database:
    store = Database(settings.database_url, keyring=Keyring(settings.note_keys()))
    migrate(store.engine)
    return store


def _agenda(db: Session, folder: Path) -> Agenda:
    """As it was changed in the chat, unless the file is newer: what the bot would start with."""
    digest = hashlib.sha256(agenda_path(folder).read_bytes()).hexdigest()
    last = agenda_versions.latest(db)
    if last is not None and last.digest == digest and last.content:
        return parse_agenda(last.content.encode(), lenient=True)[0]
    return read_agenda(folder)
