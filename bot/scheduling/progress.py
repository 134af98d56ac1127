"""Keeps an announcement's progress message true until the final report stands there."""

import asyncio
import contextlib
import logging

from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.services import broadcasting
from bot.services.broadcasting import Report
from bot.services.desk import Desk
from bot.texts import announcements as texts
from bot.texts.rendered import Rendered

log = logging.getLogger(__name__)

_EVERY_S = 2.0
"""Editing more often would use up what the chat may receive."""


class ProgressBoard:
    """Edits the progress message of every announcement on its way."""

    def __init__(self, desk: Desk, bot: Bot) -> None:
        self._desk = desk
        self._bot = bot
        self._shown: dict[int, int] = {}
        self._refreshing = asyncio.Lock()
        self._changed = asyncio.Event()

    def look(self) -> None:
        """An announcement may have been confirmed."""
        self._changed.set()

    async def run(self) -> None:
        """Refreshes while anything is on its way, sleeps otherwise; until cancelled."""
        self._changed.set()  # one may have been on its way when the last process ended
        while True:
            await self._changed.wait()
            self._changed.clear()
            if await self.refresh():
                self._changed.set()
                await asyncio.sleep(_EVERY_S)

    async def refresh(self) -> bool:
        """Edits what has moved; tells whether anything is still on its way."""
        async with self._refreshing:
            try:
                reports = await self._desk.db.read(broadcasting.running)
            except SQLAlchemyError as error:
                log.warning("progress not known for now: %s", type(error).__name__)
                return True
            going_on = [await self._try(report) for report in reports]
            return any(going_on)

    async def _try(self, report: Report) -> bool:
        """Tells whether there is more to show of this one."""
        try:
            await self._refresh_one(report)
        except (SQLAlchemyError, TelegramError) as error:
            log.warning("progress not shown for now: %s", type(error).__name__)
            return True
        return report.open > 0

    async def _refresh_one(self, report: Report) -> None:
        number = report.broadcast.id or 0
        language = report.language
        if report.open:
            done = report.total - report.open
            if self._shown.get(number) != done:
                shown = texts.progress(language, done=done, total=report.total)
                await self._put(report, shown, last=False)
                self._shown[number] = done
            return
        final = texts.report(
            language, delivered=report.delivered, total=report.total, names=report.names
        )
        await self._put(report, final, last=True)
        self._shown.pop(number, None)
        await self._desk.db.write(broadcasting.finish, broadcast_id=number, now=self._desk.now())

    async def _put(self, report: Report, shown: Rendered, *, last: bool) -> None:
        """In place of the progress message; the final report anew where that one is gone."""
        chat_id, message_id = report.author_chat_id, report.broadcast.progress_message_id
        if chat_id is None:
            return
        try:
            if message_id is not None:
                await self._bot.edit_message_text(
                    shown.html, chat_id=chat_id, message_id=message_id, parse_mode="HTML"
                )
                return
        except BadRequest as error:
            if "not modified" in error.message.lower():
                return
        except Forbidden:
            return
        if last:
            with contextlib.suppress(BadRequest, Forbidden):  # the chat is gone as well
                await self._bot.send_message(chat_id, shown.html, parse_mode="HTML")
