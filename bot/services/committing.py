"""What people do with their commitments, and what organizers see of those that were shared."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from bot.domain import event_report
from bot.domain.agenda import Agenda, Goal
from bot.domain.commitments import Standing
from bot.domain.follow_ups import commitment_of
from bot.services.desk import Desk
from bot.store import commitments, deliveries, report_figures
from bot.store.tables import Commitment, CommitmentStep, Person

KIND = "commitment"
"""Kind of the outbox rows that ask about commitments."""
UNDO_FOR = timedelta(days=1)
"""How long a deleted commitment can be had back; then it is gone for good."""
_SAME = timedelta(hours=12)
"""Saying the same thing again within this time is one saying."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A commitment that its owner shared."""

    commitment: Commitment
    person: Person
    goal: Goal | None


@dataclass(frozen=True)
class Overview:
    """What organizers see."""

    shared: Sequence[Shared]
    """By goal in the order of the event's lists, then by standing and date."""
    hidden: int | None
    """How many commitments were not shared; None: that would point at persons."""
    hidden_by: Mapping[Standing, int]
    """How those stand, where that does not point at persons."""


def own(db: Session, *, person_id: int) -> Sequence[Commitment]:
    """All that the person undertook, what is open first, then by date."""
    return commitments.of_person(db, person_id)


def find(db: Session, *, person_id: int, commitment_id: int) -> Commitment | None:
    """An own commitment; None if there is none with this id."""
    return commitments.of(db, person_id, commitment_id)


def last_word(
    db: Session, *, person_id: int, commitment_id: int
) -> tuple[Commitment, CommitmentStep | None] | None:
    """An own commitment with what was said of it last."""
    found = commitments.of(db, person_id, commitment_id)
    return (found, commitments.last_step(db, commitment_id)) if found is not None else None


def stand(
    db: Session, *, person_id: int, commitment_id: int, standing: Standing, now: datetime
) -> Commitment | None:
    """The owner says how it stands; None if there is no such commitment of theirs."""
    found = commitments.of(db, person_id, commitment_id)
    if found is None:
        return None
    last = commitments.last_step(db, commitment_id)
    again = last is not None and last.standing is standing and abs(now - last.said_at) < _SAME
    if not again:
        db.add(CommitmentStep(commitment_id=commitment_id, standing=standing, said_at=now))
        found.standing, found.updated_at, found.ask_on = standing, now, None
        db.add(found)
    return found


def explain(db: Session, *, person_id: int, commitment_id: int, remark: str) -> Commitment | None:
    """Why it stands as it does, in the owner's words; None without such a commitment."""
    found = commitments.of(db, person_id, commitment_id)
    last = commitments.last_step(db, commitment_id) if found is not None else None
    if last is not None and last.remark != remark:
        last.remark = remark
        db.add(last)
    return found


def snooze(
    db: Session, desk: Desk, *, person_id: int, commitment_ids: Collection[int], days: int
) -> date | None:
    """Asks the owner once more in so many days; gives that day, None if nothing is open."""
    day = desk.today() + timedelta(days=days)
    found = [commitments.of(db, person_id, each) for each in commitment_ids]
    still_open = [each for each in found if each is not None and each.standing.open]
    for each in still_open:
        each.ask_on = day
        db.add(each)
    return day if still_open else None


def asked_in(db: Session, *, chat_id: int, message_id: int) -> list[int]:
    """The commitments that a delivered message asked about; none for any other message."""
    row = deliveries.by_message(db, chat_id, message_id)
    if row is None or row.kind != KIND:
        return []
    return sorted({commitment_of(key) for key in deliveries.told_together(db, row)})


def share(
    db: Session, *, person_id: int, commitment_id: int, shared: bool, now: datetime
) -> Commitment | None:
    """Shows it to the organizers with the owner's name, or takes it back."""
    found = commitments.of(db, person_id, commitment_id)
    if found is not None and found.shared != shared:
        found.shared, found.updated_at = shared, now
        db.add(found)
    return found


def delete(db: Session, *, person_id: int, commitment_id: int, now: datetime) -> bool:
    """Deletes an own commitment; for ``UNDO_FOR`` it can be had back. False if it is gone."""
    found = commitments.of(db, person_id, commitment_id)
    if found is None:
        return False
    found.deleted_at = now
    db.add(found)
    return True


def restore(
    db: Session, *, person_id: int, commitment_id: int, now: datetime
) -> Commitment | None:
    """Takes a deletion back; None if it is too late."""
    found = commitments.of(db, person_id, commitment_id, deleted=True)
    if found is None or (found.deleted_at and now - found.deleted_at > UNDO_FOR):
        return None
    found.deleted_at = None
    db.add(found)
    return found


def overview(db: Session, agenda: Agenda) -> Overview:
    """What was shared with the organizers, and how much was not."""
    places = {goal.id: place for place, goal in enumerate(agenda.event.goals)}
    standings = list(Standing)
    lines = [
        Shared(commitment, person, agenda.goal(commitment.goal_id))
        for commitment, person in commitments.shared(db)
    ]
    lines.sort(
        key=lambda line: (
            places.get(line.goal.id if line.goal else "", len(places)),
            standings.index(line.commitment.standing),
        )
    )
    kept = report_figures.unshared(db)
    total = event_report.unshared_total(kept)
    by = event_report.unshared_by_standing(kept) if total is not None else {}
    told = {standing: count for standing, count in by.items() if count is not None}
    return Overview(lines, total, told)
