"""What this process has to do with others on the same store: its share, its chats, what they tell.

Whatever one process keeps in memory of the store (the agenda, the materials) is read again when
another says that it has changed, and from time to time in case nobody could say so.
"""

import asyncio
import logging
import math
import time
from collections.abc import Callable, Sequence

from sqlalchemy.exc import SQLAlchemyError

from bot.delivery.pacer import Pacer
from bot.scheduling.leadership import Leadership
from bot.services import refreshing
from bot.services.desk import Desk
from bot.store.signals import Signals

log = logging.getLogger(__name__)

CHANGED = "changed"
"""Something may be due at once, or is other than the desk has it."""
POSTED = "posted"
"""There may be something to send."""


class Together:
    """On SQLite, where a process is alone, all of it is its own."""

    def __init__(
        self,
        desks: Sequence[Desk],
        leadership: Leadership,
        pacer: Pacer,
        *,
        hear: Callable[[str], None],
    ) -> None:
        """``hear`` is given what others tell."""
        self._desks, db = desks, desks[0].db
        self._share = leadership.share
        self._pacer = pacer
        self._signals = Signals(db, name=leadership.name, hear=hear)
        self._hear = hear
        self._alone = db.sqlite
        self._refreshing: asyncio.Task[None] | None = None
        self._again = False
        self.run = self._signals.run
        self.tell = self._signals.tell

    @property
    def several(self) -> bool:
        """Whether others live on the same store, as far as is known."""
        return not self._alone and self._share.parts > 1

    def home(self, chat: int) -> str:
        """Name of the process that handles what comes from this chat."""
        return self._share.home(chat)

    def chats(self) -> tuple[int, int]:
        """Chats that this process sends to: see ``Courier``."""
        return (0, 1) if self._alone else self._share.slice()

    def on_duty(self) -> bool:
        """Whether this process may send now."""
        return self._alone or self._share.allows(time.monotonic())

    def divide(self) -> None:
        """Keeps to the share that the last look gave, until the next is due."""
        if self._alone:
            return
        share = self._share
        self._pacer.share(share.parts, since=share.begins, until=share.until)
        if 0 < (wait := share.begins - time.monotonic()) < math.inf:
            asyncio.get_running_loop().call_later(wait, self._hear, POSTED)

    def refresh(self, then: Callable[[], None] = lambda: None) -> None:
        """Reads again what the desk holds of the store, and calls ``then``."""
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = asyncio.create_task(self._refresh(), name="refreshing")
        else:
            self._again = True
        self._refreshing.add_done_callback(lambda done: None if done.cancelled() else then())

    async def stop(self) -> None:
        """What is to be told is told; nothing is read any more."""
        if self._refreshing is not None:
            self._refreshing.cancel()
            await asyncio.wait([self._refreshing])
        await self._signals.stop()

    async def _refresh(self) -> None:
        while True:
            self._again = False
            for desk in self._desks:
                try:
                    held = await desk.db.read(refreshing.read)
                except SQLAlchemyError as error:  # the next look tries again
                    log.warning("the desk is not up to date: %s", type(error).__name__)
                    return
                refreshing.lay_out(desk, held)
            if not self._again:
                return
