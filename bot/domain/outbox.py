"""Words of the outbox: what can become of a message, and which goes first. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum, StrEnum


class Lane(IntEnum):
    """Who goes first when calls have to wait; the lower number wins."""

    ANSWER = 0
    CHANGE = 1
    REMINDER = 2
    BROADCAST = 3


class Status(StrEnum):
    """Where a row of the outbox stands.

    ``pending -> sending -> delivered | blocked | never_started | refused | unknown``, back to
    ``pending`` for a retry; ``expired``, ``merged`` (its content went with another row) and
    ``cancelled`` are reached without sending. A row found
    in ``sending`` after a crash is ``unknown``: Telegram has no idempotency key, so nobody can say
    whether it arrived.
    """

    PENDING = "pending"
    SENDING = "sending"
    DELIVERED = "delivered"
    BLOCKED = "blocked"
    NEVER_STARTED = "never_started"
    REFUSED = "refused"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    MERGED = "merged"
    UNKNOWN = "unknown"


UNREACHABLE = (Status.BLOCKED, Status.NEVER_STARTED)
"""Ends that say something of the person: nothing else would arrive either."""
OPEN = (Status.PENDING, Status.SENDING)
"""States in which something is still to happen."""


def deleted(words: str | None) -> bool:
    """Whether Telegram's words for a BLOCKED row say that the account is no more."""
    return "deactivated" in (words or "").lower()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt to send.

    ``status`` is PENDING for "try again after ``retry_in``", else a final state. ``new_chat_id``
    is given when Telegram says that the group moved; the row is then tried again there.
    """

    status: Status
    message_id: int | None = None
    error: str | None = None
    retry_in: timedelta | None = None
    new_chat_id: int | None = None
