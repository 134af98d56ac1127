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
from tests.test_process import Ground, Process, _enough, _ground, _reminders, write_event

pytestmark = pytest.mark.postgresql

TAKEN_OVER_S = 10.0
RATE = 25
"""Messages a second that Telegram allows here, to all of them together."""
_IN_FLIGHT = 8
"""Most messages that one process can have under way at this pace."""


class Three:
    """The processes; each has a port of its own, which a new one in its place takes over."""

    def __init__(self, ground: Ground, relay: Relay, begins: datetime) -> None:
        self.ground = ground
        self.relay = relay
        self.begins = begins
        """The session."""
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

    async def begin(self) -> None:
        """Starts all of them."""
        for port in self.relay.ports:
            await self.start(port)
        await self.up()

    async def up(self) -> None:
        """Waits until all of them run."""
        alive = self.processes.values()
        await self.ground.until(lambda: all("running as" in one.said for one in alive))

    def leads(self, port: int) -> bool:
        """Whether the process there came to lead."""
        one = self.processes[port]
        return " leading" in one.said and not one.ended

    async def leader(self) -> int:
        """The port of the one that leads, once there is one."""
        await self.ground.until(lambda: any(map(self.leads, self.relay.ports)))
        return next(filter(self.leads, self.relay.ports))


@asynccontextmanager
async def three(folder: Path, *, people: int, due: timedelta) -> AsyncIterator[Three]:
    """Three processes to be started; a reminder falls ``due``; everybody has joined."""
    begins = (datetime.now(UTC) + timedelta(minutes=15) + due).replace(microsecond=0)
    write_event(folder, begins, people=people)
    async with _ground(folder) as ground, relaying() as relay:
        ground.world.webhook_retry_s = 0.05
        relay.ports += [free_port() for _ in range(3)]
        made = Three(ground, relay, begins)
        made.users = ground.joined()
        yield made


class Gate:
    """Planning gets no further than into the middle of its wave, where a transaction of ours has
    one of its keys in hand."""

    def __init__(self, made: Three) -> None:
        store = Database(database_url(made.ground.folder))
        self._ours, self._other = Session(store.engine), store.engine.connect()
        middle = made.users[len(made.users) // 2]
        row = _row(f"reminder:{middle.id - 1000}:s:{made.begins:%Y%m%dT%H%MZ}", middle, "")
        outbox.enqueue(self._ours, [row])
        self._close = store.close

    def reached(self) -> bool:
        """Whether somebody stands before it."""
        waiting = self._other.exec_driver_sql(
            "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE NOT granted AND datname = current_database()"
        )
        return bool(waiting.scalar_one())

    def open(self) -> None:
        """Whoever stands there goes on, with nothing in the way."""
        self._ours.close()
        self._other.close()
        self._close()


async def test_limits_hold_for_all_and_whoever_is_killed_nothing_is_lost_or_announced_twice(
    tmp_path: Path, kills: int
) -> None:
    async with three(tmp_path, people=12, due=timedelta(seconds=30)) as made:
        await made.begin()
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
            await made.leader()
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


async def test_killed_at_the_instant_of_a_reminder_nobody_misses_it(tmp_path: Path) -> None:
    async with three(tmp_path, people=24, due=timedelta(minutes=-1)) as made:
        ground, users, gate = made.ground, made.users, Gate(made)
        await made.begin()
        await ground.until(gate.reached)
        await _kill_leader(made)
        await ground.until(gate.reached)
        assert not any(_reminders(user) for user in users), "it was killed while planning"
        gate.open()
        await ground.until(lambda: any(_reminders(user) for user in users))
        await _kill_leader(made)
        follower = next(port for port in made.relay.ports if not made.leads(port))
        await ground.until(lambda: _enough(users, len(users) // 2))
        await made.processes[follower].kill()
        await ground.until(lambda: not _open(ground))
        rows = {
            row.person_id: row for row in ground.read(select(Outbox)) if row.kind == "reminder"
        }
        assert Counter(row.status.value for row in rows.values()) == {"delivered": len(users)}
        came = {user.id - 1000: _reminders(user) for user in users}
        assert [
            number for number, row in rows.items() if not 1 <= came[number] <= row.attempts
        ] == []
        assert sum(came.values()) <= len(users) + 2 * _IN_FLIGHT


async def _kill_leader(made: Three) -> None:
    """Another leads in time, and one in its place is up."""
    port = await made.leader()
    await made.processes[port].kill()
    killed = time.monotonic()
    await made.leader()
    assert time.monotonic() - killed < TAKEN_OVER_S
    await made.start(port)
    await made.up()


def _announce(ground: Ground, users: list[User], number: int) -> None:
    rows = [
        _row(f"broadcast:{number}:{user.id}", user, f"Siaran nomor {number}.") for user in users
    ]

    def enqueue(db: Session) -> int:
        return outbox.enqueue(db, rows)

    store = Database(database_url(ground.folder))
    store.write_now(enqueue)
    store.close()


def _row(key: str, user: User, words: str) -> Outbox:
    now = datetime.now(UTC)
    return Outbox(
        key=key,
        lane=Lane.BROADCAST,
        kind="broadcast",
        chat_id=user.id,
        payload={"text": words},
        created_at=now,
        due_at=now,
        ready_at=now,
    )


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
