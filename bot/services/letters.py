"""An announcement as rows of the outbox, one a recipient, whatever sort of announcement it is."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlmodel import Session

from bot.domain.outbox import Lane, Status
from bot.services.desk import Desk
from bot.store import broadcasts, recipients
from bot.store.broadcasts import Standing
from bot.store.outbox import REPEATABLE, Letter
from bot.store.recipients import Recipient
from bot.store.tables import Broadcast
from bot.texts import announcements as texts
from bot.texts.catalogue import text

IN_PLACE = {"text": ("editMessageText", "text"), "caption": ("editMessageCaption", "caption")}
"""By content: how the outbox edits it, and the name of the text. What is not here is corrected by
a message that answers the copy."""
_MENDING = ("correction", "retraction")
DELETABLE = timedelta(hours=48)
"""A bot may delete a message for this long (Bot API, deleteMessage)."""


def rows(
    db: Session,
    desk: Desk,
    broadcast: Broadcast,
    persons: Sequence[Recipient],
    *,
    ready: datetime,
) -> list[Letter]:
    """A row for each person, not before ``ready`` (UTC).

    A deed done to a notice needs the person's copy of it.
    """
    about = _about(db, broadcast, persons)
    now = desk.now()

    @cache
    def call(language: str) -> tuple[str, dict[str, Any]]:
        return _call(desk, broadcast, language, ready)

    found = []
    for person in persons:
        method, payload = call(person.language)
        row = Letter(
            key=recipients.key(broadcast, person.id),
            # What was wrong is put right before anything else that may wait is sent.
            lane=Lane.CHANGE if broadcast.kind in _MENDING else Lane.BROADCAST,
            kind="broadcast",
            person_id=person.id,
            chat_id=person.chat_id,
            broadcast_id=broadcast.id,
            method=method,
            payload=payload,
            created_at=now,
            due_at=ready,
            ready_at=ready,
        )
        _address(row, broadcast, about.get(person.id, []), now)
        found.append(row)
    return found


def _about(
    db: Session, broadcast: Broadcast, persons: Sequence[Recipient]
) -> Mapping[int, list[Standing]]:
    """Messages of the notice that this one is about, by person."""
    if broadcast.about_id is None:
        return {}
    numbers = [broadcast.about_id]
    if broadcast.kind == "retraction":
        numbers += broadcasts.related(db, broadcast.about_id)
    found: dict[int, list[Standing]] = {}
    for copy in broadcasts.standing(db, numbers, [person.id for person in persons]):
        found.setdefault(copy.person_id, []).append(copy)
    return found


def _call(
    desk: Desk, broadcast: Broadcast, language: str, ready: datetime
) -> tuple[str, dict[str, Any]]:
    """The method and those of its parameters that all who read this language share."""
    if broadcast.kind == "notice":
        method, payload = "copyMessage", _copy(broadcast, language)
    elif broadcast.kind == "nudge":
        words = text("broadcast.nudge", language, title=broadcast.title)
        markup = texts.read_markup(language, broadcast.about_id or 0)
        method = "sendMessage"
        payload = {"text": words, "parse_mode": "HTML", "reply_markup": markup}
    elif broadcast.kind == "correction":
        method, payload = _correction(desk, broadcast, language)
    else:
        return "deleteMessages", {}
    silent = desk.agenda.quiet(ready) and broadcast.urgent_reason is None
    if silent and method not in REPEATABLE:  # those make no sound
        payload["disable_notification"] = True
    return method, payload


def _address(row: Letter, broadcast: Broadcast, copies: Sequence[Standing], now: datetime) -> None:
    """Ties the row to the person's copy of the notice that it is about."""
    if broadcast.kind == "retraction":
        _retract(row, copies, now)
    elif copies:
        number = copies[-1].message_id
        if broadcast.kind == "correction" and broadcast.content in IN_PLACE:
            row.payload = row.payload | {"message_id": number}
        else:
            answered = {"message_id": number, "allow_sending_without_reply": True}
            row.payload = row.payload | {"reply_parameters": answered}


def _copy(broadcast: Broadcast, language: str) -> dict[str, Any]:
    payload: dict[str, Any] = {
        "from_chat_id": broadcast.source_chat_id,
        "message_id": broadcast.source_message_id,
    }
    if broadcast.ask_read:
        payload["reply_markup"] = texts.read_markup(language, broadcast.id or 0)
    return payload


def _correction(desk: Desk, broadcast: Broadcast, language: str) -> tuple[str, dict[str, Any]]:
    """The text in place; where there is none to edit, a message that answers the copy."""
    in_place = broadcast.content in IN_PLACE
    html = texts.corrected(
        broadcast.html or "",
        language,
        at=broadcast.created_at,
        zone=desk.zone,
        in_place=in_place,
    )
    method, name = IN_PLACE.get(broadcast.content, ("sendMessage", "text"))
    payload: dict[str, Any] = {name: html, "parse_mode": "HTML"}
    if in_place and broadcast.ask_read:
        payload["reply_markup"] = texts.read_markup(language, broadcast.about_id or 0)
    return method, payload


def _retract(row: Letter, copies: Sequence[Standing], now: datetime) -> None:
    sent = [(copy.at or now) + DELETABLE for copy in copies]
    row.payload = {"message_ids": sorted({copy.message_id for copy in copies})}
    row.useful_until = min(sent, default=now)
    if row.useful_until <= now:
        row.status, row.finished_at = Status.EXPIRED, now
