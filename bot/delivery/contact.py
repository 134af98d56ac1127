"""What answers from Telegram tell besides what was asked: that it is there, and its time."""

import statistics
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime

_SAMPLES = 9
_FEWEST = 5
"""The Date header has a grain of a second and a way behind it: one alone says little."""
_EVERY_S = 5.0


class Contact:
    """Shared by all roads to Telegram. Seconds are monotonic unless they are an offset."""

    def __init__(
        self,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        host: Callable[[], datetime] | None = None,
    ) -> None:
        """``host`` is this machine's own clock, whatever the event's is; None: not looked at."""
        self._monotonic = monotonic
        self._host = host
        self._failing_since: float | None = None
        self._sampled_at = -_EVERY_S
        self._offsets: deque[float] = deque(maxlen=_SAMPLES)

    @property
    def silent_s(self) -> float:
        """For how long every call has failed; 0 while they go through."""
        since = self._failing_since
        return 0.0 if since is None else self._monotonic() - since

    @property
    def clock_off_s(self) -> float | None:
        """How much this machine's clock is ahead of Telegram's; None: not known yet."""
        return statistics.median(self._offsets) if len(self._offsets) >= _FEWEST else None

    def failed(self) -> None:
        """A call got no answer."""
        if self._failing_since is None:
            self._failing_since = self._monotonic()

    def answered(self, date: str | None) -> None:
        """A call got an answer, with this Date header."""
        self._failing_since = None
        now = self._monotonic()
        if date is None or self._host is None or now - self._sampled_at < _EVERY_S:
            return
        self._sampled_at = now
        try:
            told = parsedate_to_datetime(date)
            # The header leaves out a fraction of a second, half of one on average.
            self._offsets.append((self._host() - told).total_seconds() - 0.5)
        except (ValueError, TypeError):
            return
