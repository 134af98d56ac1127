"""Who is told of a change of the rundown, and what: one notice each, of their own sessions."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.domain.agenda import Agenda
from bot.domain.changes import Changes
from bot.domain.outbox import Lane
from bot.domain.people import Role
from bot.services import reminding
from bot.store import outbox, people
from bot.store.tables import Outbox, Person
from bot.texts import changes as texts


@dataclass(frozen=True, slots=True)
class Hearer:
    """Somebody who is told, and the part of it that concerns them."""

    person: Person
    changes: Changes

    @property
    def group(self) -> str:
        """The group of the roster; "organizer" for organizers, else "" where there is none."""
        person = self.person
        return "organizer" if person.role is Role.ORGANIZER else person.group or ""


def hearers(db: Session, changes: Changes, *, author_id: int, now: datetime) -> list[Hearer]:
    """Everybody who can be reached and has something to hear, by id; the author has seen it.

    A session concerns those for whom it was meant or is now, and who asked to be reminded of it.
    """
    worth = texts.worth_telling(changes, now)
    persons = [person for person in people.reachable(db) if person.id != author_id]
    if not worth or not persons:
        return []
    found = zip(persons, reminding.subscribers(db, persons), strict=True)
    everybody = (Hearer(person, worth.only(one.wants)) for person, one in found)
    return [hearer for hearer in everybody if hearer.changes]


def by_group(found: Sequence[Hearer]) -> list[tuple[str, int]]:
    """How many of each group are told, organizers and those without one last."""
    counts = Counter(hearer.group for hearer in found)
    return sorted(counts.items(), key=lambda each: (each[0] in ("organizer", ""), each[0]))


def names(found: Sequence[Hearer]) -> Iterator[tuple[str, list[str]]]:
    """The names of those who are told, by group in the same order."""
    for group, _ in by_group(found):
        yield group, sorted(h.person.name for h in found if h.group == group)


def tell(db: Session, agenda: Agenda, changes: Changes, *, author_id: int, now: datetime) -> int:
    """Puts the notices into the outbox; gives how many."""
    found = hearers(db, changes, author_id=author_id, now=now)
    written: dict[tuple[object, ...], dict[str, object]] = {}
    rows = [_row(hearer, agenda, now, written) for hearer in found]
    if rows:
        outbox.enqueue(db, rows)
    return len(rows)


def _row(
    hearer: Hearer,
    agenda: Agenda,
    now: datetime,
    written: dict[tuple[object, ...], dict[str, object]],
) -> Outbox:
    """The same words go to many people and are written once, into ``written``."""
    person = hearer.person
    alike = (person.language, *hearer.changes.ids)
    if alike not in written:
        notice = texts.notice(hearer.changes, agenda, person.language)
        written[alike] = notice.payload(silent=agenda.quiet(now))
    return Outbox(
        key=f"change:{agenda.version}:{person.id}",
        lane=Lane.CHANGE,
        kind="change",
        person_id=person.id,
        chat_id=person.chat_id or 0,
        payload=written[alike],
        created_at=now,
        due_at=now,
        ready_at=now,
    )
