"""An announcement as rows of the outbox, one a recipient, whatever sort of announcement it is."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.domain.outbox import Lane, Status
from bot.services.desk import Desk
from bot.store import broadcasts
from bot.store.tables import Broadcast, Outbox, Person
from bot.texts import announcements as texts
from bot.texts.catalogue import text

IN_PLACE = {"text": ("editMessageText", "text")}
"""By content: how the outbox edits it, and the name of the text. What is not here is corrected by
a message that answers the copy."""
DELETABLE = timedelta(hours=48)
"""A bot may delete a message for this long (Bot API, deleteMessage)."""


def rows(
    db: Session, desk: Desk, broadcast: Broadcast, persons: Iterable[Person], *, ready: datetime
) -> list[Outbox]:
    """A row for each person, not before ``ready`` (UTC).

    The key holds the person and the round, so that a round is sent once, whoever asks for it.
    """
    about = _about(db, broadcast)
    found = [_row(desk, broadcast, person, about, ready) for person in persons]
    return [row for row in found if row is not None]


def _about(db: Session, broadcast: Broadcast) -> Mapping[int, list[Outbox]]:
    """Messages of the notice that this one is about, by person."""
    if broadcast.about_id is None:
        return {}
    numbers = [broadcast.about_id]
    if broadcast.kind == "retraction":
        numbers += broadcasts.related(db, broadcast.about_id)
    found: dict[int, list[Outbox]] = {}
    for row in broadcasts.delivered(db, numbers):
        found.setdefault(row.person_id or 0, []).append(row)
    return found


def _row(
    desk: Desk,
    broadcast: Broadcast,
    person: Person,
    about: Mapping[int, list[Outbox]],
    ready: datetime,
) -> Outbox | None:
    now = desk.now()
    copies = about.get(person.id or 0, [])
    again = f":{broadcast.round}" if broadcast.round else ""
    row = Outbox(
        key=f"broadcast:{broadcast.id}:{person.id}{again}",
        lane=Lane.BROADCAST,
        kind="broadcast",
        person_id=person.id,
        chat_id=person.chat_id or 0,
        broadcast_id=broadcast.id,
        payload={},
        created_at=now,
        due_at=ready,
        ready_at=ready,
    )
    if broadcast.kind == "notice":
        row.method, row.payload = "copyMessage", _copy(desk, broadcast, person, ready)
    elif broadcast.kind == "nudge":
        row.payload = _nudge(broadcast, person, copies)
    elif not copies:
        return None
    elif broadcast.kind == "correction":
        row.method, row.payload = _correction(desk, broadcast, person, copies[-1])
    else:
        _retract(row, copies, now)
    return row


def _copy(desk: Desk, broadcast: Broadcast, person: Person, ready: datetime) -> dict[str, Any]:
    payload: dict[str, Any] = {
        "from_chat_id": broadcast.source_chat_id,
        "message_id": broadcast.source_message_id,
    }
    if broadcast.ask_read:
        payload["reply_markup"] = texts.read_markup(person.language, broadcast.id or 0)
    if desk.agenda.quiet(ready) and broadcast.urgent_reason is None:
        payload["disable_notification"] = True
    return payload


def _nudge(broadcast: Broadcast, person: Person, copies: list[Outbox]) -> dict[str, Any]:
    payload: dict[str, Any] = {
        "text": text("broadcast.nudge", person.language, title=broadcast.title),
        "parse_mode": "HTML",
        "reply_markup": texts.read_markup(person.language, broadcast.about_id or 0),
    }
    return payload | _answering(copies[-1] if copies else None)


def _correction(
    desk: Desk, broadcast: Broadcast, person: Person, copy: Outbox
) -> tuple[str, dict[str, Any]]:
    """The text in place; where there is none to edit, a message that answers the copy."""
    in_place = broadcast.content in IN_PLACE
    html = texts.corrected(
        broadcast.html or "",
        person.language,
        at=broadcast.created_at,
        zone=desk.zone,
        in_place=in_place,
    )
    method, name = IN_PLACE.get(broadcast.content, ("sendMessage", "text"))
    payload: dict[str, Any] = {name: html, "parse_mode": "HTML"}
    if not in_place:
        return method, payload | _answering(copy)
    payload["message_id"] = copy.message_id
    if broadcast.ask_read:
        payload["reply_markup"] = texts.read_markup(person.language, broadcast.about_id or 0)
    return method, payload


def _retract(row: Outbox, copies: list[Outbox], now: datetime) -> None:
    sent = [(copy.finished_at or now) + DELETABLE for copy in copies]
    row.method = "deleteMessages"
    row.payload = {"message_ids": sorted({copy.message_id for copy in copies if copy.message_id})}
    row.useful_until = min(sent)
    if row.useful_until <= now:
        row.status, row.finished_at = Status.EXPIRED, now


def _answering(copy: Outbox | None) -> dict[str, Any]:
    if copy is None:
        return {}
    known = {"message_id": copy.message_id, "allow_sending_without_reply": True}
    return {"reply_parameters": known}
