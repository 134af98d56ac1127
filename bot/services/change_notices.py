"""Who is told of a change of the rundown, and what: one notice each, of their own sessions."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.domain.agenda import Agenda
from bot.domain.changes import Changes, diff
from bot.domain.outbox import Lane, Status
from bot.domain.own_agenda import Clash, OwnAgenda
from bot.domain.people import Role
from bot.domain.reminders import Subscriber
from bot.services import reminding
from bot.services.desk import Desk
from bot.store import outbox, outdated, people
from bot.store.tables import Outbox, Person
from bot.texts import changes as texts

KIND = "change"


@dataclass(frozen=True, slots=True)
class Hearer:
    """Somebody who is told, and the part of it that concerns them."""

    person: Person
    wanting: Subscriber
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
    everybody = (Hearer(person, one, worth.only(one.wants)) for person, one in found)
    return [hearer for hearer in everybody if hearer.changes]


def by_group(found: Sequence[Hearer]) -> list[tuple[str, int]]:
    """How many of each group are told, organizers and those without one last."""
    counts = Counter(hearer.group for hearer in found)
    return sorted(counts.items(), key=lambda each: (each[0] in ("organizer", ""), each[0]))


def names(found: Sequence[Hearer]) -> Iterator[tuple[str, list[str]]]:
    """The names of those who are told, by group in the same order."""
    for group, _ in by_group(found):
        yield group, sorted(h.person.name for h in found if h.group == group)


def tell(
    db: Session, desk: Desk, agenda: Agenda, *, author_id: int, version: Callable[[int], Agenda]
) -> int:
    """Puts the notices of ``agenda``, not yet on the desk, into the outbox; gives how many.

    Notices of earlier versions that have not left are called off, and what they said goes with
    these: everybody hears once what is other than they knew. Where one may have arrived, what it
    said that is not so any more is put right as well.

    Args:
        version: gives the agenda of an earlier version, or the nearest that is kept.
    """
    now, new = desk.now(), agenda.version
    waiting = _call_off(db, new, now)
    found: dict[tuple[int, int], Changes] = {}

    def since(known: int, maybe: int) -> Changes:
        if (known, maybe) not in found:
            sure = diff(_at(desk, known, version), agenda)
            unsure = diff(_at(desk, maybe, version), agenda)
            found[known, maybe] = texts.worth_telling(sure.with_others(unsure), now)
        return found[known, maybe]

    old = desk.agenda.version
    persons = [p for p in people.reachable(db) if p.id != author_id or p.id in waiting]
    subscribed = zip(persons, reminding.subscribers(db, persons), strict=True)
    everybody = (
        Hearer(person, one, since(*waiting.get(person.id or 0, (old, old))).only(one.wants))
        for person, one in subscribed
    )
    written: dict[tuple[object, ...], dict[str, object]] = {}
    collisions: dict[tuple[object, ...], tuple[Clash, ...]] = {}
    rows = []
    for hearer in everybody:
        if not hearer.changes:
            continue
        known = waiting.get(hearer.person.id or 0, (old, old))[0]
        alike = known, hearer.wanting.group, frozenset(hearer.wanting.favourites)
        if alike not in collisions:
            before = _at(desk, known, version)
            collisions[alike] = _collisions(hearer.wanting, before, agenda, now)
        clashes = collisions[alike]
        rows.append(_row(hearer, agenda, now, written, since=known, clashes=clashes))
    if rows:
        outbox.enqueue(db, rows)
    return len(rows)


def _collisions(
    who: Subscriber, before: Agenda, after: Agenda, now: datetime
) -> tuple[Clash, ...]:
    """What collides in somebody's own rundown and did not before, as far as it lies ahead."""
    was, own = (OwnAgenda(each, who.group, who.favourites) for each in (before, after))
    return tuple(c for c in own.new_clashes(was) if min(c.first.end, c.second.end) > now)


def _at(desk: Desk, number: int, version: Callable[[int], Agenda]) -> Agenda:
    return desk.agenda if number == desk.agenda.version else version(number)


def _call_off(db: Session, new: int, now: datetime) -> dict[int, tuple[int, int]]:
    """Of each person with notices that have not left: the version they know, and may know."""
    known: dict[int, tuple[int, int]] = {}
    for row in outdated.waiting(db, KIND, version=new):
        told, number = row.agenda_version or 0, row.person_id or 0
        base = int(row.key.split(":")[2])
        since, maybe = known.get(number, (base, base))
        if row.status is Status.SENDING or row.attempts:
            maybe = max(maybe, told)
        known[number] = min(since, base), maybe
        if row.status is Status.PENDING:
            row.status, row.finished_at = Status.CANCELLED, now
            db.add(row)
    db.flush()
    return known


def _row(
    hearer: Hearer,
    agenda: Agenda,
    now: datetime,
    written: dict[tuple[object, ...], dict[str, object]],
    *,
    since: int,
    clashes: tuple[Clash, ...],
) -> Outbox:
    """The same words go to many people and are written once, into ``written``.

    Its key names the version ``since`` which it tells the changes: a later one goes on from there.
    """
    person, changes = hearer.person, hearer.changes
    alike = (person.language, clashes, *changes.key)
    if alike not in written:
        notice = texts.notice(changes, agenda, person.language, clashes=clashes)
        written[alike] = notice.payload(silent=agenda.quiet(now))
    return Outbox(
        key=f"{KIND}:{agenda.version}:{since}:{person.id}",
        lane=Lane.CHANGE,
        kind=KIND,
        person_id=person.id,
        chat_id=person.chat_id or 0,
        payload=written[alike],
        created_at=now,
        due_at=now,
        ready_at=now,
        useful_until=changes.until,
        agenda_version=agenda.version,
    )
