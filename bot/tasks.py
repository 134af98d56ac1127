"""What runs beside everything else, by name; the end of any of it by an error is the bot's."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

log = logging.getLogger(__name__)


class Tasks:
    """The tasks of one bot. Several may have the same name and end together."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []
        self.failed: asyncio.Future[None] | None = None
        """Ends with the error that any of them ends with; None until ``watch``."""

    def watch(self) -> None:
        """From now on errors are told."""
        self.failed = asyncio.get_running_loop().create_future()

    def begin(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Runs it beside everything else."""
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(self._ended)
        self._tasks.append(task)

    def names(self) -> list[str]:
        """Of all that were begun."""
        return [task.get_name() for task in self._tasks]

    async def end(self, *names: str) -> None:
        """Cancels all with these names and waits for their end."""
        tasks = [task for task in self._tasks if task.get_name() in names]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is None:
            return
        log.critical("%s ended: %s", task.get_name(), type(error).__name__, exc_info=error)
        if self.failed is not None and not self.failed.done():
            self.failed.set_exception(error)
