"""The end of personal data: who has some, how far deleting has come, the totals that stay."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, delete, func, select

from bot.domain.notes import FEWEST_ANSWERS, Sharing
from bot.domain.outbox import OPEN, Status
from bot.store import erasing, personal_data
from bot.store.tables import (
    AnonymousNote,
    Attachment,
    Attendance,
    Broadcast,
    Commitment,
    Note,
    Outbox,
    Person,
    QuestionVote,
    Rating,
    Setting,
    SpeakerQuestion,
)

_NAME = "retention"
_NAMELESS = col(SpeakerQuestion.person_id).is_(None)


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
    """Ids of everybody who has data besides the line of the roster, in order.

    They are those to whom ``personal_data.erase`` would make a difference; what hangs on rows of
    theirs needs no look of its own, and updates in the inbox are emptied by being handled.
    """
    found: set[int | None] = set()
    for holding in personal_data.HOLDINGS:
        if holding.through is None:
            found.update(_named(db, holding.owner, by=holding.by))
    past = col(Outbox.status).not_in(OPEN), col(Outbox.kind) != "alert"
    for column, by in ((Outbox.person_id, "id"), (Outbox.chat_id, "chat_id")):
        found.update(_named(db, column, *past, by=by))
    copied = col(Broadcast.source_chat_id) != 0
    found.update(_named(db, Broadcast.author_id, copied, by="id"))
    found.update(_named(db, Broadcast.progress_chat_id, by="chat_id"))
    gone = select(col(Person.id)).where(col(Person.removed), Person.name != "")
    found.update(db.exec(gone).all())
    return sorted(number for number in found if number is not None)


def _named(db: Session, column: Any, *conditions: Any, by: str) -> Iterable[int | None]:
    """The people whom ``column`` names, by their ``id`` or their ``chat_id``."""
    named = select(column).where(*conditions).distinct()
    key = personal_data.column(Person, by)
    return db.exec(select(col(Person.id)).where(key.in_(named))).all()


def nameless(db: Session) -> bool:
    """Whether there are texts that people gave without their name."""
    given = select(AnonymousNote.key), select(SpeakerQuestion.key).where(_NAMELESS)
    return any(db.exec(query.limit(1)).first() is not None for query in given)


def drop_nameless(db: Session, *, now: datetime) -> None:
    """Deletes these too, for good, with the votes for them; ``now`` is UTC."""
    asked = select(SpeakerQuestion.key).where(_NAMELESS)
    db.execute(delete(QuestionVote).where(col(QuestionVote.question).in_(asked)))
    db.execute(delete(SpeakerQuestion).where(_NAMELESS))
    db.execute(delete(AnonymousNote))
    erasing.want(db, now=now)


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
        "attendances": _count(db, Attendance),
        "questions_to_speakers": _count(db, SpeakerQuestion),
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
