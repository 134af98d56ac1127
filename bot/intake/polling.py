"""Long polling: asks Telegram for updates and confirms them only once they are stored."""

import asyncio
import logging
from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.intake.receiving import UNREADABLE, Intake

log = logging.getLogger(__name__)

_POLL_S = 25
"""How long Telegram holds a call open while there is nothing to tell."""
_READ_MARGIN_S = 10
_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 15.0
_GET = "get__updates"
"""What the library turns into ``getUpdates``; in its usual spellings it points to its own method,
which is the one that gave up."""


class Poller:
    """Runs until cancelled; anything but a bad token is waited out."""

    def __init__(self, bot: Bot, intake: Intake, *, allowed: Sequence[str]) -> None:
        self._bot = bot
        self._intake = intake
        self._allowed = list(allowed)
        self._offset: int | None = None

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
        try:
            updates = await self._bot.get_updates(
                offset=self._offset,
                timeout=_POLL_S,
                allowed_updates=self._allowed,
                read_timeout=_READ_MARGIN_S,
            )
        except UNREADABLE:
            await self._take_readable()
            return
        if not updates:
            return
        await self._intake.accept(updates)
        # The next call carries the offset, and with it the confirmation.
        self._offset = max(update.update_id for update in updates) + 1

    async def _take_readable(self) -> None:
        """Takes what can be read of a batch that the library gave up on as a whole.

        Left alone, one update of a form that nobody expected would come again and again, and keep
        everything behind it waiting for ever.
        """
        facts = {"offset": self._offset or 0, "timeout": 0, "allowed_updates": self._allowed}
        batch = await self._bot.do_api_request(_GET, api_kwargs=facts)
        updates = []
        for raw in batch:
            try:
                update = Update.de_json(raw, self._bot)
                update.to_dict()
            except UNREADABLE as error:
                number = raw["update_id"]
                log.error("update %s cannot be read: %s", number, type(error).__name__)
            else:
                updates.append(update)
        await self._intake.accept(updates)
        self._offset = max((raw["update_id"] + 1 for raw in batch), default=self._offset)
