"""Whether Telegram can be reached at all, told from what became of the calls."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.domain.clock import Now

TROUBLE = 5
"""So many calls in a row that say nothing of a recipient: it is the road, not the rows."""
_FIRST_PAUSE = timedelta(seconds=1)
_LONGEST_PAUSE = timedelta(minutes=1)
_SILENCE_S = 1.5
"""After so long without any answer no more calls are made: nobody might know their end."""


class Road:
    """Counts failures in a row, and pauses that grow while they go on."""

    def __init__(self, now: Now, *, seconds: Callable[[], float] = time.monotonic) -> None:
        """``now`` is the clock of pauses, ``seconds`` a monotonic one."""
        self._now = now
        self._seconds = seconds
        self._failures = 0
        self._pauses = 0
        self._unheard = 0
        """Calls since the last answer, and when the first of them left."""
        self._unheard_since = 0.0
        self.paused_until = self._paused_at = datetime.min.replace(tzinfo=UTC)

    @property
    def paused(self) -> bool:
        """A clock that is set back to before the pause began ends it, lest it last for hours."""
        return self._paused_at <= self._now() < self.paused_until

    @property
    def in_trouble(self) -> bool:
        """Whether nothing has got through lately: the way is to be felt for."""
        return self._failures >= TROUBLE

    @property
    def silent(self) -> bool:
        """Whether several calls are out and none has been answered for a while."""
        waited = self._seconds() - self._unheard_since
        return self._unheard >= TROUBLE and waited > _SILENCE_S

    def departed(self) -> None:
        """A call leaves."""
        if not self._unheard:
            self._unheard_since = self._seconds()
        self._unheard += 1

    def answered(self) -> None:
        """A call was answered in a way that only Telegram can."""
        self._failures = self._pauses = self._unheard = 0

    def failed(self) -> None:
        """A call came to nothing, or nobody knows to what, and not for its recipient's sake.

        What was out when a pause began ends in it and makes it no longer.
        """
        self._failures += 1
        if self.in_trouble and not self.paused:
            self._unheard = 0  # their end is known now: nobody waits for an answer any more
            pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(self._pauses, 20))
            self._pauses += 1
            self.hold(self._now() + pause)

    def hold(self, until: datetime) -> None:
        """Nothing leaves until then."""
        self._paused_at, self.paused_until = self._now(), max(self.paused_until, until)
