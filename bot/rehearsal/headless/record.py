"""What happened, as lines: read off the phones at the end, in an order that never varies.

Messages of one instant leave side by side, so their numbers differ from run to run. Whose they are
and what they say does not: within an instant a person's own act comes first, then its answers,
then what the outbox brought, by lane and key.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from bot.domain.agenda import Agenda
from bot.domain.outbox import Status
from bot.rehearsal.api.text import formatted
from bot.rehearsal.headless.model import Done, Entry, Player
from bot.rehearsal.world import Json
from bot.store.tables import Outbox

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


def entries(
    agenda: Agenda,
    players: Sequence[Player],
    done: Sequence[Done],
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
        for rank, entry in _of(player, agenda, acts[player.key], rows, missed)
    ]
    ranked.sort(key=lambda line: line[:3])
    return [entry for *_, entry in ranked]


def _of(
    player: Player,
    agenda: Agenda,
    done: Sequence[Done],
    rows: Mapping[tuple[int, int], Row],
    missed: Mapping[int, Sequence[Entry]],
) -> Iterator[tuple[tuple[Any, ...], Entry]]:
    for each in done:
        act = each.act
        yield (0,), Entry(act.at, player.key, False, act.kind, each.words)
    for message in player.user.inbox:
        row = rows.get((player.user.id, message["message_id"]))
        entry = _received(player, agenda, message, row)
        if row is None:
            yield (1, message["message_id"]), entry
        else:
            yield (2, row.lane, row.key), entry
    for entry in missed.get(player.number, ()) if player.number else ():
        yield (3, entry.kind, entry.text), _owned(entry, player.key)


def _received(player: Player, agenda: Agenda, message: Json, row: Row | None) -> Entry:
    markup = message.get("reply_markup", {}).get("inline_keyboard", [])
    return Entry(
        at=datetime.fromtimestamp(message["date"], UTC),
        who=player.key,
        incoming=True,
        kind=row.kind if row else "answer",
        text=message.get("text") or message.get("caption") or _nature(message),
        entities=message.get("entities") or message.get("caption_entities") or (),
        buttons=tuple(tuple(button["text"] for button in line) for line in markup),
        sessions=_sessions(agenda, [button for line in markup for button in line]),
    )


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


def _owned(entry: Entry, who: str) -> Entry:
    return Entry(entry.at, who, True, entry.kind, entry.text, entry.entities, status=entry.status)
