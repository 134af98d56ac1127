"""Of several processes on one database one leads; another takes over within seconds of its death.

The leader polls, plans, delivers and shows progress, and takes over what the dead had in hand.
Every process handles the updates that it has stored. A process alone leads from its start.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import SQLAlchemyError

from bot.domain.clock import Now
from bot.store import replicas
from bot.store.database import Database
from bot.store.replicas import Presence

log = logging.getLogger(__name__)

_BEAT_S = 2.0


class Leadership:
    """Begins and ends what only one may do."""

    def __init__(
        self,
        db: Database,
        *,
        now: Now,
        lead: Callable[[], Awaitable[None]],
        follow: Callable[[], Awaitable[None]],
        take: Callable[[], None],
    ) -> None:
        """Touches nothing yet.

        Args:
            lead: begins what the leader does. It may fail with SQLAlchemyError, and be called
                again.
            follow: ends it.
            take: looks for what a dead process left.
        """
        self._db = db
        self._now = now
        self._lead = lead
        self._follow = follow
        self._take = take
        self._presence = Presence(db)
        self._leading = False
        self.name = self._presence.name
        """Of this process, in rows that it has in hand."""

    @property
    def leads(self) -> bool:
        """Whether this process does what only one may do."""
        return self._presence.leads

    async def hold(self) -> None:
        """To be called before the store is touched: an SQLite file serves one process.

        Raises:
            RuntimeError: another process runs on it; the message says which.
            OSError: there can be no file beside it.
        """
        await asyncio.to_thread(self._presence.hold)

    async def begin(self) -> None:
        """Takes over what the dead left, and leads if nobody does.

        Raises:
            SQLAlchemyError: the database is out of reach; it may be called again.
        """
        await self._beat()
        await self._take_over(await self._db.read(replicas.dead, self.name))
        await self._act()
        if not self._leading:
            log.info("another process leads, standing by")

    async def run(self) -> None:
        """Keeps watch, until cancelled. Alone on SQLite there is nothing to watch."""
        suspects: frozenset[str | None] = frozenset()
        while not self._db.sqlite:
            await asyncio.sleep(_BEAT_S)
            try:
                await self._beat()
                await self._act()
                if self._leading:
                    # Who comes back after a broken connection has one beat for it.
                    found = await self._db.read(replicas.dead, self.name)
                    await self._take_over(found & suspects)
                    suspects = found
            except SQLAlchemyError as error:
                log.warning("out of touch with the others: %s", type(error).__name__)
                suspects = frozenset()
                await self._step_back()

    async def leave(self) -> None:
        """Lets another lead."""
        await asyncio.to_thread(self._presence.leave)

    async def _beat(self) -> None:
        await asyncio.to_thread(self._presence.beat)

    async def _act(self) -> None:
        if self._presence.leads and not self._leading:
            await self._lead()
            self._leading = True
            log.info("leading")
        await self._step_back()

    async def _step_back(self) -> None:
        if self._leading and not self._presence.leads:
            self._leading = False
            log.warning("leading no more")
            await self._follow()

    async def _take_over(self, names: frozenset[str | None]) -> None:
        if not names:
            return
        taken = await self._db.write(replicas.take_over, names, me=self.name, now=self._now())
        self._take()
        log.info("took over %d updates, messages: %s", taken.updates, dict(taken.messages))
