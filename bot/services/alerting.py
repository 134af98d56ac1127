"""What organizers are told without having asked."""

from collections.abc import Mapping

from sqlmodel import Session

from bot.domain.outbox import Lane
from bot.services.desk import Desk
from bot.store import deliveries, outbox, people
from bot.store.tables import Outbox, Person
from bot.texts.catalogue import text

_LINES = 20
"""Failures listed in one message."""


def alert(
    db: Session, desk: Desk, template: str, *, key: str, who: Person | None = None, **facts: object
) -> None:
    """Puts one message to every organizer into the outbox; once for each ``key``."""
    for organizer in people.organizers(db):
        named = facts if who is None else {**facts, "name": who.name}
        _alert_one(db, desk, organizer, template, key=key, facts=named)


def pass_on_question(
    db: Session, desk: Desk, person: Person, *, question: str, message_id: int
) -> None:
    """Puts a participant's question before the organizers; once for each message."""
    alert(
        db,
        desk,
        "alert.question",
        key=f"{person.id}:{message_id}",
        who=person,
        question=question,
        chat_id=person.chat_id,
    )


def _alert_one(
    db: Session,
    desk: Desk,
    organizer: Person,
    template: str,
    *,
    key: str,
    facts: Mapping[str, object],
) -> None:
    now = desk.now()
    html = text(template, organizer.language, zone=desk.zone, **facts)
    row = Outbox(
        key=f"alert:{template}:{key}:{organizer.id}",
        lane=Lane.CHANGE,
        kind="alert",
        person_id=organizer.id,
        chat_id=organizer.chat_id or 0,
        payload={"text": html, "parse_mode": "HTML"},
        created_at=now,
        due_at=now,
        ready_at=now,
    )
    outbox.enqueue(db, [row])


def report_failures(db: Session, desk: Desk) -> None:
    """Tells the organizers, once, of messages that did not reach somebody and will not any more.

    Announcements have a report of their own.
    """
    rows = deliveries.unreported(db, limit=1000)
    if not rows:
        return
    for organizer in people.organizers(db):
        lines = [_line(db, row, organizer.language) for row in rows[:_LINES]]
        _alert_one(
            db,
            desk,
            organizer,
            "alert.undelivered",
            key=str(rows[-1].id),
            facts={"count": len(rows), "lines": lines},
        )
    deliveries.reported(db, rows, now=desk.now())


def _line(db: Session, row: Outbox, language: str) -> dict[str, str]:
    person = people.get(db, row.person_id) if row.person_id else None
    return {
        "name": person.name if person else "?",
        "what": text(f"what.{row.kind}", language),
        "why": row.error or text(f"why.{row.status.value}", language),
    }
