"""The Telegram messages that a note came in. Their shares of its text, joined, are its text.

A share begins with what separates it from the one before. The shares of a note that was written
anew are empty but for those of the new text.
"""

from collections.abc import Sequence

from sqlalchemy import bindparam, insert
from sqlmodel import Session, col, select

from bot.store.tables import NoteMessage

_NOTE_OF = select(col(NoteMessage.note_id)).where(
    col(NoteMessage.chat_id) == bindparam("chat"),
    col(NoteMessage.message_id) == bindparam("message"),
)
_ADD = insert(NoteMessage)


def get(db: Session, chat_id: int, message_id: int) -> NoteMessage | None:
    """What is known of this message; None: it belongs to no note."""
    return db.get(NoteMessage, (chat_id, message_id))


def note_of(db: Session, chat_id: int, message_id: int) -> int | None:
    """The id of the note that the message belongs to; None: to none."""
    source = {"chat": chat_id, "message": message_id}
    found: int | None = db.connection().execute(_NOTE_OF, source).scalar()
    return found


def add(db: Session, note_id: int, source: tuple[int, int], share: str) -> None:
    """Another message of the note."""
    chat_id, message_id = source
    row = {"chat_id": chat_id, "message_id": message_id, "note_id": note_id, "text": share}
    db.connection().execute(_ADD, row)


def of_note(db: Session, note_id: int) -> Sequence[NoteMessage]:
    """All of them, in the order in which they were written."""
    query = select(NoteMessage).where(NoteMessage.note_id == note_id)
    return db.exec(query.order_by(col(NoteMessage.message_id))).all()


def joined(messages: Sequence[NoteMessage]) -> str:
    """What they say together; what would separate the first words from nothing falls away."""
    return "".join(message.text for message in messages).lstrip()
