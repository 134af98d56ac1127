"""Updates posted by Telegram: answered with 200 once they are stored, and not before.

Storing asks for nothing but the update's number; whatever else is wrong with it shows when it is
handled. Telegram posts again what was answered with anything but 2xx, so a store that is out of
reach (503) loses nothing. The server speaks plain HTTP: TLS ends at a proxy before it.
"""

import asyncio
import hmac
import json
import logging
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.intake.receiving import Intake
from bot.listening import Listener

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
LARGEST = 1024 * 1024
"""Bytes of an update; Telegram's are some kilobytes."""
_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 60.0


class Webhook:
    """The server that Telegram posts to, and what Telegram is told of it."""

    def __init__(
        self,
        bot: Bot,
        intake: Intake,
        *,
        url: str,
        secret: str,
        host: str,
        port: int,
        connections: int,
        allowed: Sequence[str],
    ) -> None:
        """Touches nothing yet.

        Args:
            url: where Telegram reaches it; its path is the one that is served.
            secret: what Telegram shows with each update.
            connections: most that Telegram may open at once.
            allowed: kinds of update.
        """
        self._bot = bot
        self._intake = intake
        self._url, self._secret = url, secret
        self._connections = connections
        self._allowed = list(allowed)
        self._listener = Listener(self.app(), host=host, port=port)

    async def start(self) -> None:
        """Listens.

        Raises:
            RuntimeError: the address cannot be had.
        """
        try:
            await self._listener.start()
        except OSError as error:
            where = self._listener.address
            raise RuntimeError(f"no webhook at {where}: {error.strerror}") from None

    async def stop(self) -> None:
        """Listens no more; what is being stored gets its answer."""
        await self._listener.stop()

    async def announce(self) -> None:
        """Tells Telegram where to post, until it has understood. What waits there comes then.

        Raises:
            InvalidToken: Telegram does not know this bot.
        """
        pause = _FIRST_PAUSE_S
        while True:
            try:
                await self._bot.set_webhook(
                    self._url,
                    secret_token=self._secret,
                    max_connections=self._connections,
                    allowed_updates=self._allowed,
                )
            except InvalidToken:
                raise
            except TelegramError as error:
                # Telegram's words say what is wrong with the address; they do not hold the token.
                log.warning("webhook not set, trying again: %s", error.message)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_S)
            else:
                log.info("updates come by webhook")
                return

    def app(self) -> web.Application:
        """The one address."""
        app = web.Application(client_max_size=LARGEST)
        app.router.add_post(urlsplit(self._url).path or "/", self._receive)
        return app

    async def _receive(self, request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self._secret.encode()):
            return web.Response(status=403)
        update = _read(await request.read())
        if update is None:
            return web.Response(status=400)
        try:
            await self._intake.take(update)
        except SQLAlchemyError as error:
            log.warning(
                "an update is not stored, Telegram will repeat it: %s", type(error).__name__
            )
            return web.Response(status=503)
        return web.Response()


def _read(body: bytes) -> dict[str, Any] | None:
    """The update, None if it is none."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(update, dict):
        return None
    number = update.get("update_id")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < 2**63:
        return None
    return update
