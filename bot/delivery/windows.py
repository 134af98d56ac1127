"""Sliding windows that hold at the far end of the line. Pure; instants are monotonic seconds.

Telegram counts a call when it arrives, we know only when it left and when its answer came. So a
place in a window is kept until one window after the latest instant at which its call can have
arrived: the answer's, less the quickest way there and back seen lately. Two uses of one place are
then a full window apart on the server, however much the network wavers.
"""

import math
from bisect import bisect_left, bisect_right, insort


class Window:
    """At most ``limit`` calls in any ``seconds``; each holds its place until an instant."""

    __slots__ = ("_until", "limit", "seconds")

    def __init__(self, limit: int, seconds: float) -> None:
        self.limit = limit
        self.seconds = seconds
        self._until: list[float] = []

    def free_at(self, now: float, count: int = 1) -> float:
        """When ``count`` places are free; ``now`` or earlier means that they are free now.

        More than ``limit`` at once (an album in a small limit) asks for an empty window.
        """
        until = self._until
        expired = bisect_right(until, now)
        if expired:
            del until[:expired]
        surplus = len(until) + min(count, self.limit) - self.limit
        return until[surplus - 1] if surplus > 0 else now

    def take(self, until: float, count: int = 1) -> None:
        """Takes ``count`` places until ``until``."""
        for _ in range(count):
            insort(self._until, until)

    def amend(self, old: float, new: float | None, count: int = 1) -> None:
        """Moves the end of places taken until ``old``; None gives them back at once."""
        for _ in range(count):
            index = bisect_left(self._until, old)
            if index < len(self._until) and self._until[index] == old:
                del self._until[index]
                if new is not None:
                    insort(self._until, new)

    def empty(self, now: float) -> bool:
        """Whether nothing is counted any more."""
        return not self._until or self._until[-1] <= now


class QuickestTrip:
    """The shortest way there and back of the last one to two ``span_s`` seconds.

    It stands for the quickest way there plus the quickest way back, which is true once enough
    calls were timed to have met both; until then it is 0, the safe side.
    """

    __slots__ = ("_before", "_current", "_since", "enough", "span_s")

    def __init__(self, span_s: float = 30.0, enough: int = 50) -> None:
        self.span_s = span_s
        self.enough = enough
        self._since = -math.inf
        self._before = self._current = (0, math.inf)

    def add(self, now: float, seconds: float) -> None:
        """Takes note of a call that was answered at ``now`` after ``seconds``."""
        if now - self._since >= self.span_s:
            stale = now - self._since >= 2 * self.span_s
            self._before = (0, math.inf) if stale else self._current
            self._current = (0, math.inf)
            self._since = now
        calls, shortest = self._current
        self._current = (calls + 1, min(shortest, seconds))

    @property
    def seconds(self) -> float:
        """0 while too little is known."""
        if self._before[0] + self._current[0] < self.enough:
            return 0.0
        return min(self._before[1], self._current[1])
