"""Notes that their writers gave to the organizers. No query here reaches any other note."""

import secrets
from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col, func, select

from bot.domain.notes import Sharing
from bot.store.tables import AnonymousNote, Note, Person

_NAMED = (Note.sharing == Sharing.NAMED, col(Note.deleted_at).is_(None))


def named(
    db: Session, *, offset: int, limit: int, session_id: str | None = None
) -> Sequence[tuple[Note, Person]]:
    """Notes shared with name and their writers, those shared last first."""
    query = select(Note, Person).join(Person, col(Person.id) == col(Note.person_id))
    query = query.where(*_named(session_id))
    newest = query.order_by(col(Note.shared_at).desc(), col(Note.id).desc())
    return [(note, person) for note, person in db.exec(newest.offset(offset).limit(limit))]


def count_named(db: Session, *, session_id: str | None = None) -> int:
    """How many of them there are."""
    return db.exec(select(func.count(col(Note.id))).where(*_named(session_id))).one()


def named_by_session(db: Session) -> dict[str | None, int]:
    """How many of them each session has; None: those about no session."""
    query = select(col(Note.session_id), func.count(col(Note.id))).where(*_NAMED)
    return dict(db.exec(query.group_by(col(Note.session_id))).all())


def named_one(db: Session, note_id: int) -> tuple[Note, Person] | None:
    """A note shared with name; None if it is not, or not any more."""
    query = select(Note, Person).join(Person, col(Person.id) == col(Note.person_id))
    found = db.exec(query.where(*_NAMED, Note.id == note_id)).first()
    return (found[0], found[1]) if found is not None else None


def give(db: Session, text: str, *, session_id: str | None) -> None:
    """Keeps a text without name. Its key is random, so that the table tells no order either."""
    db.add(AnonymousNote(key=secrets.token_hex(8), session_id=session_id, text=text))


def without_name(
    db: Session, *, offset: int, limit: int, session_id: str | None = None
) -> Sequence[AnonymousNote]:
    """Texts without name, in no order that means anything."""
    query = select(AnonymousNote).order_by(AnonymousNote.key).offset(offset).limit(limit)
    if session_id is not None:
        query = query.where(AnonymousNote.session_id == session_id)
    return db.exec(query).all()


def without_name_by_session(db: Session) -> dict[str | None, int]:
    """How many there are of each session. To be shown only from ``FEWEST_ANSWERS`` on."""
    query = select(col(AnonymousNote.session_id), func.count(col(AnonymousNote.key)))
    return dict(db.exec(query.group_by(col(AnonymousNote.session_id))).all())


def one_without_name(db: Session, key: str) -> AnonymousNote | None:
    """The text with this key."""
    return db.get(AnonymousNote, key)


def _named(session_id: str | None) -> list[Any]:
    return [*_NAMED, *([Note.session_id == session_id] if session_id is not None else [])]
