"""Wakes the planning of messages at the next due instant. The scheduler itself holds no facts."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.exc import SQLAlchemyError

from bot.domain import clock
from bot.scheduling.erasing import erase
from bot.scheduling.purging import purge
from bot.services import alerting, asking, filing, housekeeping, planning, refusing
from bot.services.desk import Desk

log = logging.getLogger(__name__)

_LOOK_AGAIN = timedelta(seconds=30)
"""At the latest: catches a host clock that was set, and what another process changed."""
_OVERDUE_S = 2.0
"""So long after its time a look is asked for again."""


class Planner:
    """One date job, replaced and never stacked; waking asks the store what is due."""

    def __init__(self, desk: Desk, *, poke: Callable[[], None]) -> None:
        """``poke`` tells the courier that there may be something to send."""
        self._desk = desk
        self._poke = poke
        self._waking = asyncio.Lock()
        self._soon = False
        """Somebody asked for a look that has not begun yet."""
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._looks_at: float | None = None
        """By the clock of the event loop."""
        self._guard: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Looks at once, then whenever something is due."""
        self._scheduler.start()
        self._scheduler.add_job(
            self._keep_house, "interval", hours=1, misfire_grace_time=None, coalesce=True
        )
        self._arm(timedelta())

    async def stop(self) -> None:
        """Wakes no more. A look that has begun comes to its end first."""
        async with self._waking:
            self._unguard()
            if self._scheduler.running:
                self._scheduler.shutdown(wait=False)

    def look(self) -> None:
        """Something changed that may be due at once or move the next instant.

        However many ask while one look is on its way, one more follows it.
        """
        if self._scheduler.running and not self._soon:
            self._soon = True
            if not self._waking.locked():
                self._arm(timedelta())

    async def wake(self) -> None:
        """Puts everything due into the outbox, then arms the next waking.

        A store that is out of reach is tried again: nothing due is forgotten, since what is due is
        asked of the store each time.
        """
        async with self._waking:
            self._soon = False
            self._unguard()
            await self._keep_counts()
            try:
                count = await self._plan()
                await self._desk.db.write(alerting.report_failures, self._desk)
                await erase(self._desk)
                due = await self.next_instant()
            except SQLAlchemyError as error:
                log.error("planning failed, will look again: %s", type(error).__name__)
                count, due = 0, None
            except Exception:  # a mistake of ours must not end the planning for good
                log.exception("planning failed, will look again")
                count, due = 0, None
        if count:
            log.info("planned %d messages", count)
        self._poke()
        if self._scheduler.running:
            wait = _LOOK_AGAIN if due is None else due - self._desk.now()
            self._arm(timedelta() if self._soon else wait)

    async def _keep_counts(self) -> None:
        """What was counted in memory; nobody's reminder may depend on that."""
        for keep in (refusing.keep, asking.keep):
            try:
                await keep(self._desk)
            except SQLAlchemyError as error:
                log.warning("counts not kept for now: %s", type(error).__name__)
            except Exception:
                log.exception("counts not kept for now")

    async def settle(self) -> None:
        """Waits for a look under way, and looks if somebody has asked for one."""
        async with self._waking:
            pass
        if self._soon:
            await self.wake()

    def late(self) -> timedelta:
        """For how long it should have looked by the host's clock; zero while it is in time."""
        if self._looks_at is None or not self._scheduler.running:
            return timedelta()
        return timedelta(seconds=max(0.0, asyncio.get_running_loop().time() - self._looks_at))

    async def _plan(self) -> int:
        """One look, in units of work between which others get in; returns how many rows."""
        look = None
        while look is None or not look.done:
            look = await self._desk.db.write(planning.plan, self._desk, look)
            self._poke()  # what is due leaves now, while the rest is seen to
        return look.count

    async def next_instant(self) -> datetime | None:
        """When something falls due next (UTC, the event's clock)."""
        return await self._desk.db.read(planning.next_due, self._desk)

    def _arm(self, delay: timedelta) -> None:
        # By delay, not by date: the event's clock need not be the host's.
        delay = min(max(delay, timedelta()), _LOOK_AGAIN)
        self._looks_at = asyncio.get_running_loop().time() + delay.total_seconds()
        self._scheduler.add_job(
            self.wake,
            "date",
            run_date=datetime.now(UTC) + delay,
            id="wake",
            replace_existing=True,
            max_instances=2,  # one at work, and one that was asked for before it had begun
            misfire_grace_time=None,
            coalesce=True,
        )
        # The scheduler goes by the host's clock: set back by an hour, it would sleep for an hour.
        self._unguard()
        overdue = delay.total_seconds() + _OVERDUE_S
        self._guard = asyncio.get_running_loop().call_later(overdue, self._arm, timedelta())

    def _unguard(self) -> None:
        if self._guard is not None:
            self._guard.cancel()

    async def _keep_house(self) -> None:
        try:
            await self._desk.db.write(housekeeping.tidy, now=self._desk.now())
            await purge(self._desk)
            host = clock.system_now().timestamp()
            await asyncio.to_thread(
                filing.tidy, self._desk.db, self._desk.attachments, host_now=host
            )
        except (SQLAlchemyError, OSError) as error:
            log.warning("not tidied, will be next time: %s", type(error).__name__)
