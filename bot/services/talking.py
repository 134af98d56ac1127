"""What a chat is in the middle of: the question the bot has put, and what was last spoken of."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.domain.agenda import Agenda
from bot.domain.answers import Answer, answer
from bot.domain.language import Slots, understand
from bot.store import deliveries, dialogues
from bot.store.tables import Dialogue

PATIENCE = timedelta(minutes=30)
"""How long the next text still counts as the answer to what the bot asked."""
_REMEMBERED = timedelta(minutes=10)
_FRESH = timedelta(minutes=1)
"""The same answer again within this time need not be written down again."""


def expect(
    db: Session, chat_id: int, awaiting: str, *, now: datetime, details: Mapping[str, Any]
) -> None:
    """The next message of the chat answers ``awaiting``, for as long as ``PATIENCE``."""
    dialogues.wait_for(db, chat_id, awaiting, details=dict(details), until=now + PATIENCE)


def forget(db: Session, chat_id: int) -> bool:
    """Nothing is awaited any more; tells whether something was."""
    return dialogues.clear(db, chat_id)


def awaited(dialogue: Dialogue, now: datetime) -> str | None:
    """The question that the bot has put and that still stands."""
    alive = dialogue.expires_at is not None and now < dialogue.expires_at
    return dialogue.awaiting if alive else None


def ask(text: str, agenda: Agenda, dialogue: Dialogue, now: datetime) -> Answer:
    """The answer to a typed question, in the light of what the chat last spoke of."""
    fresh = dialogue.slots_at is not None and abs(now - dialogue.slots_at) <= _REMEMBERED
    slots = Slots.from_dict(dialogue.slots) if fresh and dialogue.slots else None
    return answer(understand(text, agenda, now, slots), agenda, now)


def worth_remembering(found: Answer, dialogue: Dialogue, now: datetime) -> bool:
    """Whether the store does not know yet, or not freshly, what the answer was about."""
    if found.slots == Slots():
        return False
    fresh = dialogue.slots_at is not None and abs(now - dialogue.slots_at) < _FRESH
    return not (fresh and dialogue.slots == found.slots.to_dict())


def remember(db: Session, chat_id: int, found: Answer, now: datetime) -> None:
    """Keeps what the answer was about for the chat's next question."""
    dialogues.keep_slots(db, chat_id, found.slots.to_dict(), now=now)


def prompted_day(db: Session, chat_id: int, message_id: int) -> date | None:
    """The local day that a delivered reflection prompt asked about; None for other messages."""
    row = deliveries.by_message(db, chat_id, message_id)
    if row is None or row.kind != "prompt":
        return None
    return date.fromisoformat(row.key.rpartition(":")[2])
