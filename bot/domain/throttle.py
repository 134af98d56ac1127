"""How much one person may ask of the bot, so that one flood keeps nobody else waiting. Pure."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

_MOST = 10_000
"""People that are told apart; of more, those who have been quiet the longest begin anew."""
_RESUME = 4
"""Whoever was stopped passes again once so much of the burst, a quarter, has come back."""
_ORGANIZERS = 5
"""So many times as much may organizers."""


@dataclass(frozen=True, slots=True)
class Passing:
    """Whether something passes; if not, whether to say so; if so, how many before it did not."""

    passes: bool
    tell: bool = False
    missed: int = 0


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float
    stopped: bool = False
    missed: int = 0
    generous: bool = False


class Throttle:
    """A bucket for each person: ``burst`` at once, ``per_second`` on average; seconds are any
    monotonic ones. Kept in memory only, and bounded."""

    def __init__(self, burst: int, per_second: float, *, most: int = _MOST) -> None:
        """``burst`` 0 lets everything through."""
        self._burst, self._per_second, self._most = burst, per_second, most
        self._buckets: OrderedDict[Hashable, _Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    @property
    def pause_s(self) -> float:
        """How long somebody who was stopped is to wait at most."""
        return max(1.0, self._burst / _RESUME) / self._per_second

    def trust(self, who: Hashable, *, organizer: bool) -> None:
        """What is known of a person who has just written."""
        bucket = self._buckets.get(who)
        if bucket is None or bucket.generous == organizer:
            return
        bucket.generous = organizer
        bucket.left += self._burst * (_ORGANIZERS - 1) if organizer else 0

    def admit(self, who: Hashable, now: float) -> Passing:
        """Counts one more, and says whether it passes."""
        if not self._burst:
            return Passing(True)
        bucket = self._bucket(who, now)
        if bucket.stopped and bucket.left < max(1.0, self._burst / _RESUME):
            bucket.missed += 1
            return Passing(False)
        if bucket.left < 1:
            bucket.stopped, bucket.missed = True, 1
            return Passing(False, tell=True)
        missed, bucket.missed, bucket.stopped = bucket.missed, 0, False
        bucket.left -= 1
        return Passing(True, missed=missed)

    def _bucket(self, who: Hashable, now: float) -> _Bucket:
        bucket = self._buckets.get(who)
        if bucket is None:
            bucket = self._buckets[who] = _Bucket(float(self._burst), now)
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
        times = _ORGANIZERS if bucket.generous else 1
        back = max(0.0, now - bucket.at) * self._per_second * times
        bucket.left = min(float(self._burst * times), bucket.left + back)
        bucket.at = now
        self._buckets.move_to_end(who)
        return bucket
