"""The planner looks when asked, however often, and survives whatever goes wrong."""

import asyncio
from datetime import datetime, timedelta, tzinfo
from typing import Any

import pytest
from apscheduler.schedulers import base as apscheduler
from sqlalchemy.exc import OperationalError

from bot.rehearsal.world import Fault
from bot.scheduling import planner as scheduling
from bot.scheduling.planner import Planner
from bot.services import housekeeping, planning, refusing
from tests.builders import Stage, local, texts


async def test_many_changes_during_one_look_are_one_more_look(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    planner, db = stage.house.planner, stage.house.db
    plan, looks, gate = planning.plan, [0], asyncio.Event()
    write = db.write

    def counted(session: Any, desk: Any, look: planning.Look | None) -> planning.Look:
        looks[0] += look is None
        return plan(session, desk, look)

    async def slowly(work: Any, *args: Any, **kwargs: Any) -> Any:
        if work is counted:
            await gate.wait()
        return await write(work, *args, **kwargs)

    await stage.calm()
    monkeypatch.setattr(planning, "plan", counted)
    monkeypatch.setattr(db, "write", slowly)
    planner.look()
    for _ in range(200):
        planner.look()
        await asyncio.sleep(0)
    gate.set()
    async with asyncio.timeout(5):
        while planner._soon or planner._waking.locked():  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    assert looks[0] <= 3
    assert "maximum number of running instances" not in caplog.text


@pytest.mark.parametrize("error", [OperationalError("x", {}, Exception("disk")), KeyError("bug")])
async def test_a_failed_look_is_made_up_for(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    user = await stage.user("p30")
    stage.clock.instant = local("2025-11-04 07:15")
    with monkeypatch.context() as patch:

        def fail(*args: object) -> int:
            raise error

        patch.setattr(planning, "plan", fail)
        await stage.house.wake()
    assert not any("⏰" in text for text in texts(user))
    stage.clock.instant = local("2025-11-04 07:20")
    await stage.calm()
    reminders = [text for text in texts(user) if "⏰" in text]
    assert len(reminders) == 1
    assert "terlambat" in reminders[0]
    assert "10 menit lagi" in reminders[0]


async def test_a_clock_that_jumps_forth_and_back_sends_nothing_twice(stage: Stage) -> None:
    user = await stage.user("p30")
    for moment in ("08:45", "07:00", "12:50", "08:00", "14:30", "08:45"):
        stage.clock.instant = local(f"2025-11-04 {moment}")
        await stage.calm()
    shown = [text for text in texts(user) if "⏰" in text]
    titles = [line for text in shown for line in text.splitlines() if line.startswith("⏰")]
    assert len(titles) == len({title.partition(" mulai")[0] for title in titles})


async def test_looking_goes_on_when_the_hosts_clock_is_set_back(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = [timedelta()]

    class Host(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # as shown
            return datetime.now(tz) - back[0]

    monkeypatch.setattr(apscheduler, "datetime", Host)
    monkeypatch.setattr(scheduling, "datetime", Host)
    monkeypatch.setattr(scheduling, "_LOOK_AGAIN", timedelta(seconds=0.1))
    monkeypatch.setattr(scheduling, "_OVERDUE_S", 0.1)
    looked = asyncio.Event()
    planner = Planner(stage.house.desk, poke=looked.set)
    planner.start()
    for hours in (0, 1, 2):
        back[0] = timedelta(hours=hours)
        for _look in range(2):  # the first may have begun before
            looked.clear()
            async with asyncio.timeout(5):
                await looked.wait()
    await planner.stop()


async def test_what_waits_does_not_wait_for_the_time_of_before_the_clock_was_set_back(
    stage: Stage,
) -> None:
    user = await stage.user("p30")
    stage.clock.instant = local("2025-11-04 08:46")
    stage.world.faults.add(Fault("502", method="sendMessage", times=None))
    await stage.calm()
    await stage.calm()
    stage.clock.instant = local("2025-11-04 07:46")
    stage.world.faults.clear()
    await stage.calm()
    assert "Selamat pagi" in texts(user)[-1], "it was to be sent at that hour, too"
    await stage.step(local("2025-11-04 08:44"))
    assert not any("⏰ Upacara Pembukaan" in text for text in texts(user))
    await stage.step(local("2025-11-04 08:45"))
    assert sum("⏰ Upacara Pembukaan" in text for text in texts(user)) == 1


async def test_counts_that_cannot_be_kept_keep_nobody_from_being_reminded(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = await stage.user("p30")
    for error in (ValueError("a mistake of ours"), OperationalError("x", {}, Exception("disk"))):

        async def fail(_desk: object, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr(refusing, "keep", fail)
        await stage.step(stage.clock.instant + timedelta(hours=13))
    assert sum("⏰ Upacara Pembukaan" in text for text in texts(user)) == 1


async def test_a_session_taken_off_the_rundown_is_not_reminded_of(stage: Stage) -> None:
    user = await stage.user("p30")
    agenda = stage.house.desk.agenda
    first = agenda.sessions[0]
    stage.house.desk.agenda = type(agenda)(agenda.event, agenda.sessions[1:])
    await stage.step(first.start)
    assert not any(f"⏰ {first.title}" in text for text in texts(user))


async def test_housekeeping_goes_on_after_a_failure(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    user = await stage.user("p30")
    await stage.say(user, "besok jam berapa mulai?")
    with monkeypatch.context() as patch:

        def fail(*args: object, **kwargs: object) -> None:
            raise OperationalError("x", {}, Exception("disk"))

        patch.setattr(housekeeping, "tidy", fail)
        await stage.house.planner._keep_house()
    assert "not tidied" in caplog.text
    stage.clock.instant = local("2026-11-04 07:15")
    await stage.house.planner._keep_house()
    await stage.say(user, "/bantuan")
