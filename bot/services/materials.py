"""Materials of sessions: taken from an organizer, handed out, told of once to each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.domain.agenda import Session as AgendaSession
from bot.domain.materials import MOST, Handout, Handouts, by_session
from bot.domain.outbox import Lane
from bot.domain.people import Role
from bot.services import alerting
from bot.services.desk import Desk
from bot.store import materials, outbox
from bot.store.tables import Material, Outbox, Person
from bot.texts import materials as texts


@dataclass(frozen=True, slots=True)
class Offered:
    """What an organizer sent: its title, kind and address, as ``Handout`` has them."""

    title: str
    kind: str
    address: str


@dataclass(frozen=True, slots=True)
class Done:
    """The material and all that are handed out now; these belong on the desk."""

    material: Material
    handouts: Handouts


def everything(db: Session) -> Handouts:
    """All that are handed out."""
    return by_session(materials.listed(db))


def add(
    db: Session, desk: Desk, offered: Offered, *, session_id: str, author_id: int, message_id: int
) -> Done | None:
    """Keeps what the organizer sent in this message, once; None: the session has enough."""
    if materials.count(db, session_id) >= MOST:
        return None
    kept = materials.add(
        db,
        Material(
            source=f"{author_id}:{message_id}",
            session_id=session_id,
            title=offered.title,
            kind=offered.kind,
            address=offered.address,
            added_by=author_id,
            added_at=desk.now(),
        ),
    )
    return Done(kept, everything(db))


def remove(db: Session, desk: Desk, *, material_id: int) -> Done | None:
    """Takes it away; nobody hears of it who has not heard yet. None: there is no such."""
    found = materials.put_away(db, material_id, desk.now())
    if found is None:
        return None
    at = found.told_at
    if at is not None and not materials.told_together(db, found.session_id, at):
        outbox.cancel(db, now=desk.now(), key_prefix=_key(found.session_id, at))
    return Done(found, everything(db))


def restore(db: Session, *, material_id: int) -> Done | None:
    """Brings it back."""
    found = materials.put_away(db, material_id, None)
    return None if found is None else Done(found, everything(db))


def tell(
    db: Session, desk: Desk, *, session: AgendaSession, author_id: int
) -> tuple[int, Handouts]:
    """One notice to everybody but the author of what was not told yet.

    Returns to how many, and what is handed out now.
    """
    now, count = desk.now(), 0
    if materials.mark_told(db, session.id, at=now, by=author_id):
        count = _post(db, desk, session, now, late=False)
    return count, everything(db)


def plan(db: Session, desk: Desk, *, after: datetime, now: datetime) -> int:
    """Who joined since a notice gets it, until the session is over (a source of the plan)."""
    count = 0
    for session_id, handouts in desk.handouts.items():
        session = desk.agenda.find(session_id)
        if session is None or session.cancelled or session.end <= now:
            continue
        for at in sorted({each.told_at for each in handouts if each.told_at is not None}):
            count += _post(db, desk, session, at, late=True)
    return count


def next_due(db: Session, desk: Desk, *, after: datetime) -> datetime | None:
    """Nothing falls due by the clock: who joins wakes the planner."""
    return None


def _post(db: Session, desk: Desk, session: AgendaSession, at: datetime, *, late: bool) -> int:
    told = materials.told_together(db, session.id, at)
    if not told:
        return 0
    key = _key(session.id, at)
    persons = materials.without_row(
        db, key, but=told[0].told_by, joined_after=at if late else None
    )
    theirs = [p for p in persons if p.role is Role.ORGANIZER or session.meant_for(p.group)]
    return outbox.enqueue(db, _rows(desk, session, told, theirs, key))


def _rows(
    desk: Desk,
    session: AgendaSession,
    told: Sequence[Material],
    persons: Sequence[Person],
    key: str,
) -> list[Outbox]:
    now, quiet = desk.now(), desk.agenda.quiet(desk.now())
    shown = [(each.id or 0, each.title) for each in told]
    payloads = {
        language: texts.notice(desk.agenda, session, shown, language).payload(silent=quiet)
        for language in {person.language for person in persons}
    }
    return [
        Outbox(
            key=f"{key}{person.id}",
            lane=Lane.CHANGE,
            kind="material",
            person_id=person.id,
            chat_id=person.chat_id or 0,
            payload=payloads[person.language],
            created_at=now,
            due_at=now,
            ready_at=now,
        )
        for person in persons
    ]


def _key(session_id: str, at: datetime) -> str:
    return f"material:{session_id}:{at:%Y%m%dT%H%M%S.%f}:"


def find(desk: Desk, handout_id: int) -> Handout | None:
    """The material of this number, unless it was removed."""
    every = (each for handouts in desk.handouts.values() for each in handouts)
    return next((each for each in every if each.id == handout_id), None)


def report_lost(db: Session, desk: Desk, handout: Handout) -> None:
    """Telegram does not know this file any more: the organizers hear of it, once."""
    session = desk.agenda.find(handout.session_id)
    alerting.alert(
        db,
        desk,
        "alert.material",
        key=str(handout.id),
        title=handout.title,
        session=session.title if session is not None else handout.session_id,
    )
