"""What happened, as lines: read off the phones at the end, in an order that never varies.

Messages of one instant leave side by side, so their numbers differ from run to run. Whose they are
and what they say does not: within an instant a person's own act comes first, then its answers,
then what the outbox brought, by lane and key.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import select
from sqlmodel import Session, col

from bot.domain.agenda import Agenda
from bot.domain.outbox import Status
from bot.rehearsal.api.text import formatted
from bot.rehearsal.headless.model import Done, Entry, Player
from bot.rehearsal.world import Json, User
from bot.store.tables import Outbox

T = TypeVar("T")
_ROOM_EVERY, _FRESH = timedelta(hours=6), timedelta(hours=3)
_SENT = (Status.DELIVERED, Status.MERGED, Status.CANCELLED)


@dataclass(frozen=True, slots=True)
class Row:
    """What the outbox says of a message it delivered."""

    kind: str
    lane: int
    key: str


def delivered(db: Session) -> dict[tuple[int, int], Row]:
    """Kind and place in order of everything delivered, by chat and message."""
    rows = db.execute(
        select(
            col(Outbox.chat_id),
            col(Outbox.message_id),
            col(Outbox.kind),
            col(Outbox.lane),
            col(Outbox.key),
        ).where(col(Outbox.status) == Status.DELIVERED)
    )
    return {
        (chat_id, message_id): Row(kind, int(lane), key)
        for chat_id, message_id, kind, lane, key in rows
        if message_id is not None
    }


def undelivered(db: Session) -> list[tuple[int, Entry]]:
    """What never arrived, with the number of the person it was for."""
    query = select(Outbox).where(col(Outbox.status).not_in(_SENT)).order_by(col(Outbox.key))
    return [(row.person_id or 0, _lost(row)) for row in db.scalars(query)]


class Collected:
    """What the phones received, taken off them in the course of the event.

    Many people get the same words; they are kept once, so that a large event needs little memory.
    """

    def __init__(self, agenda: Agenda, phones: Mapping[str, User]) -> None:
        self._agenda = agenda
        self._phones = phones
        self._cleared = datetime.min.replace(tzinfo=UTC)
        self._same: dict[Any, Any] = {}
        self.messages: dict[str, list[tuple[int, Entry]]] = {who: [] for who in phones}
        """By person: number and content of each message, in the order of arrival."""

    def make_room(self, now: datetime) -> None:
        """Takes away what is old: nobody answers or presses it any more."""
        if now - self._cleared > _ROOM_EVERY:
            self._cleared = now
            self.take(now - _FRESH)

    def take(self, before: datetime | None = None) -> None:
        """Takes everything, or what arrived before an instant."""
        for who, user in self._phones.items():
            messages = user.chat().messages
            old = [
                number
                for number, message in messages.items()
                if before is None or message["date"] < before.timestamp()
            ]
            for number in old:
                message = messages.pop(number)
                if message["from"]["is_bot"]:
                    self.messages[who].append((number, self._received(who, message)))

    def _received(self, who: str, message: Json) -> Entry:
        markup = message.get("reply_markup", {}).get("inline_keyboard", [])
        text = message.get("text") or message.get("caption") or _nature(message)
        entities: Sequence[Json] = message.get("entities") or message.get("caption_entities", ())
        buttons = tuple(tuple(button["text"] for button in line) for line in markup)
        return Entry(
            at=self._once(datetime.fromtimestamp(message["date"], UTC)),
            who=who,
            incoming=True,
            kind="answer",
            text=self._once(text),
            entities=self._same.setdefault((text, json.dumps(entities)), entities),
            buttons=self._once(buttons),
            sessions=self._once(_sessions(self._agenda, [one for row in markup for one in row])),
            edited="edit_date" in message,
        )

    def _once(self, value: T) -> T:
        same: T = self._same.setdefault(value, value)
        return same


def entries(
    players: Sequence[Player],
    done: Sequence[Done],
    collected: Collected,
    *,
    rows: Mapping[tuple[int, int], Row],
    lost: Sequence[tuple[int, Entry]],
) -> list[Entry]:
    """Every line, by instant and then by person in the order of the roster."""
    acts: dict[str, list[Done]] = {player.key: [] for player in players}
    for each in done:
        acts[each.act.who].append(each)
    missed: dict[int, list[Entry]] = {}
    for number, entry in lost:
        missed.setdefault(number, []).append(entry)
    ranked = [
        (entry.at, place, rank, entry)
        for place, player in enumerate(players)
        for rank, entry in _of(player, acts[player.key], collected, rows, missed)
    ]
    ranked.sort(key=lambda line: line[:3])
    return [entry for *_, entry in ranked]


def _of(
    player: Player,
    done: Sequence[Done],
    collected: Collected,
    rows: Mapping[tuple[int, int], Row],
    missed: Mapping[int, Sequence[Entry]],
) -> Iterator[tuple[tuple[Any, ...], Entry]]:
    for each in done:
        act = each.act
        yield (0,), Entry(act.at, player.key, False, act.kind, each.words)
    for number, entry in collected.messages[player.key]:
        row = rows.get((player.account, number))
        if row is None:
            yield (1, number), entry
        else:
            yield (2, row.lane, row.key), replace(entry, kind=row.kind)
    for entry in missed.get(player.number, ()) if player.number else ():
        yield (3, entry.kind, entry.text), replace(entry, who=player.key)


def _nature(message: Json) -> str:
    kinds = ("photo", "document", "voice", "video", "location", "poll")
    return f"[{next((kind for kind in kinds if kind in message), 'message')}]"


def _sessions(agenda: Agenda, buttons: Sequence[Json]) -> tuple[str, ...]:
    """Ids of the sessions that a message's buttons lead to."""
    parts = (part for button in buttons for part in button.get("callback_data", "").split(":")[1:])
    found = (agenda.by_ref(part) for part in parts)
    return tuple(dict.fromkeys(session.id for session in found if session is not None))


def _lost(row: Outbox) -> Entry:
    shown = formatted(row.payload.get("text", ""), row.payload.get("parse_mode"), None)
    at = row.finished_at or row.due_at
    return Entry(at, "", True, row.kind, shown.text, shown.entities, status=row.status.value)
