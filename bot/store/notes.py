"""Reflection notes. Every query names the owner: there is no way to ask for another's note."""

from collections.abc import Sequence

from sqlmodel import Session, col, delete, func, select, update

from bot.store.tables import Attachment, Note, NoteMessage, NoteVersion


def add(db: Session, note: Note, *, source: tuple[int, int]) -> Note:
    """Stores the note; the one already stored if the same Telegram message comes again.

    Args:
        source: chat and message id of the Telegram message that it came as.
    """
    known = by_message(db, *source)
    if known is not None:
        return known
    db.add(note)
    db.flush()
    chat_id, message_id = source
    db.add(
        NoteMessage(chat_id=chat_id, message_id=message_id, note_id=note.id or 0, text=note.text)
    )
    return note


def by_message(db: Session, chat_id: int, message_id: int) -> Note | None:
    """The note that this message became. A private chat's id is its owner's."""
    message = db.get(NoteMessage, (chat_id, message_id))
    return db.get(Note, message.note_id) if message is not None else None


def forget(db: Session, note: Note) -> None:
    """Deletes the note with all that hangs on it."""
    for table in (NoteMessage, NoteVersion, Attachment):
        db.exec(delete(table).where(col(table.note_id) == note.id))
    db.delete(note)


def of(db: Session, person_id: int, note_id: int) -> Note | None:
    """The note with this id if it is this person's own."""
    note = db.get(Note, note_id)
    return note if note is not None and note.person_id == person_id else None


def page(db: Session, person_id: int, *, offset: int, limit: int) -> Sequence[Note]:
    """Own notes, newest first."""
    query = select(Note).where(Note.person_id == person_id)
    newest = query.order_by(col(Note.created_at).desc(), col(Note.id).desc())
    return db.exec(newest.offset(offset).limit(limit)).all()


def hand_over(db: Session, owner: int, heir: int) -> None:
    """All notes of one entry of the roster go to another one, which is the same person."""
    db.exec(update(Note).where(col(Note.person_id) == owner).values(person_id=heir))


def count(db: Session, person_id: int) -> int:
    """How many notes this person has."""
    return db.exec(select(func.count(col(Note.id))).where(Note.person_id == person_id)).one()
