"""Watches the bot itself; tells organizers once when something goes wrong, and when it is well.

Each process watches; only the one that leads speaks, or led when the store went out of reach. What
stands in the way of the outbox is sent past it, to chats known from before.
"""

import asyncio
import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot
from telegram.error import TelegramError

from bot.delivery.contact import Contact
from bot.delivery.courier import Counters
from bot.delivery.paced_calls import in_lane
from bot.domain.health import Facts, Kind, judge
from bot.domain.outbox import Lane
from bot.scheduling.keeping import Keeper
from bot.services import watching
from bot.services.desk import Desk
from bot.services.watching import Listener

log = logging.getLogger(__name__)

_EVERY_S = 15.0
_MOST_UNTOLD = 50
_GIVEN_UP = 3
_TOO_OLD_S = 7 * 24 * 3600.0


class _Late(Protocol):
    def late(self) -> timedelta: ...


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the facts come from."""

    planner: _Late
    sent: Counters
    contact: Contact
    leads: Callable[[], bool]
    monotonic: Callable[[], float]
    folder: Path
    """On the disk that may fill."""
    keeper: Keeper


class Watch:
    """Measures, judges, tells."""

    def __init__(self, desk: Desk, bot: Bot, sources: Sources) -> None:
        """Touches nothing yet."""
        self._desk = desk
        self._bot = bot
        self._sources = sources
        self._looking = asyncio.Lock()
        self._listeners: tuple[Listener, ...] = ()
        self._led = False
        self._failing: tuple[float, datetime] | None = None
        """Since when the store has failed: monotonic, and on the event's clock."""
        self._store_told = False
        self._ended = 0
        self._ended_at = sources.monotonic()
        self._untold: list[tuple[int, str]] = []
        self.started = desk.now()
        self._since = sources.monotonic()

    async def run(self) -> None:
        """Keeps looking, until cancelled."""
        while True:
            await asyncio.sleep(_EVERY_S)
            await self.look()

    async def look(self) -> None:
        """One look."""
        async with self._looking:
            try:
                await self._look()
            except Exception as error:  # the watch must outlive whatever it watches
                log.error("not watched: %s", type(error).__name__, exc_info=error)

    async def vitals(self) -> tuple[Facts, datetime]:
        """The facts, and since when this process runs (the event's clock).

        Raises:
            SQLAlchemyError: the store cannot be asked.
        """
        return await self.facts(), self.started

    async def facts(self) -> Facts:
        """Everything that is measured, now.

        Raises:
            SQLAlchemyError: the store cannot be asked.
        """
        waiting_s, waiting, last = await self._desk.db.read(watching.measured, self._desk)
        return replace(
            await self._outside(),
            waiting_s=waiting_s,
            waiting=waiting,
            last_backup=last,
            backup_age_s=self._age(last) if self._sources.keeper.wanted else None,
        )

    async def _look(self) -> None:
        if not self._sources.leads() and self._failing is None:
            if self._led:
                await self._probe()
            return
        try:
            facts = await self.facts()
            news = await self._desk.db.write(watching.note, self._desk, facts)
        except SQLAlchemyError as error:
            await self._without_store(type(error).__name__)
            return
        self._listeners, self._led = news.listeners, self._sources.leads()
        self._desk.posted()
        for kind in news.begun:
            self._tell_begun(kind, facts)
        for kind, since in news.over.items():
            self._tell_over(kind, since)
        await self._store_is_back()

    async def _probe(self) -> None:
        """Led, and leads no more: another does, or the store is out of reach for all."""
        try:
            await self._desk.db.read(watching.standing)
        except SQLAlchemyError as error:
            await self._without_store(type(error).__name__)
        else:
            self._led = False

    async def _without_store(self, error: str) -> None:
        now = self._sources.monotonic()
        if self._failing is None:
            self._failing = (now, self._desk.now())
        log.warning("the store fails: %s", error)
        facts = replace(await self._outside(), store_failing_s=now - self._failing[0], error=error)
        if Kind.STORE in judge(facts, ()) and not self._store_told:
            self._store_told = True
            self._tell_begun(Kind.STORE, facts)
        await self._send()

    async def _store_is_back(self) -> None:
        if self._failing is not None:
            since, self._failing = self._failing[1], None
            if self._store_told:
                self._store_told = False
                self._tell_over(Kind.STORE, since)
        await self._send()

    def _tell_begun(self, kind: Kind, facts: Facts) -> None:
        self._tell(lambda language: watching.begun(kind, facts, self._desk, language))

    def _tell_over(self, kind: Kind, since: datetime) -> None:
        self._tell(lambda language: watching.over(kind, since, self._desk, language))

    def _tell(self, words: Callable[[str], str]) -> None:
        self._untold += [(one.chat_id, words(one.language)) for one in self._listeners]
        del self._untold[:-_MOST_UNTOLD]

    async def _send(self) -> None:
        """Past the outbox; what Telegram does not take now is tried at the next look."""
        waiting, self._untold = self._untold, []
        for chat_id, html in waiting:
            try:
                with in_lane(Lane.CHANGE):
                    await self._bot.send_message(chat_id, html, parse_mode="HTML")
            except TelegramError as error:
                log.warning("alarm not sent: %s", type(error).__name__)
                self._untold.append((chat_id, html))

    async def _outside(self) -> Facts:
        """What can be measured without the store."""
        sources, now = self._sources, self._sources.monotonic()
        sent = sources.sent
        ended = sent.delivered + sent.blocked + sent.refused + sent.expired + sent.retried
        if ended != self._ended:
            self._ended, self._ended_at = ended, now
        return Facts(
            late_s=sources.planner.late().total_seconds(),
            idle_s=now - self._ended_at,
            silent_s=sources.contact.silent_s,
            clock_off_s=sources.contact.clock_off_s,
            disk_free=await asyncio.to_thread(free, sources.folder),
        )

    def _age(self, last: datetime | None) -> float:
        """Of the last backup in seconds; where there is none, since this process began. One that
        fails again and again is as good as too old."""
        if self._sources.keeper.failures >= _GIVEN_UP:
            return _TOO_OLD_S
        if last is None:
            return self._sources.monotonic() - self._since
        return (self._desk.now() - last).total_seconds()


def free(folder: Path) -> int | None:
    """Bytes that are free on the disk of ``folder``; None: it cannot be told."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None
