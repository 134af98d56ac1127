"""Who may send when: Telegram's limits, with lanes so that an answer never waits for a broadcast.

Knows nothing of Telegram's library. Everything that sends takes a ``turn``::

    async with pacer.turn(chat_id, Lane.REMINDER):
        ...  # the call, and the wait for its answer

Limits are sliding windows that hold on the server's clock (see ``windows.py``). Lanes other than
answers leave evenly, so that the next free place is never far away when an answer needs one.
"""

import asyncio
import itertools
import math
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from bot.delivery.lines import Chat, ChatId, Pool
from bot.delivery.windows import QuickestTrip, Window
from bot.domain.outbox import Lane


class Timer(Protocol):
    """Time as the pacer sees it; a rehearsal gives one that steps."""

    def monotonic(self) -> float:
        """Seconds since any fixed instant."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Returns after ``seconds``."""
        ...


class SystemTimer:
    """The host's monotonic clock."""

    def monotonic(self) -> float:
        """Seconds since some fixed instant."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Returns after ``seconds``."""
        await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Limits:
    """What Telegram's FAQ for bots allows, as far as it tells.

    ``overall`` calls a second; ``paid`` is the same for calls with ``allow_paid_broadcast``, which
    announcements get if it is more than 0. In
    one chat ``burst`` calls may follow each other at once, ``private`` a second on average. A
    group gets ``group`` a minute besides. ``window_s`` is the second of ``overall`` and ``paid``.
    """

    overall: int = 30
    paid: int = 0
    private: float = 1.0
    burst: int = 5
    group: int = 20
    group_window_s: float = 60.0
    window_s: float = 1.0


LATEST_ARRIVAL_S = 1.0
"""A call that is not answered yet has arrived by then; what takes longer is Telegram's work."""
MARGIN_S = 0.001
"""For the grain of the clocks."""
_FORGET_ABOVE = 1024


class Turn:
    """One call's turn; ``async with`` waits for it and reports the answer.

    It may be entered again after a refusal and then keeps its place among its like.
    """

    __slots__ = (
        "_pacer",
        "_until",
        "chat_id",
        "count",
        "departed",
        "granted",
        "lane",
        "order",
        "paid",
        "patience",
    )
    granted: asyncio.Future[None]

    def __init__(
        self,
        pacer: "Pacer",
        chat_id: ChatId | None,
        lane: Lane,
        *,
        count: int,
        paid: bool,
        patience: float,
    ) -> None:
        self._pacer = pacer
        self.order = next(pacer._orders)
        self._until: list[tuple[Window, float]] = []
        self.chat_id = chat_id
        self.lane = lane
        self.count = count
        self.paid = paid
        self.patience = patience
        self.departed = 0.0
        """Monotonic instant at which it was let go."""

    async def __aenter__(self) -> Self:
        await self._pacer._enter(self)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pacer._leave(self, succeeded=kind is None)

    def refused(self, seconds: float) -> None:
        """Telegram answered 429; see ``Pacer.refused``."""
        self._pacer.refused(self, seconds)

    def unused(self) -> None:
        """Nothing was sent after all: the places are given back."""
        if self._until:
            self._pacer._give_back(self)


class Pacer:
    """Gives turns. One a bot token and event loop; ``close`` it at the end."""

    def __init__(self, limits: Limits | None = None, *, timer: Timer | None = None) -> None:
        self.limits = limits or Limits()
        self._timer = timer or SystemTimer()
        self._orders = itertools.count(1)
        self._pools: dict[bool, Pool[Turn]] = {
            False: Pool(self.limits.overall, self.limits.window_s),
            True: Pool(self.limits.paid or self.limits.overall, self.limits.window_s),
        }
        self._chats: dict[ChatId, Chat[Turn]] = {}
        self._forget_above = _FORGET_ABOVE
        self._trip = QuickestTrip()
        self._held_until = -math.inf
        self._suspect: tuple[ChatId, float] | None = None
        self._sleeper: asyncio.Task[None] | None = None
        self._wake_at = math.inf
        self._since, self._until = -math.inf, math.inf
        self.refusals = 0
        """How often Telegram answered 429."""
        self.told_to_wait = 0.0
        """Seconds that it asked for, in all."""

    def turn(
        self,
        chat_id: ChatId | None,
        lane: Lane = Lane.ANSWER,
        *,
        count: int = 1,
        paid: bool = False,
        patience: float = math.inf,
    ) -> Turn:
        """A turn for ``count`` messages to ``chat_id`` (None: no chat is concerned).

        Entering it raises ``NotSoon`` where the chat, or the whole bot, must be left alone for
        more than ``patience`` seconds; the wait behind others does not count.
        """
        return Turn(self, chat_id, lane, count=max(1, count), paid=paid, patience=patience)

    def refused(self, turn: Turn, seconds: float) -> None:
        """Telegram answered 429: nothing more for ``seconds``, in the chat or altogether.

        The answer does not say which (``ResponseParameters`` has no such field), so it is taken
        from what happened: the chat is held, and if a second chat is refused before any later call
        went well, it is the bot that is meant and everything is held.
        """
        self.refusals += 1
        self.told_to_wait += seconds
        until = self._timer.monotonic() + seconds
        suspect = self._suspect
        if turn.chat_id is None or (suspect is not None and suspect[0] != turn.chat_id):
            self._held_until = max(self._held_until, until)
        if turn.chat_id is not None:
            chat = self._chat(turn.chat_id)
            chat.held_until = max(chat.held_until, until)
            self._suspect = (turn.chat_id, self._timer.monotonic())
        self._pump()

    def share(self, parts: int, *, since: float, until: float) -> None:
        """Keeps to one of ``parts`` equal parts of the limits over all chats.

        It holds between two monotonic instants; before and after nothing leaves. Limits of a chat
        are not divided: each chat is one process's.
        """
        for pool in self._pools.values():
            pool.divide(parts)
        self._since, self._until = since, until
        self._pump()

    @property
    def held_until(self) -> float:
        """Monotonic instant up to which everything is held; -inf if it never was."""
        return self._held_until

    async def close(self) -> None:
        """Stops the clockwork; turns that still wait are cancelled by their owners."""
        sleeper, self._sleeper = self._sleeper, None
        self._wake_at = math.inf
        if sleeper is not None:
            sleeper.cancel()
            await asyncio.wait([sleeper])

    async def _enter(self, turn: Turn) -> None:
        turn.granted = asyncio.get_running_loop().create_future()
        self._pools[turn.paid].add(self._chat(turn.chat_id), turn.lane, turn)
        self._pump()
        try:
            await turn.granted
        except asyncio.CancelledError:
            turn.unused()  # it may have been let go in the very moment it was given up
            self._pump()
            raise

    def _leave(self, turn: Turn, *, succeeded: bool) -> None:
        now = self._timer.monotonic()
        if succeeded:
            self._trip.add(now, now - turn.departed)
            if self._suspect is not None and turn.departed > self._suspect[1]:
                self._suspect = None
        arrived = max(turn.departed, now - self._trip.seconds) + MARGIN_S
        for window, until in turn._until:
            window.amend(until, min(until, arrived + window.seconds), turn.count)
        turn._until = []
        chat = self._chat(turn.chat_id)
        if chat.lines:
            self._pools[turn.paid].look_again(chat)
        self._pump()

    def _give_back(self, turn: Turn) -> None:
        for window, until in turn._until:
            window.amend(until, None, turn.count)
        turn._until = []
        self._pools[turn.paid].stayed(turn.count)

    def _pump(self) -> None:
        """Lets go whoever may, and sets the clockwork for the next instant that matters."""
        now = self._timer.monotonic()
        wake = math.inf
        for pool in self._pools.values():
            wake = min(wake, self._serve(pool, now), pool.next_delayed())
        self._set_clock(now, wake)

    def _serve(self, pool: Pool[Turn], now: float) -> float:
        """Lets go from ``pool``; returns when the next one that waits may, inf if none."""
        if not self._since <= now < self._until:
            return self._since if now < self._since else math.inf
        if self._held_until > now:
            pool.dismiss(self._held_until - now)
        while (line := pool.next_line(now)) is not None:
            free = max(self._held_until, pool.window.free_at(now, line.waiting[0].count))
            if line.lane is not Lane.ANSWER:
                free = max(free, pool.due)
            if free > now:
                return free
            turn = pool.serve(line)
            self._let_go(turn, pool, line.chat, now)
            turn.granted.set_result(None)
        return math.inf

    def _let_go(self, turn: Turn, pool: Pool[Turn], chat: Chat[Turn], now: float) -> None:
        turn.departed = now
        pool.left(now, turn.count)
        for window in (pool.window, *chat.windows):
            until = now + LATEST_ARRIVAL_S + window.seconds
            window.take(until, turn.count)
            turn._until.append((window, until))

    def _set_clock(self, now: float, wake: float) -> None:
        if math.isinf(wake) or (self._sleeper is not None and self._wake_at <= wake):
            return
        if self._sleeper is not None:
            self._sleeper.cancel()
        self._wake_at = wake
        self._sleeper = asyncio.get_running_loop().create_task(self._sleep(wake - now))

    async def _sleep(self, seconds: float) -> None:
        await self._timer.sleep(max(0.0, seconds))
        self._sleeper, self._wake_at = None, math.inf
        self._pump()

    def _chat(self, chat_id: ChatId | None) -> Chat[Turn]:
        if chat_id is None:
            return Chat(())
        chat = self._chats.get(chat_id)
        if chat is None:
            self._forget()
            chat = self._chats[chat_id] = Chat(self._windows(chat_id))
        return chat

    def _windows(self, chat_id: ChatId) -> tuple[Window, ...]:
        limits = self.limits
        talk = Window(limits.burst, limits.burst / limits.private)
        if isinstance(chat_id, int) and chat_id > 0:
            return (talk,)
        return (talk, Window(limits.group, limits.group_window_s))

    def _forget(self) -> None:
        """Drops chats without a past, each time their number has doubled."""
        if len(self._chats) < self._forget_above:
            return
        now = self._timer.monotonic()
        self._chats = {key: chat for key, chat in self._chats.items() if not chat.idle(now)}
        self._forget_above = max(_FORGET_ABOVE, 2 * len(self._chats))
