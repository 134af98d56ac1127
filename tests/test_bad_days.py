"""Disk, network and Telegram fail for a while: nothing acknowledged is lost, the bot goes on by
itself, and the organizers hear of it."""

import asyncio
import re
import resource
import socket
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlmodel import select

from bot.delivery.contact import Contact
from bot.domain.clock import system_now
from bot.rehearsal.world import User
from bot.store.tables import Note
from tests.announcing import Hall, hall_of
from tests.builders import Stage, local, texts

BEFORE = "Ditulis sebelum keadaan sulit."
WORDS = "Ditulis saat keadaan sulit."


class Watcher:
    """The watch of the bot, whose seconds are the test's."""

    def __init__(self, stage: Stage) -> None:
        self.seconds = 0.0
        self._watch = stage.house.watch
        sources = self._watch._sources
        self.contact: Contact = sources.contact
        self.contact._monotonic, self.contact._sampled_at = self.monotonic, -5.0
        self._watch._sources = replace(sources, monotonic=self.monotonic)

    def monotonic(self) -> float:
        return self.seconds

    async def look(self, *, after: float = 15) -> None:
        self.seconds += after
        await self._watch.look()


@pytest.fixture
async def hall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hall]:
    """Before the opening on the first day; who waits for something looks again at once."""
    monkeypatch.setattr("bot.intake.polling._FIRST_PAUSE_S", 0.05)
    monkeypatch.setattr("bot.intake.polling._LONGEST_PAUSE_S", 0.05)
    monkeypatch.setattr("bot.delivery.courier._STORE_PAUSE_S", (0.05, 0.05))
    monkeypatch.setattr("bot.intake.receiving._AFTER_FAILURE_S", 0.05)
    async with hall_of(tmp_path, at="2025-11-04 08:30") as ready:
        yield ready


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110  # the bot tells nobody that it has recovered
            await asyncio.sleep(0.01)


def alarms(user: User) -> list[str]:
    return [text.split(" (")[0] for text in texts(user) if text.startswith(("🔴", "🟢"))]


def notes(stage: Stage) -> list[str]:
    return stage.house.db.read_now(lambda db: [note.text for note in db.exec(select(Note))])


def reminders(user: User) -> int:
    return sum(text.startswith("⏰") for text in texts(user))


@contextmanager
def read_only(stage: Stage) -> Iterator[None]:
    """As on a disk that the system remounted after an error."""
    on = True

    def set_(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA query_only = {'ON' if on else 'OFF'}")

    event.listen(stage.house.db.engine.pool, "checkout", set_)
    yield
    on = False


@contextmanager
def full_disk(stage: Stage) -> Iterator[None]:
    """No file of this process grows beyond what the store's log has now."""
    log = Path(f"{stage.house.db.url.removeprefix('sqlite:///')}-wal")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.sqlite
@pytest.mark.parametrize("harm", [read_only, full_disk])
async def test_a_store_that_takes_nothing_loses_nothing_and_is_told(
    hall: Hall,
    harm: Callable[[Stage], "contextmanager[None]"],  # type: ignore[valid-type]
) -> None:
    stage, watcher = hall.stage, Watcher(hall.stage)
    await stage.say(hall.second, f"/refleksi {BEFORE}")
    await watcher.look()
    with harm(stage):  # type: ignore[attr-defined]
        before = len(hall.first.inbox)
        hall.first.send_text(f"/refleksi {WORDS}")
        stage.clock.instant = local("2025-11-04 08:45")
        await stage.house.wake()
        await watcher.look()
        await watcher.look()
        await until(lambda: len(alarms(hall.organizer)) == 1)
        assert stage.world.bot.pending, "what is not stored is not confirmed"
        assert len(hall.first.inbox) == before, "nor answered"
        assert alarms(hall.organizer) == ["🔴 Penyimpanan data bermasalah"]
    await until(lambda: not stage.world.bot.pending)
    await stage.calm()
    await watcher.look()
    await stage.calm()
    assert notes(stage) == [BEFORE, WORDS]
    assert [reminders(user) for user in hall.everybody] == [1] * 5
    assert len(alarms(hall.organizer)) == 2
    assert alarms(hall.first) == []


async def test_a_name_that_is_not_found_for_a_while_costs_nothing(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, watcher = hall.stage, Watcher(hall.stage)
    bot = stage.house.application.bot
    host = "telegram.example"
    lost = False

    async def resolve(_self: object, name: str, port: int = 0, family: int = 0) -> list[object]:
        if lost:
            raise OSError(socket.EAI_AGAIN, "Temporary failure in name resolution")
        found = {"hostname": name, "host": "127.0.0.1", "port": port}
        return [{**found, "family": socket.AF_INET, "proto": 0, "flags": 0}]

    monkeypatch.setattr("aiohttp.resolver.ThreadedResolver.resolve", resolve)
    monkeypatch.setattr(bot, "_base_url", bot._base_url.replace("127.0.0.1", host))
    await stage.say(hall.second, "/bantuan")
    await stage.say(hall.second, f"/refleksi {BEFORE}")
    lost = True
    for road in bot._request:
        await road._session.connector.close()  # type: ignore[attr-defined]  # ours
        await road.initialize()
    stage.clock.instant = local("2025-11-04 08:45")
    await stage.house.wake()
    hall.first.send_text(f"/refleksi {WORDS}")
    await until(lambda: stage.house.courier.counters.retried >= 5)
    await watcher.look(after=400)
    assert [reminders(user) for user in hall.everybody] == [0] * 5
    lost = False
    await until(lambda: not stage.world.bot.pending)
    await stage.step(local("2025-11-04 08:50"))
    await watcher.look()
    await stage.calm()
    assert notes(stage) == [BEFORE, WORDS]
    assert [reminders(user) for user in hall.everybody] == [1] * 5
    assert ["sambungan ke Telegram" in text for text in alarms(hall.organizer)] == [True]
    assert alarms(hall.first) == []


async def test_an_hour_without_telegram_loses_and_doubles_nothing(hall: Hall) -> None:
    stage, watcher = hall.stage, Watcher(hall.stage)
    await stage.say(hall.second, f"/refleksi {BEFORE}")
    await hall.compose("Sebelum sambungan putus.")
    await stage.press(hall.organizer, "Kirim")
    stage.world.network_down = True
    for _ in range(12):
        stage.clock.instant += timedelta(minutes=5)
        await stage.house.wake()
        await stage.house.settle()
        await watcher.look(after=300)
    assert stage.clock.instant == local("2025-11-04 09:30")
    assert hall.copies(hall.first, "Sebelum sambungan putus.") == 0
    assert alarms(hall.organizer) == []
    stage.world.network_down = False
    hall.first.send_text(f"/refleksi {WORDS}")
    await until(lambda: not stage.world.bot.pending)
    await stage.step(local("2025-11-04 09:40"))
    await watcher.look()
    await stage.calm()
    assert notes(stage) == [BEFORE, WORDS]
    words = "Sebelum sambungan putus."
    # Each first copy was on its way when the connection broke: only an organizer may say "again".
    assert [hall.copies(user, words) for user in hall.everybody] == [0] * 5
    assert "Tidak diketahui sampai atau tidak: 5" in hall.report()
    await stage.press(hall.organizer, "Kirim ulang")
    await hall.wait()
    assert [hall.copies(user, words) for user in hall.everybody] == [1] * 5
    assert [reminders(user) for user in hall.everybody] == [0] * 5, "its session has begun"
    assert ["sambungan ke Telegram" in text for text in alarms(hall.organizer)] == [True]
    assert alarms(hall.first) == []


async def test_a_clock_that_is_set_back_an_hour_loses_and_doubles_nothing_and_is_told(
    hall: Hall,
) -> None:
    stage, watcher = hall.stage, Watcher(hall.stage)
    wrong = timedelta()
    watcher.contact._host = lambda: system_now() - wrong

    async def talk() -> None:
        """Telegram's answers tell the time; of nine the middle counts, one each five seconds."""
        for _ in range(9):
            watcher.seconds += 5
            await stage.say(hall.second, "/bantuan")
        await watcher.look()
        await stage.calm()

    await talk()
    await stage.say(hall.first, f"/refleksi {WORDS}")
    await stage.step(local("2025-11-04 08:46"))
    await hall.compose("Dikirim sebelum jam mundur.")
    await stage.press(hall.organizer, "Kirim")
    stage.clock.instant, wrong = local("2025-11-04 07:46"), timedelta(hours=1)
    await talk()
    [told] = alarms(hall.organizer)
    assert re.fullmatch(r"🔴 Jam server selisih 3(599|600)\.\d detik .*", told)
    await hall.wait()
    assert [hall.copies(user, "Dikirim sebelum jam mundur.") for user in hall.everybody] == [1] * 5
    await stage.say(hall.first, f"/refleksi {WORDS} Lagi.")
    await hall.announce("Dikirim sesudahnya.")
    await stage.step(local("2025-11-04 08:30"))
    stage.clock.instant, wrong = local("2025-11-04 09:30"), timedelta()
    await talk()
    await stage.step(local("2025-11-05 13:45"))
    assert notes(stage) == [WORDS, f"{WORDS} Lagi."]
    for words in ("Dikirim sebelum jam mundur.", "Dikirim sesudahnya."):
        assert [hall.copies(user, words) for user in hall.everybody] == [1] * 5
    assert [reminders(user) for user in hall.everybody] == [2] * 5, "of one session each day"
    assert len(alarms(hall.organizer)) == 2
    assert "jam server" in alarms(hall.organizer)[1]
    assert alarms(hall.first) == []
