"""What machines ask about this process: does it live, can it work, what has it done.

On a port of its own, so that neither Telegram nor browsers get there.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.listening import Listener
from bot.ops.metrics import CONTENT_TYPE, Metrics
from bot.store import readings
from bot.store.database import Database
from bot.store.readings import Readings

log = logging.getLogger(__name__)

_PATIENCE_S = 2.0
"""A store that takes longer does not answer."""


class Ops:
    """The server of ``/healthz``, ``/readyz`` and ``/metrics``."""

    def __init__(
        self,
        stores: Sequence[Database],
        metrics: Metrics,
        *,
        host: str,
        port: int,
        lives: Callable[[], bool],
        loaded: Callable[[], bool],
    ) -> None:
        """Touches nothing yet.

        Args:
            stores: of every event.
            lives: whether everything that must run still does.
            loaded: whether the store is migrated and the agenda read.
        """
        self._stores = tuple(stores)
        self._metrics = metrics
        self._lives = lives
        self._loaded = loaded
        self._listener = Listener(self._app(), host=host, port=port)

    @property
    def address(self) -> str:
        """Host and port."""
        return self._listener.address

    async def start(self) -> None:
        """Listens. Without it the bot does all the rest."""
        if self._listener.open:
            return
        try:
            await self._listener.start()
        except OSError as error:
            log.error("nothing to watch this bot by: %s: %s", self.address, error.strerror)
            return
        log.info("health and figures at http://%s", self.address)

    async def stop(self) -> None:
        """Listens no more."""
        await self._listener.stop()

    def _app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/healthz", self._health)
        app.router.add_get("/readyz", self._ready)
        app.router.add_get("/metrics", self._figures)
        return app

    async def _health(self, _request: web.Request) -> web.Response:
        """Whether restarting it would help: 503 if something in it has ended."""
        return _told({"running": self._lives()})

    async def _ready(self, _request: web.Request) -> web.Response:
        """Whether updates may be sent here."""
        return _told({"store": await self._read() is not None, "agenda": self._loaded()})

    async def _figures(self, _request: web.Request) -> web.Response:
        body = self._metrics.text(await self._read() if self._loaded() else None)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE})

    async def _read(self) -> Readings | None:
        """What the store says; None if it does not answer, or is not migrated yet."""
        try:
            async with asyncio.timeout(_PATIENCE_S):
                found = [await store.read(readings.take) for store in self._stores]
                return readings.together(found)
        except (SQLAlchemyError, TimeoutError):
            return None


def _told(facts: Mapping[str, bool]) -> web.Response:
    return web.json_response(dict(facts), status=200 if all(facts.values()) else 503)
