"""``mandala export``: the report and booklets as files, while the bot runs or not."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from sqlmodel import Session

from bot.config import Settings
from bot.domain.agenda import Agenda
from bot.domain.clock import system_now
from bot.services import booklets, making, reports
from bot.store import agenda_versions, people
from bot.store.agenda_file import agenda_path, parse_agenda, read_agenda
from bot.store.attachments import Attachments
from bot.store.database import Database
from bot.store.migrating import migrate
from bot.store.sealing import Keyring

_UNKNOWN = 1


def report(settings: Settings, *, form: str, language: str, out: Path) -> None:
    """Writes the organizers' report to ``out``: ``form`` is pdf, docx or xlsx.

    Raises:
        ProblemsError: the event folder has errors.
        SealingError: the store was sealed with a key that the settings lack.
        OSError: the file cannot be written.
    """
    store, _ = _open(settings)
    try:
        agenda = store.read_now(_agenda, settings.event_dir)
        found = store.read_now(reports.gather, agenda)
    finally:
        store.close()
    out.write_bytes(making.report(found, agenda, language, form=form, now=system_now()))


def booklet(
    settings: Settings, *, key: str, form: str, out: Path, tell: Callable[[str], None]
) -> int:
    """Writes the booklet of the person with this id in the roster; gives the exit status.

    In the language that the person has chosen; ``form`` is pdf, docx or zip.

    Raises:
        as ``report``.
    """
    store, keyring = _open(settings)
    try:
        agenda = store.read_now(_agenda, settings.event_dir)
        person = next((each for each in store.read_now(people.everyone) if each.key == key), None)
        if person is None:
            tell(f"Nobody in the roster has the id {key!r}.")
            return _UNKNOWN
        found = store.read_now(booklets.gather, person_id=person.id or 0)
    finally:
        store.close()
    assert found is not None
    files = Attachments(settings.attachments_folder(), keyring)
    full = booklets.with_files(found, files, form=form)
    now = system_now()
    out.write_bytes(making.booklet(full, agenda, person.language, form=form, now=now))
    if missing := booklets.left_out(full):
        tell(f"{missing} files of notes are too large together, or cannot be read: left out.")
    return 0


def _open(settings: Settings) -> tuple[Database, Keyring]:
    keyring = Keyring(settings.note_keys())
    store = Database(settings.database_url, keyring=keyring)
    migrate(store.engine)
    return store, keyring


def _agenda(db: Session, folder: Path) -> Agenda:
    """As it was changed in the chat, unless the file is newer: what the bot would start with."""
    digest = hashlib.sha256(agenda_path(folder).read_bytes()).hexdigest()
    last = agenda_versions.latest(db)
    if last is not None and last.digest == digest and last.content:
        return parse_agenda(last.content.encode(), lenient=True)[0]
    return read_agenda(folder)
