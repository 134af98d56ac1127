"""Reflection notes. Every query names the owner: there is no way to ask for another's note."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, delete, func, select

from bot.store import note_messages, note_search
from bot.store.tables import Attachment, Note, NoteMessage, NoteVersion


@dataclass(frozen=True, slots=True)
class Where:
    """Which of somebody's notes: of a local day, of a session, of none of the sessions given."""

    day: date | None = None
    session_id: str | None = None
    outside: frozenset[str] | None = None


ALL = Where()
_VERSIONS = 20
"""How often a note can be changed before the oldest version of it is given up."""


def add(db: Session, note: Note, *, source: tuple[int, int]) -> Note:
    """Stores the note; the one already stored if the same Telegram message comes again.

    Args:
        source: chat and message id of the Telegram message that it came as.
    """
    known = _stored(db, *source)
    if known is not None:
        if known.deleted_at is not None:
            bring_back(db, known)
        return known
    return begin(db, note, source=source)


def begin(db: Session, note: Note, *, source: tuple[int, int]) -> Note:
    """As ``add`` for a message that is known to belong to no note."""
    db.add(note)
    db.flush()
    note_search.put(db, [note], fresh=True)
    note_messages.add(db, note.id or 0, source, note.text)
    return note


def by_message(db: Session, chat_id: int, message_id: int) -> Note | None:
    """The note that this message became. A private chat's id is its owner's."""
    note = _stored(db, chat_id, message_id)
    return note if note is not None and note.deleted_at is None else None


def rewrite(db: Session, note: Note, text: str, *, now: datetime) -> None:
    """Gives the note another text; what it said before is kept as a version (``now`` is UTC)."""
    if text == note.text:
        return
    db.add(NoteVersion(note_id=note.id or 0, text=note.text, replaced_at=now))
    db.flush()
    for old in versions(db, note)[_VERSIONS:]:
        db.delete(old)
    _write(db, note, text, now=now)


def extend(db: Session, note: Note, text: str, *, now: datetime) -> None:
    """Adds to the note what its writer sent on; that makes no version (``now`` is UTC)."""
    _write(db, note, f"{note.text}{text}", now=now)


def any_of(db: Session, person_id: int) -> bool:
    """Whether this person ever wrote one that is still there."""
    query = select(col(Note.id)).where(col(Note.person_id) == person_id).limit(1)
    return db.connection().execute(query).first() is not None


def versions(db: Session, note: Note) -> Sequence[NoteVersion]:
    """What the note said before, the newest first."""
    query = select(NoteVersion).where(NoteVersion.note_id == note.id)
    return db.exec(query.order_by(col(NoteVersion.id).desc())).all()


def files(db: Session, note_ids: Sequence[int]) -> Sequence[Attachment]:
    """What hangs on these notes, in the order in which it was sent."""
    if not note_ids:
        return []
    query = select(Attachment).where(col(Attachment.note_id).in_(note_ids))
    return db.exec(query.order_by(col(Attachment.id))).all()


def remove(db: Session, note: Note, *, now: datetime) -> None:
    """Deletes the note for everybody; its owner may undo that until it is forgotten."""
    note.deleted_at = now
    db.add(note)
    note_search.drop(db, [note.id or 0])


def bring_back(db: Session, note: Note) -> None:
    """Undoes ``remove``."""
    note.deleted_at = None
    db.add(note)
    note_search.put(db, [note])


def forget(db: Session, note: Note) -> frozenset[str]:
    """Deletes the note with all that hangs on it, at once and for good.

    Returns:
        SHA-256 of content that no row speaks of any more.
    """
    digests = frozenset(file.digest for file in files(db, [note.id or 0]) if file.digest)
    note_search.drop(db, [note.id or 0])
    for table in (NoteMessage, NoteVersion, Attachment):
        db.exec(delete(table).where(col(table.note_id) == note.id))
    db.delete(note)
    db.flush()
    used = select(Attachment.digest).where(col(Attachment.digest).in_(digests))
    return digests - set(db.exec(used).all())


def of(db: Session, person_id: int, note_id: int) -> Note | None:
    """The note with this id if it is this person's own."""
    note = removed_of(db, person_id, note_id)
    return note if note is not None and note.deleted_at is None else None


def removed_of(db: Session, person_id: int, note_id: int) -> Note | None:
    """As ``of``, also where the owner has deleted it and may still undo that."""
    note = db.get(Note, note_id)
    return note if note is not None and note.person_id == person_id else None


def removed_before(db: Session, instant: datetime) -> Sequence[Note]:
    """Notes of anybody that their owners deleted up to ``instant`` (UTC)."""
    return db.exec(select(Note).where(col(Note.deleted_at) <= instant)).all()


def page(
    db: Session, person_id: int, *, offset: int, limit: int, where: Where = ALL
) -> Sequence[Note]:
    """Own notes, newest first."""
    query = select(Note).where(*_own(person_id, where))
    newest = query.order_by(col(Note.created_at).desc(), col(Note.id).desc())
    return db.exec(newest.offset(offset).limit(limit)).all()


def these(db: Session, person_id: int, note_ids: Sequence[int]) -> Sequence[Note]:
    """Own notes with these ids, in this order; ids of others' or of none are left out."""
    if not note_ids:
        return []
    query = select(Note).where(*_own(person_id, ALL), col(Note.id).in_(note_ids))
    found = {note.id: note for note in db.exec(query).all()}
    return [found[note_id] for note_id in note_ids if note_id in found]


def hand_over(db: Session, owner: int, heir: int) -> None:
    """All notes of one entry of the roster go to another one, which is the same person."""
    moved = db.exec(select(Note).where(Note.person_id == owner)).all()
    for note in moved:
        note.person_id = heir
        db.add(note)
    db.flush()
    note_search.put(db, moved)


def count(db: Session, person_id: int, *, where: Where = ALL) -> int:
    """How many notes this person has."""
    return db.exec(select(func.count(col(Note.id))).where(*_own(person_id, where))).one()


def count_by_day(db: Session, person_id: int) -> list[tuple[date, int]]:
    """Days with own notes and how many, the newest first."""
    query = select(col(Note.day), func.count(col(Note.id))).where(*_own(person_id, ALL))
    days = db.exec(query.group_by(col(Note.day)).order_by(col(Note.day).desc()))
    return [(day, many) for day, many in days]


def count_by_session(db: Session, person_id: int) -> dict[str | None, int]:
    """How many own notes each session has; None: those about no session."""
    query = select(col(Note.session_id), func.count(col(Note.id))).where(*_own(person_id, ALL))
    return dict(db.exec(query.group_by(col(Note.session_id))).all())


def _own(person_id: int, where: Where) -> list[Any]:
    conditions: list[Any] = [Note.person_id == person_id, col(Note.deleted_at).is_(None)]
    if where.day is not None:
        conditions.append(Note.day == where.day)
    if where.session_id is not None:
        conditions.append(Note.session_id == where.session_id)
    if where.outside is not None:
        elsewhere = col(Note.session_id).not_in(where.outside)
        conditions.append(col(Note.session_id).is_(None) | elsewhere)
    return conditions


def _stored(db: Session, chat_id: int, message_id: int) -> Note | None:
    message = db.get(NoteMessage, (chat_id, message_id))
    return db.get(Note, message.note_id) if message is not None else None


def _write(db: Session, note: Note, text: str, *, now: datetime) -> None:
    note.text, note.updated_at = text, now
    db.add(note)
    if note.deleted_at is None:  # else it is found again once that is undone
        note_search.put(db, [note])
