"""One event of the bot: its store, and what plans, delivers and documents there.

The connection to Telegram, the pacer and the updates that come in are the whole bot's.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session
from telegram import Bot

from bot.config import Settings
from bot.crashes import Crashes
from bot.delivery.contact import Contact
from bot.delivery.courier import Courier, claimed_ahead
from bot.delivery.pacer import Limits, Timer
from bot.delivery.telegram import reachable, send
from bot.documents.workshop import Workshop
from bot.domain import several
from bot.domain.clock import Now
from bot.domain.outbox import Outcome
from bot.domain.throttle import Throttle
from bot.logs import Secrets
from bot.scheduling.bindery import Bindery
from bot.scheduling.keeping import Keeper
from bot.scheduling.leadership import Leadership
from bot.scheduling.planner import Planner
from bot.scheduling.progress import ProgressBoard
from bot.scheduling.together import CHANGED, POSTED, Together
from bot.scheduling.watching import Sources, Watch
from bot.services import alerting, event_files, materials, recovering, reminding
from bot.services.desk import Desk
from bot.services.event_files import RosterFile
from bot.services.lobby import speak_for
from bot.store import outbox, people, resealing, settings
from bot.store.agenda_file import agenda_path, read_agenda
from bot.store.attachments import Attachments
from bot.store.backups import Backups
from bot.store.claims import Claimed
from bot.store.database import Database
from bot.store.migrating import migrate
from bot.store.roster_file import find_roster, read_roster_with_warnings
from bot.store.sealing import Keyring
from bot.texts.catalogue import DEFAULT_LANGUAGE, text

_NEWS = timedelta(days=2)
_EVENT = "event"
"""Name among the settings of the event that the store is of."""
Begin = Callable[[str, Coroutine[Any, Any, None]], None]


@dataclass(frozen=True)
class Shared:
    """What the events of one bot have in common."""

    bot: Bot
    leadership: Leadership
    together: Together
    limits: Limits
    timer: Timer
    contact: Contact
    crashes: Crashes
    secrets: Secrets
    throttle: Throttle


class Wing:
    """Built in two steps: the store first, since the rest of the bot is built upon it."""

    def __init__(self, config: Settings, *, now: Now, alone: bool, first: bool) -> None:
        """Touches nothing yet.

        Args:
            config: as of a bot with this event alone.
            alone: whether it is.
            first: whether its buttons bear no mark.

        Raises:
            ProblemsError: the event folder has errors.
        """
        agenda = read_agenda(config.event_dir)
        keyring = Keyring(config.note_keys())
        self.db = Database(config.database_url, keyring=keyring)
        files = Attachments(config.attachments_folder(), keyring)
        self.desk = Desk(self.db, now, agenda, config.secret(), files)
        self.desk.mark = "" if first else several.mark_for(agenda.event.id)
        self.desk.changed, self.desk.posted = self._look, self._look_out
        self._config = config
        self._alone = alone
        self._crashes: Crashes | None = None

    def furnish(self, shared: Shared) -> None:
        """Puts in what works on the store; nothing begins yet."""
        config, desk, bot, leadership = self._config, self.desk, shared.bot, shared.leadership
        desk.throttle = shared.throttle
        desk.four_eyes = config.four_eyes
        self._together = shared.together
        self._bot = bot
        self._crashes, self._secrets = shared.crashes, shared.secrets
        self.courier = Courier(
            self.db,
            self._send,
            now=desk.now,
            worker=leadership.name,
            at_once=claimed_ahead(shared.limits),
            on_duty=shared.together.on_duty,
            chats=shared.together.chats,
            outdated=self._outdated,
            feel=lambda: reachable(bot),
        )
        self.planner = Planner(desk, poke=self._planned)
        self.progress = ProgressBoard(desk, bot)
        self.bindery = Bindery(desk, bot, Workshop())
        self.keeper = Keeper(desk, Backups(config.backup_folder()), hour=config.backup_hour)
        self.watch = Watch(
            desk,
            bot,
            Sources(
                planner=self.planner,
                sent=self.courier.counters,
                contact=shared.contact,
                leads=lambda: leadership.leads,
                monotonic=shared.timer.monotonic,
                folder=config.state_folder(),
                keeper=self.keeper,
            ),
        )
        desk.vitals = self.watch.vitals

    async def prepare(self) -> None:
        """Opens the store and loads roster and agenda. Sends nothing.

        Raises:
            SealingError: the store was sealed with a key that the settings lack.
            RuntimeError: the store is another event's.
        """
        await asyncio.to_thread(migrate, self.db.engine)
        await self.load()

    async def load(self) -> None:
        """Takes up what the folder and the store say."""
        await self.db.write(self._load)

    def begin(self, begin: Begin) -> None:
        """What every process does."""
        begin("courier", self.speaking(self.courier.run))
        begin("watch", self.speaking(self.watch.run))

    def lead(self, begin: Begin) -> None:
        """What only one of several processes does."""
        begin("progress", self.speaking(self.progress.run))
        begin("bindery", self.speaking(self.bindery.run))
        begin("keeper", self.speaking(self.keeper.run))
        self.planner.start()

    async def speaking(self, work: Callable[[], Awaitable[None]]) -> None:
        """Does it in the name of this event: buttons that are sent are its own.

        To be run as a task, so that nobody else speaks in its name afterwards.
        """
        speak_for(self.desk)
        await work()

    async def settle(self) -> None:
        """Waits until what was asked for is planned and nothing that is ready is left to send."""
        await asyncio.create_task(self.speaking(self._settle))

    async def next_instant(self) -> datetime | None:
        """When something falls due or is to be sent next, on the event's clock."""
        due, ready = await self.planner.next_instant(), await self.next_ready()
        return min((instant for instant in (due, ready) if instant is not None), default=None)

    async def next_ready(self) -> datetime | None:
        """When something that is planned already is to be sent next, on the event's clock."""
        return await self.db.read(outbox.next_ready, self.desk.now())

    async def _settle(self) -> None:
        await self.planner.settle()
        await self.courier.settle()
        await self.progress.refresh()
        await self.bindery.settle()

    def _look(self) -> None:
        self._together.tell(CHANGED)
        self.look()

    def _look_out(self) -> None:
        self._together.tell(POSTED)
        self.look_out()

    def _planned(self) -> None:
        self._together.tell(POSTED)
        self.courier.poke()

    def look(self) -> None:
        """Something may be due at once; nobody else needs to be told."""
        self.planner.look()
        self.look_out()

    def look_out(self) -> None:
        """There may be something to send; nobody else needs to be told."""
        self.courier.poke()
        self.progress.look()
        self.bindery.look()

    async def _send(self, row: Claimed, **hooks: Any) -> Outcome:
        outcome = await send(self._bot, row, **hooks)
        # Telegram's words are kept; should they ever quote a secret, it must not be in the store.
        error = outcome.error and self._secrets.strike(outcome.error)
        return replace(outcome, error=error)

    def _outdated(self, row: Claimed) -> bool:
        """Whether the row was written from an agenda that is not in force any more."""
        return row.agenda_version is not None and row.agenda_version < self.desk.agenda.version

    def _load(self, db: Session) -> None:
        resealing.admit(db)
        self._own(db)
        folder = self._config.event_dir
        roster = find_roster(folder)
        if roster is not None:
            digest = hashlib.sha256(roster.read_bytes()).hexdigest()
            file = RosterFile(roster.name, digest, *read_roster_with_warnings(roster))
            event_files.take_up_roster(db, self.desk, file)
        name = text("general.organizer", DEFAULT_LANGUAGE)
        people.put_configured_organizers(db, self._config.organizer_ids, name)
        outbox.cancel_of_removed(db, now=self.desk.now())
        agenda = agenda_path(folder)
        digest = hashlib.sha256(agenda.read_bytes()).hexdigest()
        event_files.take_up_agenda(db, self.desk, digest=digest, file=agenda.name)
        reminding.renew(db, self.desk.agenda)
        self.desk.handouts = materials.everything(db)
        recovering.settle(db, self.desk)
        self._tell_crash(db)

    def _own(self, db: Session) -> None:
        """Another order of the folders must not put one event's people into another's store."""
        known, event_id = settings.kept(db, _EVENT), self.desk.agenda.event.id
        if not self._alone and known not in (None, event_id):
            raise RuntimeError(
                f"this store holds the event {known!r}, not {event_id!r}: in EVENT_DIRS the first"
                " folder must stay the first, and an event must keep its id"
            )
        if known != event_id:
            settings.keep(db, _EVENT, event_id)

    def _tell_crash(self, db: Session) -> None:
        """The organizers hear once of the last crash, unless it is long ago."""
        crash = self._crashes.last() if self._crashes is not None else None
        if crash is not None and self.desk.now() - crash.at < _NEWS:
            alerting.alert(
                db,
                self.desk,
                "alert.crashed",
                key=crash.file,
                at=crash.at,
                error=crash.error,
                file=crash.file,
            )
