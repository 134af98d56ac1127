"""The pacer installed in Telegram's library, so that no call gets around it."""

import asyncio
import contextlib
import math
import random
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractContextManager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from telegram import TelegramObject
from telegram.error import (
    RetryAfter,
)
from telegram.ext import BaseRateLimiter

from bot.delivery.lines import ChatId
from bot.delivery.pacer import Pacer, Turn
from bot.delivery.request import NotSent, ServerFailure
from bot.domain import several
from bot.domain.outbox import Lane

Departing = Callable[[], None]
"""Called in the moment a row may leave; raises to keep it from being sent."""


@dataclass(frozen=True, slots=True)
class _Call:
    """What the rate limiter is to know of the call that the current task makes."""

    lane: Lane
    departing: Departing | None = None
    patience_s: float = math.inf


_ANSWER = _Call(Lane.ANSWER)
_call: ContextVar[_Call] = ContextVar("call", default=_ANSWER)


@contextlib.contextmanager
def in_lane(
    lane: Lane, *, patience_s: float = math.inf, departing: Departing | None = None
) -> Iterator[None]:
    """Calls made inside go in ``lane`` instead of as answers; ``departing`` may keep one back.

    They raise ``NotSoon`` where their chat must wait longer than ``patience_s``.
    """
    token = _call.set(_Call(lane, departing, patience_s))
    try:
        yield
    finally:
        _call.reset(token)


_FREE = frozenset({"sendchataction", "logout", "close"})
_FREE_STARTS = ("get", "answer", "setmy", "deletemy", "setwebhook", "deletewebhook")
_LONGEST_WAIT = timedelta(minutes=5)
_AGAIN_S = (0.5, 1.0, 2.0)
"""Pauses before an answer is tried again that did not get through."""


def is_free(endpoint: str) -> bool:
    """Whether a method is sent without a turn.

    Editing shares the limits of sending, answering a callback query has none (maintainer of
    Telegram's Bot API server: tdlib/td#3034, tdlib/telegram-bot-api#648). What is not known to be
    free takes a turn, so that a method of tomorrow cannot slip past.
    """
    name = endpoint.lower()
    return name in _FREE or name.startswith(_FREE_STARTS)


class PacedCalls(BaseRateLimiter[Lane]):
    """PTB's rate limiter on our pacer: installed in the application, nothing gets around it.

    ``rate_limit_args`` is a lane; else the lane of ``in_lane`` counts, else it is an answer. A 429
    is told to the pacer. An answer then waits and is sent again, up to five minutes, and so is one
    that certainly did not get through, three times: nobody else would send it again. Calls of the
    outbox raise ``RetryAfter`` at once, since their row knows how to wait, and ``NotSoon`` where
    their chat cannot be written to in the next moment.
    """

    def __init__(self, pacer: Pacer, *, mark: Callable[[], str] = lambda: "") -> None:
        """``mark`` gives what marks the buttons of the event that the current task speaks for."""
        self.pacer = pacer
        self._mark = mark
        self.aside: Callable[[], AbstractContextManager[None]] = contextlib.nullcontext
        """Entered around each call, from the wait for its turn to its answer."""

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Stops the pacer's clockwork."""
        await self.pacer.close()

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Lane | None,
    ) -> Any:
        """Makes the call when its turn has come."""
        with self.aside():
            return await self._request(callback, args, kwargs, endpoint, data, rate_limit_args)

    async def _request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Lane | None,
    ) -> Any:
        call, mark = _call.get(), self._mark()
        if mark and data.get("reply_markup") is not None:
            data["reply_markup"] = _marked(data["reply_markup"], mark)
        if is_free(endpoint):
            if not endpoint.lower().startswith("answer"):
                return await callback(*args, **kwargs)
            return await _insist(lambda: callback(*args, **kwargs))
        lane = call.lane if rate_limit_args is None else rate_limit_args
        turn = self.pacer.turn(
            _chat_id(data.get("chat_id")),
            lane,
            count=_messages(endpoint, data),
            paid=bool(data.get("allow_paid_broadcast")),
            patience=call.patience_s,
        )

        async def take_turn() -> Any:
            async with turn:
                if call.departing is not None:
                    _depart(call.departing, turn)
                return await _sent(callback(*args, **kwargs), turn)

        return await (_insist(take_turn, turn) if lane is Lane.ANSWER else take_turn())


async def _insist(make: Callable[[], Coroutine[Any, Any, Any]], turn: Turn | None = None) -> Any:
    """An answer until it gets through, within reason.

    After a 429 the turn waits by itself. What may have been carried out is not repeated.
    """
    waited = timedelta(0)
    pauses = iter(_AGAIN_S)
    while True:
        try:
            return await make()
        except RetryAfter as error:
            waited += pause_of(error)
            if turn is None or waited > _LONGEST_WAIT:
                raise
        except (NotSent, ServerFailure):
            pause = next(pauses, None)
            if pause is None:
                raise
            await asyncio.sleep(pause * random.uniform(0.75, 1.25))


def _marked(markup: Any, mark: str) -> Any:
    """The keyboard with the event's mark on its buttons; what was given stays as it is."""
    raw = markup.to_dict() if isinstance(markup, TelegramObject) else markup
    if not isinstance(raw, dict) or "inline_keyboard" not in raw:
        return markup
    rows = [[_marked_button(button, mark) for button in row] for row in raw["inline_keyboard"]]
    return {**raw, "inline_keyboard": rows}


def _marked_button(button: dict[str, Any], mark: str) -> dict[str, Any]:
    data = button.get("callback_data")
    return button if data is None else {**button, "callback_data": several.marked(data, mark)}


def _depart(departing: Departing, turn: Turn) -> None:
    try:
        departing()
    except BaseException:
        turn.unused()
        raise


async def _sent(call: Coroutine[Any, Any, Any], turn: Turn) -> Any:
    """What became of the call, told to the pacer before the next one may leave."""
    try:
        return await call
    except NotSent:
        turn.unused()
        raise
    except RetryAfter as error:
        turn.refused(pause_of(error).total_seconds())
        raise


def _chat_id(value: Any) -> ChatId | None:
    """A number given as text is the same chat as the number."""
    if value is None or isinstance(value, int):
        return value
    text = str(value).strip()
    return int(text) if text.lstrip("-").isdigit() else text.lower()


_COUNTED = {
    "sendmediagroup": "media",
    "copymessages": "message_ids",
    "forwardmessages": "message_ids",
}


def _messages(endpoint: str, data: dict[str, Any]) -> int:
    """How many messages a call makes: albums and copies of several count each."""
    counted = _COUNTED.get(endpoint.lower())
    return 1 if counted is None else len(data.get(counted) or ())


def pause_of(error: RetryAfter) -> timedelta:
    """PTB gives a number or a timedelta, as its environment says."""
    value = error.retry_after
    return value if isinstance(value, timedelta) else timedelta(seconds=value)
