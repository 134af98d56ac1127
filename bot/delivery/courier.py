"""Takes rows out of the outbox, has them sent, and writes down what became of them.

Few rows are held at a time: a row that is claimed can no longer be cancelled, and after a crash
nobody can say what became of it. So the courier claims only what the pacer lets go in the next
moments, and claims more as they leave.
"""

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection

from bot.delivery.lines import NotSoon
from bot.delivery.pacer import Limits
from bot.delivery.road import Road
from bot.domain.clock import Now
from bot.domain.outbox import Outcome, Status
from bot.store import claims, outbox
from bot.store.claims import Claimed, Result, Unsent
from bot.store.database import Database
from bot.store.outbox import BROADCAST, REPEATABLE

_log = logging.getLogger(__name__)

_FIRST_PAUSE = timedelta(seconds=1)
_LONGEST_PAUSE = timedelta(minutes=5)
_STORE_PAUSE_S = (0.1, 10.0)
"""First and longest pause after the database failed."""
_GATHERING_S = 0.02
"""Results of so long are recorded together: a commit for each would cost more than the sending."""
_OUT_OF_REACH = (OperationalError, InterfaceError, NoConnection)

T = TypeVar("T")


def claimed_ahead(limits: Limits) -> int:
    """How many rows to claim ahead: a twentieth of a second's worth.

    More would be begun at one go, and an answer would wait for all of them to be made ready.
    """
    return max(8, limits.overall // 20, limits.paid // 20)


class Send(Protocol):
    """Sends one row; ``departing`` is called when it really leaves, and may raise to stop it.

    Raises ``NotSoon`` where its chat must wait: the row then waits in the outbox, not in hand.
    """

    def __call__(self, row: Claimed, *, departing: Callable[[], None]) -> Awaitable[Outcome]: ...


@dataclass(slots=True)
class Counters:
    """What the courier has done since it started."""

    claimed: int = 0
    delivered: int = 0
    retried: int = 0
    blocked: int = 0
    never_started: int = 0
    refused: int = 0
    expired: int = 0
    unknown: int = 0
    store_failures: int = 0


class TooLate(Exception):  # noqa: N818 - no error: the row's time is over
    """The row is not useful any more."""


class Withdrawn(Exception):  # noqa: N818 - no error: the courier stops
    """The row goes back to the outbox unsent."""


class Courier:
    """One worker. ``run`` it for the life of the process, or ``drain`` on a clock that steps."""

    def __init__(
        self,
        db: Database,
        send: Send,
        *,
        now: Now,
        worker: str,
        at_once: int = 8,
        most: int = 256,
        give_up_after: int = 30,
        jitter: Callable[[], float] = random.random,
        on_duty: Callable[[], bool] = lambda: True,
        outdated: Callable[[Claimed], bool] = lambda _row: False,
        feel: Callable[[], Awaitable[bool]] | None = None,
        chats: Callable[[], tuple[int, int]] = lambda: (0, 1),
    ) -> None:
        """Touches nothing yet.

        Args:
            worker: name kept in claimed rows; the same after a restart, so that it finds its own,
                and never that of another process that is alive.
            at_once: most rows claimed that have not left yet; see ``claimed_ahead``.
            most: most rows claimed and not finished; a bound for calls that hang.
            give_up_after: attempts after which a row that always fails is REFUSED.
            jitter: 0 to 1, drawn for each pause.
            on_duty: whether it may claim now: a process that is out of touch with others may
                not. It is to be poked when that changes.
            chats: whose messages it sends: those whose number leaves the first, divided by the
                second.
            outdated: whether what a row says is not true any more; asked when it is about to
                leave. Such a row goes back to the outbox, where whoever changed the facts has
                dealt with it.
            feel: finds out whether Telegram can be reached; asked in trouble, before a row is
                risked of which nobody may know afterwards whether it arrived.
        """
        self.counters = Counters()
        self._db = db
        self._send = send
        self._now = now
        self._worker = worker
        self._at_once = at_once
        self._most = most
        self._give_up_after = give_up_after
        self._jitter = jitter
        self._on_duty = on_duty
        self._outdated = outdated
        self._feel = feel
        self._road = Road(now)
        self._chats = chats
        self._waiting: dict[int, asyncio.Task[None]] = {}
        """Claimed, not let go by the pacer yet."""
        self._flying: dict[int, asyncio.Task[None]] = {}
        self._results: list[Result] = []
        self._unsent: list[Unsent] = []
        self._away: dict[int, datetime] = {}
        """Chats that must wait, and until when: the same instant for all, to keep their order."""
        self._changed = asyncio.Event()
        self._idle: object = None
        """The news up to which nothing was ready."""
        self._stopping = False
        self._running: asyncio.Task[Any] | None = None
        self._flushing = asyncio.Lock()
        self._claiming = asyncio.Lock()
        self._unsure = False
        self._recovered = False
        self._gathering = False

    @property
    def paused_until(self) -> datetime:
        """Nothing is claimed before this instant (UTC)."""
        return self._road.paused_until

    def poke(self) -> None:
        """Something new may be ready, or is over: whoever waits looks again."""
        # A fresh event each time, so that ``run`` and ``drain`` cannot take each other's.
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def run(self) -> None:
        """Delivers until ``stop``. Rows that this worker had in hand when it died come first."""
        self._running = asyncio.current_task()
        while not self._stopping:
            changed = self._changed
            await self._flush()
            if not await self._claim():
                await self._wait(changed)

    async def drain(self) -> None:
        """Delivers all that is ready now, and returns when nothing more is; retries stay."""
        while not self._stopping:
            changed = self._changed
            await self._flush()
            if await self._claim():
                continue
            if self._in_hand() == 0:
                return
            await changed.wait()

    async def settle(self) -> None:
        """As ``drain``, unless it is known that nothing is ready."""
        if self._in_hand() or self._idle != self._news():
            await self.drain()

    def _news(self) -> object:
        """Differs from an earlier one if something may have become ready since."""
        return self._changed, self._now()

    async def stop(self, *, grace_s: float = 5.0) -> None:
        """Claims no more, puts unsent rows back, lets calls in flight end within ``grace_s``."""
        self._stopping = True
        self.poke()
        for task in self._waiting.values():
            task.cancel()
        tasks = [*self._waiting.values(), *self._flying.values()]
        if tasks:
            _done, late = await asyncio.wait(tasks, timeout=grace_s * 0.6)
            for task in late:
                task.cancel()
            await asyncio.wait(tasks)
        # Those were cancelled before they took their first step.
        self._unsent += [Unsent(number, 0) for number in self._waiting]
        self._waiting.clear()
        with contextlib.suppress(TimeoutError, SQLAlchemyError):
            async with asyncio.timeout(grace_s * 0.2):
                async with self._claiming:  # a claim on its way brings rows to put back
                    pass
                await self._flush()
        if self._running is not None and self._running is not asyncio.current_task():
            await asyncio.wait([self._running], timeout=grace_s * 0.2)

    # ------------------------------------------------------------------------------ claiming

    def _in_hand(self) -> int:
        return len(self._waiting) + len(self._flying) + len(self._results) + len(self._unsent)

    def _room(self) -> int:
        """How many rows may be claimed now. In trouble one at a time feels the way."""
        if self._stopping or not self._on_duty() or self._road.paused or self._road.silent:
            return 0
        if len(self._waiting) > self._at_once // 2:
            return 0
        room = min(
            self._at_once - len(self._waiting),
            self._most - len(self._waiting) - len(self._flying),
        )
        return min(room, 1 - self._in_hand()) if self._road.in_trouble else room

    async def _claim(self) -> int:
        """Claims what there is room for and starts it. Returns how many.

        One at a time: ``run`` and ``drain`` may both be at work, and rows of a claim that has not
        come back yet would look like rows that were never got.
        """
        async with self._claiming:
            if not self._recovered:  # before the first claim: it cannot tell ours from those
                await self._store(
                    self._db.write, claims.recover, worker=self._worker, now=self._now()
                )
                self._recovered = True
            room = self._room()
            if room <= 0 or not await self._passable():
                return 0
            news = self._news()
            rows = await self._store(self._try_claim, room)
            if not rows:
                self._idle = news
            if self._stopping:  # meanwhile; nothing of these may leave any more
                self._unsent += [Unsent(row.id, row.chat_id) for row in rows]
                return 0
            for row in rows:
                self._waiting[row.id] = asyncio.create_task(self._deliver(row))
            self.counters.claimed += len(rows)
            return len(rows)

    async def _passable(self) -> bool:
        """In trouble Telegram is asked for something that may be asked twice."""
        if self._feel is None or not self._road.in_trouble or await self._feel():
            return True
        self._road.failed()
        return False

    async def _try_claim(self, room: int) -> list[Claimed]:
        """After a failure, rows may be in our name that we never got: those wait again."""
        held = None
        if self._unsure:
            done = [result.row_id for result in self._results]
            held = [*self._waiting, *self._flying, *done, *(one.row_id for one in self._unsent)]
        self._unsure = True
        rows = await self._db.write(
            claims.claim,
            worker=self._worker,
            now=self._now(),
            limit=room,
            held=held,
            chats=self._chats(),
        )
        self._unsure = False
        return rows

    async def _wait(self, changed: asyncio.Event) -> None:
        """Until something changes or the next row is ready."""
        at: datetime | None = None
        if self._room() > 0 or self._road.paused:
            at = await self._store(self._db.read, outbox.next_ready, chats=self._chats())
        pause = None
        if at is not None:
            if self._road.paused:
                at = max(at, self.paused_until)
            pause = max(0.0, (at - self._now()).total_seconds())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await changed.wait()

    # ------------------------------------------------------------------------------- sending

    async def _deliver(self, row: Claimed) -> None:
        """One row from claim to result. Nothing that happens to it reaches the others."""
        outcome: Outcome | None = None
        wait_until = None
        try:
            outcome = await self._send(row, departing=lambda: self._depart(row))
        except Withdrawn:
            pass
        except NotSoon as wait:
            wait_until = self._put_off(row.chat_id, wait)
        except TooLate:
            _log.info("too late to be of use, not sent: %s", row.key)
            outcome = Outcome(Status.EXPIRED)
        except asyncio.CancelledError:
            outcome = Outcome(Status.UNKNOWN) if row.id in self._flying else None
        except Exception as error:  # a bug concerns this row alone
            _log.exception("row %s could not be sent", row.key)
            outcome = Outcome(Status.REFUSED, error=type(error).__name__)
        self._waiting.pop(row.id, None)
        self._flying.pop(row.id, None)
        if outcome is None:
            self._unsent.append(Unsent(row.id, row.chat_id, wait_until))
        else:
            self._results.append(self._result(row, outcome))
        self._have_recorded()

    def _put_off(self, chat_id: int, wait: NotSoon) -> datetime | None:
        """Until when the chat must wait; where nobody may go, everything waits."""
        now = self._now()
        # A little later: a wait too short for the clock to show would never be over.
        until = now + timedelta(seconds=wait.seconds, milliseconds=1)
        if wait.altogether:
            self._road.hold(until)
            return None
        about = until + timedelta(seconds=1)  # later than that: the clock was set back
        self._away = {chat: at for chat, at in self._away.items() if at > now}
        self._away[chat_id] = until = max(until, min(self._away.get(chat_id, until), about))
        return until

    def _have_recorded(self) -> None:
        """At once if nothing else is in hand, else with what ends in the next moment."""
        if not self._waiting and not self._flying:
            self.poke()
        elif not self._gathering:
            self._gathering = True
            asyncio.get_running_loop().call_later(_GATHERING_S, self._gathered)

    def _gathered(self) -> None:
        self._gathering = False
        self.poke()

    def _depart(self, row: Claimed) -> None:
        """The last moment at which a row can be kept back."""
        if self._stopping or not self._on_duty() or self._outdated(row):
            raise Withdrawn
        if row.useful_until is not None and row.useful_until <= self._now():
            raise TooLate
        task = self._waiting.pop(row.id, None)
        if task is not None:
            self._flying[row.id] = task
        self._road.departed()
        if self._room() > 0:
            self.poke()

    # ----------------------------------------------------------------------------- recording

    def _result(self, row: Claimed, outcome: Outcome) -> Result:
        """Decides on another attempt where Telegram has not."""
        lost = outcome.status is Status.UNKNOWN
        again = outcome.status is Status.PENDING and outcome.new_chat_id is None
        if lost or (again and outcome.retry_in is None):
            self._road.failed()
        elif outcome.status is not Status.EXPIRED:
            self._road.answered()
        once = row.kind == BROADCAST and row.method not in REPEATABLE
        if lost and not once:
            # Twice is better than not at all; a broadcast is for an organizer to decide.
            outcome = replace(outcome, status=Status.PENDING)
        ready_at = None
        if outcome.status is Status.PENDING and outcome.new_chat_id is None:
            pause = outcome.retry_in
            if pause is None:
                pause = self._pause(row.attempts)
                if row.attempts >= self._give_up_after and not self._road.in_trouble:
                    outcome = replace(outcome, status=Status.REFUSED)
            ready_at = self._now() + pause
        elif outcome.new_chat_id is not None and row.attempts >= self._give_up_after:
            outcome = replace(outcome, status=Status.REFUSED)  # sent from chat to chat for ever
        self._count(outcome.status)
        return Result(row.id, row.person_id, row.chat_id, outcome, ready_at)

    def _pause(self, attempts: int) -> timedelta:
        """Twice as long each time, between half and all of it."""
        full: timedelta = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(attempts - 1, 20))
        return full * (0.5 + self._jitter() / 2)

    def _count(self, status: Status) -> None:
        name = "retried" if status is Status.PENDING else status.value
        setattr(self.counters, name, getattr(self.counters, name) + 1)

    async def _flush(self) -> None:
        """Writes what has come together; results of the meantime go with the next."""
        async with self._flushing:
            results, unsent = list(self._results), list(self._unsent)
            if results:
                await self._store(self._record, results)
                del self._results[: len(results)]
            if unsent:
                await self._store(
                    self._db.write, claims.release, unsent, worker=self._worker, now=self._now()
                )
                del self._unsent[: len(unsent)]

    async def _record(self, results: list[Result]) -> None:
        try:
            await self._db.write(claims.record, results, now=self._now(), worker=self._worker)
        except _OUT_OF_REACH:
            raise
        except SQLAlchemyError as error:
            if len(results) == 1:  # left in ``sending``: the next recovery settles it
                _log.error("row %s: result refused, %s", results[0].row_id, type(error).__name__)
                return
            for result in results:
                await self._record([result])

    async def _store(self, run: Callable[..., Awaitable[T]], *args: Any, **kwargs: Any) -> T:
        """A unit of work, tried again until the database takes it; ``stop`` ends the trying."""
        pause = _STORE_PAUSE_S[0]
        while True:
            try:
                return await run(*args, **kwargs)
            except SQLAlchemyError as error:
                self.counters.store_failures += 1
                # The parameters of the statement are people's messages: only the kind is logged.
                _log.error("no outbox (%s), again in %.1f s", type(error).__name__, pause)
                if self._stopping:
                    raise
            await asyncio.sleep(pause)
            pause = min(2 * pause, _STORE_PAUSE_S[1])
