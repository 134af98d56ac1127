"""Long polling: asks Telegram for updates and confirms them only once they are stored."""

import asyncio
import logging
from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.intake.receiving import Intake

log = logging.getLogger(__name__)

_POLL_S = 25
"""How long Telegram holds a call open while there is nothing to tell."""
_READ_MARGIN_S = 10
_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 15.0
_GET = "get__updates"
"""What the library turns into ``getUpdates``. Its own method reads every update before it gives
any, which costs time before they are stored and fails as a whole where one has an odd form."""


class Poller:
    """Runs until cancelled; anything but a bad token is waited out."""

    def __init__(self, bot: Bot, intake: Intake, *, allowed: Sequence[str]) -> None:
        self._bot = bot
        self._intake = intake
        self._allowed = list(allowed)
        self._offset = 0

    async def run(self) -> None:
        """Polls for ever.

        Raises:
            InvalidToken: Telegram does not know this bot; going on would be pointless.
        """
        pause = _FIRST_PAUSE_S
        while True:
            try:
                await self._poll()
                pause = _FIRST_PAUSE_S
                continue
            except InvalidToken:
                raise
            except RetryAfter as error:
                wait = error.retry_after
                seconds = wait.total_seconds() if not isinstance(wait, int | float) else wait
                await asyncio.sleep(seconds)
            except Conflict:
                await self._make_way(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_S)
            except (TelegramError, SQLAlchemyError) as error:
                log.warning("no updates for now: %s", type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_S)

    async def _make_way(self, pause: float) -> None:
        """Somebody else gets the updates: a webhook of before is taken away, with nothing lost.

        Another process that polls is left alone; one of the two is a mistake of whoever runs them.
        """
        try:
            if (await self._bot.get_webhook_info()).url:
                log.warning("a webhook was set: taken away, since this bot polls")
                await self._bot.delete_webhook()
                return
            log.error("another process polls with the same token: end one of the two")
        except TelegramError as error:
            log.warning("no updates for now: %s", type(error).__name__)
        await asyncio.sleep(pause)

    async def _poll(self) -> None:
        """Takes the next batch as it came: one that the library cannot read keeps none waiting."""
        batch = await self._bot.do_api_request(
            _GET,
            {
                "offset": self._offset,
                "timeout": _POLL_S,
                "allowed_updates": self._allowed,
            },
            read_timeout=_POLL_S + _READ_MARGIN_S,
        )
        if not batch:
            return
        await self._intake.accept(batch)
        # The next call carries the offset, and with it the confirmation.
        self._offset = max(update["update_id"] for update in batch) + 1
