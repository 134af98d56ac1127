"""A bot on the real road to the embedded Bot API, with an outbox in a temporary file."""

import asyncio
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session, SQLModel, col, select
from telegram.ext import ExtBot

from bot.delivery.courier import Courier
from bot.delivery.paced_calls import PacedCalls
from bot.delivery.pacer import Limits, Pacer
from bot.delivery.request import AiohttpRequest
from bot.delivery.telegram import reachable, send
from bot.domain.outbox import Lane, Status
from bot.domain.people import Role
from bot.rehearsal.api.running import running
from bot.rehearsal.world import User, World
from bot.store import outbox
from bot.store.database import Database
from bot.store.tables import Broadcast, Outbox, Person
from tests.stores import database_url

TOKEN = "123456789:test-token-that-no-log-may-show-0000"
NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
FAST = Limits(overall=100_000, private=1000.0, burst=1000, group=1000)
FIRST_CHAT = 10_001


class SteppedClock:
    """The event's instant moves when told; seconds for the pacer run on and can skip ahead."""

    def __init__(self) -> None:
        self.instant = NOON
        self._skipped = 0.0

    def now(self) -> datetime:
        return self.instant

    def monotonic(self) -> float:
        return time.monotonic() + self._skipped

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def skip_to(self, instant: datetime) -> None:
        self._skipped += max(0.0, (instant - self.instant).total_seconds())
        self.instant = max(self.instant, instant)


def row(number: int, *, kind: str = "broadcast", **changes: Any) -> Outbox:
    """A row for recipient ``number``, counted from 0."""
    values: dict[str, Any] = {
        "key": f"{kind}:{number}",
        "lane": Lane.BROADCAST if kind == "broadcast" else Lane.REMINDER,
        "kind": kind,
        "chat_id": FIRST_CHAT + number,
        "payload": {"text": f"Pengumuman {number}"},
        "created_at": NOON,
        "due_at": NOON,
        "ready_at": NOON,
        **changes,
    }
    return Outbox(**values)


@dataclass
class Office:
    """Everything around a courier, and questions to ask afterwards."""

    db: Database
    world: World
    bot: ExtBot[Lane]
    pacer: Pacer
    clock: SteppedClock
    courier: Courier
    users: list[User]

    def enqueue(self, *rows: Outbox) -> int:
        return self.db.write_now(outbox.enqueue, rows)

    async def deliver(self) -> None:
        """Drains, steps to the next row that waits, and so on until none does."""
        for _ in range(100):
            await self.courier.drain()
            at = await self.db.read(outbox.next_ready)
            if at is None:
                return
            self.clock.skip_to(max(at, self.courier.paused_until))
        raise AssertionError("rows wait for ever")

    def rows(self) -> list[Outbox]:
        return self.db.read_now(all_rows)

    def statuses(self) -> Counter[Status]:
        return Counter(row.status for row in self.rows())

    def ends(self, keys: list[str]) -> list[Status]:
        """The status of each of ``keys``."""
        return self.db.read_now(statuses, keys)

    def received(self) -> list[int]:
        """How many messages of the bot each person has."""
        return [len(user.inbox) for user in self.users]

    def new_courier(self, **options: Any) -> Courier:
        options.setdefault("at_once", 64)
        options.setdefault("feel", partial(reachable, self.bot))
        return Courier(
            self.db,
            partial(send, self.bot),
            now=self.clock.now,
            worker="w",
            jitter=lambda: 0.5,
            **options,
        )


def all_rows(db: Session) -> list[Outbox]:
    return list(db.exec(select(Outbox).order_by(col(Outbox.id))))


def statuses(db: Session, keys: list[str]) -> list[Status]:
    """The status of each of ``keys``, in their order."""
    wanted = select(Outbox.key, Outbox.status).where(col(Outbox.key).in_(keys))
    found = {key: Status(status) for key, status in db.exec(wanted)}
    return [found[key] for key in keys]


def _hurry(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous = OFF")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = Database(database_url(tmp_path))
    # Nothing here has to survive a power cut.
    if database.sqlite:
        event.listen(database.engine, "connect", _hurry)
    SQLModel.metadata.create_all(database.engine)
    yield database
    database.close()


@pytest.fixture
def people(db: Database) -> Callable[[int], None]:
    """Makes persons 1 to n, whose chats are those of recipients 0 to n-1, and broadcast 1."""

    def make(count: int) -> None:
        def work(session: Session) -> None:
            for n in range(count):
                session.add(
                    Person(
                        id=n + 1,
                        key=f"p{n}",
                        name=f"Peserta {n}",
                        role=Role.PARTICIPANT,
                        chat_id=FIRST_CHAT + n,
                    )
                )
            session.flush()
            session.add(
                Broadcast(
                    id=1, author_id=1, source_chat_id=1, source_message_id=1, created_at=NOON
                )
            )

        db.write_now(work)

    return make


Opening = Callable[..., Any]


@pytest.fixture
def office(db: Database) -> Opening:
    """``async with office(recipients=32, limits=...) as o``."""

    @asynccontextmanager
    async def opened(
        *,
        recipients: int = 3,
        limits: Limits = FAST,
        world: World | None = None,
        read_timeout: float = 10.0,
    ) -> AsyncIterator[Office]:
        clock = SteppedClock()
        world = world or World(token=TOKEN)
        users = [world.add_user(FIRST_CHAT + n, f"Peserta {n}") for n in range(recipients)]
        for user in users:
            user.start()
        pacer = Pacer(limits, timer=clock)
        async with running(world) as base_url:
            bot: ExtBot[Lane] = ExtBot(
                TOKEN,
                base_url=f"{base_url}/bot",
                request=AiohttpRequest(read_timeout=read_timeout),
                get_updates_request=AiohttpRequest(),
                rate_limiter=PacedCalls(pacer),
            )
            async with bot:
                made = Office(db, world, bot, pacer, clock, None, users)  # type: ignore[arg-type]
                made.courier = made.new_courier()
                yield made

    return opened
