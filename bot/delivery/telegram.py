"""Sends a row of the outbox through Telegram's library and understands what comes back."""

import math
import re
from functools import cache
from typing import Any, Protocol

from telegram import Bot
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
from telegram.ext import ExtBot

from bot.delivery.paced_calls import Departing, PacedCalls, in_lane, pause_of
from bot.delivery.request import LostAnswer, NotSent, ServerFailure
from bot.domain.outbox import Lane, Outcome, Status

_PATIENCE_S = 0.3
"""Of a row of the outbox with its chat: it holds a place that another chat's row could use."""


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


async def send(bot: Bot, row: Letter, *, departing: Departing | None = None) -> Outcome:
    """Makes the call of ``row`` and says what became of it.

    ``departing`` is called when the pacer lets the call go; what it raises comes out here and
    nothing is sent. PENDING without ``retry_in`` leaves the pause to the caller.
    """
    patience = math.inf if departing is None else _PATIENCE_S
    try:
        with in_lane(row.lane, patience_s=patience, departing=departing):
            return Outcome(Status.DELIVERED, message_id=await _make(bot, row))
    except TelegramError as error:
        if isinstance(error, BadRequest) and "message is not modified" in error.message.lower():
            # An edit that had arrived before, when its answer was lost.
            return Outcome(Status.DELIVERED, message_id=row.payload.get("message_id"))
        return outcome_of(error)


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
            return Outcome(Status.PENDING, error=words, retry_in=pause_of(error))
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
