"""What is wrong with the bot, kept in the store and told to the organizers once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.domain.health import AFTERWARDS, DIRECT, Facts, Kind, judge
from bot.services import alerting
from bot.services.desk import Desk
from bot.store import outbox, people, settings
from bot.texts import health as texts


@dataclass(frozen=True, slots=True)
class Listener:
    """An organizer's chat, kept in memory for the day on which the store cannot be asked."""

    chat_id: int
    language: str


@dataclass(frozen=True, slots=True)
class News:
    """What has begun and what is over (since when): to be told by another road than the outbox."""

    begun: frozenset[Kind]
    over: Mapping[Kind, datetime]
    listeners: tuple[Listener, ...]


def note(db: Session, desk: Desk, facts: Facts) -> News:
    """Keeps what is wrong now, and puts what is new about it into the outbox."""
    now = desk.now()
    before = standing(db)
    settings.keep(db, _WATCHED, now.isoformat())  # a full disk shows by a write alone
    wrong = judge(facts, before.keys()) - {Kind.STORE}  # it takes this very note
    begun = wrong - before.keys()
    over = {kind: since for kind, since in before.items() if kind not in wrong}
    kept = {kind: before.get(kind, now) for kind in wrong}
    if kept != before:
        settings.keep(db, _ALARMS, json.dumps({kind: at.isoformat() for kind, at in kept.items()}))
    for kind in begun.difference(DIRECT, AFTERWARDS):
        key = f"{kind}:{now.isoformat()}"
        alerting.alert(db, desk, f"health.begun_{kind}", key=key, facts=facts)
    for kind in over.keys() - set(DIRECT):
        key, since = f"{kind}:{over[kind].isoformat()}", over[kind]
        alerting.alert(db, desk, "health.over", key=key, kind=str(kind), since=since, until=now)
    return News(
        begun.intersection(DIRECT),
        {kind: since for kind, since in over.items() if kind in DIRECT},
        tuple(Listener(one.chat_id, one.language) for one in people.organizers(db) if one.chat_id),
    )


def standing(db: Session) -> dict[Kind, datetime]:
    """What is wrong by the last note, and since when (UTC)."""
    found = json.loads(settings.kept(db, _ALARMS) or "{}")
    return {Kind(kind): datetime.fromisoformat(at) for kind, at in found.items() if kind in _KINDS}


def begun(kind: Kind, facts: Facts, desk: Desk, language: str) -> str:
    """The words of an alarm."""
    return texts.begun(kind, facts, language, zone=desk.zone)


def over(kind: Kind, since: datetime, desk: Desk, language: str) -> str:
    """The words of an all-clear."""
    return texts.over(kind, since, desk.now(), language, zone=desk.zone)


def measured(db: Session, desk: Desk) -> tuple[float, int, datetime | None]:
    """For how many seconds the oldest ready message has been waiting, how many wait, and when the
    last backup was made."""
    oldest, count = outbox.waiting(db, now=desk.now())
    waited = (desk.now() - oldest).total_seconds() if oldest is not None else 0.0
    return max(0.0, waited), count, settings.last_backup(db)


_ALARMS, _WATCHED = "alarms", "watched_at"
_KINDS = frozenset(Kind)
