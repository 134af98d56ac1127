"""Commitments. What a person has is asked for by that person's id; others see what was shared."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import sqlalchemy
from sqlalchemy import ColumnElement
from sqlmodel import Session, col, delete, select, update

from bot.domain.commitments import Standing
from bot.domain.follow_ups import Undertaking
from bot.store.tables import Commitment, CommitmentDraft, CommitmentStep, Person

_BATCH = 500
"""Ids a statement: SQLite allows 32,766 parameters."""
_KEPT = col(Commitment.deleted_at).is_(None)
_OPEN = (_KEPT, col(Commitment.standing).in_([each for each in Standing if each.open]))
_LISTED: tuple[ColumnElement[bool], ...] = (_KEPT, ~col(Person.removed))

_TIMES = sqlalchemy.select(
    col(Commitment.id),
    col(Commitment.person_id),
    col(Commitment.due_on),
    col(Commitment.created_at),
    col(Commitment.ask_on),
)
"""The columns of an ``Undertaking``, in its order."""


def add(db: Session, commitment: Commitment) -> Commitment:
    """Stores a new one; its id is known afterwards."""
    db.add(commitment)
    db.flush()
    return commitment


def of(
    db: Session, person_id: int, commitment_id: int, *, deleted: bool = False
) -> Commitment | None:
    """The person's own commitment with this id; ``deleted``: also one that they deleted."""
    found = db.get(Commitment, commitment_id)
    if found is None or found.person_id != person_id:
        return None
    return found if deleted or found.deleted_at is None else None


def of_person(db: Session, person_id: int) -> Sequence[Commitment]:
    """All that a person has, what is open first, then by date."""
    query = select(Commitment).where(Commitment.person_id == person_id, _KEPT)
    found = db.exec(query.order_by(col(Commitment.due_on), col(Commitment.id))).all()
    return sorted(found, key=lambda each: not each.standing.open)


def kept(db: Session, commitment_ids: Sequence[int]) -> Mapping[int, Commitment]:
    """Those of these commitments that were not deleted, by id; for messages to their owners."""
    found: dict[int, Commitment] = {}
    for start in range(0, len(commitment_ids), _BATCH):
        batch = commitment_ids[start : start + _BATCH]
        query = select(Commitment).where(col(Commitment.id).in_(batch), _KEPT)
        found.update({each.id or 0: each for each in db.exec(query).all()})
    return found


def last_step(db: Session, commitment_id: int) -> CommitmentStep | None:
    """What was said of it last."""
    query = select(CommitmentStep).where(CommitmentStep.commitment_id == commitment_id)
    return db.exec(query.order_by(col(CommitmentStep.id).desc()).limit(1)).first()


def shared(db: Session) -> Sequence[tuple[Commitment, Person]]:
    """What was shared with the organizers, and by whom, in the order of the dates."""
    query = (
        select(Commitment, Person)
        .join(Person, col(Person.id) == Commitment.person_id)
        .where(col(Commitment.shared), *_LISTED)
    )
    return db.exec(query.order_by(col(Commitment.due_on), col(Commitment.id))).all()


def open_ones(db: Session) -> list[Undertaking]:
    """Everything that is still to be done, as far as time is concerned."""
    rows = db.execute(_TIMES.where(*_OPEN).order_by(col(Commitment.id)))
    return [Undertaking(*row) for row in rows]


def open_days(db: Session) -> tuple[set[date], set[date]]:
    """Days by which something open is to be done, and those on which somebody is asked again."""
    due = db.exec(select(col(Commitment.due_on)).where(*_OPEN).distinct()).all()
    ask = db.exec(select(col(Commitment.ask_on)).where(*_OPEN).distinct()).all()
    return set(due), {day for day in ask if day is not None}


def hand_over(db: Session, owner: int, heir: int) -> None:
    """All of one entry of the roster go to another one, which is the same person."""
    for table in (Commitment, CommitmentDraft):
        db.exec(update(table).where(col(table.person_id) == owner).values(person_id=heir))


def forget_deleted(db: Session, before: datetime) -> None:
    """Deletes for good what its owner deleted before this instant (UTC)."""
    gone = select(Commitment.id).where(col(Commitment.deleted_at) < before)
    db.exec(delete(CommitmentStep).where(col(CommitmentStep.commitment_id).in_(gone)))
    db.exec(delete(Commitment).where(col(Commitment.deleted_at) < before))


def anything_of(db: Session, person_id: int) -> Sequence[Commitment]:
    """As ``of_person``, also what they deleted and can have back."""
    query = select(Commitment).where(Commitment.person_id == person_id)
    return db.exec(query.order_by(col(Commitment.id))).all()


def forget(db: Session, commitment_ids: Sequence[int]) -> None:
    """Deletes these at once and for good."""
    for start in range(0, len(commitment_ids), _BATCH):
        batch = commitment_ids[start : start + _BATCH]
        db.exec(delete(CommitmentStep).where(col(CommitmentStep.commitment_id).in_(batch)))
        db.exec(delete(Commitment).where(col(Commitment.id).in_(batch)))


def agencies(db: Session) -> list[str]:
    """Every agency of the roster once, by name."""
    query = select(Person.agency).where(~col(Person.removed), col(Person.agency).is_not(None))
    return sorted({name for name in db.exec(query.distinct()) if name}, key=str.casefold)


def drafts(db: Session, person_id: int) -> Sequence[CommitmentDraft]:
    """What the person has not finished writing, the newest first."""
    query = select(CommitmentDraft).where(CommitmentDraft.person_id == person_id)
    order = (col(CommitmentDraft.updated_at).desc(), col(CommitmentDraft.key))
    return db.exec(query.order_by(*order)).all()


def draft(db: Session, person_id: int, key: str) -> CommitmentDraft | None:
    """The person's draft with this key."""
    return db.get(CommitmentDraft, (person_id, key))
