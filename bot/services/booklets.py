"""The booklet of one participant: gathered here, made in a process of its own."""

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from io import BytesIO

from sqlmodel import Session

from bot.documents.markdown import markdown
from bot.documents.pdf import pdf
from bot.documents.word import docx
from bot.domain.agenda import Agenda
from bot.domain.booklet import Booklet, OwnFile, OwnNote
from bot.domain.files import safe_name
from bot.store import booklet_rows
from bot.store.attachments import Attachments
from bot.store.sealing import SealingError
from bot.texts import booklet as texts
from bot.texts.plain import plain

_LARGEST = 40 * 1024 * 1024
"""Bytes of attachments in one booklet: a bot may send 50 MB (Bot API, sendDocument)."""
_SET = zipfile.ZIP_DEFLATED


def gather(db: Session, *, person_id: int) -> Booklet | None:
    """What this person wrote, without the content of files; None: there is no such person."""
    return booklet_rows.booklet(db, person_id)


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
        try:
            content = attachments.get(file.digest)
        except (OSError, SealingError):
            return replace(file, left_out=True)
        room -= len(content)
        return replace(file, content=content)

    def noted(note: OwnNote) -> OwnNote:
        return replace(note, files=tuple(filled(file) for file in note.files))

    return replace(booklet, notes=tuple(noted(note) for note in booklet.notes))


def left_out(booklet: Booklet) -> int:
    """How many files should have gone along and do not."""
    return sum(file.left_out for note in booklet.notes for file in note.files)


def made(booklet: Booklet, agenda: Agenda, language: str, *, form: str, now: datetime) -> bytes:
    """The file: ``form`` is pdf, docx or zip. Takes seconds: for a process of its own.

    Raises:
        ValueError: no such form.
    """
    document = texts.document(booklet, agenda, language, now=now)
    if form == "pdf":
        return pdf(document)
    if form == "docx":
        return docx(document)
    if form == "zip":
        return _zip(booklet, markdown(document), language, now)
    raise ValueError(form)


def file_name(language: str, form: str) -> str:
    """What the file is called on the phone."""
    return f"{plain('booklet.file_name', language)}.{form}"


def _zip(booklet: Booklet, words: str, language: str, now: datetime) -> bytes:
    out = BytesIO()
    name = plain("booklet.file_name", language)
    folder = plain("booklet.doc_folder_files", language)
    with zipfile.ZipFile(out, "w", _SET) as archive:
        archive.writestr(_entry(f"{name}/{name}.md", now), words)
        for number, file in enumerate(_contents(booklet), start=1):
            path = f"{name}/{folder}/{number:03d}-{safe_name(file.name, fallback=file.kind)}"
            archive.writestr(_entry(path, now), file.content or b"")
    return out.getvalue()


def _entry(path: str, now: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, now.timetuple()[:6])
    entry.compress_type = _SET
    return entry


def _contents(booklet: Booklet) -> Iterator[OwnFile]:
    return (file for note in booklet.notes for file in note.files if file.content is not None)
