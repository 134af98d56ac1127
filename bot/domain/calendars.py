"""Calendars of phones: how often a session was changed, and the address of one's own. Pure."""

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from bot.domain.agenda import Agenda, Session

_MAC_BYTES = 18
_TOKEN = re.compile(r"([0-9a-f]{1,15})-([0-9a-f]{1,15})-[A-Za-z0-9_-]{24}")


@dataclass(frozen=True, slots=True)
class Revision:
    """How a session stood last. ``sequence`` rises with each change; instants are UTC."""

    session_id: str
    sequence: int
    changed_at: datetime
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """A session as a calendar holds it; one that is cancelled or gone says so."""

    session: Session
    sequence: int
    changed_at: datetime


def facts_of(agenda: Agenda, session: Session) -> dict[str, Any]:
    """What a calendar shows of a session, as JSON has it."""
    return {
        "title": session.title,
        "start": session.start.isoformat(),
        "end": session.end.isoformat(),
        "room": session.room,
        "place": agenda.event.place,
        "description": session.description,
        "groups": list(session.groups),
        "cancelled": session.cancelled,
    }


def revised(
    agenda: Agenda, known: Mapping[str, Revision], now: datetime, *, first: int = 0
) -> Iterator[Revision]:
    """What is to be kept anew now that this agenda is in force.

    Args:
        first: the number of a session that was never seen before.
    """
    for session in (*agenda.sessions, *agenda.cancelled):
        facts, before = facts_of(agenda, session), known.get(session.id)
        if before is None:
            yield Revision(session.id, first, now, facts)
        elif before.facts != facts:
            yield Revision(session.id, before.sequence + 1, now, facts)
    for session_id, before in known.items():
        if agenda.find(session_id) is None and not before.facts["cancelled"]:
            gone = {**before.facts, "cancelled": True}
            yield Revision(session_id, before.sequence + 1, now, gone)


def entries(
    agenda: Agenda, sessions: Iterable[Session], known: Mapping[str, Revision]
) -> list[Entry]:
    """These sessions as a calendar holds them, in order."""
    found = []
    for session in sessions:
        revision = known.get(session.id)
        number = revision.sequence if revision else 0
        changed = revision.changed_at if revision else agenda.changed_at or session.start
        found.append(Entry(session, number, changed))
    return sorted(found, key=lambda e: (e.session.start, e.session.id))


def gone(agenda: Agenda, known: Mapping[str, Revision]) -> list[Session]:
    """Sessions that were in the agenda once: calendars must hear that they do not take place."""
    return [
        _session(revision) for revision in known.values() if not agenda.find(revision.session_id)
    ]


def token(secret: bytes, *, event_id: str, person_id: int, generation: int) -> str:
    """What opens a person's calendar: worthless once their invite is renewed."""
    message = f"calendar\0{event_id}\0{person_id}\0{generation}".encode()
    mac = hmac.new(secret, message, sha256).digest()[:_MAC_BYTES]
    return f"{person_id:x}-{generation:x}-{urlsafe_b64encode(mac).decode()}"


def holder(text: str, secret: bytes, *, event_id: str) -> tuple[int, int] | None:
    """Person and generation of a genuine token; None for any other text, in constant time."""
    claim = _TOKEN.fullmatch(text)
    if claim is None or not text.isascii():
        return None
    person_id, generation = int(claim[1], 16), int(claim[2], 16)
    right = token(secret, event_id=event_id, person_id=person_id, generation=generation)
    return (person_id, generation) if hmac.compare_digest(text, right) else None


def _session(revision: Revision) -> Session:
    facts = revision.facts
    start, end = (datetime.fromisoformat(facts[name]) for name in ("start", "end"))
    made = Session(revision.session_id, facts["title"], start, end, cancelled=True)
    return replace(
        made,
        room=facts["room"],
        description=facts["description"],
        groups=tuple(facts["groups"]),
    )
