"""Rosters on their way, and which file was loaded last."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlmodel import Session, select

from bot.domain.people import Role, RosterEntry
from bot.store.tables import RosterDraft, Setting

_LOADED = "roster_digest"


def loaded(db: Session) -> str | None:
    """Which content of the event's file was looked at last; None: none yet."""
    found = db.get(Setting, _LOADED)
    return found.value if found is not None else None


def set_loaded(db: Session, digest: str) -> None:
    """This content of the event's file needs not be looked at again."""
    db.merge(Setting(name=_LOADED, value=digest))


def drop_of_file(db: Session) -> None:
    """Throws away what an earlier content of the event's file would have changed."""
    for kept in db.exec(select(RosterDraft).where(RosterDraft.state == "draft")).all():
        if kept.roster.get("file"):
            kept.state, kept.roster = "dropped", {"people": []}
            db.add(kept)


def digest(entries: Sequence[RosterEntry]) -> str:
    """Tells rosters apart; the same entries have the same, in whatever order."""
    lines = sorted(repr(entry) for entry in entries)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def draft(
    db: Session,
    *,
    author_id: int,
    base: str,
    entries: Iterable[RosterEntry],
    warnings: Sequence[str] = (),
    of_file: bool = False,
    now: datetime,
) -> RosterDraft:
    """Keeps a new roster until it is confirmed or dropped, with what is worth telling of it."""
    kept = {"people": [asdict(entry) for entry in entries], "warnings": list(warnings)}
    made = RosterDraft(
        author_id=author_id,
        base=base,
        roster={**kept, "file": of_file},
        created_at=now,
    )
    db.add(made)
    db.flush()
    return made


def drafted(db: Session, draft_id: int) -> RosterDraft | None:
    """The draft with this number. Of two who confirm it at once the write of one runs again."""
    return db.get(RosterDraft, draft_id)


def entries_of(kept: RosterDraft) -> tuple[RosterEntry, ...]:
    """The entries of a draft."""
    return tuple(
        RosterEntry(**{**facts, "role": Role(facts["role"])}) for facts in kept.roster["people"]
    )
