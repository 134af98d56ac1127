"""Directs a rehearsal: moves the event's clock and starts, kills and revives the bot.

The bot is the real one. It is given the event's clock and another API address and knows nothing
else of the rehearsal. Whenever time moves, every instant at which the bot has something to do is
visited in its order, so that each message is written at the moment it belongs to.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.domain.agenda import Agenda
from bot.rehearsal.event_clock import EventClock
from bot.rehearsal.timeline import next_message
from bot.rehearsal.world import Json, World
from bot.services.desk import Desk

TICK_S = 0.05
HEAR_S = 2.0
STUMBLE_S = 1.0
SETTLE_S = 20.0
"""Longest wait at one instant: a bot that cannot deliver must not stop the clock for good."""
WAITING = timedelta(seconds=20)
"""How far the clock goes on behind the end of a journey for what a chat could not take at once."""
STUCK = timedelta(minutes=1)
"""How far the clock goes on when the bot goes on asking for an instant that is past."""
log = logging.getLogger(__name__)


class House(Protocol):
    """The running bot, as ``bot.app`` builds it."""

    @property
    def desk(self) -> Desk: ...
    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    async def crash(self) -> None: ...
    async def wake(self) -> object: ...
    async def settle(self) -> object: ...
    async def next_instant(self) -> datetime | None: ...
    async def next_ready(self) -> datetime | None: ...


LookAhead = Callable[[Desk], Awaitable[datetime | None]]


async def read_ahead(desk: Desk) -> datetime | None:
    """When the next message falls due, as the store and the agenda say."""
    return await desk.db.read(next_message, desk)


class Director:
    """One rehearsal.

    ``build`` makes a bot, not started yet. ``look_ahead`` tells when the next message falls due.
    ``changed`` is called after every step of the clock or of the bot's life.
    """

    def __init__(
        self,
        *,
        world: World,
        clock: EventClock,
        agenda: Agenda,
        build: Callable[[], House],
        look_ahead: LookAhead = read_ahead,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self.world = world
        self.clock = clock
        self.agenda = agenda
        self.changed = changed
        self.house: House | None = None
        self.starts = 0
        self.target: datetime | None = None
        """Where a journey through time is going, while it is on its way."""
        self._resume = 0.0
        self._build = build
        self._look_ahead = look_ahead
        self._stale = True
        self._moving = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._stop_watching = world.subscribe(self._notice)

    # --- the bot's life -----------------------------------------------------------------------

    async def start(self) -> None:
        """Starts the bot, and the ticking of the clock with the first one."""
        house = self._build()
        await house.start()
        self.house = house
        self._stale = True
        self.starts += 1
        if self.starts == 1:
            self._spawn(self._tick())
        self.changed()

    async def kill(self) -> None:
        """Ends the bot as SIGKILL would; the world and the clock go on."""
        house, self.house = self.house, None
        self.clock.hold_at(None)
        if house is not None:
            await house.crash()
        self.changed()

    async def revive(self) -> None:
        """Starts the bot again on what the killed one left behind."""
        if self.house is None:
            await self.start()

    async def stop(self) -> None:
        """Ends everything in good order."""
        self.target = None
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._stop_watching()
        house, self.house = self.house, None
        if house is not None:
            await house.stop()

    # --- time ---------------------------------------------------------------------------------

    def play(self, speed: float) -> None:
        """Lets time run at ``speed``; ends a journey."""
        self.target = None
        self.clock.play(speed)
        self.changed()

    def pause(self) -> None:
        """Stops time; ends a journey."""
        self.play(0)

    async def next_event(self) -> datetime | None:
        """When something happens next: a message falls due, or a session begins or ends."""
        now = self.clock.now()
        bounds = (
            bound for session in self.agenda.sessions for bound in (session.start, session.end)
        )
        ahead = [bound for bound in bounds if bound > now]
        if self.house is not None:
            # Not the bot's next instant: at many of those nobody wants to be told anything.
            due = await self._look_ahead(self.house.desk)
            if due is not None and due > now:
                ahead.append(due)
        return min(ahead, default=None)

    def set_out(self, to: datetime) -> None:
        """Travels to ``to`` in the background.

        Raises:
            ValueError: it is past.
        """
        if to < self.clock.now():
            raise ValueError("an event's time does not run backward")
        self._spawn(self.travel(to))

    async def travel(self, to: datetime) -> None:
        """Visits every due instant up to ``to``, then ``to`` itself; afterwards time goes on as
        before. ``pause``, ``play`` and another journey end it where it is.
        """
        if self.target is None:
            self._resume = self.clock.speed
        self.target = to
        async with self._moving:
            self.clock.pause()
            house = self.house
            try:
                await self._hear_out()
                await self._visit(to)
            except Exception:
                self._complain(house)
                if self.target == to:
                    self.clock.jump(max(to, self.clock.now()))
            finally:
                if self.target == to:
                    self.target = None
                    self.clock.play(self._resume)
                self._stale = True
                self.changed()

    async def _hear_out(self) -> None:
        """What people said before the journey is heard before it."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(HEAR_S):
                # The world has no event for "the bot took it all", and this is soon over.
                while self.house and self.world.bot.pending and not self.world.network_down:  # noqa: ASYNC110
                    await asyncio.sleep(TICK_S / 5)
                if self.house:
                    await self.house.settle()

    async def _visit(self, to: datetime) -> None:
        while self.target == to:
            due = await self.house.next_instant() if self.house else None
            now = self.clock.now()
            if due is not None and due <= now:
                due = now + STUCK
            self.clock.jump(max(now, to if due is None else min(due, to)))
            self.changed()
            await self._deliver()
            if self.clock.now() >= to:
                await self._let_go(to)
                return

    async def _let_go(self, to: datetime) -> None:
        """Telegram takes a message a second from a chat: what had to wait for that leaves, too."""
        while self.target == to and self.house is not None:
            ready, now = await self.house.next_ready(), self.clock.now()
            if ready is None or max(ready, now) > to + WAITING:
                return
            ready = max(ready, now + timedelta(seconds=TICK_S))
            await asyncio.sleep((ready - now).total_seconds())
            self.clock.jump(ready)
            await self._deliver()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            if self.clock.speed == 0 and not self._stale:
                continue
            async with self._moving:
                house = self.house
                try:
                    await self._advance()
                except Exception:
                    self._complain(house)
                    self.clock.hold_at(None)
                    self._stale = True
                    await asyncio.sleep(STUMBLE_S)
            self.changed()

    async def _advance(self) -> None:
        """Does what is due where the clock is held, and finds where to hold it next."""
        if self.house is None:
            return
        if self.clock.held:
            await self._deliver()
            self._stale = True
        if self._stale and self.house is not None:
            self._stale = False
            due = await self.house.next_instant()
            ahead = due is not None and due > self.clock.now()
            self.clock.hold_at(due if ahead else None)
            if due is not None and not ahead:
                await self.house.wake()

    async def _deliver(self) -> None:
        house = self.house
        if house is None:
            return
        await house.wake()
        if self.world.network_down:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SETTLE_S):
                await house.settle()

    def _complain(self, house: House | None) -> None:
        if house is self.house:  # else it was killed half-way, which is the point
            log.exception("the bot stumbled where the clock was moved")

    def _notice(self, event: Json) -> None:
        # Whatever was said or sent may change what is due next.
        if event["type"] != "call" or event["method"] != "getUpdates":
            self._stale = True

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
