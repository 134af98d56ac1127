"""Reflection notes of one person, for nobody else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from bot.domain import clock
from bot.domain.agenda import Agenda
from bot.domain.agenda import Session as AgendaSession
from bot.store import notes
from bot.store.tables import Note

PAGE = 5
ONE_MESSAGE = 4096
"""Characters that fit into one message (Bot API, Message.text)."""


@dataclass(frozen=True)
class Page:
    """One page of own notes, newest first; ``first`` is the number of the first (from 0)."""

    notes: Sequence[Note]
    first: int
    total: int


def record(
    db: Session,
    agenda: Agenda,
    *,
    person_id: int,
    text: str,
    session_id: str | None,
    day: date | None,
    source: tuple[int, int],
    now: datetime,
) -> Note:
    """Stores a note; durable once the transaction is. The same message again changes nothing.

    Args:
        source: chat and message id of the Telegram message that it came as.
        day: the event's local day it belongs to; None: the session's, else today.
    """
    session = agenda.find(session_id) if session_id else None
    if day is None:
        day = agenda.day_of(session) if session else clock.local_day(now, agenda.timezone)
    return notes.add(
        db,
        Note(
            person_id=person_id,
            session_id=session_id,
            day=day,
            text=text,
            created_at=now,
            updated_at=now,
        ),
        source=source,
    )


def append(db: Session, *, person_id: int, note_id: int, text: str, now: datetime) -> Note | None:
    """Adds the rest of a note that Telegram cut in two."""
    note = notes.of(db, person_id, note_id)
    if note is not None:
        notes.extend(db, note, text, now=now)
    return note


def rewrite(db: Session, *, person_id: int, note_id: int, text: str, now: datetime) -> Note | None:
    """Replaces the text of an own note; None if there is none."""
    note = notes.of(db, person_id, note_id)
    if note is not None:
        notes.rewrite(db, note, text, now=now)
    return note


def rewrite_message(
    db: Session, *, person_id: int, source: tuple[int, int], text: str, now: datetime
) -> bool | None:
    """The person edited the Telegram message that a note came from: the note follows.

    Returns:
        whether it did, None if no note came from the message. A note longer than a message came
        in several; it is left alone, since the rest of it stands in the others.
    """
    note = notes.by_message(db, *source)
    if note is None or note.person_id != person_id:
        return None
    if len(note.text) > ONE_MESSAGE:
        return False
    notes.rewrite(db, note, text, now=now)
    return True


def delete(db: Session, *, person_id: int, note_id: int) -> bool:
    """Deletes an own note; False if there is none."""
    note = notes.of(db, person_id, note_id)
    if note is None:
        return False
    notes.forget(db, note)
    return True


def page(db: Session, *, person_id: int, first: int) -> Page:
    """The page that begins with note number ``first`` (from 0); the last one if past the end."""
    total = notes.count(db, person_id)
    first = max(0, min(first, (total - 1) // PAGE * PAGE))
    return Page(notes.page(db, person_id, offset=first, limit=PAGE), first, total)


def reflectable(agenda: Agenda, now: datetime) -> list[AgendaSession]:
    """Learning sessions of today that have begun, latest first: what a note is likely about."""
    today = agenda.on_day(clock.local_day(now, agenda.timezone))
    return [s for s in reversed(today) if s.kind.learning and s.start <= now]


def find(db: Session, *, person_id: int, note_id: int) -> Note | None:
    """An own note; None if there is none with this id."""
    return notes.of(db, person_id, note_id)
