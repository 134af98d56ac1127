"""Rosters on their way, and which file was loaded last."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlmodel import Session, select

from bot.domain.people import Role, RosterEntry
from bot.store import people
from bot.store.tables import RosterDraft, Setting

_LOADED = "roster_digest"


def load_file(db: Session, content: bytes, entries: Iterable[RosterEntry]) -> None:
    """Takes the roster over from the event's file, unless this content was taken over before.

    Since then the roster may have been changed from the chat.
    """
    digest = hashlib.sha256(content).hexdigest()
    loaded = db.get(Setting, _LOADED)
    if loaded is None or loaded.value != digest:
        people.put_roster(db, entries)
        db.merge(Setting(name=_LOADED, value=digest))


def digest(entries: Sequence[RosterEntry]) -> str:
    """Tells rosters apart; the same entries have the same, in whatever order."""
    lines = sorted(repr(entry) for entry in entries)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def draft(
    db: Session, *, author_id: int, base: str, entries: Iterable[RosterEntry], now: datetime
) -> RosterDraft:
    """Keeps a new roster until it is confirmed or dropped."""
    made = RosterDraft(
        author_id=author_id,
        base=base,
        roster={"people": [asdict(entry) for entry in entries]},
        created_at=now,
    )
    db.add(made)
    db.flush()
    return made


def drafted(db: Session, draft_id: int) -> RosterDraft | None:
    """The draft with this number; two organizers cannot take it at the same time."""
    query = select(RosterDraft).where(RosterDraft.id == draft_id)
    return db.exec(query.with_for_update()).first()


def entries_of(kept: RosterDraft) -> tuple[RosterEntry, ...]:
    """The entries of a draft."""
    return tuple(
        RosterEntry(**{**facts, "role": Role(facts["role"])}) for facts in kept.roster["people"]
    )
