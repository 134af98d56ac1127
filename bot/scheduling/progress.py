"""Brings announcements on the way, and keeps their progress messages true to the final report."""

import asyncio
import contextlib
import logging

from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot, InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.delivery.lines import NotSoon
from bot.delivery.paced_calls import in_lane
from bot.domain.outbox import Lane
from bot.scheduling.poll_board import PollBoard
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
"""At the latest: the clock may have been set, or another process have confirmed something."""


class ProgressBoard:
    """Sees to it that everybody gets a row, latecomers too, and edits the progress messages.

    Polls go the same way (``poll_board.py``).

    The two go on side by side: a message that Telegram does not take keeps no recipient waiting.
    """

    def __init__(self, desk: Desk, bot: Bot) -> None:
        self._desk = desk
        self._bot = bot
        self._polls = PollBoard(desk, bot)
        self._shown: dict[int, int] = {}
        self._posting, self._showing = asyncio.Lock(), asyncio.Lock()
        self._changed = asyncio.Event()
        self._posted: object = None
        self._showed: object = None
        """The news up to which nothing is left to post, and to show."""

    def look(self) -> None:
        """An announcement may have been confirmed, or somebody may have joined."""
        # A fresh event each time, so that the two who wait cannot take each other's.
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def run(self) -> None:
        """Posts and shows whatever is on its way, sleeps otherwise; until cancelled."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._keep_posting())
            both.create_task(self._keep_showing())

    async def refresh(self) -> None:
        """Posts what is to be posted and edits what has moved, unless that was done already."""
        if self._posted != self._news():
            await self._post()
        if self._showed != self._news():
            await self._show()

    def _news(self) -> object:
        """Differs from an earlier one if there may be something to do since."""
        return self._changed, self._desk.now()

    async def _keep_posting(self) -> None:
        while True:
            changed = self._changed
            done = await self._post()
            await _either(changed, _LOOK_AGAIN_S if done else _EVERY_S)

    async def _keep_showing(self) -> None:
        while True:
            changed = self._changed
            if await self._show():
                await asyncio.sleep(_EVERY_S)
            else:
                await _either(changed, await self._until_release())

    async def _post(self) -> bool:
        """Whoever has no row yet gets one, latecomers last; False if it is soon to be done again.

        Between batches others get at the store.
        """
        async with self._posting:
            news, posted = self._news(), False
            try:
                while await self._desk.db.write(posting.go_on, self._desk):
                    posted = True
                    await asyncio.sleep(_BREATH_S)
                posted |= await self._desk.db.write(broadcasting.catch_up, self._desk) > 0
                finished = await self._polls.post()
            except SQLAlchemyError as error:
                log.warning("recipients not posted for now: %s", type(error).__name__)
                return False
            finally:
                if posted:
                    self._desk.posted()
            self._posted = news if finished else None
            return finished

    async def _show(self) -> bool:
        """Edits what has moved; tells whether there is more to show soon."""
        async with self._showing:
            news = self._news()
            try:
                reports = await self._desk.db.read(broadcasting.running, self._desk)
            except SQLAlchemyError as error:
                log.warning("progress not known for now: %s", type(error).__name__)
                return True
            shown = [await self._show_one(report) for report in reports]
            polls_moved = await self._show_polls()
            moving = polls_moved or not all(shown) or any(report.open for report in reports)
            self._showed = None if moving else news
            return moving

    async def _show_one(self, report: Report) -> bool:
        """False if it is to be tried again; one that cannot be shown now stops no other."""
        try:
            with in_lane(Lane.CHANGE, patience_s=_EVERY_S):
                await self._refresh_one(report)
        except NotSoon:
            return False
        except (SQLAlchemyError, TelegramError) as error:
            log.warning("progress not shown for now: %s", type(error).__name__)
            return False
        return True

    async def _show_polls(self) -> bool:
        """Whether any was shown, or is to be tried again."""
        try:
            return await self._polls.show()
        except SQLAlchemyError as error:
            log.warning("polls not shown for now: %s", type(error).__name__)
            return True

    async def _until_release(self) -> float:
        """Seconds until the next announcement begins to leave, and we look again."""
        with contextlib.suppress(SQLAlchemyError):
            at = await self._desk.db.read(broadcasting.next_release, self._desk)
            if at is not None:
                wait = (at - self._desk.now()).total_seconds()
                return min(_LOOK_AGAIN_S, max(0.0, wait))
        return _LOOK_AGAIN_S

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
                chat_id,
                shown.html,
                parse_mode="HTML",
                reply_markup=markup,
                disable_notification=self._desk.agenda.quiet(self._desk.now()),
            )
        except (BadRequest, Forbidden):
            return  # the organizer is out of reach; the list of announcements tells them later
        await self._desk.db.write(
            broadcasting.watched, broadcast_id=broadcast.id or 0, message_id=sent.message_id
        )


async def _either(changed: asyncio.Event, seconds: float) -> None:
    """Until something changes, at the latest after ``seconds``."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await changed.wait()
