"""Four eyes: what reaches everybody or leaves the house waits for a second organizer's word.

Who asked presses again once another has agreed; so everything happens as if nobody had been
asked, in the chat of the one who began it. A word is for what was shown: it lapses when that
changes, once it is used, and after half an hour.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlmodel import Session

from bot.domain.outbox import Lane
from bot.domain.rescheduling import Do, Edit
from bot.services.audiences import ALL
from bot.services.desk import Desk
from bot.store import agenda_versions, broadcasts, outbox, people, rosters, settings
from bot.store.tables import Outbox, Person
from bot.texts import seconding as texts

_LAPSES = timedelta(minutes=30)
_NAME = "four_eyes:"


class What(StrEnum):
    """What is asked for."""

    ANNOUNCEMENT = "announcement"
    ROSTER = "roster"
    RUNDOWN = "rundown"
    EXPORT = "export"


class Standing(StrEnum):
    """How a wish stands."""

    FREE = "free"
    ASKED = "asked"
    WAITING = "waiting"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing to be agreed to: ``mark`` changes with it, ``words`` are shown."""

    what: What
    mark: str
    words: str = ""


def subject(db: Session, what: What, data: str) -> Subject | None:
    """What the pressed button, whose data this is, would do; None: it needs no second word."""
    number = int(data.rpartition(":")[2]) if data.rpartition(":")[2].isdecimal() else 0
    if what is What.ANNOUNCEMENT:
        found = broadcasts.get(db, number)
        if found is None or found.state != "draft" or found.audience != ALL:
            return None
        return Subject(what, found.model_dump_json(), found.title)
    if what is What.ROSTER:
        draft = rosters.drafted(db, number)
        waits = draft is not None and draft.state == "draft"
        return Subject(what, f"{data} {draft.base}") if draft is not None and waits else None
    if what is What.RUNDOWN:
        edit = agenda_versions.drafted(db, number)
        if edit is None or edit.state != "draft":
            return None
        return Subject(what, data) if Edit.from_dict(edit.edit).do is Do.REPLACE else None
    return Subject(what, data)


def ask(db: Session, desk: Desk, person: Person, subject: Subject) -> Standing:
    """Whether the person may go on; if not yet, the other organizers are asked, once."""
    now, token = desk.now(), _token(subject, person.id or 0)
    known = _find(db, token, now)
    if known is not None and known["agreed"]:
        settings.keep(db, _NAME + token, "")
        return Standing.FREE
    if known is not None:
        return Standing.WAITING
    others = [one for one in people.organizers(db) if one.id != person.id]
    if not others:
        return Standing.NOBODY
    fact = {"by": person.id, "what": subject.what, "at": now.isoformat(), "agreed": False}
    settings.keep(db, _NAME + token, json.dumps(fact))
    for other in others:
        shown = texts.question(subject.what, person.name, subject.words, token, other.language)
        _send(db, desk, other, shown.payload(), key=f"{token}:{now.isoformat()}")
    return Standing.ASKED


def answer(db: Session, desk: Desk, person: Person, *, token: str, agreed: bool) -> bool | None:
    """A second organizer's word, told to who asked.

    Returns:
        whether it counts: False where one asks oneself; None: it has lapsed or was answered.
    """
    now = desk.now()
    known = _find(db, token, now)
    if known is None or known["agreed"]:
        return None
    if known["by"] == person.id:
        return False
    settings.keep(db, _NAME + token, json.dumps({**known, "agreed": True}) if agreed else "")
    asker = people.get(db, known["by"])
    if asker is not None:
        html = texts.answered(What(known["what"]), person.name, asker.language, agreed=agreed)
        payload = {"text": html, "parse_mode": "HTML"}
        _send(db, desk, asker, payload, key=f"{token}:{now.isoformat()}:{agreed}")
    return True


def tidy(db: Session, *, now: datetime) -> None:
    """Forgets what has lapsed or was used."""
    for name, value in settings.beginning(db, _NAME).items():
        if not value or _lapsed(json.loads(value), now):
            settings.drop(db, name)


def _find(db: Session, token: str, now: datetime) -> dict[str, Any] | None:
    value = settings.kept(db, _NAME + token)
    fact = json.loads(value) if value else None
    return None if fact is None or _lapsed(fact, now) else fact


def _lapsed(fact: dict[str, Any], now: datetime) -> bool:
    at = datetime.fromisoformat(str(fact["at"]))
    return not at <= now < at + _LAPSES


def _token(subject: Subject, person_id: int) -> str:
    words = f"{subject.what}\0{subject.mark}\0{person_id}"
    return sha256(words.encode()).hexdigest()[:16]


def _send(db: Session, desk: Desk, person: Person, payload: dict[str, Any], *, key: str) -> None:
    now = desk.now()
    row = Outbox(
        key=f"seconding:{key}:{person.id}",
        lane=Lane.CHANGE,
        kind="alert",
        person_id=person.id,
        chat_id=person.chat_id or 0,
        payload=payload,
        created_at=now,
        due_at=now,
        ready_at=now,
    )
    outbox.enqueue(db, [row])
