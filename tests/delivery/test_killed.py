"""The process is killed without warning at fifty moments, and nothing is lost or sent twice."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from bot.domain.clock import system_now
from bot.domain.outbox import OPEN, Status
from bot.rehearsal.api.running import running
from bot.rehearsal.world import World
from bot.store import claims, outbox
from bot.store.database import Database
from bot.store.tables import Outbox
from tests.delivery.conftest import FIRST_CHAT, TOKEN, row, statuses

ROOT = Path(__file__).parents[2]
MOMENTS = 50


@dataclass
class Mortal:
    """Couriers in processes of their own, one after the other."""

    world: World
    db: Database
    process: Process

    async def live_until(self, calls: int | None) -> None:
        """Lets one deliver until Telegram has seen ``calls`` calls, and kills it.

        None: until the outbox holds nothing more to do.
        """
        pipe_in, pipe_out = self.process.stdin, self.process.stdout
        assert pipe_in is not None
        assert pipe_out is not None
        pipe_in.write(b"go\n")
        pid = int(await pipe_out.readline())
        while not await self._reached(calls):  # noqa: ASYNC110 - that very moment
            await asyncio.sleep(0.001 if calls is not None else 0.01)
        os.kill(pid, signal.SIGKILL)
        assert await pipe_out.readline() == b"ended\n"
        await asyncio.sleep(0.01)  # what was on the wire arrives

    async def _reached(self, calls: int | None) -> bool:
        if calls is not None:
            return len(self.world.calls) >= calls
        return not await self.db.read(open_rows)


def again(db: Session, number: int) -> None:
    """All rows wait as if they were new, with the text of round ``number``."""
    payload = {"text": f"Putaran {number}"}
    db.execute(update(Outbox).values(status=Status.PENDING, attempts=0, payload=payload))


def open_rows(db: Session) -> int:
    """How many rows are not settled yet."""
    waiting = select(func.count()).select_from(Outbox).where(col(Outbox.status).in_(OPEN))
    return db.exec(waiting).one()


@asynccontextmanager
async def mortal(db: Database, recipients: int) -> AsyncIterator[Mortal]:
    world = World(token=TOKEN)
    for n in range(recipients):
        world.add_user(FIRST_CHAT + n, f"Peserta {n}").start()
    async with running(world) as base_url:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.delivery.driver",
            str(db.engine.url),
            base_url,
            cwd=ROOT,
            stdin=PIPE,
            stdout=PIPE,
        )
        try:
            yield Mortal(world, db, process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            await process.wait()


def received(world: World, number: int) -> dict[int, int]:
    """How often each recipient got round ``number``."""
    return {
        user.id - FIRST_CHAT: sum(one["text"] == f"Putaran {number}" for one in user.inbox)
        for user in world.users.values()
    }


async def test_a_broadcast_to_three_hundred_loses_and_doubles_nothing(db: Database) -> None:
    async with mortal(db, 300) as m:
        db.write_now(outbox.enqueue, [row(n) for n in range(300)])
        keys = [f"broadcast:{n}" for n in range(300)]
        for number in range(MOMENTS):
            db.write_now(again, number)
            await m.live_until(len(m.world.calls) + 1 + number * 6)
            # What the next process does first.
            db.write_now(claims.recover, worker="main", now=system_now())
            ends = db.read_now(statuses, keys)
            got = received(m.world, number)
            for n, status in enumerate(ends):
                allowed = {Status.DELIVERED: [1], Status.PENDING: [0], Status.UNKNOWN: [0, 1]}
                assert got[n] in allowed[status], (number, n, status)


async def test_a_broadcast_killed_again_and_again_still_ends(db: Database) -> None:
    async with mortal(db, 300) as m:
        db.write_now(outbox.enqueue, [row(n, payload={"text": "Putaran 0"}) for n in range(300)])
        for calls in range(30, 300, 60):
            await m.live_until(calls)
        await m.live_until(None)
        ends = db.read_now(statuses, [f"broadcast:{n}" for n in range(300)])
        got = received(m.world, 0)
        for n, status in enumerate(ends):
            assert (status, got[n]) in {
                (Status.DELIVERED, 1),
                (Status.UNKNOWN, 0),
                (Status.UNKNOWN, 1),
            }
        assert ends.count(Status.DELIVERED) >= 100


async def test_a_reminder_run_loses_nothing_and_doubles_only_what_was_in_flight(
    db: Database,
) -> None:
    people = 32
    async with mortal(db, people) as m:
        db.write_now(outbox.enqueue, [row(n, kind="reminder") for n in range(people)])
        keys = [f"reminder:{n}" for n in range(people)]
        for number in range(MOMENTS):
            db.write_now(again, number)
            before = len(m.world.calls)
            await m.live_until(before + 1 + number * 30 // MOMENTS)
            unsettled = {
                n
                for n, status in enumerate(db.read_now(statuses, keys))
                if status is Status.SENDING
            }
            await m.live_until(None)
            got = received(m.world, number)
            assert all(got[n] == 1 or (n in unsettled and got[n] == 2) for n in range(people))
