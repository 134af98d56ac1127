"""Where delivery meets Telegram's library: the pacer installed in it, its errors understood."""

import asyncio
import contextlib
import math
import random
import re
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractContextManager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, Protocol

from telegram import Bot, TelegramObject
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.ext import BaseRateLimiter, ExtBot

from bot.delivery.lines import ChatId
from bot.delivery.pacer import Pacer, Turn
from bot.delivery.request import LostAnswer, NotSent, ServerFailure
from bot.domain import several
from bot.domain.outbox import Lane, Outcome, Status

Departing = Callable[[], None]
"""Called in the moment a row may leave; raises to keep it from being sent."""


class Letter(Protocol):
    """What sending needs to know of a row of the outbox."""

    @property
    def lane(self) -> Lane: ...
    @property
    def chat_id(self) -> int: ...
    @property
    def method(self) -> str: ...
    @property
    def payload(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class _Call:
    """What the rate limiter is to know of the call that the current task makes."""

    lane: Lane
    departing: Departing | None = None
    patience_s: float = math.inf


_ANSWER = _Call(Lane.ANSWER)
_call: ContextVar[_Call] = ContextVar("call", default=_ANSWER)


@contextlib.contextmanager
def in_lane(lane: Lane, *, patience_s: float = math.inf) -> Iterator[None]:
    """Calls made inside go in ``lane`` instead of as answers.

    They raise ``NotSoon`` where their chat must wait longer than ``patience_s``.
    """
    token = _call.set(_Call(lane, patience_s=patience_s))
    try:
        yield
    finally:
        _call.reset(token)


# ---------------------------------------------------------------------------------- the pacer

_FREE = frozenset({"sendchataction", "logout", "close"})
_FREE_STARTS = ("get", "answer", "setmy", "deletemy", "setwebhook", "deletewebhook")
_LONGEST_WAIT = timedelta(minutes=5)
_AGAIN_S = (0.5, 1.0, 2.0)
"""Pauses before an answer is tried again that did not get through."""
_PATIENCE_S = 0.3
"""Of a row of the outbox with its chat: it holds a place that another chat's row could use."""


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
            waited += _pause(error)
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
        turn.refused(_pause(error).total_seconds())
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


def _pause(error: RetryAfter) -> timedelta:
    """PTB gives a number or a timedelta, as its environment says."""
    value = error.retry_after
    return value if isinstance(value, timedelta) else timedelta(seconds=value)


# ---------------------------------------------------------------------------------- the outbox


async def send(bot: Bot, row: Letter, *, departing: Departing | None = None) -> Outcome:
    """Makes the call of ``row`` and says what became of it.

    ``departing`` is called when the pacer lets the call go; what it raises comes out here and
    nothing is sent. PENDING without ``retry_in`` leaves the pause to the caller.
    """
    patience = math.inf if departing is None else _PATIENCE_S
    token = _call.set(_Call(row.lane, departing, patience))
    try:
        return Outcome(Status.DELIVERED, message_id=await _make(bot, row))
    except TelegramError as error:
        if isinstance(error, BadRequest) and "message is not modified" in error.message.lower():
            # An edit that had arrived before, when its answer was lost.
            return Outcome(Status.DELIVERED, message_id=row.payload.get("message_id"))
        return outcome_of(error)
    finally:
        _call.reset(token)


async def reachable(bot: Bot) -> bool:
    """Whether Telegram answers at all."""
    try:
        await bot.get_me()
    except TelegramError:
        return False
    return True


def outcome_of(error: TelegramError) -> Outcome:
    """What an error of Telegram means for the row that met it."""
    words = error.message
    match error:
        case RetryAfter():
            return Outcome(Status.PENDING, error=words, retry_in=_pause(error))
        case ChatMigrated():
            return Outcome(Status.PENDING, error=words, new_chat_id=error.new_chat_id)
        case Forbidden():
            return Outcome(_forbidden(words), error=words)
        case BadRequest():  # a NetworkError by birth, so it must come before that
            return Outcome(_bad_request(words), error=words)
        case InvalidToken() | EndPointNotFound() | Conflict():
            # Not about this recipient, but about the token; PTB's words may hold it.
            return Outcome(Status.PENDING, error=type(error).__name__)
        case NotSent() | ServerFailure():
            return Outcome(Status.PENDING, error=words)
        case LostAnswer():
            return Outcome(Status.UNKNOWN, error=words)
        case NetworkError():  # the rest of 4xx, such as 413: what it refuses once it always will
            return Outcome(Status.REFUSED, error=words)
        case _:  # an answer that nobody can read
            return Outcome(Status.UNKNOWN, error=words)


def _forbidden(words: str) -> Status:
    """Telegram has no code for the two cases, only its words."""
    text = words.lower()
    if "initiate conversation" in text:
        return Status.NEVER_STARTED
    if "blocked" in text or "deactivated" in text:
        return Status.BLOCKED
    return Status.REFUSED


def _bad_request(words: str) -> Status:
    return Status.NEVER_STARTED if "chat not found" in words.lower() else Status.REFUSED


_METHODS = frozenset(
    {
        "sendMessage",
        "sendDocument",
        "copyMessage",
        "editMessageText",
        "editMessageCaption",
        "deleteMessages",
    }
)
"""What the outbox sends; anything else is a mistake of ours."""
_PAYABLE = frozenset({"sendMessage", "sendDocument", "copyMessage"})
"""Those of them that know ``allow_paid_broadcast``."""


async def _make(bot: Bot, row: Letter) -> int | None:
    """The row's call through the library, so that limits and defaults apply.

    Its answer is left as it came: only the message's number is of use, and to build the library's
    objects from it costs as much as the call.
    """
    if row.method not in _METHODS:
        raise BadRequest(f"the outbox does not send {row.method}")
    parameters = {"chat_id": row.chat_id, **row.payload}
    if row.lane is Lane.BROADCAST and row.method in _PAYABLE and _paying(bot):
        parameters["allow_paid_broadcast"] = True
    result = await bot.do_api_request(_spelt(row.method), parameters)
    return result.get("message_id") if isinstance(result, dict) else None


@cache
def _spelt(method: str) -> str:
    """``sendMessage`` as ``send__message``, which the library turns into the same again.

    In its usual spellings it warns that it has a method of its own for that.
    """
    return re.sub(r"([A-Z])", r"__\1", method).lower()


def _paying(bot: Bot) -> bool:
    """Whether announcements are paid for, so that they may go faster."""
    limiter = bot.rate_limiter if isinstance(bot, ExtBot) else None
    return isinstance(limiter, PacedCalls) and limiter.pacer.limits.paid > 0
