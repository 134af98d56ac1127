"""Telling those who watch of every change."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from bot.rehearsal.world.chats import Json

Watcher = Callable[[Json], None]
T = TypeVar("T")


class Watched:
    """Something whose changes can be watched.

    Events are JSON objects with a ``type``: user, group, message, edited, deleted, pinned,
    reaction, callback_answer, menu, keyboard, action, blocked, network, call.
    """

    def __init__(self) -> None:
        self._watchers: list[Watcher] = []

    def subscribe(self, watcher: Watcher) -> Callable[[], None]:
        """Calls ``watcher`` with an event after every change; returns how to stop it."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    def emit(self, event: Json) -> None:
        """Tells all watchers."""
        for watcher in tuple(self._watchers):
            watcher(event)

    @property
    def watched(self) -> bool:
        """Whether anybody watches; lets callers skip building large events."""
        return bool(self._watchers)

    async def until(self, condition: Callable[[], T], *, seconds: float = 5.0) -> T:
        """The first true value of ``condition``, asked now and after every change.

        ``seconds`` are the host's, not the event's.

        Raises:
            TimeoutError: it stayed false.
        """
        changed = asyncio.Event()
        stop = self.subscribe(lambda event: changed.set())
        try:
            async with asyncio.timeout(seconds):
                while not (value := condition()):
                    changed.clear()
                    await changed.wait()
                return value
        finally:
            stop()
