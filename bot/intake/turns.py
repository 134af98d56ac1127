"""Whose turn it is among the chats that have something to be handled.

Each chat in turn gets one update handled and stands behind the others again, so whoever writes a
hundred messages delays nobody. Few of them are in memory: what goes beyond waits in the store and
is fetched when its chat has room again.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

log = logging.getLogger(__name__)

_AT_ONCE = 32
"""Most updates at work that wait for nothing but us; fewer while storing has to wait for them."""
_OF_ONE_CHAT = 4
"""Most updates of one chat in memory."""
_IN_MEMORY = 2000
"""Most updates in memory."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update that is stored, as it came, and since when (UTC)."""

    number: int
    body: dict[str, Any]
    since: datetime


@dataclass(slots=True)
class _Queue:
    kept: deque[Waiting] = field(default_factory=deque)
    more: bool = False
    """The store has some that are not here. As long as it has, what comes stays there too."""
    arrivals: int = 0
    """How often something stayed there."""


class Turns:
    """One update of a chat at a time, in order; different chats side by side."""

    def __init__(
        self,
        run: Callable[[Waiting], Awaitable[None]],
        fetch: Callable[[int, int], Awaitable[list[Waiting]]],
    ) -> None:
        """``fetch`` gives the first updates of a chat that the store has, as many as said."""
        self._run = run
        self._fetch = fetch
        self._queues: dict[int, _Queue] = {}
        """Of chats that stand in line or have their turn."""
        self._line: deque[int] = deque()
        self._running: set[asyncio.Task[None]] = set()
        self._aside = 0
        self._kept = 0
        self._at_once = _AT_ONCE

    @property
    def chats(self) -> int:
        """How many have something to do."""
        return len(self._queues)

    def add(self, chat: int, entry: Waiting) -> None:
        """The update waits for its chat's turn."""
        queue = self._queue(chat)
        full = len(queue.kept) >= _OF_ONE_CHAT or self._kept >= _IN_MEMORY
        if queue.more or full:
            self._leave_in_store(queue)
        else:
            queue.kept.append(entry)
            self._kept += 1
        self._go_on()

    def more(self, chat: int) -> None:
        """The store has something of this chat that may not be here."""
        self._leave_in_store(self._queue(chat))
        self._go_on()

    def pace(self, prompt: bool) -> None:
        """Whether storing is prompt: else fewer are at work, so that it comes first."""
        if prompt:
            self._at_once = min(_AT_ONCE, self._at_once + 1)
            self._go_on()
        else:
            self._at_once = max(1, self._at_once // 2)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Around what a turn only waits for; another may begin meanwhile."""
        if asyncio.current_task() not in self._running:
            yield
            return
        self._aside += 1
        self._go_on()
        try:
            yield
        finally:
            self._aside -= 1

    async def settle(self) -> None:
        """Waits until nothing is left to do."""
        while self._running:
            await asyncio.wait(self._running)

    def drop(self) -> None:
        """Ends everything at once."""
        self._line.clear()
        for task in self._running:
            task.cancel()

    def _queue(self, chat: int) -> _Queue:
        queue = self._queues.get(chat)
        if queue is None:
            queue = self._queues[chat] = _Queue()
            self._line.append(chat)
        return queue

    def _leave_in_store(self, queue: _Queue) -> None:
        queue.more = True
        queue.arrivals += 1

    def _go_on(self) -> None:
        while self._line and len(self._running) - self._aside < self._at_once:
            chat = self._line.popleft()
            task = asyncio.create_task(self._turn(chat), name=f"chat-{chat}")
            self._running.add(task)
            task.add_done_callback(lambda done, chat=chat: self._over(chat, done))  # type: ignore[misc]  # bound now

    async def _turn(self, chat: int) -> None:
        queue = self._queues[chat]
        if not queue.kept and queue.more:
            arrivals = queue.arrivals
            found = await self._fetch(chat, _OF_ONE_CHAT)
            queue.kept.extend(found)
            self._kept += len(found)
            queue.more = len(found) == _OF_ONE_CHAT or queue.arrivals != arrivals
        if queue.kept:
            self._kept -= 1
            await self._run(queue.kept.popleft())

    def _over(self, chat: int, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if task.cancelled():
            return
        queue, error = self._queues[chat], task.exception()
        if error is not None:  # they stay in the store, for the next start
            log.error("updates of a chat cannot be read: %s", type(error).__name__)
            queue.more = False
        if queue.kept or queue.more:
            self._line.append(chat)
        else:
            del self._queues[chat]
        self._go_on()
