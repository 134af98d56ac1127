"""Of several processes on one database one leads; another takes over within seconds of its death.

The leader plans, shows progress, polls where there is no webhook, and takes over what the dead had
in hand. What all of them do, see ``together.py``. A process alone leads from its start.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy.exc import SQLAlchemyError

from bot.domain.clock import Now
from bot.store import replicas
from bot.store.database import Database
from bot.store.holding import Hold
from bot.store.replicas import Presence

log = logging.getLogger(__name__)

_BEAT_S = 2.0
_Dead = dict[int, frozenset[str | None]]
"""By the store's place: processes that live no more and have something in hand there."""


class Leadership:
    """Begins and ends what only one may do."""

    def __init__(
        self,
        stores: Sequence[Database],
        *,
        now: Now,
        lead: Callable[[], Awaitable[None]],
        follow: Callable[[], Awaitable[None]],
        take: Callable[[], None],
        looked: Callable[[], None] = lambda: None,
    ) -> None:
        """Touches nothing yet.

        Args:
            stores: of every event of the bot; the first says who leads.
            lead: begins what the leader does. It may fail with SQLAlchemyError, and be called
                again.
            follow: ends it.
            take: looks for what a dead process left.
            looked: is called after each look at the others, and when there is none.
        """
        self._stores = list(stores)
        self._db = self._stores[0]
        self._now = now
        self._lead = lead
        self._follow = follow
        self._take = take
        self._presence = Presence(self._db)
        self._holds = [Hold(store.url) for store in self._stores[1:]]
        self._looked = looked
        self._leading = False
        self.name = self._presence.name
        """Of this process, in rows that it has in hand."""
        self.share = self._presence.share
        """Its part of Telegram's limits, and of the chats."""

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
        for each in self._holds:
            await asyncio.to_thread(each.take)

    async def begin(self) -> None:
        """Takes over what the dead left, and leads if nobody does.

        Raises:
            SQLAlchemyError: the database is out of reach; it may be called again.
        """
        await self._beat()
        await self._take_over(await self._dead())
        await self._act()
        if not self._leading:
            log.info("another process leads, standing by")

    async def run(self) -> None:
        """Keeps watch, until cancelled. Alone on SQLite there is nothing to watch."""
        suspects: _Dead = {}
        while not self._db.sqlite:
            await asyncio.sleep(_BEAT_S)
            try:
                await self._beat()
                await self._act()
                if self._leading:
                    # Who comes back after a broken connection has one beat for it.
                    found = await self._dead()
                    none: frozenset[str | None] = frozenset()
                    twice = {n: names & suspects.get(n, none) for n, names in found.items()}
                    await self._take_over(twice)
                    suspects = found
            except SQLAlchemyError as error:
                log.warning("out of touch with the others: %s", type(error).__name__)
                suspects = {}
                await self._step_back()

    async def leave(self) -> None:
        """Lets another lead."""
        await asyncio.to_thread(self._presence.leave)
        for each in self._holds:
            each.give_up()

    async def _beat(self) -> None:
        try:
            await asyncio.to_thread(self._presence.beat)
        finally:
            self._looked()

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

    async def _dead(self) -> "_Dead":
        found = {
            number: await store.read(replicas.in_hand) for number, store in enumerate(self._stores)
        }
        # Asked afterwards: who took something in hand meanwhile is not taken for dead. The locks
        # are the first store's.
        alive = {self.name, *await self._db.read(replicas.living)}
        return {number: names - alive for number, names in found.items()}

    async def _take_over(self, dead: "_Dead") -> None:
        for number, names in dead.items():
            if not names:
                continue
            store = self._stores[number]
            taken = await store.write(replicas.take_over, names, me=self.name, now=self._now())
            self._take()
            log.info("took over %d updates, messages: %s", taken.updates, dict(taken.messages))
