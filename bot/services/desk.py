"""What every use case needs at hand: event, store, clock. Built once, in ``bot.app``."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.domain import clock, invites
from bot.domain.agenda import Agenda
from bot.domain.asked import Counts
from bot.domain.clock import Now
from bot.domain.health import Facts
from bot.domain.materials import Handouts
from bot.domain.refusals import Tally
from bot.domain.speaker_questions import Flood
from bot.domain.throttle import Throttle
from bot.store.attachments import Attachments
from bot.store.database import Database
from bot.store.tables import Person

_AT_ONCE = 4
"""Files of up to 20 MB each in memory at the same time."""


@dataclass
class Desk:
    """The running event.

    ``changed`` is called after anything that can make a message due or ready: it wakes the planner
    and the courier. ``username`` is the bot's, known once Telegram has been asked.
    """

    db: Database
    now: Now
    agenda: Agenda
    invite_secret: bytes = field(repr=False)
    attachments: Attachments
    """Files of notes."""
    from_file: Agenda = field(init=False, repr=False)
    """The agenda as the event's file has it; ``agenda`` holds what was changed in the chat."""
    downloads: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))
    """Held while one of those files is in memory."""
    handouts: Handouts = field(default_factory=dict, repr=False)
    """Materials handed out in the chat."""
    questions: Flood = field(default_factory=lambda: Flood(5, timedelta(minutes=10)))
    """Questions to speakers that one person may send."""
    asked: Counts = field(default_factory=Counts, repr=False)
    """Questions that are still to be counted in the store: see ``services/asking.py``."""
    refusals: Tally = field(default_factory=Tally, repr=False)
    """Who was turned away lately: see ``services/refusing.py``."""
    throttle: Throttle = field(default_factory=lambda: Throttle(0, 1))
    """What one person may ask in a while."""
    mark: str = ""
    """Stands before the data of its buttons; the first event of a bot has none."""
    four_eyes: bool = False
    """Whether a second organizer must agree to what reaches everybody or leaves the house."""
    username: str = ""
    screens: str | None = None
    """Address of the pages for the projector; None: there are none."""
    vitals: Callable[[], Awaitable[tuple[Facts, datetime]]] | None = field(
        default=None, repr=False
    )
    """Measures how the bot is, and since when it runs."""
    reachable_at: str | None = None
    """Address at which phones reach them, calendars too; None: nobody said that they do."""
    changed: Callable[[], None] = lambda: None
    posted: Callable[[], None] = lambda: None
    """Called where rows were put into the outbox and nothing else changed: wakes the courier."""

    def __post_init__(self) -> None:
        self.from_file = self.agenda

    def hand_out(self, handouts: Handouts) -> None:
        """Lays out the materials as the store has them now."""
        self.handouts = handouts
        self.changed()

    @property
    def zone(self) -> str:
        """IANA name of the event's zone."""
        return self.agenda.timezone

    def today(self) -> date:
        """The event's local day."""
        return clock.local_day(self.now(), self.zone)

    def current_day(self) -> date:
        """Today, or the event's first day where today is none of its days."""
        today, event = self.today(), self.agenda.event
        return today if event.start <= today <= event.end else event.start

    def invite_code(self, person: Person) -> str:
        """The person's current start parameter."""
        return invites.code(
            self.invite_secret,
            event_id=self.agenda.event.id,
            person_id=person.id or 0,
            generation=person.invite_generation,
        )

    def invite_link(self, person: Person) -> str:
        """The person's current invite as an address."""
        return invites.link(self.username, self.invite_code(person))
