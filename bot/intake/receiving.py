"""The one road in: an update is stored, then confirmed to Telegram, then handled, then emptied.

A process killed at any moment therefore forgets nothing that Telegram has handed over: what was
stored but not handled is handled at the next start, and a number seen before is not handled again.
Updates of one chat are handled in order, those of different chats side by side. An update whose
handling meets a store that is out of reach is handled again, for ten minutes; its chat waits.
"""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot, Update

from bot.domain.clock import Now
from bot.store import inbox
from bot.store.database import Database
from bot.store.tables import Inbox

log = logging.getLogger(__name__)

Handle = Callable[[Update], Awaitable[None]]
_FLUSH_EVERY_S = 0.05
"""Handled updates are marked in batches: a crash in between handles these few again, which changes
nothing that was stored (every note, invite and choice is keyed) and at worst answers twice."""
_AFTER_FAILURE_S = 1.0
_AGAIN_S = (0.5, 15.0)
"""First and longest pause before an update is handled again."""
_PATIENCE_S = 600.0


class StoreAwayError(Exception):
    """The store was out of reach while the update was handled."""


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
    ) -> None:
        """Touches nothing yet.

        Args:
            handle: may raise StoreAwayError, and is then called again with the same update.
            give_up: tells the person that it failed for good.
            worker: names this process in what it has stored and not handled yet.
        """
        self._db = db
        self._worker = worker
        self._handle = handle
        self._give_up = give_up
        self._now = now
        self._chats: dict[int, asyncio.Task[None]] = {}
        """The last task of each chat."""
        self._running: set[asyncio.Task[None]] = set()
        self._handled: list[int] = []
        self._flushing: asyncio.Task[None] | None = None
        self._marking = asyncio.Lock()

    async def accept(self, updates: Sequence[Update]) -> None:
        """Stores new updates and starts handling them. When it returns they may be confirmed.

        Raises:
            SQLAlchemyError: they could not be stored; do not confirm them.
        """
        bodies: Mapping[int, dict[str, Any]] = {u.update_id: u.to_dict() for u in updates}
        fresh = await self._db.write(inbox.put, bodies, now=self._now(), taken_by=self._worker)
        for update in updates:
            if update.update_id in fresh:
                fresh.discard(update.update_id)
                self._start(update)

    def resume(self, rows: Sequence[Inbox], bot: Bot) -> None:
        """Handles what another process stored but did not finish."""
        for row in rows:
            update = Update.de_json(row.body, bot) if row.body else None
            if update is not None:
                self._start(update)

    async def settle(self) -> None:
        """Waits until everything accepted so far is handled and marked so."""
        while self._chats:
            await asyncio.gather(*self._chats.values(), return_exceptions=True)
        await self._flush()

    def drop(self) -> None:
        """Forgets everything in memory at once, as a killed process does."""
        for task in [*self._running, self._flushing]:
            if task is not None:
                task.cancel()

    def _start(self, update: Update) -> None:
        chat = _chat_of(update)
        before = self._chats.get(chat)
        task = asyncio.create_task(self._run(update, after=before), name=f"chat-{chat}")
        self._chats[chat] = task
        self._running.add(task)
        task.add_done_callback(lambda done: self._forget(chat, done))

    def _forget(self, chat: int, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if self._chats.get(chat) is task:
            del self._chats[chat]

    async def _run(self, update: Update, *, after: asyncio.Task[None] | None) -> None:
        if after is not None:
            await asyncio.wait([after])
        try:
            if not await self._get_through(update):
                return
        except Exception as error:  # the library itself stumbled, and would again: it is over
            log.error("update %s cannot be handled: %s", update.update_id, type(error).__name__)
        self._handled.append(update.update_id)
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


def _chat_of(update: Update) -> int:
    """Whose turn it is; what names no chat, or none that can be read, waits for its like alone."""
    try:
        number = update.effective_chat.id if update.effective_chat else 0
    except AttributeError:  # a part of it is not what the library takes it for
        return 0
    return number if isinstance(number, int) else 0
