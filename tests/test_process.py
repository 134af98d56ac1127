"""The real process against the embedded Bot API: killed, stopped, misconfigured."""

import asyncio
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bot.rehearsal.api import running
from bot.rehearsal.world import Fault, User, World
from bot.store import people
from bot.store.database import Database
from bot.store.migrating import migrate
from bot.store.roster_file import read_roster
from bot.store.tables import Inbox, Note, Outbox, Person
from tests.builders import TOKEN, texts
from tests.stores import database_url

ROOT = Path(__file__).parents[1]
SECRET = TOKEN.partition(":")[2]
PATIENCE_S = 30.0
"""For things that take a moment; a busy machine takes several."""
EVENT_ID = "e"
_ISO = "%Y-%m-%dT%H:%M:%SZ"


def write_event(folder: Path, start: datetime, *, people: int = 3) -> None:
    """An event of one short session that begins at ``start``, and its roster."""
    day, end = start.date(), start + timedelta(seconds=30)
    event = f"{{id: {EVENT_ID}, name: E, timezone: UTC, start: {day}, end: {day}}}"
    session = (
        f"{{id: s, title: Session, kind: talk, start: '{start:{_ISO}}', end: '{end:{_ISO}}'}}"
    )
    (folder / "agenda.yaml").write_text(f"event: {event}\nsessions:\n  - {session}\n")
    rows = [f"p{n},Person {n},participant" for n in range(1, people + 1)]
    (folder / "roster.csv").write_text("\n".join(["id,name,role", *rows]))


class Process:
    """``mandala run`` and all that it says."""

    def __init__(self, child: asyncio.subprocess.Process) -> None:
        self._child = child
        self.said = ""
        assert child.stdout is not None
        self._reader = asyncio.create_task(self._read(child.stdout))

    async def _read(self, stream: asyncio.StreamReader) -> None:
        while line := await stream.readline():
            self.said += line.decode()

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return self._child.returncode is not None

    async def ends(self) -> int:
        """The exit status once it has ended."""
        async with asyncio.timeout(PATIENCE_S):
            status = await self._child.wait()
            await self._reader
        return status

    async def kill(self) -> None:
        """SIGKILL."""
        if self._child.returncode is None:
            self._child.kill()
        await self.ends()

    async def stop(self) -> tuple[int, float]:
        """SIGTERM: the exit status and how many seconds it took."""
        begun = time.monotonic()
        self._child.send_signal(signal.SIGTERM)
        return await self.ends(), time.monotonic() - begun


class Ground:
    """A world, and processes that play in it on one database."""

    def __init__(self, world: World, url: str, folder: Path) -> None:
        self.world = world
        self.folder = folder
        self.processes: list[Process] = []
        self._env = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": url,
            "DATABASE_URL": database_url(folder),
            "EVENT_DIR": str(folder),
            "STATE_DIR": str(folder),
            "PERSON_BURST": "0",
            "MESSAGES_PER_SECOND": "1000",
        }

    async def start(self, *, ready: bool = True, **env: str) -> Process:
        """Starts the bot; ``ready`` waits for its first poll."""
        polls = self._count("getUpdates")
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run",
            env=self._env | env, cwd=self.folder,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        process = Process(child)
        self.processes.append(process)
        if ready:
            await self.until(lambda: self._count("getUpdates") > polls or process.ended)
            assert not process.ended, process.said
        return process

    def _count(self, method: str) -> int:
        return sum(call.method == method for call in self.world.calls)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Looks again and again until it is so; a process tells nobody of its changes."""
        async with asyncio.timeout(PATIENCE_S):
            while not holds():  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    def read(self, query: Any) -> list[Any]:
        """Rows of the store, from outside."""
        db = Database(self._env["DATABASE_URL"])
        try:
            return db.read_now(lambda session: list(session.exec(query).all()))
        finally:
            db.close()

    def joined(self) -> list[User]:
        """Everybody on the roster, who joined long ago; before the first start."""
        db = Database(self._env["DATABASE_URL"])
        migrate(db.engine)
        roster = read_roster(self.folder / "roster.csv")
        db.write_now(lambda session: people.put_roster(session, roster))
        users = []
        for person in db.read_now(people.everyone):
            user = self.world.add_user(1000 + (person.id or 0), person.name)
            user.chat().state = "member"
            person.chat_id, person.joined_at = user.id, datetime.now(UTC) - timedelta(days=2)
            db.write_now(_merge, person)
            users.append(user)
        db.close()
        return users

    def unhandled(self) -> list[Inbox]:
        """Updates that the bot has stored and not finished."""
        return self.read(select(Inbox).where(col(Inbox.body).is_not(None)))


@pytest.fixture
async def ground(tmp_path: Path) -> AsyncIterator[Ground]:
    write_event(tmp_path, datetime.now(UTC) + timedelta(days=1))
    async with _ground(tmp_path) as ready:
        yield ready


@asynccontextmanager
async def _ground(folder: Path) -> AsyncIterator[Ground]:
    world = World(token=TOKEN, username="process_test_bot")
    async with running(world, token=TOKEN) as url:
        ready = Ground(world, url, folder)
        try:
            yield ready
        finally:
            for process in ready.processes:
                await process.kill()
            for process in ready.processes:
                assert TOKEN not in process.said
                assert SECRET not in process.said
                assert "Traceback" not in process.said


async def test_killed_at_random_moments_it_forgets_no_note_and_keeps_each_once(
    ground: Ground,
) -> None:
    chance = random.Random(5)
    users = ground.joined()
    process = await ground.start()
    written = []
    for burst in range(3):
        for user in users:
            for number in range(3):
                written.append(f"{user.id} {burst} {number}")
                user.send_text(f"/refleksi {written[-1]}")
        await asyncio.sleep(chance.uniform(0, 0.25))
        await process.kill()
        process = await ground.start()
    await ground.until(lambda: not ground.world.bot.pending)
    await ground.until(lambda: not ground.unhandled())
    assert Counter(note.text for note in ground.read(select(Note))) == Counter(written)
    assert (await process.stop())[0] == 0


async def test_what_was_fetched_but_not_answered_is_answered_after_the_restart(
    ground: Ground,
) -> None:
    [user, *_] = ground.joined()
    process = await ground.start()
    hang = ground.world.faults.add(Fault("hang", method="sendMessage", times=None))
    asked = user.send_text("/bantuan")["message_id"]
    await ground.until(lambda: hang.struck > 0 and not ground.world.bot.pending)
    before = len(user.inbox)
    await process.kill()
    ground.world.faults.clear()
    process = await ground.start()
    await ground.until(lambda: len(user.inbox) > before)
    await process.stop()
    since = [message["text"] for message in user.inbox if message["message_id"] > asked]
    answers = [text for text in since if "/jadwal" in text]  # the privacy text comes beside it
    assert len(answers) == 1, "asked once, answered once"


async def test_killed_in_the_middle_of_a_wave_only_what_was_in_flight_may_come_twice(
    tmp_path: Path,
) -> None:
    write_event(tmp_path, datetime.now(UTC) + timedelta(minutes=14), people=24)
    async with _ground(tmp_path) as ground:
        users = ground.joined()
        in_flight: Counter[str] = Counter()
        for wanted in (4, 14):
            process = await ground.start(ready=False, MESSAGES_PER_SECOND="20")
            await ground.until(partial(_enough, users, wanted))
            await process.kill()
            in_flight.update(row.key for row in ground.read(select(Outbox)) if _sending(row))
        process = await ground.start()
        await ground.until(lambda: all(_reminders(user) for user in users))
        assert (await process.stop())[0] == 0
        rows = [row for row in ground.read(select(Outbox)) if row.kind == "reminder"]
        assert {row.status.value for row in rows} == {"delivered"}
        assert len(rows) == len(users)
        for user in users:
            allowed = 1 + sum(
                count for key, count in in_flight.items() if key.split(":")[1] == _number(user)
            )
            assert 1 <= _reminders(user) <= allowed


def _sending(row: Outbox) -> bool:
    return row.status.value == "sending"


def _number(user: User) -> str:
    return str(user.id - 1000)


def _reminders(user: User) -> int:
    return sum(text.startswith("⏰") for text in texts(user))


def _enough(users: list[User], wanted: int) -> bool:
    return sum(_reminders(user) for user in users) >= wanted


def _merge(session: Session, person: Person) -> None:
    session.merge(person)


@pytest.mark.parametrize("trouble", ["none", "hang", "down"])
async def test_sigterm_ends_it_within_five_seconds_with_the_outbox_in_order(
    tmp_path: Path, trouble: str
) -> None:
    write_event(tmp_path, datetime.now(UTC) + timedelta(minutes=14))
    async with _ground(tmp_path) as ground:
        [user, *_] = ground.joined()
        if trouble == "hang":
            hang = ground.world.faults.add(Fault("hang", method="sendMessage", times=None))
        process = await ground.start()
        if trouble == "hang":
            user.send_text("/bantuan")
            await ground.until(lambda: hang.struck >= 4)
        elif trouble == "down":
            ground.world.network_down = True
            await ground.until(lambda: "no updates" in process.said)
        else:
            await ground.until(lambda: _reminders(user) > 0)
        status, seconds = await process.stop()
        assert status == 0
        assert seconds < 5
        assert not [row for row in ground.read(select(Outbox)) if _sending(row)]
        assert "Unclosed" not in process.said


async def test_sigterm_ends_it_while_telegram_was_never_reached(ground: Ground) -> None:
    ground.world.network_down = True
    process = await ground.start(ready=False, LOG_LEVEL="DEBUG")
    await ground.until(lambda: "not reached" in process.said)
    status, seconds = await process.stop()
    assert (status, seconds < 5) == (0, True)
    assert "Unclosed" not in process.said


async def test_it_waits_for_telegram_and_then_works(ground: Ground) -> None:
    [user, *_] = ground.joined()
    trouble = ground.world.faults.add(Fault("502", method="getMe", times=1))
    process = await ground.start(LOG_LEVEL="DEBUG")
    assert trouble.struck == 1
    ground.world.faults.add(Fault("500", method="getUpdates", times=1))
    ground.world.faults.add(Fault("malformed", method="sendMessage", times=1))
    ground.world.faults.add(Fault("reset_after", method="sendMessage", times=1))
    for _ in range(3):
        user.send_text("/bantuan")
    await ground.until(lambda: any("jadwal" in text for text in texts(user)))
    assert (await process.stop())[0] == 0
    assert process.said.count("running as @process_test_bot") == 1


async def test_a_token_that_telegram_refuses_is_one_clear_line(ground: Ground) -> None:
    wrong = "987654321:another-token-that-nobody-knows-00000"
    process = await ground.start(ready=False, BOT_TOKEN=wrong, LOG_LEVEL="DEBUG")
    assert await process.ends() == 2
    assert "BotFather" in process.said
    assert wrong not in process.said
    assert wrong.partition(":")[2] not in process.said


async def test_a_missing_setting_is_one_clear_line(ground: Ground) -> None:
    process = await ground.start(ready=False, BOT_TOKEN="")
    assert await process.ends() == 2
    assert process.said.count("\n") == 1
    assert "BOT_TOKEN is not set" in process.said


@pytest.mark.sqlite
async def test_a_second_bot_on_the_same_file_goes_away_before_it_touches_anything(
    ground: Ground,
) -> None:
    ground.joined()
    first = await ground.start()
    asked = ground._count("getMe")
    second = await ground.start(ready=False)
    assert await second.ends() == 1
    assert second.said.count("\n") == 1
    assert "in use by another mandala" in second.said
    assert ground._count("getMe") == asked
    await first.kill()
    third = await ground.start()
    assert (await third.stop())[0] == 0
