"""What a chat is in the middle of: the question the bot has put, and what was last spoken of."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.domain.agenda import Agenda
from bot.domain.answers import Answer, AnswerKind, answer
from bot.domain.language import Slots, understand
from bot.domain.language.question import FACETS
from bot.store import deliveries, dialogues, note_messages
from bot.store.tables import Dialogue

PATIENCE = timedelta(minutes=30)
"""How long the next text still counts as the answer to what the bot asked."""
_LONGEST_ASKED, _LONGEST_BARE, _LONGEST_SOCIAL = 20, 8, 4
"""Words of a question, of one without anything that asks, of a greeting or thanks."""
_REMEMBERED = timedelta(minutes=10)
_FRESH = timedelta(minutes=1)
"""The same answer again within this time need not be written down again."""


def expect(
    db: Session,
    chat_id: int,
    awaiting: str,
    *,
    now: datetime,
    details: Mapping[str, Any],
    patience: timedelta = PATIENCE,
) -> None:
    """The next message of the chat answers ``awaiting``, for as long as ``patience``."""
    dialogues.wait_for(db, chat_id, awaiting, details=dict(details), until=now + patience)


def offer(
    db: Session, chat_ids: Iterable[int], awaiting: str, *, now: datetime, until: datetime
) -> None:
    """As ``expect`` for many chats, but only where nothing else is awaited."""
    dialogues.offer(db, chat_ids, awaiting, now=now, until=until)


def details(db: Session, chat_id: int, awaiting: str) -> Mapping[str, Any] | None:
    """What is remembered with ``awaiting``; None if something else or nothing is awaited."""
    dialogue = dialogues.get(db, chat_id)
    return dialogue.details if dialogue.awaiting == awaiting else None


def amend(db: Session, chat_id: int, details: Mapping[str, Any]) -> None:
    """Remembers other details with what is awaited."""
    dialogues.amend(db, chat_id, dict(details))


def forget(db: Session, chat_id: int) -> bool:
    """Nothing is awaited any more; tells whether something was."""
    return dialogues.clear(db, chat_id)


def awaited(dialogue: Dialogue, now: datetime) -> str | None:
    """The question that the bot has put and that still stands."""
    alive = dialogue.expires_at is not None and now < dialogue.expires_at
    return dialogue.awaiting if alive else None


def knows(db: Session, chat_id: int, message_id: int) -> bool:
    """Whether the message was sent to the chat unasked, or is a piece of a note."""
    sent = deliveries.by_message(db, chat_id, message_id) is not None
    return sent or note_messages.note_of(db, chat_id, message_id) is not None


def ask(text: str, agenda: Agenda, dialogue: Dialogue, now: datetime) -> Answer:
    """The answer to a typed question, in the light of what the chat last spoke of."""
    fresh = dialogue.slots_at is not None and abs(now - dialogue.slots_at) <= _REMEMBERED
    slots = Slots.from_dict(dialogue.slots) if fresh and dialogue.slots else None
    return answer(understand(text, agenda, now, slots), agenda, now)


def is_question(text: str, found: Answer) -> bool:
    """Whether a text that may also be a note is clearly meant as a question, or as small talk.

    A note may well name sessions and times, so that the rundown has an answer to it: only what is
    short and asks, or is very short, counts. Whoever meant the other has a button for it.
    """
    words = len(text.split())
    if "\n" in text.strip() or words > _LONGEST_ASKED:
        return False
    if found.kind is AnswerKind.ANSWER:
        asks = "?" in text or found.intent in FACETS
        return asks or words <= _LONGEST_BARE
    social = (AnswerKind.GREETING, AnswerKind.THANKS, AnswerKind.HELP)
    return found.kind in social and words <= _LONGEST_SOCIAL


def worth_remembering(found: Answer, dialogue: Dialogue, now: datetime) -> bool:
    """Whether the store does not know yet, or not freshly, what the answer was about."""
    if found.slots == Slots():
        return False
    fresh = dialogue.slots_at is not None and abs(now - dialogue.slots_at) < _FRESH
    return not (fresh and dialogue.slots == found.slots.to_dict())


def remember(db: Session, chat_id: int, found: Answer, now: datetime) -> None:
    """Keeps what the answer was about for the chat's next question."""
    dialogues.keep_slots(db, chat_id, found.slots.to_dict(), now=now)
