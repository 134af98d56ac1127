"""A change that lands while reminders are on their way: nobody is told the old time after it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.domain.outbox import Lane, Status
from bot.services import rescheduling, rosters
from bot.services.rescheduling import Applied
from bot.store import outbox
from bot.store.tables import Outbox
from tests.announcing import Hall, hall_of
from tests.builders import local, plain, texts

EVERYBODY = ("first", "second", "third", "organizer", "colleague")


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with hall_of(tmp_path, at="2025-11-05 13:40") as ready:
        yield ready


async def _in_force(hall: Hall) -> None:
    """Confirms the change that is waiting, as its button does."""
    desk = hall.stage.house.desk
    organizer = await hall.stage.person("o1")
    done = await desk.db.write(rescheduling.confirm, desk, edit_id=1, author_id=organizer.id or 0)
    assert isinstance(done, Applied)
    desk.agenda = done.agenda
    desk.changed()


def _reminders(hall: Hall, user: str, hour: str) -> int:
    found = [plain(text) for text in texts(getattr(hall, user)) if "⏰" in text]
    return sum(hour in text for text in found)


@pytest.mark.parametrize("moment", range(6))
async def test_a_change_between_claim_and_send_withdraws_what_has_not_left(
    hall: Hall, moment: int
) -> None:
    await hall.stage.say(hall.organizer, "Diskusi mundur 30 menit")
    courier = hall.stage.house.courier
    send, claimed, departed = courier._send, 0, 0

    async def changing(row: Any, *, departing: Any) -> Any:
        nonlocal claimed
        reminder = row.kind == "reminder"
        if reminder and claimed == moment < 5:
            claimed += 1
            await _in_force(hall)
        claimed += reminder

        def watched() -> None:
            nonlocal departed
            departing()
            if reminder and "14.00" in row.payload["text"]:
                assert hall.stage.house.desk.agenda.version == 1, "told the old time"
                departed += 1

        return await send(row, departing=watched)

    courier._send = changing
    await hall.stage.step(local("2025-11-05 13:45"))
    if moment == 5:
        await _in_force(hall)
        await hall.stage.calm()
    assert sum(_reminders(hall, user, "14.00") for user in EVERYBODY) == departed
    assert departed <= 5
    await hall.stage.step(local("2025-11-05 14:20"))
    for user in EVERYBODY:
        assert _reminders(hall, user, "14.30") == 1, user
    assert sum(_reminders(hall, user, "14.00") for user in EVERYBODY) == departed


async def test_a_reminder_that_somebody_put_off_is_not_sent_at_the_old_time(hall: Hall) -> None:
    await hall.stage.say(hall.organizer, "Diskusi mundur 30 menit")
    await hall.stage.step(local("2025-11-05 13:45"))
    await hall.stage.press(hall.first, "10 mnt lagi")
    await _in_force(hall)
    await hall.stage.step(local("2025-11-05 14:40"))
    assert _reminders(hall, "first", "14.00") == 1
    assert _reminders(hall, "first", "14.30") == 1


@pytest.mark.parametrize("refusal", ["429", "502"])
async def test_a_reminder_that_waits_to_be_tried_again_is_not_sent_at_the_old_time(
    hall: Hall, refusal: str
) -> None:
    await hall.stage.say(hall.organizer, "Diskusi mundur 30 menit")
    fault = hall.fault(refusal, method="sendMessage", times=None, retry_after=1)
    await hall.stage.step(local("2025-11-05 13:45"))
    hall.stage.world.faults.remove(fault)
    waiting = await hall.stage.house.db.read(_tried)
    assert len(waiting) == 5 and all(waiting)
    await _in_force(hall)
    await hall.stage.step(local("2025-11-05 14:20"))
    await hall.stage.outlast(1.1)
    await hall.wait(60)  # the pause before a row is tried again is over
    for user in EVERYBODY:
        assert _reminders(hall, user, "14.00") == 0, user
        assert _reminders(hall, user, "14.30") == 1, user


async def test_a_change_between_claim_and_send_withdraws_what_was_put_off(hall: Hall) -> None:
    await hall.stage.say(hall.organizer, "Diskusi mundur 30 menit")
    await hall.stage.step(local("2025-11-05 13:45"))
    await hall.stage.press(hall.first, "10 mnt lagi")
    courier = hall.stage.house.courier
    send = courier._send
    changed: list[str] = []

    async def changing(row: Any, *, departing: Any) -> Any:
        if row.key.startswith("snooze:") and not changed:
            changed.append(row.key)
            await _in_force(hall)
        return await send(row, departing=departing)

    courier._send = changing
    await hall.stage.step(local("2025-11-05 14:40"))
    assert changed
    assert _reminders(hall, "first", "14.00") == 1, "before the change"
    assert _reminders(hall, "first", "14.30") == 1


def _tried(db: Session) -> list[int]:
    """How often each reminder that waits was tried."""
    query = select(Outbox.attempts).where(
        Outbox.kind == "reminder", Outbox.status == Status.PENDING
    )
    return list(db.exec(query).all())


async def test_who_puts_a_reminder_off_at_the_moment_of_a_change_is_asked_to_press_again(
    hall: Hall,
) -> None:
    await hall.stage.say(hall.organizer, "Diskusi mundur 30 menit")
    await hall.stage.step(local("2025-11-05 13:45"))
    desk = hall.stage.house.desk
    old = desk.agenda
    await _in_force(hall)
    new, desk.agenda = desk.agenda, old  # the store has it, the desk not yet
    await hall.stage.press(hall.first, "10 mnt lagi")
    query = list(hall.stage.world.bot.callbacks.values())[-1]
    assert query.answer is not None
    assert "tekan sekali lagi" in query.answer["text"]
    desk.agenda = new
    await hall.stage.press(hall.first, "10 mnt lagi")
    await hall.stage.step(local("2025-11-05 13:56"))
    assert _reminders(hall, "first", "14.30 WIB (35 menit lagi)") == 1


async def test_a_message_from_an_older_rundown_is_not_taken_in_hand_again_and_again(
    hall: Hall,
) -> None:
    await hall.stage.say(hall.organizer, "Diskusi mundur 30 menit")
    await hall.stage.step(local("2025-11-05 13:46"))
    await _in_force(hall)
    await hall.stage.calm()
    now = hall.stage.clock.now()
    row = Outbox(
        key="snooze:1:b:20251105T0700Z:1346",
        lane=Lane.REMINDER,
        kind="reminder",
        chat_id=hall.first.id,
        payload={"text": "⏰ 14.00"},
        created_at=now,
        due_at=now,
        ready_at=now,
        useful_until=now + timedelta(minutes=14),
        agenda_version=1,
    )
    await hall.stage.house.db.write(outbox.enqueue, [row])
    courier = hall.stage.house.courier
    before = courier.counters.claimed
    async with asyncio.timeout(5):
        await courier.drain()
    assert courier.counters.claimed == before + 1
    await hall.stage.look()
    assert "snooze:1:b:20251105T0700Z:1346" not in await hall.stage.house.db.read(_keys)
    await hall.stage.step(local("2025-11-05 14:20"))
    assert _reminders(hall, "first", "14.00") == 1, "before the change"


def _keys(db: Session) -> set[str]:
    return set(db.exec(select(Outbox.key)).all())


async def test_a_session_brought_forward_past_its_reminder_is_still_told(hall: Hall) -> None:
    await hall.stage.step(local("2025-11-05 13:44"))
    await hall.stage.say(hall.organizer, "Diskusi maju 5 menit")
    await _in_force(hall)
    await hall.stage.calm()
    assert [_reminders(hall, user, "13.55") for user in EVERYBODY] == [1] * 5
    await hall.stage.step(local("2025-11-05 14:20"))
    assert [_reminders(hall, user, "13.55") for user in EVERYBODY] == [1] * 5
    assert sum(_reminders(hall, user, "14.00") for user in EVERYBODY) == 0


async def test_what_waits_from_an_older_file_is_not_sent_after_a_restart(
    hall: Hall, tmp_path: Path
) -> None:
    world = hall.stage.world
    fault = hall.fault("502", method="sendMessage", times=None)
    await hall.stage.step(local("2025-11-05 13:46"))
    file = tmp_path / "event" / "agenda.yaml"
    file.write_text(file.read_text().replace("2025-11-05 14:00", "2025-11-05 14:10"))
    world.faults.remove(fault)
    for key in ("o1", "o2"):  # nobody can be asked: the file counts at once
        person = await hall.stage.person(key)
        await hall.stage.house.db.write(
            rosters.renew, person_id=person.id or 0, author_id=0, now=hall.stage.clock.instant
        )
    await hall.stage.restart(crash=True)
    await hall.stage.step(local("2025-11-05 14:20"))
    for user in ("first", "second", "third"):
        assert _reminders(hall, user, "14.10") == 1, user
        assert _reminders(hall, user, "14.00") == 0, user


async def _change(hall: Hall, words: str, user: str = "organizer") -> None:
    await hall.stage.say(getattr(hall, user), words)
    await hall.stage.press(getattr(hall, user), "Terapkan")


def _notices(hall: Hall, user: str = "first") -> list[str]:
    return [plain(t) for t in texts(getattr(hall, user)) if "Perubahan jadwal" in t]


async def _hold(hall: Hall) -> None:
    """No message leaves until ``_let_go``."""
    hall.stage.house.courier._road.hold(local("2025-11-06 00:00"))


async def _let_go(hall: Hall) -> None:
    hall.stage.house.courier._road.paused_until = hall.stage.clock.instant
    await hall.stage.calm()


async def test_two_changes_while_nothing_leaves_are_one_notice_from_what_was_known(
    hall: Hall,
) -> None:
    await _hold(hall)
    await _change(hall, "Diskusi mundur 15 menit")
    await _change(hall, "Diskusi mundur 15 menit")
    await _change(hall, "Penutupan pindah ke Aula B", "colleague")
    await _let_go(hall)
    (notice,) = _notices(hall)
    assert "14.00–15.00 → Rab, 5 Nov 14.30–15.30" in notice and "Aula B" in notice
    assert "Rundown versi 4" in notice
    (notice,) = _notices(hall, "colleague")  # who changed one thing still hears of the other
    assert "14.30–15.30" in notice
    (notice,) = _notices(hall, "organizer")
    assert "Aula B" in notice and "Diskusi" not in notice


async def test_a_change_that_is_undone_before_anybody_heard_is_told_to_nobody(hall: Hall) -> None:
    await _hold(hall)
    await _change(hall, "Diskusi mundur 15 menit")
    await hall.stage.press(hall.organizer, "Urungkan")
    await hall.stage.press(hall.organizer, "Terapkan")
    await _let_go(hall)
    assert [_notices(hall, user) for user in EVERYBODY] == [[]] * 5
    assert hall.stage.house.desk.agenda.version == 3


async def test_what_may_have_arrived_is_put_right(hall: Hall) -> None:
    await _change(hall, "Diskusi mundur 15 menit")
    await hall.stage.press(hall.organizer, "Urungkan")
    house = hall.stage.house
    with Session(house.db.engine) as db:  # as if the calls were on their way just now
        for row in db.exec(select(Outbox).where(Outbox.kind == "change")).all():
            row.status, row.claimed_by = Status.SENDING, "x"
            db.add(row)
        db.commit()
    await hall.stage.press(hall.organizer, "Terapkan")
    assert len(_notices(hall)) == 2
    assert "14.15–15.15 → Rab, 5 Nov 14.00–15.00" in _notices(hall)[1]


async def test_a_notice_is_of_no_use_once_what_it_is_about_is_over(hall: Hall) -> None:
    await _hold(hall)
    await _change(hall, "Diskusi pindah ke Aula B")
    hall.stage.clock.instant = local("2025-11-05 15:01")
    await _let_go(hall)
    assert _notices(hall) == []
