"""Courier and pacer together on a clock that steps, against a Telegram that counts exactly."""

import asyncio
import heapq
import itertools
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.delivery.courier import Courier, claimed_ahead
from bot.delivery.pacer import Limits, Pacer
from bot.domain.outbox import Outcome, Status
from bot.rehearsal.world import Limits as Enforced
from bot.rehearsal.world.limits import FloodGate
from bot.store import outbox
from bot.store.claims import Claimed
from bot.store.database import Database
from tests.delivery.conftest import NOON, all_rows, row


class Clockwork:
    """Time that stands while the store works, and else moves to whoever sleeps the shortest."""

    def __init__(self, db: Database) -> None:
        self._now = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()
        self._busy = 0
        self._write = db.write

    def monotonic(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + seconds, next(self._numbers), done))
        await done

    async def write(self, *args: Any, **kwargs: Any) -> Any:
        self._busy += 1
        try:
            return await self._write(*args, **kwargs)
        finally:
            self._busy -= 1

    async def run(self, task: asyncio.Task[None]) -> None:
        while not task.done():
            for _ in range(8):
                await asyncio.sleep(0)
            while self._sleepers and self._sleepers[0][2].done():
                heapq.heappop(self._sleepers)
            if self._busy or not self._sleepers:
                await asyncio.sleep(0.0005)
                continue
            at, _number, done = heapq.heappop(self._sleepers)
            self._now = max(self._now, at)
            done.set_result(None)
        await task


class Wire:
    """There and back take a few thousandths of a second, never the same."""

    def __init__(self, clock: Clockwork, limits: Limits) -> None:
        self.arrived: list[float] = []
        self.refused = 0
        self._clock = clock
        self._pacer = Pacer(limits, timer=clock)
        self._gate = FloodGate(Enforced(overall=limits.overall))
        self._chance = random.Random(7)

    async def __call__(self, row: Claimed, *, departing: Callable[[], None]) -> Outcome:
        async with self._pacer.turn(row.chat_id, row.lane):
            departing()
            await self._clock.sleep(self._chance.uniform(0.001, 0.003))
            now = self._clock.monotonic()
            self.refused += bool(self._gate.retry_after(now, chat_id=row.chat_id, private=True))
            self.arrived.append(now)
            await self._clock.sleep(self._chance.uniform(0.001, 0.003))
        return Outcome(Status.DELIVERED, message_id=row.id)


@pytest.mark.parametrize(("limit", "rows", "least"), [(30, 450, 0.99), (1000, 2500, 0.97)])
async def test_an_announcement_uses_the_limit_and_never_exceeds_it(
    db: Database, monkeypatch: pytest.MonkeyPatch, limit: int, rows: int, least: float
) -> None:
    clock = Clockwork(db)
    monkeypatch.setattr(db, "write", clock.write)
    limits = Limits(overall=limit)
    wire = Wire(clock, limits)
    one = Courier(
        db,
        wire,
        now=lambda: NOON + timedelta(seconds=clock.monotonic()),
        worker="w",
        at_once=claimed_ahead(limits),
    )
    db.write_now(outbox.enqueue, [row(n) for n in range(rows)])
    await clock.run(asyncio.create_task(one.drain()))
    assert wire.refused == 0
    times = sorted(wire.arrived)
    assert len(times) == rows
    # Its like one window later is a whole window later: no window of a second has more.
    assert all(
        after - first >= 1.0 - 1e-9 for first, after in zip(times, times[limit:], strict=False)
    )
    rate = (rows - 1) / (times[-1] - times[0])
    assert rate >= least * limit
    assert {each.status for each in db.read_now(all_rows)} == {Status.DELIVERED}
