"""The stage of a simulation: a small event, time that nobody waits for, and a bot that dies."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from pydantic import SecretStr
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from bot.app import House, build
from bot.config import Settings
from bot.delivery.pacer import Limits
from bot.domain.outbox import Outcome
from bot.rehearsal.api import running
from bot.rehearsal.world import Limits as WorldLimits
from bot.rehearsal.world import User, World
from bot.store.claims import Claimed
from bot.store.database import Database
from tests.builders import TOKEN, Stage, SteppedClock, local
from tests.simulation.snapshot import Snapshot, look

T = TypeVar("T")
BEGINS = local("2025-11-03 18:00")
AGENDA = """
event:
  {id: sim, name: Simulasi, timezone: Asia/Jakarta, start: 2025-11-04, end: 2025-11-05}
sessions:
  - {id: a, title: Pembukaan, start: 2025-11-04 09:00, end: 2025-11-04 10:00, kind: ceremony}
  - {id: b, title: Ketahanan Pangan, start: 2025-11-04 10:15, end: 2025-11-04 11:45, kind: talk,
     room: Aula A}
  - {id: c, title: Lokakarya, start: 2025-11-04 14:00, end: 2025-11-04 15:00, kind: talk}
  - {id: d, title: Makan Malam, start: 2025-11-04 19:00, end: 2025-11-04 20:00, kind: meal}
  - {id: e, title: Kepemimpinan, start: 2025-11-05 08:00, end: 2025-11-05 09:30, kind: talk}
  - {id: f, title: Penutupan, start: 2025-11-05 13:00, end: 2025-11-05 14:00, kind: ceremony}
"""
TITLES = ("Pembukaan", "Ketahanan Pangan", "Lokakarya", "Makan Malam", "Kepemimpinan", "Penutupan")
PEOPLE = ("p1", "p2", "p3", "p4", "p5", "a1", "o1", "o2")
ORGANIZERS = ("o1", "o2")
STRANGER = 999
_STARTING_S = 5.0
"""A killed process is back so much later; the pacer of the new one knows nothing of the old."""


def roster(without: tuple[str, ...] = ()) -> str:
    """The table of everybody, as a file."""
    lines = ["id,nama,jabatan,OPD,kelompok,peran,ajudan dari"]
    for number in range(1, 6):
        group = f"Kelompok {number % 2 + 1}"
        lines.append(f"p{number},Pejabat Nomor {number},Kepala {number},Dinas,{group},peserta,")
    lines.append("a1,Ajudan Satu,,Dinas,,ajudan,p1")
    lines += [f"o{number},Panitia Nomor {number},Panitia,Badan,,panitia," for number in (1, 2)]
    return "\n".join(line for line in lines if not line.startswith(without))


class Timer:
    """Seconds that pass when the event's clock is moved on, or when the pacer waits."""

    def __init__(self, clock: SteppedClock) -> None:
        self._clock = clock
        self._seen = clock.instant
        self._seconds = 1000.0

    def monotonic(self) -> float:
        """Seconds since any instant."""
        self._seconds += max(0.0, (self._clock.instant - self._seen).total_seconds())
        self._seen = self._clock.instant
        return self._seconds

    def pass_by(self, seconds: float) -> None:
        """So long takes what no clock shows."""
        self._seconds += max(0.0, seconds)

    async def sleep(self, seconds: float) -> None:
        """Nobody waits."""
        self.pass_by(seconds)
        await asyncio.sleep(0)


class Guillotine:
    """Lets the process die at the n-th commit from now, just before or just after it.

    From that moment nothing of it reaches the store or Telegram; what it still does in memory is
    done by nobody.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, cut: Callable[[], None]) -> None:
        self._loop, self._cut = loop, cut
        self.left: int | None = None
        self.after = False
        self.fallen = asyncio.Event()
        self._dead = False

    def arm(self, commits: int, *, after: bool) -> None:
        """``commits`` is 1 for the next one."""
        self.left, self.after = commits, after

    @property
    def dead(self) -> bool:
        """Whether it has fallen, or is about to."""
        return self._dead

    def reset(self) -> None:
        """For the process that comes next."""
        self.fallen = asyncio.Event()
        self._dead = False

    def stand_at(self, db: Database) -> None:
        """Watches the commits of a store."""
        event.listen(db.engine, "connect", _spare_the_disk)
        dialect: Any = db.engine.dialect
        commit, execute, many = dialect.do_commit, dialect.do_execute, dialect.do_executemany

        def do_commit(connection: Any) -> None:
            self._refuse()
            last = self.left == 1
            if not last or self.after:
                commit(connection)
            if self.left is not None:
                self.left = None if last else self.left - 1
            if last:
                self._fall()
                self._refuse()

        def alive(run: Callable[..., Any]) -> Callable[..., Any]:
            def checked(*args: Any, **kwargs: Any) -> Any:
                self._refuse()
                return run(*args, **kwargs)

            return checked

        dialect.do_commit = do_commit
        dialect.do_execute, dialect.do_executemany = alive(execute), alive(many)

    def _refuse(self) -> None:
        if self._dead:
            raise sqlite3.OperationalError("this process is dead")

    def _fall(self) -> None:
        done = threading.Event()

        def cut() -> None:
            self._cut()
            self.fallen.set()
            done.set()

        self._dead = True
        self._loop.call_soon_threadsafe(cut)
        done.wait(5)


class Attempt:
    """One departure of a row of the outbox, and what came of it."""

    def __init__(self, row: Claimed, at: datetime, step: int, owners: "Owners") -> None:
        self.row, self.at, self.step = row, at, step
        self.outcome: Outcome | None = None
        self.came: list[int | None] = []
        """Messages that look like this row and came while it was on its way."""
        self._owners = owners
        self.sure = True
        """Whether the process lived long enough to write down what became of it."""

    @property
    def arrived(self) -> int:
        """How many messages it brought; another row may say the same to the chat meanwhile."""
        chat = self.row.chat_id
        return sum(self._owners.get((chat, number), self) is self for number in self.came)


Owners = dict[tuple[int, int | None], Attempt]
"""By chat and message: which attempt was told that this is its own."""


class Ground(Stage):
    """A stage whose bot may die at any commit and is started again at once."""

    def __init__(
        self, world: World, clock: SteppedClock, make: Callable[[], House], timer: Timer
    ) -> None:
        self.timer = timer
        self.attempts: list[Attempt] = []
        self._owners: Owners = {}
        self.deaths = 0
        self.moment = 0
        """Number of the step that is acted out."""
        self.guillotine = Guillotine(asyncio.get_running_loop(), self._cut)
        super().__init__(world, clock, lambda: self._watched(make()))

    def member(self, key: str) -> User:
        """The phone of somebody on the roster."""
        return self.world.users[_number(key)]

    async def snapshot(self) -> Snapshot:
        """What the store holds now."""
        return await self.read(look)

    async def read(self, work: Callable[[Session], T]) -> T:
        """Reads the store. A process may die at any time, also while nobody does anything."""
        while True:
            try:
                return await self.house.db.read(work)
            except SQLAlchemyError:
                if not self.guillotine.dead:
                    raise
                await self.calm()

    async def calm(self) -> None:
        """As on any stage, through deaths."""
        while True:
            work = asyncio.create_task(super().calm())
            fall = asyncio.create_task(self.guillotine.fallen.wait())
            await asyncio.wait({work, fall}, return_when=asyncio.FIRST_COMPLETED)
            if not self.guillotine.dead:
                fall.cancel()
                return await work
            await fall
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            await self.restart(crash=True)

    async def step(self, to: datetime) -> None:
        """As on any stage; a death on the way looks again."""
        while True:
            try:
                return await super().step(to)
            except SQLAlchemyError:
                await self.calm()

    async def restart(self, *, crash: bool = False) -> None:
        """Ends the bot and starts another, which may die while it starts."""
        self.deaths += crash
        with suppress(SQLAlchemyError):
            await (self.house.crash() if crash else self.house.stop())
        while True:
            self.world.network_down = False
            self.guillotine.reset()
            self.timer.pass_by(_STARTING_S)
            self.house = self._make()
            try:
                await self.house.start()
            except SQLAlchemyError:
                if not self.guillotine.fallen.is_set():
                    raise
                await self.house.crash()
            else:
                return

    def _cut(self) -> None:
        self.world.network_down = True
        for attempt in self.attempts:
            attempt.sure = attempt.sure and attempt.step < self.moment

    def _watched(self, house: House) -> House:
        """Every row that departs is noted, with what arrived of it."""
        self.guillotine.stand_at(house.db)
        courier: Any = house.courier
        send = courier._send

        async def noted(row: Claimed, **hooks: Any) -> Outcome:
            attempt = Attempt(row, self.clock.instant, self.moment, self._owners)
            self.attempts.append(attempt)
            begin = len(self.world.calls)
            try:
                outcome: Outcome = await send(row, **hooks)
                attempt.outcome = outcome
                if outcome.message_id is not None and not row.method.startswith("edit"):
                    self._owners[row.chat_id, outcome.message_id] = attempt
                return outcome
            finally:
                calls = list(self.world.calls)[begin:]
                attempt.came = [_message(call) for call in calls if _is_of(call, row)]

        courier._send = noted
        return house


def _is_of(call: Any, row: Claimed) -> bool:
    """Whether this call brought this row to its phone."""
    names = ("text", "from_chat_id", "message_id")
    return (
        call.method.lower() == row.method.lower()
        and call.chat_id == row.chat_id
        and (call.ok or call.result is not None or call.fault in ("reset_after", "malformed"))
        and all(
            str(call.params.get(name)) == str(row.payload[name])
            for name in names
            if name in row.payload
        )
    )


def _message(call: Any) -> int | None:
    return call.result.get("message_id") if isinstance(call.result, dict) else None


def _spare_the_disk(connection: sqlite3.Connection, _record: Any) -> None:
    # A process dies here, never the machine, so nothing need be flushed.
    connection.execute("PRAGMA synchronous = OFF")


def _number(key: str) -> int:
    return 2000 + PEOPLE.index(key)


@asynccontextmanager
async def ground(folder: Path) -> AsyncIterator[Ground]:
    """The event on its eve; nobody has joined."""
    shipped = folder / "event"
    shipped.mkdir(parents=True)
    (shipped / "agenda.yaml").write_text(AGENDA, encoding="utf-8")
    (shipped / "roster.csv").write_text(roster(), encoding="utf-8")
    clock = SteppedClock(BEGINS)
    timer = Timer(clock)
    world = World(
        token=TOKEN,
        username="mandala_test_bot",
        now=clock.now,
        monotonic=timer.monotonic,
        limits=WorldLimits.telegram(),
        call_log=None,
    )
    async with running(world, token=TOKEN) as url:
        settings = Settings(
            _env_file=None,
            person_burst=0,
            bot_token=SecretStr(TOKEN),
            telegram_api_url=url,
            database_url=f"sqlite:///{folder}/mandala.db",
            attachments_dir=folder / "attachments",
            event_dir=shipped,
        )
        stage = Ground(
            world,
            clock,
            lambda: build(settings, now=clock.now, timer=timer, limits=Limits()),
            timer,
        )
        for key in PEOPLE:
            world.add_user(_number(key), key)
        world.add_user(STRANGER, "orang lain")
        await stage.house.start()
        try:
            yield stage
        finally:
            stage.guillotine.left = None
            await stage.house.stop()


def later(instant: datetime, seconds: float) -> datetime:
    """So many seconds after it."""
    return instant + timedelta(seconds=seconds)
