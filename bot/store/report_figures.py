"""What the organizers' report is made of. No query here selects a private note's words."""

from collections.abc import Mapping, Sequence

from sqlmodel import Session, col, select

from bot.domain.commitments import Standing
from bot.domain.event_report import (
    Participant,
    Rated,
    Reach,
    SharedNote,
    SharedPlan,
    Stored,
    Unshared,
)
from bot.domain.notes import Sharing
from bot.domain.outbox import Status
from bot.domain.people import Role
from bot.store import broadcasts
from bot.store.tables import (
    AnonymousNote,
    Attendance,
    Broadcast,
    Commitment,
    Note,
    Person,
    Rating,
    RollCall,
)

_KEPT = col(Note.deleted_at).is_(None)
_STANDING = (col(Commitment.deleted_at).is_(None), ~col(Person.removed))


def everything(db: Session) -> Stored:
    """All facts, read in one transaction so that they fit each other."""
    return Stored(
        participants=participants(db),
        written=written(db),
        ratings=ratings(db),
        notes=[*named_notes(db), *nameless_notes(db)],
        plans=shared_plans(db),
        unshared=unshared(db),
        reached=reached(db),
        present=present(db),
    )


def participants(db: Session) -> Sequence[Participant]:
    """Everybody on the roster who is no organizer."""
    query = select(Person.id, Person.group, Person.joined_at).where(
        ~col(Person.removed), Person.role != Role.ORGANIZER
    )
    return [
        Participant(number or 0, group, at is not None) for number, group, at in db.exec(query)
    ]


def written(db: Session) -> Sequence[tuple[int, str | None]]:
    """Who wrote about which session, once each; which words is not asked."""
    query = select(Note.person_id, Note.session_id).where(_KEPT).distinct()
    return [(person_id, session_id) for person_id, session_id in db.exec(query)]


def ratings(db: Session) -> Sequence[Rated]:
    """Every rating."""
    query = select(Rating.person_id, Rating.session_id, Rating.value)
    return [Rated(*row) for row in db.exec(query)]


def present(db: Session) -> Mapping[str, frozenset[int]]:
    """Who was there, by session, where attendance was taken; how late does not matter."""
    query = (
        select(RollCall.session_id, Attendance.person_id)
        .join(Attendance, col(Attendance.call_id) == RollCall.id, isouter=True)
        .where(col(RollCall.session_id).is_not(None))
    )
    found: dict[str, set[int]] = {}
    for session_id, person_id in db.exec(query):
        people = found.setdefault(session_id or "", set())
        if person_id is not None:
            people.add(person_id)
    return {session_id: frozenset(people) for session_id, people in found.items()}


def named_notes(db: Session) -> Sequence[SharedNote]:
    """Notes shared by name, oldest first; those that only carry files have nothing to quote."""
    query = (
        select(Note.text, Note.session_id, Person.name, Person.position)
        .join(Person, col(Person.id) == Note.person_id)
        .where(Note.sharing == Sharing.NAMED, _KEPT)
        .order_by(col(Note.created_at), col(Note.id))
    )
    return [SharedNote(*row) for row in db.exec(query) if row[0].strip()]


def nameless_notes(db: Session) -> Sequence[SharedNote]:
    """Notes shared without a name, in an order that says nothing."""
    query = select(AnonymousNote.text, AnonymousNote.session_id).order_by(AnonymousNote.key)
    return [SharedNote(*row) for row in db.exec(query)]


def shared_plans(db: Session) -> Sequence[SharedPlan]:
    """Commitments that their owners share, by name of the owner."""
    query = (
        select(Person.name, Commitment)
        .join(Commitment, col(Commitment.person_id) == Person.id)
        .where(col(Commitment.shared), *_STANDING)
        .order_by(Person.name, col(Commitment.due_on), col(Commitment.id))
    )
    return [
        SharedPlan(name, plan.what, plan.partner, plan.goal_id, plan.due_on, plan.standing)
        for name, plan in db.exec(query)
    ]


def unshared(db: Session) -> Sequence[Unshared]:
    """How the commitments stand that their owners keep to themselves; nothing else of them."""
    query = (
        select(Commitment.person_id, Commitment.standing)
        .join(Person, col(Person.id) == Commitment.person_id)
        .where(~col(Commitment.shared), *_STANDING)
    )
    return [Unshared(person_id, Standing(standing)) for person_id, standing in db.exec(query)]


def reached(db: Session) -> Sequence[Reach]:
    """Announcements that left, oldest first; those taken back are no news any more."""
    query = select(Broadcast).where(
        Broadcast.kind == "notice",
        col(Broadcast.state).in_(("sending", "done")),
        col(Broadcast.retracted_at).is_(None),
    )
    found = []
    for notice in db.exec(query.order_by(col(Broadcast.release_at), col(Broadcast.id))).all():
        counts = broadcasts.counts(db, notice)
        found.append(
            Reach(
                notice.title,
                notice.release_at or notice.created_at,
                sum(number for status, number in counts.items() if status != Status.CANCELLED),
                counts.get(Status.DELIVERED, 0),
                broadcasts.count_read(db, notice.id or 0) if notice.ask_read else None,
            )
        )
    return found
