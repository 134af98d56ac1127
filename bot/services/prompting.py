"""What a prompt that was sent asked about, for whoever answers it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from bot.domain import clock, prompts
from bot.domain.agenda import Agenda
from bot.domain.drafts import Subject
from bot.domain.outbox import Status
from bot.store import deliveries
from bot.store.tables import Outbox

PROMPTED = "prompt"
"""Awaited: perhaps an answer to the prompt that was sent last, perhaps a question."""
AFTER_PROMPT = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Prompted:
    """What a prompt asked about; ``sessions`` are ids, some may be gone from the agenda."""

    day: date
    sessions: tuple[str, ...]
    evening: bool

    @property
    def subject(self) -> Subject:
        """The one session asked about, else the day."""
        alone = len(self.sessions) == 1 and not self.evening
        return Subject(self.day, self.sessions[0] if alone else None)


def asked_by(db: Session, agenda: Agenda, chat_id: int, message_id: int) -> Prompted | None:
    """What the message asked about, if it is a prompt."""
    return _asked(db, agenda, deliveries.by_message(db, chat_id, message_id))


def just_asked(db: Session, agenda: Agenda, chat_id: int, now: datetime) -> Prompted | None:
    """What was asked, if a prompt is the last that was sent to the chat, and not long ago."""
    row = deliveries.last(db, chat_id)
    if row is None or row.finished_at is None or now - row.finished_at > AFTER_PROMPT:
        return None
    return _asked(db, agenda, row)


def _asked(db: Session, agenda: Agenda, row: Outbox | None) -> Prompted | None:
    if row is None or row.kind != "prompt" or row.status is not Status.DELIVERED:
        return None
    keys = deliveries.told_together(db, row)
    sessions = tuple(s for key in keys if (s := prompts.session_of(key)) is not None)
    evening = len(sessions) < len(keys)
    day = date.fromisoformat(row.key.rpartition(":")[2]) if evening else None
    if day is None:
        found = agenda.find(sessions[0])
        due = clock.local_day(row.due_at, agenda.timezone)
        day = agenda.day_of(found) if found is not None else due
    return Prompted(day, sessions, evening)
