"""Who waits where: one line a chat and lane, and the pools that they draw from. Pure."""

import asyncio
import itertools
import math
from collections import deque
from collections.abc import Iterator
from heapq import heappop, heappush
from typing import Generic, Protocol, TypeVar

from bot.delivery.windows import Window
from bot.domain.outbox import Lane

ChatId = int | str
"""A number, or the @name of a channel or public group."""


class NotSoon(Exception):  # noqa: N818 - no error: somebody else may go instead
    """The chat, or with ``altogether`` the bot, must wait longer than the call has patience."""

    def __init__(self, seconds: float, *, altogether: bool) -> None:
        super().__init__(f"not for {seconds:.1f} s")
        self.seconds = seconds
        self.altogether = altogether


class Waiting(Protocol):
    """A call that waits: ``order`` counts up, ``granted`` is resolved when it may go.

    With less ``patience`` (seconds) than the wait for its chat it gets ``NotSoon`` instead.
    """

    order: int
    count: int
    patience: float
    granted: asyncio.Future[None]


W = TypeVar("W", bound=Waiting)


class Chat(Generic[W]):
    """One chat's windows, how long Telegram wants it left alone, and who waits for it."""

    __slots__ = ("away_until", "held_until", "lines", "windows")

    def __init__(self, windows: tuple[Window, ...]) -> None:
        self.windows = windows
        self.held_until = -math.inf
        self.away_until = -math.inf
        """Somebody impatient was sent away until then: who comes meanwhile shall not overtake."""
        self.lines: dict[tuple[Pool[W], Lane], Line[W]] = {}

    def free_at(self, now: float, count: int) -> float:
        """When ``count`` calls may go to this chat; ``now`` or earlier means now."""
        free = self.held_until
        for window in self.windows:
            free = max(free, window.free_at(now, count))
        return free

    def idle(self, now: float) -> bool:
        """Whether it can be forgotten."""
        return (
            not self.lines
            and max(self.held_until, self.away_until) <= now
            and all(window.empty(now) for window in self.windows)
        )


class Line(Generic[W]):
    """Calls waiting for one chat in one lane, first come first served.

    It stands in exactly one heap of its pool; ``place`` tells that entry from outdated ones.
    """

    __slots__ = ("chat", "lane", "place", "waiting")

    def __init__(self, chat: Chat[W], lane: Lane) -> None:
        self.chat = chat
        self.lane = lane
        self.waiting: deque[W] = deque()
        self.place = 0

    def dismiss(self, now: float, free: float) -> None:
        """Sends away who has no patience until the chat is ``free``, and all of their like."""
        chat = self.chat
        if any(one.patience < free - now for one in self.waiting):
            chat.away_until = max(chat.away_until, free)
        if chat.away_until > now:
            self.send_away(math.inf, chat.away_until - now)

    def send_away(self, patience: float, seconds: float, *, altogether: bool = False) -> None:
        """Whoever has less ``patience`` hears that it is to come back after ``seconds``."""
        for entry in [one for one in self.waiting if one.patience < patience]:
            self.waiting.remove(entry)
            if not entry.granted.done():
                entry.granted.set_exception(NotSoon(seconds, altogether=altogether))
                entry.granted.exception()  # who was cancelled meanwhile will not look at it


class Pool(Generic[W]):
    """All calls that share one overall limit: the free ones, or the paid ones."""

    def __init__(self, limit: int, seconds: float) -> None:
        self.window = Window(limit, seconds)
        self._whole = limit, seconds
        self.divide(1)
        self.due = -math.inf
        self._ready: dict[Lane, list[tuple[int, int, Line[W]]]] = {lane: [] for lane in Lane}
        self._delayed: list[tuple[float, int, Line[W]]] = []
        self._places = itertools.count(1)

    def divide(self, parts: int) -> None:
        """Keeps to one of so many equal parts of the limit, from now on."""
        limit, seconds = self._whole
        self.seconds = seconds * max(1.0, parts / limit)
        self.window.limit, self.window.seconds = max(1, limit // parts), self.seconds
        self.interval = self.seconds / self.window.limit
        # A late wake-up may be made up for, by no more than this: the flow stays even.
        self.slack = max(self.interval, self.seconds / 20)

    def add(self, chat: Chat[W], lane: Lane, entry: W) -> None:
        """Puts ``entry`` in its line; one that was there before goes back to the front."""
        line = chat.lines.get((self, lane))
        if line is None:
            line = chat.lines[self, lane] = Line(chat, lane)
        if line.waiting and entry.order < line.waiting[0].order:
            line.waiting.appendleft(entry)
        else:
            line.waiting.append(entry)
            if len(line.waiting) > 1:
                return
        self._stand(line)

    def look_again(self, chat: Chat[W]) -> None:
        """The chat may be free sooner than thought: its lines are looked at next time."""
        for (pool, _lane), line in chat.lines.items():
            pool._stand(line)

    def next_line(self, now: float) -> Line[W] | None:
        """The line that goes first among those whose chat is free now."""
        while self._delayed and self._delayed[0][0] <= now:
            _at, place, line = heappop(self._delayed)
            if place == line.place:
                self._stand(line)
        for lane in Lane:
            for line in self._standing(lane):
                free = line.chat.free_at(now, line.waiting[0].count)
                line.dismiss(now, free)
                if not line.waiting:
                    self._drop(line)
                elif free <= now:
                    return line
                else:
                    self._delay(line, free)
        return None

    def dismiss(self, seconds: float) -> None:
        """Nobody may go for ``seconds``: sends away who has no patience for that."""
        for heap in self._ready.values():
            for _order, place, line in heap:
                if place == line.place:
                    line.send_away(seconds, seconds, altogether=True)
                    if not line.waiting:
                        self._drop(line)

    def serve(self, line: Line[W]) -> W:
        """Takes the first of ``line`` out."""
        entry = line.waiting.popleft()
        if line.waiting:
            self._stand(line)
        else:
            self._drop(line)
        return entry

    def left(self, now: float, count: int) -> None:
        """Moves the instant at which the next evenly spaced call is due."""
        floor = now if self.due < now - self.seconds else now - self.slack
        self.due = max(self.due, floor) + self.interval * count

    def stayed(self, count: int) -> None:
        """Takes ``left`` back: the call was not made."""
        self.due -= self.interval * count

    def next_delayed(self) -> float:
        """When the first chat that must wait is free."""
        while self._delayed and self._delayed[0][1] != self._delayed[0][2].place:
            heappop(self._delayed)
        return self._delayed[0][0] if self._delayed else math.inf

    def _standing(self, lane: Lane) -> Iterator[Line[W]]:
        """The lines of ``lane`` in order, past those that were given up."""
        heap = self._ready[lane]
        while heap:
            order, place, line = heap[0]
            if place != line.place:
                heappop(heap)
                continue
            while line.waiting and line.waiting[0].granted.done():
                line.waiting.popleft()  # cancelled while it waited
            if not line.waiting:
                heappop(heap)
                self._drop(line)
            elif line.waiting[0].order != order:
                self._stand(line)
            else:
                yield line

    def _stand(self, line: Line[W]) -> None:
        line.place = next(self._places)
        if line.waiting:
            heappush(self._ready[line.lane], (line.waiting[0].order, line.place, line))

    def _delay(self, line: Line[W], until: float) -> None:
        line.place = next(self._places)
        heappush(self._delayed, (until, line.place, line))

    def _drop(self, line: Line[W]) -> None:
        line.place = 0
        line.chat.lines.pop((self, line.lane), None)
