"""Three real processes by webhook on one PostgreSQL: Telegram's limits, and SIGKILL of any."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.domain.outbox import Lane
from bot.rehearsal.world import Limits, User
from bot.rehearsal.world.limits import FloodGate
from bot.store import outbox
from bot.store.database import Database
from bot.store.tables import Note, Outbox
from tests.builders import texts
from tests.hooking import free_port
from tests.relaying import Relay, relaying
from tests.stores import database_url
from tests.test_process import Ground, Process, _ground, _reminders, write_event

pytestmark = pytest.mark.postgresql

TAKEN_OVER_S = 10.0
RATE = 25
"""Messages a second that Telegram allows here, to all of them together."""


class Three:
    """The processes; each has a port of its own, which a new one in its place takes over."""

    def __init__(self, ground: Ground, relay: Relay) -> None:
        self.ground = ground
        self.relay = relay
        self.processes: dict[int, Process] = {}
        self.users: list[User] = []

    async def start(self, port: int) -> None:
        """Starts one that listens on the port."""
        settings = {
            "WEBHOOK_URL": self.relay.url,
            "WEBHOOK_PORT": str(port),
            "MESSAGES_PER_SECOND": str(RATE),
        }
        self.processes[port] = await self.ground.start(ready=False, **settings)

    async def up(self) -> None:
        """Waits until all of them run."""
        alive = self.processes.values()
        await self.ground.until(lambda: all("running as" in one.said for one in alive))

    def leads(self, port: int) -> bool:
        """Whether the process there came to lead."""
        one = self.processes[port]
        return " leading" in one.said and not one.ended


@asynccontextmanager
async def three(folder: Path, *, people: int) -> AsyncIterator[Three]:
    """Three processes, a reminder due in a minute, everybody joined."""
    write_event(folder, datetime.now(UTC) + timedelta(minutes=15, seconds=30), people=people)
    async with _ground(folder) as ground, relaying() as relay:
        ground.world.webhook_retry_s = 0.05
        relay.ports += [free_port() for _ in range(3)]
        made = Three(ground, relay)
        made.users = ground.joined()
        for port in relay.ports:
            await made.start(port)
        await made.up()
        yield made


async def test_limits_hold_for_all_and_whoever_is_killed_nothing_is_lost_or_announced_twice(
    tmp_path: Path, kills: int
) -> None:
    async with three(tmp_path, people=12) as made:
        await _all_answer_and_none_is_refused(made)
        # What was sent to a chat just before a process died, its successor cannot know.
        made.ground.world.bot.flood = FloodGate(Limits(overall=RATE))
        await _kill(made, random.Random(3), kills)


async def _all_answer_and_none_is_refused(made: Three) -> None:
    ground, users = made.ground, made.users
    ground.world.bot.flood = FloodGate(Limits(overall=RATE, private=1.0, group=20))
    _announce(ground, users, 1000)
    for _ in range(2):
        for user in users[:6]:
            user.send_text("/bantuan")
    await ground.until(lambda: all(_copies(user, 1000) for user in users))
    await ground.until(lambda: all(_helped(user) == 2 for user in users[:6]))
    await ground.until(lambda: not ground.world.bot.pending and not ground.unhandled())
    assert set(made.relay.passed) == set(made.relay.ports)
    assert [_copies(user, 1000) for user in users] == [1] * len(users)
    assert _refused(ground) == 0


async def _kill(made: Three, chance: random.Random, kills: int) -> None:
    ground, users = made.ground, made.users
    written = []
    for number in range(kills):
        _announce(ground, users, number)
        for user in chance.sample(users, 3):
            written.append(f"{number} {user.id}")
            user.send_text(f"/refleksi {written[-1]}")
        await asyncio.sleep(chance.uniform(0, 1.0))
        port = chance.choice(made.relay.ports)
        led = made.leads(port)
        await made.processes[port].kill()
        killed = time.monotonic()
        if led:
            await ground.until(lambda: any(map(made.leads, made.relay.ports)))
            assert time.monotonic() - killed < TAKEN_OVER_S
        await made.start(port)
        await made.up()
    await ground.until(lambda: not ground.world.bot.pending and not ground.unhandled())
    await ground.until(lambda: all(_reminders(user) for user in users))
    await ground.until(lambda: not _open(ground))
    assert Counter(note.text for note in ground.read(select(Note))) == Counter(written)
    ends = {row.key: row.status.value for row in ground.read(select(Outbox)) if _ours(row)}
    assert set(ends.values()) <= {"delivered", "unknown"}
    for number in range(kills):
        for user in users:
            copies = _copies(user, number)
            sure = ends[f"broadcast:{number}:{user.id}"] == "delivered"
            assert copies == 1 if sure else copies <= 1
    assert _refused(ground) == 0


def _announce(ground: Ground, users: list[User], number: int) -> None:
    now = datetime.now(UTC)
    rows = [
        Outbox(
            key=f"broadcast:{number}:{user.id}",
            lane=Lane.BROADCAST,
            kind="broadcast",
            chat_id=user.id,
            payload={"text": f"Siaran nomor {number}."},
            created_at=now,
            due_at=now,
            ready_at=now,
        )
        for user in users
    ]

    def enqueue(db: Session) -> int:
        return outbox.enqueue(db, rows)

    store = Database(database_url(ground.folder))
    store.write_now(enqueue)
    store.close()


def _copies(user: User, number: int) -> int:
    return texts(user).count(f"Siaran nomor {number}.")


def _helped(user: User) -> int:
    return sum("/jadwal" in text and "/pengingat" in text for text in texts(user))


def _refused(ground: Ground) -> int:
    return sum(call.status == 429 for call in ground.world.calls)


def _ours(row: Outbox) -> bool:
    return row.key.startswith("broadcast:")


def _open(ground: Ground) -> bool:
    rows = ground.read(select(Outbox))
    return not rows or any(row.status.value in ("pending", "sending") for row in rows)
