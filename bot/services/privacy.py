"""What people are told about their data, and whether they agreed to it.

Answers, reminders and private notes need no agreement, since people ask for them themselves;
giving something of one's own to the organizers does.
"""

from datetime import datetime

from sqlmodel import Session

from bot.domain.agenda import Event
from bot.domain.refs import ref
from bot.store import people, personal_data
from bot.store.tables import Person
from bot.texts import privacy as texts
from bot.texts.rendered import Rendered

_EDITION = 1
"""Counted up when the bot's own words in ``privacy.notice`` come to say something else."""


def version(event: Event) -> str:
    """Which privacy text people are shown: the bot's own edition and the event's version."""
    return f"{_EDITION}/{event.consent_version}"


def consented(person: Person, event: Event) -> bool:
    """Whether the person agreed to the privacy text as it is now."""
    return person.consented_at is not None and person.consent_version == version(event)


def to_be_shown(person: Person, event: Event) -> bool:
    """Whether the person has not seen the privacy text as it is now."""
    return person.consent_version != version(event)


def notice(person: Person, event: Event, *, heading: str | None = None) -> Rendered:
    """The privacy text with the button that agrees.

    Args:
        heading: what stands above it, as HTML; None: that it is new to the person.
    """
    if heading is None:
        renewed = person.consent_version is not None
        heading = texts.heading(person.language, renewed=renewed)
    return texts.notice(person.language, event, data=_data(event), heading=heading)


def question(person: Person, event: Event, *, then: str = "") -> Rendered:
    """Asks for agreement where somebody is about to share something without having agreed.

    Args:
        then: data of the button (up to 50 bytes) with which they go on once they have agreed.
    """
    heading = texts.needed(person.language)
    return texts.notice(person.language, event, data=_data(event, then), heading=heading)


def shown(db: Session, event: Event, *, person_id: int, now: datetime) -> None:
    """The person was shown the privacy text as it is now; an older agreement ends with that."""
    person = people.get(db, person_id)
    if person is not None and to_be_shown(person, event):
        person.consent_version, person.consent_shown_at = version(event), now
        person.consented_at = None
        db.add(person)


def agree(db: Session, event: Event, *, person_id: int, ref: str, now: datetime) -> bool:
    """The person pressed the button below a privacy text.

    Args:
        ref: which text it was.

    Returns:
        whether that text still is the one that counts; if not, nothing was agreed to.
    """
    person = people.get(db, person_id)
    if person is None or ref != _ref(event):
        return False
    shown(db, event, person_id=person_id, now=now)
    person.consented_at = person.consented_at or now
    db.add(person)
    return True


def withdraw(db: Session, *, person_id: int) -> None:
    """Takes the agreement back, and with it everything shared under the person's name."""
    person = people.get(db, person_id)
    if person is not None:
        person.consented_at = None
        db.add(person)
        personal_data.unshare(db, person)


def _data(event: Event, then: str = "") -> str:
    return f"pv:y:{_ref(event)}:{then}"


def _ref(event: Event) -> str:
    """Eight characters that stand for the version in button data."""
    return ref(version(event))
