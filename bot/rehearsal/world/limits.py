"""Telegram's flood limits, counted in sliding windows."""

import math
from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """How much a bot may send; None switches a limit off.

    Telegram's FAQ for bots names 30 messages a second overall, one a second in a chat (with short
    bursts tolerated) and 20 a minute in a group. ``private_burst`` messages may come together in a
    private chat before the limit of one a second counts. ``paid`` is the limit of calls with
    allow_paid_broadcast in a world where paid broadcasts are on.
    """

    overall: int | None = 30
    private: float | None = None
    private_burst: int = 5
    group: int | None = None
    paid: int = 1000
    overall_window_s: float = 1.0
    group_window_s: float = 60.0

    @classmethod
    def telegram(cls) -> "Limits":
        """All limits on, with Telegram's numbers."""
        return cls(overall=30, private=1.0, group=20)


class Window:
    """At most ``limit`` events in any ``seconds``."""

    def __init__(self, limit: int, seconds: float) -> None:
        self.limit = limit
        self.seconds = seconds
        self._times: deque[float] = deque()

    def wait(self, now: float, count: int) -> float:
        """Seconds until ``count`` more events fit; 0 if they fit at ``now``."""
        times = self._times
        oldest = now - self.seconds
        while times and times[0] <= oldest:
            times.popleft()
        surplus = len(times) + count - self.limit
        if surplus <= 0:
            return 0.0
        return times[min(surplus, len(times)) - 1] + self.seconds - now if times else self.seconds

    def take(self, now: float, count: int) -> None:
        """Counts ``count`` events at ``now``."""
        self._times.extend([now] * count)


class FloodGate:
    """The windows of one bot. A refused call is not counted, as with Telegram's cloud."""

    def __init__(self, limits: Limits | None) -> None:
        self.limits = limits
        self._overall: dict[int, Window] = {}
        self._chats: dict[Hashable, list[Window]] = {}

    def retry_after(
        self, now: float, *, chat_id: int, private: bool, count: int = 1, paid: bool = False
    ) -> int:
        """0 if ``count`` messages may go to the chat at ``now``, else whole seconds to wait."""
        limits = self.limits
        if limits is None:
            return 0
        windows = self._windows(limits, chat_id, private=private, paid=paid)
        wait = max((window.wait(now, count) for window in windows), default=0.0)
        if wait > 0:
            return max(1, math.ceil(wait))
        for window in windows:
            window.take(now, count)
        return 0

    def _windows(self, limits: Limits, chat_id: int, *, private: bool, paid: bool) -> list[Window]:
        overall = limits.paid if paid else limits.overall
        windows: list[Window] = []
        if overall is not None:
            if overall not in self._overall:
                self._overall[overall] = Window(overall, limits.overall_window_s)
            windows.append(self._overall[overall])
        if (limits.private if private else limits.group) is None:
            return windows
        if chat_id not in self._chats:
            self._chats[chat_id] = [_chat_window(limits, private=private)]
        return windows + self._chats[chat_id]


def _chat_window(limits: Limits, *, private: bool) -> Window:
    if private:
        burst = max(1, limits.private_burst)
        return Window(burst, burst / (limits.private or 1.0))
    return Window(limits.group or 1, limits.group_window_s)
