"""The database goes away and comes back: nothing acknowledged is lost, the bot goes on."""

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlmodel import select
from telegram import Update

from bot import running
from bot.store.tables import Note, Outbox
from tests import postgres
from tests.builders import TOKEN, Stage, local, staged, texts
from tests.postgres import Server
from tests.test_bad_days import Watcher, alarms

pytestmark = pytest.mark.postgresql

PATIENCE_S = 40.0


@pytest.fixture
def server() -> Iterator[Server]:
    """A server of this test alone, which it may stop."""
    made = postgres.new_server()
    yield made
    made.remove()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not holds():  # noqa: ASYNC110  # the bot tells nobody that it has recovered
            await asyncio.sleep(0.02)


def notes(stage: Stage) -> list[str]:
    return stage.house.db.read_now(lambda db: [note.text for note in db.exec(select(Note))])


async def test_while_the_database_is_away_updates_stay_with_telegram_and_reminders_wait(
    server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = server.database(tmp_path, "a", empty=True)
    async with staged(tmp_path, now=local("2025-11-04 08:40"), database_url=url) as stage:
        user = await stage.user("p30")
        before = len(user.inbox)
        await asyncio.to_thread(server.stop)
        user.send_text("/refleksi Ditulis saat basis data mati.")
        stage.clock.instant = local("2025-11-04 08:55")
        await stage.house.wake()
        await until(lambda: "no updates for now" in caplog.text)
        await until(lambda: "planning failed" in caplog.text)
        assert stage.world.bot.pending, "an update that is not stored is not confirmed"
        assert len(user.inbox) == before
        await asyncio.to_thread(server.start)
        await until(lambda: not stage.world.bot.pending)
        await stage.house.intake.settle()
        await stage.calm()
        assert notes(stage) == ["Ditulis saat basis data mati."]
        assert sum(text.startswith("⏰") for text in texts(user)) == 1
        assert "Ditulis" not in caplog.text


async def test_what_was_taken_before_the_database_went_is_handled_when_it_is_back(
    server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = server.database(tmp_path, "a", empty=True)
    async with staged(tmp_path, now=local("2025-11-04 08:40"), database_url=url) as stage:
        user = await stage.user("p30")
        before = len(user.inbox)
        taken, gate = asyncio.Event(), asyncio.Event()
        handle = stage.house.intake._handle

        async def held(update: Update) -> None:
            taken.set()
            await gate.wait()
            await handle(update)

        stage.house.intake._handle = held
        user.send_text("/refleksi Ditulis sebelum basis data mati.")
        await taken.wait()
        await asyncio.to_thread(server.stop)
        gate.set()
        await until(lambda: "met no store" in caplog.text)
        await asyncio.to_thread(server.start)
        await stage.house.intake.settle()
        assert notes(stage) == ["Ditulis sebelum basis data mati."]
        assert ["Tersimpan" in text for text in texts(user)[before:]] == [True]


async def test_organizers_hear_of_thirty_seconds_without_a_database_and_of_its_return(
    server: Server, tmp_path: Path
) -> None:
    url = server.database(tmp_path, "a", empty=True)
    async with staged(tmp_path, now=local("2025-11-04 08:40"), database_url=url) as stage:
        organizer, user = await stage.user("o1"), await stage.user("p30")
        watcher = Watcher(stage)
        await watcher.look()
        await asyncio.to_thread(server.stop)
        user.send_text("/refleksi Ditulis saat basis data mati.")
        for _ in range(2):  # half a minute
            await watcher.look()
        assert alarms(organizer) == ["🔴 Penyimpanan data bermasalah"]
        await asyncio.to_thread(server.start)
        await until(lambda: not stage.world.bot.pending)
        await until(lambda: stage.house.leadership.leads)
        await watcher.look()
        assert len(alarms(organizer)) == 2
        assert alarms(user) == []
        await until(lambda: notes(stage) == ["Ditulis saat basis data mati."])


async def test_rows_in_flight_when_the_database_goes_are_recorded_when_it_is_back(
    server: Server, tmp_path: Path
) -> None:
    url = server.database(tmp_path, "a", empty=True)
    async with staged(tmp_path, now=local("2025-11-04 08:40"), database_url=url) as stage:
        users = [await stage.user(key) for key in ("p30", "p31")]
        gate = asyncio.Event()
        send = stage.house.courier._send

        async def held(row: object, **hooks: object) -> object:
            outcome = await send(row, **hooks)  # type: ignore[arg-type]  # passed through
            await gate.wait()
            return outcome

        stage.house.courier._send = held  # type: ignore[assignment]  # the same in essence
        stage.clock.instant = local("2025-11-04 08:55")
        await stage.house.wake()
        await until(lambda: all(_reminded(user) for user in users))
        await asyncio.to_thread(server.stop)
        gate.set()
        await until(lambda: stage.house.courier.counters.store_failures > 0)
        await asyncio.to_thread(server.start)
        await until(lambda: _delivered(stage) == 2)
        assert [_reminded(user) for user in users] == [1, 1]


def _reminded(user: object) -> int:
    return sum(text.startswith("⏰") for text in texts(user))  # type: ignore[arg-type]  # a User


def _delivered(stage: Stage) -> int:
    try:
        rows = stage.house.db.read_now(lambda db: db.exec(select(Outbox)).all())
    except Exception:
        return 0
    return sum(row.status.value == "delivered" and row.kind == "reminder" for row in rows)


async def test_a_bot_that_starts_before_its_database_waits_for_it(
    server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = server.database(tmp_path, "a", empty=True)
    await asyncio.to_thread(server.stop)
    async with staged(
        tmp_path, now=local("2025-11-04 08:40"), database_url=url, started=False
    ) as stage:
        starting = asyncio.create_task(running._start(stage.house))
        await until(lambda: "database not reached" in caplog.text)
        begun = time.monotonic()
        await asyncio.to_thread(server.start)
        await starting
        assert time.monotonic() - begun < PATIENCE_S
        assert (await stage.user("p30")).inbox
    assert TOKEN not in caplog.text
