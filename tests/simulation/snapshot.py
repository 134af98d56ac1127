"""What the store holds at one moment."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from bot.store.tables import (
    AnonymousNote,
    Commitment,
    Inbox,
    Note,
    NoteMessage,
    Outbox,
    Person,
    Rating,
    SessionReminder,
)

Source = tuple[int, int]
"""Chat and message."""


@dataclass(frozen=True)
class Snapshot:
    """What the store holds at one moment."""

    rows: dict[str, Any]
    people: dict[int, Person]
    """By chat."""
    pieces: dict[Source, NoteMessage]
    notes: dict[int, Note]
    without_name: tuple[str, ...]
    commitments: tuple[Commitment, ...]
    ratings: dict[tuple[int, str], int]
    special: dict[tuple[int, str], int | None]
    unhandled: int


def look(db: Session) -> Snapshot:
    """Everything that promises are about."""
    columns = ("key", "kind", "status", "person_id", "chat_id", "message_id", "method", "due_at",
               "ready_at", "broadcast_id")  # fmt: skip
    rows = db.execute(select(*(getattr(Outbox, name) for name in columns)))
    chosen = db.exec(select(SessionReminder)).all()
    return Snapshot(
        rows={row.key: row for row in rows},
        people={person.chat_id or 0: person for person in db.exec(select(Person)).all()},
        pieces={(p.chat_id, p.message_id): p for p in db.exec(select(NoteMessage)).all()},
        notes={note.id or 0: note for note in db.exec(select(Note)).all()},
        without_name=tuple(note.text for note in db.exec(select(AnonymousNote)).all()),
        commitments=tuple(db.exec(select(Commitment)).all()),
        ratings={(r.person_id, r.session_id): r.value for r in db.exec(select(Rating)).all()},
        special={(one.person_id, one.session_id): one.minutes for one in chosen},
        unhandled=len(db.exec(select(Inbox.update_id).where(col(Inbox.body).is_not(None))).all()),
    )
