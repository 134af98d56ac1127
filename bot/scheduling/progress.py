"""Keeps an announcement's progress message true until the final report stands there."""

import asyncio
import contextlib
import logging

from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot, InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.services import announcement_views as views
from bot.services import broadcasting, posting
from bot.services.broadcasting import Report
from bot.services.desk import Desk
from bot.texts.rendered import Rendered

log = logging.getLogger(__name__)

_EVERY_S = 2.0
"""Editing more often would use up what the chat may receive."""
_BREATH_S = 0.02
"""Between two batches of rows, so that answers find the store free."""
_LOOK_AGAIN_S = 30.0
"""At the latest, while something is scheduled: the clock may have been set."""


class ProgressBoard:
    """Edits the progress message of every announcement on its way, and serves latecomers."""

    def __init__(self, desk: Desk, bot: Bot) -> None:
        self._desk = desk
        self._bot = bot
        self._shown: dict[int, int] = {}
        self._refreshing = asyncio.Lock()
        self._changed = asyncio.Event()

    def look(self) -> None:
        """An announcement may have been confirmed, or somebody may have joined."""
        self._changed.set()

    async def run(self) -> None:
        """Refreshes while anything is on its way, sleeps otherwise; until cancelled."""
        self._changed.set()  # one may have been on its way when the last process ended
        while True:
            latecomers = self._changed.is_set()
            self._changed.clear()
            if await self.refresh(latecomers=latecomers):
                await asyncio.sleep(_EVERY_S)
            else:
                await self._wait()

    async def refresh(self, *, latecomers: bool = True) -> bool:
        """Edits what has moved; tells whether anything is still on its way."""
        async with self._refreshing:
            try:
                await self._post_the_rest()
                if latecomers:
                    await self._serve_latecomers()
                reports = await self._desk.db.read(broadcasting.running, self._desk)
                for report in reports:
                    await self._refresh_one(report)
            except (SQLAlchemyError, TelegramError) as error:
                log.warning("progress not shown for now: %s", type(error).__name__)
                return True
            return any(report.open for report in reports)

    async def _post_the_rest(self) -> None:
        """Whoever has no row yet gets one; between batches others get at the store."""
        posted = False
        while await self._desk.db.write(posting.go_on, self._desk):
            posted = True
            await asyncio.sleep(_BREATH_S)
        if posted:
            self._desk.posted()

    async def _serve_latecomers(self) -> None:
        if await self._desk.db.write(broadcasting.catch_up, self._desk):
            self._desk.posted()

    async def _wait(self) -> None:
        """Until something changes or the next announcement begins to leave."""
        pause = None
        with contextlib.suppress(SQLAlchemyError):
            at = await self._desk.db.read(broadcasting.next_release, self._desk)
            if at is not None:
                pause = min(_LOOK_AGAIN_S, max(0.0, (at - self._desk.now()).total_seconds()))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self._changed.wait()

    async def _refresh_one(self, report: Report) -> None:
        number = report.broadcast.id or 0
        if report.open:
            done = report.total - report.open
            # A report that was opened again for somebody who came late stays where it is.
            if report.broadcast.finished_at is None and self._shown.get(number) != done:
                await self._put(report, views.on_its_way(self._desk, report, report.language))
                self._shown[number] = done
            return
        await self._put(report, views.final(self._desk, report, report.language))
        self._shown.pop(number, None)
        await self._desk.db.write(broadcasting.finish, broadcast_id=number, now=self._desk.now())

    async def _put(self, report: Report, shown: Rendered) -> None:
        """In place of the progress message; as a new one where there is none, or none any more."""
        broadcast = report.broadcast
        chat_id, message_id = broadcast.progress_chat_id, broadcast.progress_message_id
        if chat_id is None:
            return
        raw = shown.markup()
        markup = InlineKeyboardMarkup.de_json(raw) if raw else None
        try:
            if message_id is not None:
                await self._bot.edit_message_text(
                    shown.html,
                    chat_id=chat_id,
                    message_id=message_id,
                    parse_mode="HTML",
                    reply_markup=markup,
                )
                return
        except BadRequest as error:
            if "not modified" in error.message.lower():
                return
        except Forbidden:
            return
        try:
            sent = await self._bot.send_message(
                chat_id, shown.html, parse_mode="HTML", reply_markup=markup
            )
        except (BadRequest, Forbidden):
            return  # the organizer is out of reach; the list of announcements tells them later
        await self._desk.db.write(
            broadcasting.watched, broadcast_id=broadcast.id or 0, message_id=sent.message_id
        )
