"""Who belongs to the event, as organizers see and change it: readiness, links, a new roster."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from bot.domain.outbox import Lane
from bot.domain.people import Role, RosterChanges, RosterEntry, compare
from bot.domain.problems import Problem
from bot.services.desk import Desk
from bot.store import outbox, people, rosters
from bot.store.roster_file import parse_roster
from bot.store.tables import Outbox, Person, RosterDraft
from bot.texts.catalogue import text
from bot.texts.rendered import Rendered
from bot.texts.rosters import Member, Preview


class State(StrEnum):
    """How ready somebody is."""

    WAITING = "waiting"
    BLOCKED = "blocked"
    SILENT = "silent"
    READY = "ready"


class Refusal(StrEnum):
    """Why a roster was not taken over."""

    GONE = "roster.draft_gone"
    DONE = "roster.done_already"
    NO_ORGANIZER = "roster.no_organizer"
    WITHOUT_YOU = "roster.without_you"
    NOT_RENEWABLE = "roster.not_renewable"
    YOURSELF = "roster.yourself"


@dataclass(frozen=True)
class Board:
    """Everybody on the roster by how ready they are, each in the order of names."""

    by_state: dict[State, Sequence[Person]]

    @property
    def total(self) -> int:
        """How many are on the roster."""
        return sum(len(persons) for persons in self.by_state.values())


def state_of(person: Person) -> State:
    """How ready the person is; who blocked the bot is so first of all."""
    if person.joined_at is None or person.chat_id is None:
        return State.WAITING
    if person.blocked_at is not None:
        return State.BLOCKED
    return State.SILENT if person.reminder_minutes is None else State.READY


async def read(content: bytes, file: str) -> tuple[Sequence[RosterEntry], Sequence[Problem]]:
    """The entries of a file, and what is worth telling although they can be used.

    Raises:
        ProblemsError: with every problem found.
    """
    return await asyncio.to_thread(parse_roster, content, file=file)


def board(db: Session) -> Board:
    """How ready everybody is."""
    everyone = people.everyone(db)
    return Board({state: [p for p in everyone if state_of(p) is state] for state in State})


def find(db: Session, person_id: int) -> Person | None:
    """Somebody on the roster; None if there is nobody (any more) with this id."""
    person = people.get(db, person_id)
    return None if person is None or person.removed else person


def member(desk: Desk, person: Person, language: str, *, link: bool) -> Member:
    """The person as the board shows them; ``link``: theirs too where they have joined already."""
    waiting = person.chat_id is None
    office = person.position if person.position != person.name else None
    facts = [
        (str(text(f"roster.field_{name}", language)), str(value))
        for name in ("group", "bus", "room", "seat", "phone")
        if (value := getattr(person, name))
    ]
    return Member(
        id=person.id or 0,
        name=person.name,
        office=", ".join(part for part in (office, person.agency) if part),
        state=state_of(person).value,
        link=desk.invite_link(person) if waiting or link else None,
        facts=tuple(facts),
        bound=not waiting,
    )


def renew(db: Session, *, person_id: int, author_id: int, now: datetime) -> Person | Refusal:
    """A new link for one person: the old one, and the account that used it, are let go.

    Who uses that account is told so. Nobody does it to themselves: their own chat would be let go
    with the answer, and perhaps with it the last one who can help.
    """
    person = find(db, person_id)
    if person is None or person.key.startswith(people.CONFIGURED):
        return Refusal.NOT_RENEWABLE
    if person_id == author_id:
        return Refusal.YOURSELF
    outbox.cancel(db, now=now, person_id=person_id)
    if person.chat_id is not None:
        outbox.enqueue(db, [_farewell(person, person.chat_id, now)])
    person.invite_generation += 1
    person.chat_id = person.joined_at = person.blocked_at = None
    db.add(person)
    return person


def _farewell(person: Person, chat_id: int, now: datetime) -> Outbox:
    """It names nobody, in the row or in words: the account is a stranger's from now on."""
    return Outbox(
        key=f"unbound:{person.id}:{person.invite_generation}",
        lane=Lane.CHANGE,
        kind="unbound",
        chat_id=chat_id,
        payload=Rendered(text("roster.unbound", person.language)).payload(),
        created_at=now,
        due_at=now,
        ready_at=now,
    )


def with_other_rights(db: Session, changes: RosterChanges) -> list[Person]:
    """Those with an account whose role has changed, or who left, as they are now."""
    keys = {each.now.key for each in changes.changed if "role" in each.fields}
    keys |= {entry.key for entry in changes.removed}
    return [person for person in people.keyed(db, keys) if person.chat_id is not None]


def draft(
    db: Session,
    desk: Desk,
    *,
    author_id: int,
    entries: Sequence[RosterEntry],
    warnings: Sequence[str] = (),
    of_file: bool = False,
) -> Preview | Refusal:
    """Keeps a new roster and shows what it would change.

    Args:
        warnings: lines about the file that are to be seen with it.
        of_file: nobody sent it; it lay in the event's folder.
    """
    refusal = _refusal(db, None if of_file else author_id, entries)
    if refusal is not None:
        return refusal
    now = people.roster(db)
    kept = rosters.draft(
        db,
        author_id=author_id,
        base=rosters.digest(now),
        entries=entries,
        warnings=warnings,
        of_file=of_file,
        now=desk.now(),
    )
    return Preview(kept.id or 0, compare(now, entries), tuple(warnings))


def confirm(
    db: Session, *, draft_id: int, author_id: int, now: datetime
) -> RosterChanges | Preview | Refusal:
    """Takes the new roster over, once; nothing goes to those who left any more.

    Where the roster was changed since the preview, nothing is done: the difference is worked out
    anew and given back to be confirmed again.
    """
    kept = _open(db, draft_id)
    if isinstance(kept, Refusal):
        return kept
    entries = rosters.entries_of(kept)
    refusal = _refusal(db, author_id, entries)
    if refusal is not None:
        return refusal
    before = people.roster(db)
    changes, base = compare(before, entries), rosters.digest(before)
    if base != kept.base:
        kept.base = base
        db.add(kept)
        return Preview(draft_id, changes, tuple(kept.roster.get("warnings", ())), overtaken=True)
    kept.state, kept.roster = "applied", {"people": []}
    db.add(kept)
    people.put_roster(db, entries)
    db.flush()
    outbox.cancel_of_removed(db, now=now)
    return changes


def drop(db: Session, *, draft_id: int) -> bool:
    """Throws the draft away; False if it is done already."""
    kept = _open(db, draft_id)
    if isinstance(kept, Refusal):
        return False
    kept.state, kept.roster = "dropped", {"people": []}
    db.add(kept)
    return True


def _open(db: Session, draft_id: int) -> RosterDraft | Refusal:
    kept = rosters.drafted(db, draft_id)
    if kept is None:
        return Refusal.GONE
    return kept if kept.state == "draft" else Refusal.DONE


def _refusal(db: Session, author_id: int | None, entries: Sequence[RosterEntry]) -> Refusal | None:
    """A roster that would leave nobody to run the event, or throw its sender out, is an error."""
    author = people.get(db, author_id) if author_id is not None else None
    if author is not None and author.key.startswith(people.CONFIGURED):
        return None
    organizers = {entry.key for entry in entries if entry.role is Role.ORGANIZER}
    if not organizers:
        return Refusal.NO_ORGANIZER
    if author_id is None:
        return None
    return None if author is not None and author.key in organizers else Refusal.WITHOUT_YOU
