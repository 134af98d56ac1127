"""All events of this bot, and which of them somebody is dealing with."""

import asyncio
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass

from sqlmodel import Session

from bot.domain import clock, refs, several
from bot.domain.several import Term
from bot.services import locking, membership, presence, talking
from bot.services.desk import Desk
from bot.store import people
from bot.store.tables import Dialogue, Person

_speaking: ContextVar[str] = ContextVar("speaking", default="")


def speak_for(desk: Desk) -> None:
    """Buttons that the current task sends from now on are this event's."""
    _speaking.set(desk.mark)


def speaking() -> str:
    """The mark of the event whose buttons the current task sends."""
    return _speaking.get()


@dataclass(frozen=True, slots=True)
class Place:
    """What a chat is to one event: who uses it there, and what it is in the middle of there."""

    desk: Desk
    person: Person
    dialogue: Dialogue

    @property
    def joined(self) -> bool:
        """Whether they have pressed Start there."""
        return self.person.joined_at is not None

    @property
    def awaits(self) -> bool:
        """Whether the event waits for an answer."""
        return talking.awaited(self.dialogue, self.desk.now()) is not None


class Lobby:
    """The events in the order of the settings; most bots have one."""

    def __init__(self, desks: Sequence[Desk]) -> None:
        self.desks = tuple(desks)

    @property
    def first(self) -> Desk:
        """The one whose buttons have no mark."""
        return self.desks[0]

    @property
    def several(self) -> bool:
        """Whether there is anything to choose."""
        return len(self.desks) > 1

    def of_button(self, data: str) -> Desk | None:
        """The event that sent a button with this data; None: one that is here no more."""
        mark = several.mark_of(data)
        if not mark:
            return self.first
        ids = ((desk, several.mark_for(desk.agenda.event.id)) for desk in self.desks)
        return next((desk for desk, own in ids if own == mark), None)

    def by_ref(self, ref: str) -> Desk | None:
        """The event with this reference in a button that names one."""
        return next((desk for desk in self.desks if refs.ref(desk.agenda.event.id) == ref), None)

    async def places(self, chat_id: int) -> list[Place]:
        """Every event that knows the chat."""
        found = await asyncio.gather(*(self.place(desk, chat_id) for desk in self.desks))
        return [place for place in found if place is not None]

    async def place(self, desk: Desk, chat_id: int) -> Place | None:
        """What the chat is to this event; None: nobody's."""
        person, dialogue = await desk.db.read(membership.recall, chat_id)
        return Place(desk, person, dialogue) if person is not None else None

    async def organizers(self) -> list[Person]:
        """Organizers of any event who pressed Start, each chat once."""
        found = [p for desk in self.desks for p in await desk.db.read(people.organizers)]
        return list({person.chat_id: person for person in found}.values())

    async def invited_by(self, code: str, chat_id: int) -> Desk | None:
        """The event that a start parameter is from; None: it is nobody's, or out of date.

        To a chat that has tried too many wrong ones nothing is told.
        """
        first = self.first
        if await first.db.read(locking.locked, chat_id, first.now()):
            return None
        for desk in self.desks:
            if await desk.db.read(_is_from, desk, code):
                return desk
        return None

    async def spoken_by(
        self, places: Sequence[Place], chat_id: int, message_id: int
    ) -> Place | None:
        """The event that sent this message to the chat, or keeps it as part of a note."""
        for place in places:
            if await place.desk.db.read(talking.knows, chat_id, message_id):
                return place
        return None


def current(places: Sequence[Place]) -> Place:
    """The event that is meant where nothing says another; there must be some."""
    return places[several.current([_term(place) for place in places])]


async def choose(place: Place) -> None:
    """From now on this event is the current one of the person, until another of theirs begins."""
    now = place.desk.now()
    place.person.chosen_at = now
    await place.desk.db.write(people.choose_event, place.person.id or 0, now=now)


def _term(place: Place) -> Term:
    event, zone, at = place.desk.agenda.event, place.desk.zone, place.person.chosen_at
    chosen = clock.local_day(at, zone) if at is not None else None
    return Term(event.start, event.end, place.desk.today(), chosen)


def _is_from(db: Session, desk: Desk, code: str) -> bool:
    return membership.invited(db, desk, code) is not None or presence.is_own_scan(desk, code)
