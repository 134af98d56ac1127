"""Organizers hear once that something is wrong with the bot, and once that it is well again."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.delivery.contact import Contact
from bot.rehearsal.world import Fault, User
from bot.scheduling import watching
from tests.announcing import Hall, hall_of
from tests.builders import local, texts

MIB = 1024**2


class Gauge:
    """What the watch measures, as the test wants it."""

    def __init__(self, hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
        self.hall = hall
        self.seconds = 0.0
        self.free = 10_000 * MIB
        self.lateness = timedelta()
        self.contact = Contact(monotonic=lambda: self.seconds)
        watch = hall.stage.house.watch
        watch._sources = replace(
            watch._sources, planner=self, monotonic=lambda: self.seconds, contact=self.contact
        )
        watch._ended_at = watch._since = 0.0
        monkeypatch.setattr(watching, "free", lambda folder: self.free)

    def late(self) -> timedelta:
        return self.lateness

    async def look(self, *, after: float = 15) -> None:
        """The next look, and what it has to tell arrives."""
        self.seconds += after
        self.hall.stage.clock.instant += timedelta(seconds=after)
        await self.hall.stage.house.watch.look()
        await self.hall.stage.calm()


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    """Three participants and two organizers at noon of the first day."""
    async with hall_of(tmp_path) as ready:
        yield ready


@pytest.fixture
async def gauge(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> Gauge:
    return Gauge(hall, monkeypatch)


def alarms(user: User) -> list[str]:
    return [text for text in texts(user) if text.startswith(("🔴", "🟢"))]


async def test_a_disk_that_fills_is_told_once_to_organizers_alone_and_so_is_its_end(
    gauge: Gauge,
) -> None:
    hall = gauge.hall
    await gauge.look()
    gauge.free = 400 * MIB
    for _ in range(3):
        await gauge.look()
    gauge.free = 600 * MIB
    await gauge.look()
    assert [text.split(":")[0] for text in alarms(hall.colleague)] == [
        "🔴 Disk server hampir penuh"
    ]
    assert "400 MB" in alarms(hall.organizer)[0]
    gauge.free = 900 * MIB
    for _ in range(2):
        await gauge.look()
    assert "ruang disk" in alarms(hall.colleague)[1]
    assert len(alarms(hall.colleague)) == 2
    assert alarms(hall.first) == []


async def test_a_restart_does_not_tell_it_again(
    gauge: Gauge, monkeypatch: pytest.MonkeyPatch
) -> None:
    gauge.free = 400 * MIB
    await gauge.look()
    await gauge.hall.stage.restart(crash=True)
    again = Gauge(gauge.hall, monkeypatch)
    again.free = 400 * MIB
    await again.look()
    assert len(alarms(gauge.hall.organizer)) == 1
    again.free = 9000 * MIB
    await again.look()
    assert len(alarms(gauge.hall.organizer)) == 2


async def test_a_scheduler_that_is_late_is_told(gauge: Gauge) -> None:
    gauge.lateness = timedelta(minutes=5)
    await gauge.look()
    assert "Penjadwal terlambat" in alarms(gauge.hall.organizer)[0]


async def test_a_planner_that_hangs_is_seen_to_be_late(hall: Hall) -> None:
    planner = hall.stage.house.planner
    assert planner.late() < timedelta(seconds=90)
    planner._looks_at = (planner._looks_at or 0) - 600
    assert planner.late() > timedelta(seconds=500)
    await planner.wake()
    assert planner.late() < timedelta(seconds=90)


async def test_an_outbox_that_is_stuck_is_told_past_the_outbox(gauge: Gauge) -> None:
    hall, courier = gauge.hall, gauge.hall.stage.house.courier
    on_duty, courier._on_duty = courier._on_duty, lambda: False
    await hall.compose()
    await hall.stage.press(hall.organizer, "Kirim")
    await gauge.look(after=60)
    assert alarms(hall.colleague) == []
    await gauge.look(after=200)
    assert "5 pesan menunggu" in alarms(hall.colleague)[0]
    courier._on_duty = on_duty
    courier.poke()
    await gauge.look()
    await gauge.look()
    assert "pengiriman pesan" in alarms(hall.colleague)[1]
    assert hall.copies(hall.first) == 1


async def test_a_clock_that_is_off_is_told(gauge: Gauge) -> None:
    gauge.contact._offsets.extend([3.1] * 9)
    await gauge.look()
    assert "selisih 3.1 detik" in alarms(gauge.hall.organizer)[0]


async def test_telegrams_absence_is_told_afterwards(gauge: Gauge) -> None:
    gauge.contact.failed()
    await gauge.look(after=400)
    assert alarms(gauge.hall.organizer) == []
    gauge.contact.answered(None)
    await gauge.look()
    assert "sambungan ke Telegram" in alarms(gauge.hall.organizer)[0]
    assert "12.06" in alarms(gauge.hall.organizer)[0]


async def test_backups_that_fail_again_and_again_are_told(
    gauge: Gauge, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = gauge.hall.stage.house.keeper

    def full(*_args: Any, **_facts: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keeper.backups, "make", full)
    for _ in range(3):
        assert alarms(gauge.hall.organizer) == []
        await keeper.look()
        await gauge.look()
    assert "belum ada satu pun" in alarms(gauge.hall.organizer)[0]
    monkeypatch.undo()
    await keeper.look()
    await gauge.look()
    assert "cadangan data" in alarms(gauge.hall.organizer)[1]


async def test_a_backup_that_is_too_old_is_told(gauge: Gauge) -> None:
    await gauge.hall.stage.house.keeper.look()
    await gauge.look()
    await gauge.look(after=27 * 3600)
    assert any("Cadangan data sudah lama" in text for text in alarms(gauge.hall.organizer))


async def test_a_store_that_fails_is_told_directly_even_if_telegram_takes_it_late(
    gauge: Gauge, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    hall, house = gauge.hall, gauge.hall.stage.house
    await gauge.look()

    def fail(*_args: Any, **_facts: Any) -> None:
        raise OperationalError("INSERT what Ibu Sari typed", {}, Exception("disk I/O error"))

    monkeypatch.setattr(house.desk.db, "write", fail)
    fault = hall.stage.world.faults.add(Fault("502", method="sendMessage", times=None))
    for _ in range(2):
        gauge.seconds += 15
        await house.watch.look()
    assert alarms(hall.organizer) == []
    hall.stage.world.faults.remove(fault)
    await house.watch.look()
    await house.watch.look()
    for user in (hall.organizer, hall.colleague):
        assert [text.split(" (")[0] for text in alarms(user)] == ["🔴 Penyimpanan data bermasalah"]
    monkeypatch.undo()
    await gauge.look()
    assert "penyimpanan data" in alarms(hall.organizer)[1]
    assert alarms(hall.first) == []
    assert "Sari" not in caplog.text


async def test_status_shows_what_is_wrong_and_every_measurement(gauge: Gauge) -> None:
    hall = gauge.hall
    answer = await hall.stage.say(hall.organizer, "/status")
    assert answer.startswith("🟢")
    assert "Sisa disk: 10000 MB" in answer
    gauge.free = 100 * MIB
    await gauge.look()
    answer = await hall.stage.say(hall.organizer, "/keadaan")
    assert "ruang disk, sejak pukul 12.00" in answer
    assert "panitia" in await hall.stage.say(hall.first, "/status")


async def test_a_crash_is_told_once_at_the_next_start(tmp_path: Path) -> None:
    async with hall_of(tmp_path) as hall:
        stage = hall.stage
        stage.house.crashes.report(ValueError("what Ibu Sari typed"), at=local("2025-11-04 11:59"))
        for _ in range(2):
            await stage.restart()
            await stage.calm()
        [told] = [text for text in texts(hall.organizer) if "berhenti mendadak" in text]
        assert "11.59 (ValueError)" in told
