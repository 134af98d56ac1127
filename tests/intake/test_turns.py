"""Few updates of a chat are in memory, and whoever writes much delays nobody."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from bot.intake import turns
from bot.intake.receiving import Intake
from bot.store import inbox
from bot.store.database import Database
from tests.intake.test_receiving import NOW, Handling, update
from tests.stores import database_url


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(database_url(tmp_path))
    SQLModel.metadata.create_all(database.engine)
    yield database
    database.close()


async def test_a_flood_keeps_its_order_and_little_of_it_is_in_memory(db: Database) -> None:
    handling = Handling()
    gate = handling.held[1] = asyncio.Event()
    intake = Intake(db, handling, now=lambda: NOW, give_up=Handling().give_up)
    for first in range(1, 101, 10):
        await intake.accept([update(n, chat=1) for n in range(first, first + 10)])
    assert intake._turns._kept <= turns._OF_ONE_CHAT
    await intake.accept([update(200, chat=2)])
    while 200 not in handling.done:  # noqa: ASYNC110 - it tells nobody
        await asyncio.sleep(0.001)
    assert handling.done == [200]
    gate.set()
    await intake.settle()
    assert handling.done[1:] == list(range(1, 101))
    assert not await db.read(inbox.unhandled)


async def test_beyond_what_may_be_in_memory_everything_waits_in_the_store(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "_IN_MEMORY", 5)
    monkeypatch.setattr(turns, "_AT_ONCE", 2)
    handling = Handling()
    intake = Intake(db, handling, now=lambda: NOW, give_up=Handling().give_up)
    await intake.accept([update(n, chat=n % 20) for n in range(1, 201)])
    assert intake._turns._kept <= 5
    await intake.settle()
    assert sorted(handling.done) == list(range(1, 201))
    for chat in range(20):
        mine = [n for n in handling.done if n % 20 == chat]
        assert mine == sorted(mine)


async def test_whoever_waits_for_telegram_holds_nobody_up(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "_AT_ONCE", 2)
    done: list[int] = []
    gate = asyncio.Event()

    async def handle(one: object) -> None:
        number = one.update_id  # type: ignore[attr-defined]  # an Update
        if number <= 4:
            with intake.aside():
                await gate.wait()
        done.append(number)

    intake = Intake(db, handle, now=lambda: NOW, give_up=Handling().give_up)
    await intake.accept([update(n, chat=n) for n in range(1, 9)])
    while len(done) < 4:  # noqa: ASYNC110 - it tells nobody
        await asyncio.sleep(0.001)
    assert sorted(done) == [5, 6, 7, 8]
    gate.set()
    await intake.settle()
    assert sorted(done) == list(range(1, 9))
