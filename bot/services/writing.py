"""Writing notes: what a person sends one after the other becomes one note, piece by piece.

Each piece is stored in one transaction with the state of the dialogue, so that a note stays open
over a restart and a message that is handled twice changes nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.domain.agenda import Agenda
from bot.domain.drafts import Draft, Piece, Subject
from bot.domain.files import File, Refusal
from bot.services import talking
from bot.store import attachments, note_messages, notes
from bot.store.tables import Attachment, Note, NoteMessage

WRITING = "note"
"""Awaited: the text of a note, or its next piece."""
_OPEN = timedelta(minutes=10)
"""How long after one piece the next one still belongs to the same note."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A piece that is stored."""

    note: Note
    attachment: Attachment | None
    first: bool
    """It is the beginning of its note."""
    ever_first: bool
    """It is the beginning of the first note of this person."""


@dataclass(frozen=True, slots=True)
class Edited:
    """What became of an edited message in its note."""

    followed: bool
    """Not where the note was written anew since: what the message said is not in it any more."""
    attachment: Attachment | None
    """Its file, which is still to be fetched."""
    refused: Refusal | None
    """Why the file that it has now is not taken."""
    removed: bool
    """The note is deleted, which can still be undone."""


def keep(
    db: Session,
    agenda: Agenda,
    *,
    person_id: int,
    piece: Piece,
    draft: Draft,
    now: datetime,
    stay_open: bool = True,
) -> Kept:
    """Stores the piece, in the open note of ``draft`` or as a new one; leaves the note open.

    The same message again changes nothing. Its file is stored by ``filed``; until then the row of
    the file has no digest.

    Args:
        stay_open: what comes next belongs to the note too.
    """
    known = note_messages.note_of(db, *piece.source)
    number = known if known is not None else draft.note_id
    note = notes.of(db, person_id, number) if number is not None else None
    first = ever_first = False
    if note is None:
        first, ever_first = True, not notes.any_of(db, person_id)
        begin = notes.begin if known is None else notes.add
        note = begin(db, _begun(agenda, person_id, piece, draft, now), source=piece.source)
    elif known is not None:
        first = note_messages.of_note(db, known)[0].message_id == piece.source[1]
    else:
        share = draft.separator(piece) + piece.text
        note_messages.add(db, note.id or 0, piece.source, share)
        notes.extend(db, note, share if note.text else piece.text, now=now)
    attachment = _attached(db, note, piece) if piece.file is not None else None
    if stay_open:
        opened = replace(draft, note_id=note.id).after(piece)
        chat_id, _ = piece.source
        talking.expect(db, chat_id, WRITING, now=now, details=opened.to_details(), patience=_OPEN)
    return Kept(note, attachment, first, ever_first)


def filed(db: Session, *, attachment_id: int, digest: str, size: int) -> None:
    """The content of the file is on the disk now."""
    attachment = db.get(Attachment, attachment_id)
    if attachment is not None:
        attachment.digest, attachment.size = digest, size
        db.add(attachment)


def refused(db: Session, *, person_id: int, attachment_id: int, now: datetime) -> None:
    """The file turned out to be one that is not kept; a note of nothing else goes with it."""
    attachment = attachments.of(db, person_id, attachment_id)
    if attachment is not None:
        source = attachment.chat_id, attachment.message_id
        db.delete(attachment)
        db.flush()
        message = note_messages.get(db, *source)
        if message is not None and not message.text:
            take_back(db, person_id=person_id, source=source, now=now)


def take_back(db: Session, *, person_id: int, source: tuple[int, int], now: datetime) -> bool:
    """Takes one piece out of its note again, and the note away if nothing is left of it."""
    message = note_messages.get(db, *source)
    note = notes.of(db, person_id, message.note_id) if message is not None else None
    if note is None or message is None:
        return False
    others = [m for m in note_messages.of_note(db, note.id or 0) if m != message]
    if not others:
        notes.forget(db, note)
        return True
    db.delete(message)
    notes.rewrite(db, note, note_messages.joined(others), now=now)
    return True


def edit(db: Session, *, person_id: int, piece: Piece, now: datetime) -> Edited | None:
    """The person edited a Telegram message that belongs to a note: the note follows.

    It does so too while its deletion can be undone. A file that was put in the place of the one
    before is stored by ``filed``, as a new one. None if the message belongs to no note.
    """
    message = note_messages.get(db, *piece.source)
    note = notes.removed_of(db, person_id, message.note_id) if message is not None else None
    if note is None or message is None:
        return None
    attachment = attachments.by_message(db, *piece.source)
    captioned = attachment is not None
    refusal = None
    if piece.file is not None and _is_other(attachment, piece.file):
        refusal = piece.file.refusal
        if refusal is None:
            attachment = _attached(db, note, piece, instead_of=attachment)
    followed = bool(message.text) or captioned or attachment is not None
    if followed:
        _follow(db, note, message, piece.text, now=now)
    missing = attachment if attachment is not None and not attachment.digest else None
    return Edited(followed, missing, refusal, note.deleted_at is not None)


def _is_other(kept: Attachment | None, file: File) -> bool:
    known = kept.file_unique_id if kept is not None else None
    return known not in ("", file.unique_id)


def _follow(db: Session, note: Note, message: NoteMessage, text: str, *, now: datetime) -> None:
    """The message's share of the note becomes ``text``."""
    messages = note_messages.of_note(db, note.id or 0)
    separator = message.text[: len(message.text) - len(message.text.lstrip())]
    if not message.text and message != messages[0]:
        separator = "\n"
    message.text = separator + text if text else ""
    db.add(message)
    notes.rewrite(db, note, note_messages.joined(messages), now=now)


def rewrite(
    db: Session, *, person_id: int, note_id: int, piece: Piece, now: datetime
) -> Note | None:
    """Gives an own note the text of ``piece`` instead of its own; None if there is none.

    What the phone cut off the new text follows as further pieces.
    """
    note = notes.of(db, person_id, note_id)
    if note is None:
        return None
    if note_messages.get(db, *piece.source) is None:
        for message in note_messages.of_note(db, note_id):
            message.text = ""
            db.add(message)
        note_messages.add(db, note_id, piece.source, piece.text)
        notes.rewrite(db, note, piece.text, now=now)
    draft = Draft(Subject(note.day, note.session_id), note_id).after(piece)
    chat_id, _ = piece.source
    if draft.cut_at is not None:
        talking.expect(db, chat_id, WRITING, now=now, details=draft.to_details(), patience=_OPEN)
    else:
        talking.forget(db, chat_id)
    return note


def assign(
    db: Session, agenda: Agenda, *, person_id: int, note_id: int, session_id: str, chat_id: int
) -> bool:
    """Says which session an own note is about; what is still added to it goes there too."""
    note, session = notes.of(db, person_id, note_id), agenda.find(session_id)
    if note is None or session is None:
        return False
    note.session_id, note.day = session.id, agenda.day_of(session)
    db.add(note)
    details = talking.details(db, chat_id, WRITING)
    if details is not None:
        draft = Draft.from_details(details)
        if draft.note_id == note_id:
            subject = Subject(note.day, note.session_id)
            talking.amend(db, chat_id, replace(draft, subject=subject).to_details())
    return True


def _begun(agenda: Agenda, person_id: int, piece: Piece, draft: Draft, now: datetime) -> Note:
    """A new note; about a session that is gone from the agenda it is kept for its day."""
    wanted = draft.subject.session_id
    session = agenda.find(wanted) if wanted is not None else None
    return Note(
        person_id=person_id,
        session_id=session.id if session is not None else None,
        day=draft.subject.day,
        text=piece.text,
        created_at=now,
        updated_at=now,
    )


def _attached(
    db: Session, note: Note, piece: Piece, *, instead_of: Attachment | None = None
) -> Attachment:
    assert piece.file is not None
    chat_id, message_id = piece.source
    facts: dict[str, Any] = {
        "kind": piece.file.kind,
        "file_name": piece.file.name,
        "mime_type": piece.file.mime_type,
        "size": piece.file.size,
        "digest": "",
        "file_id": piece.file.file_id,
        "file_unique_id": piece.file.unique_id,
    }
    fresh = Attachment(note_id=note.id or 0, chat_id=chat_id, message_id=message_id, **facts)
    if instead_of is None:
        return attachments.add(db, fresh)
    for name, fact in facts.items():
        setattr(instead_of, name, fact)
    db.add(instead_of)
    return instead_of
