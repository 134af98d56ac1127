"""The booklet of one participant as it is gathered; ``making`` makes it."""

from dataclasses import replace

from sqlmodel import Session

from bot.domain.booklet import Booklet, OwnFile, OwnNote
from bot.services import filing, materials
from bot.store import booklet_rows
from bot.store.attachments import Attachments
from bot.texts.plain import plain

_LARGEST = 40 * 1024 * 1024
"""Bytes of attachments in one booklet: a bot may send 50 MB (Bot API, sendDocument)."""


def gather(db: Session, *, person_id: int) -> Booklet | None:
    """What this person wrote, without the content of files; None: there is no such person."""
    found = booklet_rows.booklet(db, person_id)
    return found and replace(found, handouts=materials.everything(db))


def with_files(booklet: Booklet, attachments: Attachments, *, form: str) -> Booklet:
    """With the content of those files that go along in this form, read from the disk.

    Photos go into every form, all files into a .zip; what is too much for one document, or cannot
    be read, is left out and marked so.
    """
    room = _LARGEST

    def filled(file: OwnFile) -> OwnFile:
        nonlocal room
        if form != "zip" and file.kind != "photo":
            return file
        if file.size > room:
            return replace(file, left_out=True)
        content = filing.content(attachments, file.digest)
        if content is None:
            return replace(file, left_out=True)
        room -= len(content)
        return replace(file, content=content)

    def noted(note: OwnNote) -> OwnNote:
        return replace(note, files=tuple(filled(file) for file in note.files))

    return replace(booklet, notes=tuple(noted(note) for note in booklet.notes))


def left_out(booklet: Booklet) -> int:
    """How many files should have gone along and do not."""
    return sum(file.left_out for note in booklet.notes for file in note.files)


def file_name(language: str, form: str) -> str:
    """What the file is called on the phone."""
    return f"{plain('booklet.file_name', language)}.{form}"
