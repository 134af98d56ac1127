"""What each chat is in the middle of."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, delete

from bot.store.inserting import insert
from bot.store.tables import Dialogue


def get(db: Session, chat_id: int) -> Dialogue:
    """The chat's dialogue; an empty one where there is none."""
    return db.get(Dialogue, chat_id) or Dialogue(chat_id=chat_id)


def wait_for(
    db: Session, chat_id: int, awaiting: str, *, details: dict[str, Any], until: datetime
) -> None:
    """The next text of this chat answers the question ``awaiting``, up to ``until`` (UTC)."""
    row = {"chat_id": chat_id, "awaiting": awaiting, "details": details, "expires_at": until}
    statement = insert(db, Dialogue).values(slots={}, **row)
    changed = statement.on_conflict_do_update(
        index_elements=["chat_id"],
        set_={name: statement.excluded[name] for name in ("awaiting", "details", "expires_at")},
    )
    db.connection().execute(changed)  # in one step: every piece of a note says so


def amend(db: Session, chat_id: int, details: dict[str, Any]) -> None:
    """Other details of what is awaited."""
    dialogue = get(db, chat_id)
    dialogue.details = details
    db.add(dialogue)


def offer(
    db: Session, chat_ids: Iterable[int], awaiting: str, *, now: datetime, until: datetime
) -> None:
    """As ``wait_for`` without details for many chats, but where something is awaited, not."""
    statement = insert(db, Dialogue)
    free = col(Dialogue.awaiting).is_(None) | (col(Dialogue.expires_at) <= now)
    new = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=["chat_id"],
        set_={"awaiting": new.awaiting, "details": new.details, "expires_at": new.expires_at},
        where=free,
    )
    facts = {"awaiting": awaiting, "details": {}, "expires_at": until, "slots": {}}
    rows = [{"chat_id": chat_id, **facts} for chat_id in chat_ids]
    if rows:
        db.connection().execute(statement, rows)


def clear(db: Session, chat_id: int) -> bool:
    """Any text is a new question again; tells whether something was awaited."""
    dialogue = get(db, chat_id)
    waited = dialogue.awaiting is not None
    dialogue.awaiting, dialogue.details, dialogue.expires_at = None, {}, None
    db.add(dialogue)
    return waited


def keep_slots(db: Session, chat_id: int, slots: dict[str, Any], *, now: datetime) -> None:
    """Remembers what the last question was about."""
    dialogue = get(db, chat_id)
    dialogue.slots, dialogue.slots_at = slots, now
    db.add(dialogue)


def forget_before(db: Session, instant: datetime) -> None:
    """Deletes dialogues with nothing alive since ``instant``."""
    gone = col(Dialogue.slots_at).is_(None) | (col(Dialogue.slots_at) < instant)
    idle = col(Dialogue.expires_at).is_(None) | (col(Dialogue.expires_at) < instant)
    db.exec(delete(Dialogue).where(gone, idle))
