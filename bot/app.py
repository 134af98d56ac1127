"""The composition root: builds the whole bot from its settings. Nothing else builds anything."""

import asyncio
import contextlib
import logging
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from telegram import Update
from telegram.error import TelegramError

from bot import events, parts
from bot.config import Settings
from bot.crashes import Crashes
from bot.delivery.contact import Contact
from bot.delivery.paced_calls import PacedCalls
from bot.delivery.pacer import Limits, Pacer, SystemTimer, Timer
from bot.domain.clock import Now, system_now
from bot.domain.throttle import Throttle
from bot.intake.polling import Poller
from bot.intake.receiving import Intake, StoreAwayError
from bot.logs import Secrets
from bot.ops.metrics import Figures, Metrics
from bot.scheduling.leadership import Leadership
from bot.scheduling.together import POSTED, Together
from bot.services import asking, refusing
from bot.services.lobby import Lobby, speaking
from bot.tasks import Tasks
from bot.wing import Shared, Wing
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
        configs = events.each(settings)
        alone = len(configs) == 1
        self.wings = [
            Wing(config, now=now, alone=alone, first=number == 0)
            for number, config in enumerate(configs)
        ]
        first = self.wings[0]
        self.db, self.desk = first.db, first.desk
        """Of the first event; most bots have no other."""
        self.lobby = Lobby([wing.desk for wing in self.wings])
        contact = Contact(host=system_now)
        pacer = Pacer(limits, timer=timer)
        calls = PacedCalls(pacer, mark=speaking)
        self.application = parts.application(settings, calls, contact)
        self.application.bot_data[LOBBY] = self.lobby
        register(self.application)
        bot = self.application.bot
        stores = [wing.db for wing in self.wings]
        self.leadership = Leadership(
            stores,
            now=now,
            lead=self._lead,
            follow=self._follow,
            take=self._take,
            looked=self._looked,
        )
        self.together = Together(self.lobby.desks, self.leadership, pacer, hear=self._hear)
        secrets = Secrets(settings.secrets())
        self.crashes = Crashes(settings.state_folder() / "crashes", secrets)
        shared = Shared(
            bot=bot,
            leadership=self.leadership,
            together=self.together,
            limits=limits,
            timer=timer,
            contact=contact,
            crashes=self.crashes,
            secrets=secrets,
            throttle=Throttle(settings.person_burst, settings.person_per_minute / 60),
        )
        for wing in self.wings:
            wing.furnish(shared)
        self.courier, self.planner, self.progress = first.courier, first.planner, first.progress
        self.bindery, self.keeper, self.watch = first.bindery, first.keeper, first.watch
        metrics = Metrics()
        self.intake = Intake(
            self.db,
            self._handle,
            now=now,
            give_up=lambda update: errors.give_up(self.application, update),
            worker=self.leadership.name,
            home=self.together.home,
            given=self.together.tell,
            bot=bot,
            took=metrics.took,
        )
        calls.aside = self.intake.aside
        self.poller = Poller(bot, self.intake, allowed=ALLOWED_UPDATES)
        self.webhook = parts.webhook(settings, self.intake)
        self.screens = parts.screens(settings, self.lobby.desks)
        self.ops = parts.ops(settings, stores, metrics, lives=self._lives, ready=self._ready)
        metrics.ask(
            Figures(
                received=self.intake.counters,
                sent=[wing.courier.counters for wing in self.wings],
                pacer=pacer,
                leads=lambda: self.leadership.leads,
                late=lambda: max(wing.planner.late() for wing in self.wings),
                now=now,
            )
        )
        self._loaded = False
        """Whether the agendas are as the stores had them a moment ago."""
        self._tasks = Tasks()

    @property
    def failed(self) -> "asyncio.Future[None] | None":
        """Ends with an error when the bot cannot go on; None before it was started."""
        return self._tasks.failed

    async def prepare(self) -> None:
        """Opens the store, loads the roster, asks Telegram who we are. Sends nothing.

        Raises:
            InvalidToken: Telegram does not know the token.
            SealingError: the store was sealed with a key that the settings lack.
            TelegramError: Telegram cannot be reached.
        """
        for wing in self.wings:
            await wing.prepare()
        self._loaded = True
        await self.application.initialize()
        for wing in self.wings:
            wing.desk.username = self.application.bot.username

    async def start(self) -> None:
        """Prepares, takes up what an earlier process left, and begins everything.

        Raises:
            RuntimeError: another process runs on the same SQLite file.
            as ``prepare``; it may then be called again.
        """
        self._tasks.watch()
        if self.ops is not None:
            await self.ops.start()
        await self.leadership.hold()
        await self.prepare()
        if self.webhook is not None:
            await self.webhook.start()
        if self.screens is not None:
            await self.screens.start()
        await self.leadership.begin()
        for wing in self.wings:
            wing.begin(self._tasks.begin)
        self._tasks.begin("leadership", self.leadership.run())
        self._tasks.begin("hearing", self.together.run())
        log.info("running as @%s", self.desk.username)

    async def _lead(self) -> None:
        """Begins what only one of several processes does."""
        if not self._loaded:  # who led meanwhile may have changed the agenda
            for wing in self.wings:
                await wing.load()
        self._loaded = False
        if self.webhook is not None:
            self._tasks.begin("webhook", self.webhook.announce())
        else:
            self._tasks.begin("poller", self.poller.run())
        for wing in self.wings:
            wing.lead(self._tasks.begin)
        self._tasks.begin("menus", self._set_menus())
        if self.screens is not None:
            await self.screens.start()

    async def _follow(self) -> None:
        for wing in self.wings:
            await wing.planner.stop()
        await self._tasks.end("poller", "webhook", "menus", "progress", "bindery", "keeper")

    def _take(self) -> None:
        self.intake.look()
        for wing in self.wings:
            wing.courier.poke()

    async def stop(self) -> None:
        """Stops taking updates, finishes those it has, puts the outbox in order, closes all."""
        await self._tasks.end("leadership", "hearing", "watch")
        await self._follow()
        await self._stop_serving()
        couriers = (wing.courier.stop(grace_s=2.0) for wing in self.wings)
        await asyncio.gather(self._finish_updates(), *couriers)
        for wing in self.wings:
            with contextlib.suppress(SQLAlchemyError):  # a trace is no reason not to end
                await refusing.keep(wing.desk)
                await asking.keep(wing.desk)
        await self._tasks.end("courier")
        await self.together.stop()
        await self.leadership.leave()
        await self._hang_up()
        for wing in self.wings:
            wing.db.close()

    async def crash(self) -> None:
        """Drops everything at once, as a killed process does: nothing more is written."""
        await self._tasks.end("leadership", "hearing", "watch")
        await self._follow()
        await self._stop_serving()
        self.intake.drop()
        await self._tasks.end("courier")
        await self.together.stop()
        await self.leadership.leave()
        await self._hang_up()
        for wing in self.wings:
            wing.db.close()

    async def wake(self) -> None:
        """Plans everything due up to now and begins to send it."""
        for wing in self.wings:
            await wing.planner.wake()

    async def settle(self) -> None:
        """Waits until every update taken is handled and nothing that is ready is left to send."""
        await self.intake.settle()
        for wing in self.wings:
            await wing.settle()

    async def next_instant(self) -> datetime | None:
        """When something falls due or is to be sent next, on the event's clock."""
        found = [await wing.next_instant() for wing in self.wings]
        return min((instant for instant in found if instant is not None), default=None)

    async def next_ready(self) -> datetime | None:
        """When something that is planned already is to be sent next, on the event's clock."""
        found = [await wing.next_ready() for wing in self.wings]
        return min((instant for instant in found if instant is not None), default=None)

    def _hear(self, word: str) -> None:
        """Another process has changed something, or has given this one something."""
        if word == self.leadership.name:
            self.intake.look()
        elif word == POSTED:
            self._look_out()
        else:
            self.intake.look()
            self.together.refresh(then=self._look)

    def _looked(self) -> None:
        """From time to time everything that others might have told is looked for anyway."""
        self.together.divide()
        for wing in self.wings:
            wing.courier.poke()
        if self.together.several:
            self.intake.look()
            self.together.refresh()

    def _look(self) -> None:
        for wing in self.wings:
            wing.look()

    def _look_out(self) -> None:
        for wing in self.wings:
            wing.look_out()

    async def _handle(self, update: Update) -> None:
        await self.application.process_update(update)
        if errors.store_was_away(self.application, update):
            raise StoreAwayError

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
        for server in (self.webhook, self.screens, self.ops):
            if server is not None:
                await server.stop()

    def _lives(self) -> bool:
        return self.failed is not None and not self.failed.done()

    def _ready(self) -> bool:
        return bool(self.desk.username)


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
