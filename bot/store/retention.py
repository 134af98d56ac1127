"""The end of personal data: who has some, how far deleting has come, the totals that stay."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlmodel import Session, col, func, select

from bot.domain.notes import FEWEST_ANSWERS, Sharing
from bot.domain.outbox import OPEN, Status
from bot.store.tables import (
    AnonymousNote,
    Attachment,
    Commitment,
    CommitmentDraft,
    Dialogue,
    Note,
    Outbox,
    Person,
    Rating,
    Receipt,
    SessionReminder,
    Setting,
)

_NAME = "retention"
_OWNERS = (
    Note.person_id,
    Rating.person_id,
    Commitment.person_id,
    CommitmentDraft.person_id,
    SessionReminder.person_id,
    Receipt.person_id,
)


@dataclass(frozen=True, slots=True)
class Purge:
    """The last deletion of everybody's data: for which date, from when to when (UTC)."""

    keep_until: str
    begun_at: str
    finished_at: str | None = None
    totals: dict[str, Any] = field(default_factory=dict)
    """What stays: counts and means that point at nobody."""
    told: bool = False
    """Whether the organizers know of it."""


def last_purge(db: Session) -> Purge | None:
    """How far the last deletion has come; None: there was none."""
    setting = db.get(Setting, _NAME)
    return None if setting is None else Purge(**json.loads(setting.value))


def note_purge(db: Session, purge: Purge) -> None:
    """Keeps how far it has come."""
    db.merge(Setting(name=_NAME, value=json.dumps(asdict(purge))))


def owners(db: Session) -> list[int]:
    """Ids of everybody who has data besides the line of the roster, in order."""
    found = {number for owner in _OWNERS for number in db.exec(select(owner).distinct())}
    talking = select(Person.id).join(Dialogue, col(Dialogue.chat_id) == Person.chat_id)
    past = select(Outbox.person_id).where(col(Outbox.status).not_in(OPEN), Outbox.kind != "alert")
    found |= {number for number in db.exec(talking) if number is not None}
    found |= {number for number in db.exec(past.distinct()) if number is not None}
    gone = select(Person.id).where(col(Person.removed), Person.name != "")
    return sorted(found | {number for number in db.exec(gone) if number is not None})


def totals(db: Session) -> dict[str, Any]:
    """Counts and means that point at nobody; no mean under ``FEWEST_ANSWERS`` answers."""
    alive = col(Note.deleted_at).is_(None)
    standing = select(Commitment.standing, func.count()).where(
        col(Commitment.deleted_at).is_(None)
    )
    delivered = select(Outbox.kind, func.count()).where(Outbox.status == Status.DELIVERED)
    return {
        "people": _count(db, Person, col(Person.joined_at).is_not(None)),
        "notes": _count(db, Note, alive),
        "notes_shared_by_name": _count(db, Note, alive, Note.sharing == Sharing.NAMED),
        "notes_without_name": _count(db, AnonymousNote),
        "attachments": _count(db, Attachment),
        "ratings": _ratings(db),
        "commitments": {
            str(word): number
            for word, number in db.exec(standing.group_by(col(Commitment.standing)))
        },
        "delivered": dict(db.exec(delivered.group_by(Outbox.kind)).all()),
    }


def _ratings(db: Session) -> dict[str, dict[str, float | None]]:
    answers = select(Rating.session_id, func.count(), func.avg(Rating.value))
    return {
        session: {
            "count": number,
            "mean": round(float(mean), 2) if number >= FEWEST_ANSWERS else None,
        }
        for session, number, mean in db.exec(answers.group_by(Rating.session_id))
    }


def _count(db: Session, table: Any, *conditions: Any) -> int:
    return db.exec(select(func.count()).select_from(table).where(*conditions)).one()
