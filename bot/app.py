"""The composition root: builds the whole bot from its settings. Nothing else builds anything."""

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import Coroutine
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session
from telegram import Update
from telegram.error import TelegramError

from bot import parts
from bot.config import Settings
from bot.crashes import Crashes
from bot.delivery.contact import Contact
from bot.delivery.courier import Courier, claimed_ahead
from bot.delivery.pacer import Limits, Pacer, SystemTimer, Timer
from bot.delivery.telegram import PacedCalls, reachable, send
from bot.documents.workshop import Workshop
from bot.domain.clock import Now, system_now
from bot.domain.outbox import Outcome
from bot.domain.throttle import Throttle
from bot.intake.polling import Poller
from bot.intake.receiving import Intake, StoreAwayError
from bot.logs import Secrets
from bot.ops.metrics import Figures, Metrics
from bot.scheduling.bindery import Bindery
from bot.scheduling.keeping import Keeper
from bot.scheduling.leadership import Leadership
from bot.scheduling.planner import Planner
from bot.scheduling.progress import ProgressBoard
from bot.scheduling.watching import Sources, Watch
from bot.services import alerting, event_files, materials, recovering, refusing, reminding
from bot.services.desk import Desk
from bot.services.event_files import RosterFile
from bot.services.lobby import Lobby
from bot.store import outbox, people, resealing
from bot.store.agenda_file import agenda_path, read_agenda
from bot.store.attachments import Attachments
from bot.store.backups import Backups
from bot.store.database import Database
from bot.store.migrating import migrate
from bot.store.outbox import Claimed
from bot.store.roster_file import find_roster, read_roster_with_warnings
from bot.store.sealing import Keyring
from bot.texts.catalogue import DEFAULT_LANGUAGE, text
from handlers import errors
from handlers.context import LOBBY
from handlers.menus import set_menus
from handlers.registry import ALLOWED_UPDATES, register

log = logging.getLogger(__name__)

_NEWS = timedelta(days=2)


class House:
    """The running bot: start it, stop it, or step it on a clock of one's own."""

    def __init__(self, settings: Settings, *, now: Now, timer: Timer, limits: Limits) -> None:
        self._settings = settings
        agenda = read_agenda(settings.event_dir)
        keyring = Keyring(settings.note_keys())
        self.db = Database(settings.database_url, keyring=keyring)
        files = Attachments(settings.attachments_folder(), keyring)
        self.desk = Desk(self.db, now, agenda, settings.secret(), files)
        self.desk.throttle = Throttle(settings.person_burst, settings.person_per_minute / 60)
        self.desk.changed, self.desk.posted = self._look, self._look_out
        contact = Contact(host=system_now)
        pacer = Pacer(limits, timer=timer)
        calls = PacedCalls(pacer)
        self.application = parts.application(settings, calls, contact)
        self.lobby = Lobby([self.desk])
        self.application.bot_data[LOBBY] = self.lobby
        register(self.application)
        bot = self.application.bot
        self.leadership = Leadership(
            self.db, now=now, lead=self._lead, follow=self._follow, take=self._take
        )
        self.courier = Courier(
            self.db,
            self._send,
            now=now,
            worker=self.leadership.name,
            at_once=claimed_ahead(limits),
            on_duty=lambda: self.leadership.leads,
            outdated=self._outdated,
            feel=lambda: reachable(bot),
        )
        self.planner = Planner(self.desk, poke=self.courier.poke)
        self.progress = ProgressBoard(self.desk, bot)
        self.bindery = Bindery(self.desk, bot, Workshop())
        metrics = Metrics()
        self.intake = Intake(
            self.db,
            self._handle,
            now=now,
            give_up=lambda update: errors.give_up(self.application, update),
            worker=self.leadership.name,
            bot=bot,
            took=metrics.took,
        )
        calls.aside = self.intake.aside
        self.poller = Poller(bot, self.intake, allowed=ALLOWED_UPDATES)
        self.keeper = Keeper(
            self.desk, Backups(settings.backup_folder()), hour=settings.backup_hour
        )
        self.watch = Watch(
            self.desk,
            bot,
            Sources(
                planner=self.planner,
                sent=self.courier.counters,
                contact=contact,
                leads=lambda: self.leadership.leads,
                monotonic=timer.monotonic,
                folder=settings.state_folder(),
                keeper=self.keeper,
            ),
        )
        self.desk.vitals = self.watch.vitals
        self._secrets = Secrets(settings.secrets())
        self.crashes = Crashes(settings.state_folder() / "crashes", self._secrets)
        self.webhook = parts.webhook(settings, self.intake)
        self.screens = parts.screens(settings, self.desk)
        self.ops = parts.ops(settings, self.db, metrics, lives=self._lives, ready=self._ready)
        metrics.ask(
            Figures(
                received=self.intake.counters,
                sent=self.courier.counters,
                pacer=pacer,
                leads=lambda: self.leadership.leads,
                late=self.planner.late,
                now=now,
            )
        )
        self._loaded = False
        """Whether the agenda is as the store had it a moment ago."""
        self._tasks: list[asyncio.Task[None]] = []
        self.failed: asyncio.Future[None] | None = None
        """Ends with an error when the bot cannot go on."""

    async def prepare(self) -> None:
        """Opens the store, loads the roster, asks Telegram who we are. Sends nothing.

        Raises:
            InvalidToken: Telegram does not know the token.
            SealingError: the store was sealed with a key that the settings lack.
            TelegramError: Telegram cannot be reached.
        """
        await asyncio.to_thread(migrate, self.db.engine)
        await self.db.write(self._load)
        self._loaded = True
        await self.application.initialize()
        self.desk.username = self.application.bot.username

    async def start(self) -> None:
        """Prepares, takes up what an earlier process left, and begins everything.

        Raises:
            RuntimeError: another process runs on the same SQLite file.
            as ``prepare``; it may then be called again.
        """
        self.failed = asyncio.get_running_loop().create_future()
        if self.ops is not None:
            await self.ops.start()
        await self.leadership.hold()
        await self.prepare()
        if self.webhook is not None:
            await self.webhook.start()
        await self.leadership.begin()
        self._begin("courier", self.courier.run())
        self._begin("leadership", self.leadership.run())
        self._begin("watch", self.watch.run())
        log.info("running as @%s", self.desk.username)

    async def _lead(self) -> None:
        """Begins what only one of several processes does."""
        if not self._loaded:  # who led meanwhile may have changed the agenda
            await self.db.write(self._load)
        self._loaded = False
        if self.webhook is not None:
            self._begin("webhook", self.webhook.announce())
        else:
            self._begin("poller", self.poller.run())
        self._begin("progress", self.progress.run())
        self._begin("bindery", self.bindery.run())
        self._begin("keeper", self.keeper.run())
        self.planner.start()
        self._begin("menus", self._set_menus())
        if self.screens is not None:
            await self.screens.start()

    async def _follow(self) -> None:
        if self.screens is not None:
            await self.screens.stop()
        await self.planner.stop()
        await self._end("poller", "webhook", "menus", "progress", "bindery", "keeper")

    def _take(self) -> None:
        self.intake.look()
        self.courier.poke()

    async def stop(self) -> None:
        """Stops taking updates, finishes those it has, puts the outbox in order, closes all."""
        await self._end("leadership", "watch")
        await self._follow()
        await self._stop_serving()
        await asyncio.gather(self._finish_updates(), self.courier.stop(grace_s=2.0))
        with contextlib.suppress(SQLAlchemyError):  # a trace is no reason not to end
            await refusing.keep(self.desk)
        await self._end("courier")
        await self.leadership.leave()
        await self._hang_up()
        self.db.close()

    async def crash(self) -> None:
        """Drops everything at once, as a killed process does: nothing more is written."""
        await self._end("leadership", "watch")
        await self._follow()
        await self._stop_serving()
        self.intake.drop()
        await self._end("courier")
        await self.leadership.leave()
        await self._hang_up()
        self.db.close()

    async def wake(self) -> None:
        """Plans everything due up to now and begins to send it."""
        await self.planner.wake()

    async def settle(self) -> None:
        """Waits until every update taken is handled and nothing that is ready is left to send."""
        await self.intake.settle()
        await self.courier.drain()
        await self.progress.refresh()
        await self.bindery.carry_out()

    async def next_instant(self) -> datetime | None:
        """When something falls due or is to be sent next, on the event's clock."""
        due = await self.planner.next_instant()
        ready = await self.db.read(outbox.next_ready, self.desk.now())
        return min((instant for instant in (due, ready) if instant is not None), default=None)

    def _look(self) -> None:
        self.planner.look()
        self._look_out()

    def _look_out(self) -> None:
        self.courier.poke()
        self.progress.look()
        self.bindery.look()

    async def _handle(self, update: Update) -> None:
        await self.application.process_update(update)
        if errors.store_was_away(self.application, update):
            raise StoreAwayError

    async def _send(self, row: Claimed, **hooks: Any) -> Outcome:
        outcome = await send(self.application.bot, row, **hooks)
        # Telegram's words are kept; should they ever quote a secret, it must not be in the store.
        error = outcome.error and self._secrets.strike(outcome.error)
        return replace(outcome, error=error)

    def _outdated(self, row: Claimed) -> bool:
        """Whether the row was written from an agenda that is not in force any more."""
        return row.agenda_version is not None and row.agenda_version < self.desk.agenda.version

    def _load(self, db: Session) -> None:
        resealing.admit(db)
        folder = self._settings.event_dir
        roster = find_roster(folder)
        if roster is not None:
            digest = hashlib.sha256(roster.read_bytes()).hexdigest()
            file = RosterFile(roster.name, digest, *read_roster_with_warnings(roster))
            event_files.take_up_roster(db, self.desk, file)
        name = text("general.organizer", DEFAULT_LANGUAGE)
        people.put_configured_organizers(db, self._settings.organizer_ids, name)
        outbox.cancel_of_removed(db, now=self.desk.now())
        agenda = agenda_path(folder)
        digest = hashlib.sha256(agenda.read_bytes()).hexdigest()
        event_files.take_up_agenda(db, self.desk, digest=digest, file=agenda.name)
        reminding.renew(db, self.desk.agenda)
        self.desk.handouts = materials.everything(db)
        recovering.settle(db, self.desk)
        self._tell_crash(db)

    def _tell_crash(self, db: Session) -> None:
        """The organizers hear once of the last crash, unless it is long ago."""
        crash = self.crashes.last()
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

    async def _set_menus(self) -> None:
        try:
            await set_menus(self.application.bot, self.lobby)
        except TelegramError as error:
            log.warning("command menus not set: %s", type(error).__name__)

    async def _finish_updates(self) -> None:
        """Within two seconds; what is not finished by then is taken up at the next start."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2):
                await self.intake.settle()
        self.intake.drop()

    async def _hang_up(self) -> None:
        """Closes the connections, also where the library did not come to know who the bot is."""
        await self.application.shutdown()
        await self.application.bot.shutdown()

    async def _stop_serving(self) -> None:
        for server in (self.webhook, self.ops):
            if server is not None:
                await server.stop()

    def _lives(self) -> bool:
        return self.failed is not None and not self.failed.done()

    def _ready(self) -> bool:
        return bool(self.desk.username)

    def _begin(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(self._ended)
        self._tasks.append(task)

    def _ended(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is None:
            return
        log.critical("%s ended: %s", task.get_name(), type(error).__name__, exc_info=error)
        if self.failed is not None and not self.failed.done():
            self.failed.set_exception(error)

    async def _end(self, *names: str) -> None:
        tasks = [task for task in self._tasks if task.get_name() in names]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def build(
    settings: Settings,
    *,
    now: Now = system_now,
    timer: Timer | None = None,
    limits: Limits | None = None,
) -> House:
    """The bot, not started yet.

    Args:
        now: the event's clock, UTC; a rehearsal gives its own.
        timer: what the pacer counts seconds with.
        limits: how much may be sent; from the settings unless given.

    Raises:
        ProblemsError: the event folder has errors.
    """
    return House(
        settings,
        now=now,
        timer=timer or SystemTimer(),
        limits=limits or parts.limits(settings),
    )
