"""What a question came to: the sessions that answer it, or why there are none."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.language.moments import When
from bot.domain.language.question import Intent


class Reason(StrEnum):
    """Why an answer is empty."""

    NONE = ""
    NOTHING = "nothing"
    """No session at the time asked."""
    GAP = "gap"
    """Between two sessions just now."""
    OUTSIDE = "outside"
    """The time is not within the event's days."""
    OVER = "over"
    """Nothing follows any more."""
    FIRST = "first"
    """Nothing comes before it on its day."""
    OTHER_DAY = "other_day"
    """The session exists, but not then."""
    ABSENT = "absent"
    """The agenda has no such session."""
    CANCELLED = "cancelled"
    """The session was to be, but does not take place."""
    UNSAID = "unsaid"
    """The session is there, the fact is not."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """Sessions by position in the agenda, and what to remember about how they were found."""

    intent: Intent
    asked: Intent
    sessions: tuple[int, ...] = ()
    named: tuple[int, ...] = ()
    choices: tuple[int, ...] = ()
    subject: str = ""
    reason: Reason = Reason.NONE
    day: date | None = None
    part: str | None = None
    nearby: int | None = None
    when: When | None = None
    """The time meant, where what was spoken of before completes it."""

    @property
    def empty(self) -> bool:
        """Whether the rundown has no answer."""
        return self.reason is not Reason.NONE
