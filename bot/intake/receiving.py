"""The one road in: an update is stored, then confirmed to Telegram, then handled, then emptied.

A process killed at any moment therefore forgets nothing that Telegram has handed over: what was
stored but not handled is handled at the next start, and a number seen before is not handled again.
Updates of one chat are handled in order (see ``turns.py``), those of different chats side by side.
An update whose handling meets a store that is out of reach is handled again, for ten minutes; its
chat waits.
"""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import DataError, DBAPIError, SQLAlchemyError, StatementError
from telegram import Bot, Update

from bot.domain.clock import Now
from bot.intake.turns import Turns, Waiting
from bot.store import inbox
from bot.store.database import Database

log = logging.getLogger(__name__)

Handle = Callable[[Update], Awaitable[None]]
_UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, OSError)
"""What an update raises that has not the form it should have."""
_FLUSH_EVERY_S = 0.05
"""Handled updates are marked in batches: a crash in between handles these few again, which changes
nothing that was stored (every note, invite and choice is keyed) and at worst answers twice."""
_AFTER_FAILURE_S = 1.0
_AGAIN_S = (0.5, 15.0)
"""First and longest pause before an update is handled again."""
_PATIENCE_S = 600.0
_IN_A_COMMIT = 200
"""Most updates stored together: their senders wait for one flush of the disk, not each for one."""


_GATHERING_S, _FOR_OTHERS = 0.03, 3
"""Before the next are stored they gather for so long, or so many times as long as storing took: a
flood then leaves the store to the others, and the disk is flushed once for many."""
_PROMPT_S = 0.1
"""Whoever posts an update should have waited no longer; else less is handled beside."""


class StoreAwayError(Exception):
    """The store was out of reach while the update was handled."""


@dataclass(slots=True)
class Counters:
    """What came in since the process started."""

    stored: int = 0
    repeated: int = 0
    handled: int = 0
    failed: int = 0
    """Stored or handled in vain: not of the form that it should have."""


@dataclass(frozen=True, slots=True)
class _Arriving:
    """An update that somebody waits to be stored, since an instant of the loop's clock."""

    body: dict[str, Any]
    stored: asyncio.Future[None]
    since: float

    def over(self, error: Exception | None) -> None:
        """It is stored, or could not be."""
        if self.stored.done():
            return
        if error is None:
            self.stored.set_result(None)
        else:
            self.stored.set_exception(error)


class Intake:
    """Takes updates from a poller or a webhook and has them handled once."""

    def __init__(
        self,
        db: Database,
        handle: Handle,
        *,
        now: Now,
        give_up: Handle,
        worker: str | None = None,
        home: Callable[[int], str | None] | None = None,
        given: Callable[[str], None] = lambda _name: None,
        bot: Bot | None = None,
        took: Callable[[float], None] = lambda _seconds: None,
    ) -> None:
        """Touches nothing yet.

        Args:
            handle: may raise StoreAwayError, and is then called again with the same update.
            give_up: tells the person that it failed for good.
            worker: names this process in what it has stored and not handled yet.
            home: names the process that handles what comes from a chat; None: this one does.
            given: is told which other process was given something.
            bot: goes into the updates, for their shortcuts.
            took: is told of each update the seconds from its arrival to the end of its handling.
        """
        self.counters = Counters()
        self._db = db
        self._worker = worker
        self._home = home or (lambda _chat: worker)
        self._given = given
        self._handle = handle
        self._give_up = give_up
        self._now = now
        self.bot = bot
        self._took = took
        self._turns = Turns(self._run, self._fetch)
        self._arriving: list[_Arriving] = []
        self._store_at = 0.0
        """Before that instant of the loop's clock the store is for others."""
        self._storing: asyncio.Task[None] | None = None
        self._finding: asyncio.Task[None] | None = None
        self._handled: list[int] = []
        self._flushing: asyncio.Task[None] | None = None
        self._marking = asyncio.Lock()

    @property
    def waiting(self) -> int:
        """How many chats have something to be handled, or being handled."""
        return self._turns.chats

    async def accept(self, updates: Sequence[dict[str, Any]]) -> None:
        """Stores new updates, as Telegram sent them, and has them handled. When it returns they
        may be confirmed.

        Raises:
            SQLAlchemyError: the store cannot take them now; none of them may be confirmed.
        """
        await self._keep({update["update_id"]: update for update in updates})

    async def take(self, body: dict[str, Any]) -> None:
        """As ``accept`` for one update as Telegram sent it, stored together with its like.

        Raises:
            SQLAlchemyError: the store cannot take it now.
        """
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._arriving.append(_Arriving(body, stored, asyncio.get_running_loop().time()))
        if self._storing is None or self._storing.done():
            self._storing = asyncio.create_task(self._store_arriving(), name="inbox-storing")
        await stored

    def look(self) -> None:
        """Something may wait in the store in this process's name that it has not seen."""
        if self._finding is None or self._finding.done():
            self._finding = asyncio.create_task(self._find(), name="inbox-finding")

    @contextmanager
    def aside(self) -> Iterator[None]:
        """While whoever handles an update waits for Telegram, another may begin."""
        with self._turns.aside():
            yield

    async def settle(self) -> None:
        """Waits until everything accepted so far is handled and marked so."""
        if self._finding is not None:
            await asyncio.wait([self._finding])
        await self._turns.settle()
        await self._flush()

    def drop(self) -> None:
        """Forgets everything in memory at once, as a killed process does."""
        self._turns.drop()
        for task in (self._flushing, self._storing, self._finding):
            if task is not None:
                task.cancel()
        for one in self._arriving:
            one.stored.cancel()

    # ------------------------------------------------------------------------------- storing

    async def _store_arriving(self) -> None:
        clock = asyncio.get_running_loop().time
        while self._arriving:
            await asyncio.sleep(max(0.0, self._store_at - clock()))
            batch, self._arriving = self._arriving[:_IN_A_COMMIT], self._arriving[_IN_A_COMMIT:]
            begun, error = clock(), None
            try:
                await self._keep({one.body["update_id"]: one.body for one in batch})
            except asyncio.CancelledError:
                for one in batch:
                    one.stored.cancel()
                raise
            except Exception as failure:
                error = failure
            for one in batch:
                one.over(error)
            self._store_at = clock() + min(_GATHERING_S, _FOR_OTHERS * (clock() - begun))
            self._turns.pace(clock() - batch[0].since < _PROMPT_S)

    async def _keep(self, bodies: Mapping[int, dict[str, Any]]) -> None:
        """All together; one by one where one cannot be stored, so that it alone is left out."""
        try:
            fresh = await self._db.write(inbox.put, bodies, now=self._now(), home=self._home)
        except (*_UNREADABLE, StatementError) as error:
            if _out_of_reach(error):
                raise
            if len(bodies) == 1:
                log.error("an update cannot be stored: %s", type(error).__name__)
                self.counters.failed += 1
                return
            for number, body in bodies.items():
                await self._keep({number: body})
            return
        self.counters.stored += len(fresh)
        self.counters.repeated += len(bodies) - len(fresh)
        at = self._now()
        for other in {*fresh.values()} - {self._worker}:
            self._given(str(other))
        for number in sorted(n for n, taker in fresh.items() if taker == self._worker):
            self._turns.add(inbox.chat_of(bodies[number]), Waiting(number, bodies[number], at))

    async def _find(self) -> None:
        while True:
            try:
                chats = await self._db.read(inbox.chats_waiting, self._worker)
            except SQLAlchemyError as error:
                log.warning("what waits is not known yet: %s", type(error).__name__)
                await asyncio.sleep(_AFTER_FAILURE_S)
            else:
                for chat in chats:
                    self._turns.more(chat)
                return

    async def _fetch(self, chat: int, limit: int) -> list[Waiting]:
        """The first of a chat that wait in the store and are not handled, tried until it can."""
        while True:
            try:
                await self._flush()  # what is handled would be found again
                done = set(self._handled)
                rows = await self._db.read(
                    inbox.of_chat, chat, taken_by=self._worker, limit=limit + len(done)
                )
            except SQLAlchemyError as error:
                log.warning("what waits is not read yet: %s", type(error).__name__)
                await asyncio.sleep(_AFTER_FAILURE_S)
            else:
                return [
                    Waiting(row.update_id, row.body or {}, row.received_at)
                    for row in rows
                    if row.update_id not in done
                ][:limit]

    # ------------------------------------------------------------------------------ handling

    async def _run(self, entry: Waiting) -> None:
        try:
            update = Update.de_json(entry.body, self.bot)
            if not await self._get_through(update):
                return
        except Exception as error:  # the library itself stumbled, and would again: it is over
            log.error("update %s cannot be handled: %s", entry.number, type(error).__name__)
            self.counters.failed += 1
        self.counters.handled += 1
        self._took(max(0.0, (self._now() - entry.since).total_seconds()))
        self._handled.append(entry.number)
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush_soon(), name="inbox-flush")

    async def _get_through(self, update: Update) -> bool:
        """Handles the update, as often as it takes; False if another process has it by now."""
        number, pause = update.update_id, _AGAIN_S[0]
        until = time.monotonic() + _PATIENCE_S
        again = False
        while True:
            try:
                if again and not await self._is_ours(number):
                    return False
                await self._handle(update)
                return True
            except StoreAwayError:
                again = True
            if time.monotonic() + pause > until:
                log.error("update %s given up, the store was out of reach too long", number)
                await self._give_up(update)
                return True
            with self._turns.aside():
                await asyncio.sleep(pause * random.uniform(0.5, 1))
            pause = min(2 * pause, _AGAIN_S[1])

    async def _is_ours(self, number: int) -> bool:
        """Whether nobody took the update from us meanwhile, believing us dead."""
        try:
            return await self._db.read(inbox.waits, number, taken_by=self._worker)
        except SQLAlchemyError as error:
            raise StoreAwayError from error

    async def _flush_soon(self) -> None:
        pause = _FLUSH_EVERY_S
        while self._handled:  # more may come while a batch is being written
            await asyncio.sleep(pause)
            pause = _FLUSH_EVERY_S if await self._flush() else _AFTER_FAILURE_S

    async def _flush(self) -> bool:
        async with self._marking:  # whoever settles meanwhile waits for what is under way
            numbers, self._handled = self._handled, []
            if not numbers:
                return True
            try:
                await self._db.write(inbox.handled, numbers)
            except SQLAlchemyError as error:
                self._handled = numbers + self._handled
                log.warning("handled updates not marked yet: %s", type(error).__name__)
                return False
            return True


def _out_of_reach(error: Exception) -> bool:
    """Whether the database failed, rather than a value in the update that no column takes."""
    return isinstance(error, DBAPIError) and not isinstance(error, DataError)
