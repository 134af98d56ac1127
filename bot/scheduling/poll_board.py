"""Keeps polls going: everybody gets theirs, and the bars are true wherever they are shown.

Rows of the outbox bring the messages. The bars in between are edits that nobody misses if one is
lost, so they need no row: the author's board whenever something changed, and the messages of
those who answered a few at a time, so that however many there are, answers are not kept waiting.
"""

import asyncio
import logging
from dataclasses import dataclass

from telegram import Bot, InlineKeyboardMarkup
from telegram.error import TelegramError

from bot.delivery.lines import NotSoon
from bot.delivery.paced_calls import in_lane
from bot.domain.outbox import Lane
from bot.services import polling
from bot.services.desk import Desk
from bot.services.polling import Edit, Live

log = logging.getLogger(__name__)

_AT_ONCE = 20
"""Messages edited in one turn, which comes every two seconds: a third of what may be sent."""
_BREATH_S = 0.02
_PATIENCE_S = 2.0
"""A chat that must wait longer shows its bars another time."""


@dataclass(slots=True)
class _Round:
    """How far the messages of one poll are brought up to these counts."""

    counts: tuple[int, ...]
    after: int | None = None
    """The person behind whom to go on; None: all are done."""


class PollBoard:
    """Called by the progress board, which holds the two seconds between edits."""

    def __init__(self, desk: Desk, bot: Bot) -> None:
        self._desk = desk
        self._bot = bot
        self._rounds: dict[int, _Round] = {}

    async def post(self) -> bool:
        """Everybody gets the row they need; False while messages are on their way.

        Raises:
            SQLAlchemyError: the store is out of reach.
        """
        desk, posted = self._desk, False
        if not await desk.db.read(polling.waiting):
            return True
        while await desk.db.write(polling.post_next, desk):
            posted = True
            await asyncio.sleep(_BREATH_S)
        if posted:
            desk.posted()
        return not await desk.db.read(polling.unfinished)

    async def show(self) -> bool:
        """Edits what has moved; whether anything had.

        Raises:
            SQLAlchemyError: the store is out of reach.
        """
        under_way = await self._desk.db.read(polling.live, self._desk)
        self._rounds = {each.poll_id: self._round(each) for each in under_way}
        moved = [await self._show(each) for each in under_way]
        return any(moved)

    def _round(self, live: Live) -> _Round:
        """As it was; a new one where all are done and somebody has answered since."""
        known = self._rounds.get(live.poll_id)
        if known is None or (known.after is None and known.counts != live.counts):
            return _Round(live.counts, after=0)
        return known

    async def _show(self, live: Live) -> bool:
        """The board and the next messages; whether anything was edited."""
        known = self._rounds[live.poll_id]
        if known.after is None:
            return False
        if known.after == 0 and live.board is not None:
            await self._edit(live.board)
        edits, after = await self._desk.db.read(
            polling.edits_for_voters, poll_id=live.poll_id, after=known.after, limit=_AT_ONCE
        )
        for edit in edits:
            await self._edit(edit)
        known.after = after
        return True

    async def _edit(self, edit: Edit) -> None:
        raw = edit.shown.markup()
        try:
            with in_lane(Lane.BROADCAST, patience_s=_PATIENCE_S):
                await self._bot.edit_message_text(
                    edit.shown.html,
                    chat_id=edit.chat_id,
                    message_id=edit.message_id,
                    parse_mode="HTML",
                    reply_markup=InlineKeyboardMarkup.de_json(raw) if raw else None,
                )
        except (NotSoon, TelegramError) as error:  # such as the same words, or a closed chat
            log.debug("bars not shown: %s", type(error).__name__)
