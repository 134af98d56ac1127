"""Owners are asked about their commitments: stepped over ninety days and more."""

from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from bot.domain.commitments import Standing
from bot.domain.outbox import Status
from bot.rehearsal.world import User
from bot.store import people
from bot.store.tables import Commitment, CommitmentStep, Outbox
from tests.acting import press_data
from tests.builders import Stage, last, local, texts


async def keep(stage: Stage, key: str, what: str, due: str, **facts: Any) -> int:
    """Puts a commitment of this person into the store."""
    person = await stage.person(key)
    now = stage.clock.instant

    def add(db: Any) -> int:
        made = Commitment(
            person_id=person.id or 0,
            what=what,
            due_on=local(f"{due} 12:00").date(),
            created_at=now,
            updated_at=now,
            **facts,
        )
        db.add(made)
        db.flush()
        return int(made.id or 0)

    return await stage.house.db.write(add)


async def outbox(stage: Stage) -> list[Outbox]:
    def everything(db: Any) -> list[Outbox]:
        rows = select(Outbox).where(Outbox.kind == "commitment").order_by(col(Outbox.id))
        return list(db.exec(rows).all())

    return await stage.house.db.read(everything)


async def after_the_event(stage: Stage) -> User:
    """A participant, a day after the event; its own messages play no part here."""
    user = await stage.user("p30")
    stage.clock.instant = local("2025-11-08 09:00")
    await stage.calm()
    return user


def asked(user: User) -> list[str]:
    return [text for text in texts(user) if "Tindak lanjut komitmen" in text]


async def test_ninety_days_of_reminders_and_questions(stage: Stage) -> None:
    user = await after_the_event(stage)
    await keep(stage, "p30", "Menyusun peta", "2025-12-15")
    await keep(stage, "p30", "Melatih staf", "2025-12-07")
    await stage.step(local("2026-03-01 09:00"))
    shown = asked(user)
    days = [f"{row.due_at:%m-%d %H.%M}" for row in await outbox(stage) if row.message_id]
    # 1.00 in UTC is 8.00 at the event. Both reminders of the seventh of December, that of the
    # eighth for the other date, and the question thirty days after the event merge by morning.
    assert days == ["11-30 01.00", "12-06 01.00", "12-07 01.00", "12-08 01.00", "12-14 01.00",
                    "12-15 01.00", "01-06 01.00", "02-05 01.00"]  # fmt: skip
    assert "Melatih staf" in shown[0]
    assert "Menyusun peta" not in shown[0]
    assert "7 hari lagi" in shown[0]
    assert "besok" in shown[1]
    assert "Sudah 30 hari" in shown[2]
    assert "hari ini" in shown[2]
    assert "Menyusun peta" in shown[2]
    assert "Sudah 60 hari" in shown[6]
    assert "lewat 22 hari" in shown[6]
    assert "Sudah 90 hari" in shown[7]
    assert len({row.key for row in await outbox(stage)}) == len(await outbox(stage)) == 12
    assert all(not row.payload.get("disable_notification") for row in await outbox(stage))


async def test_one_is_answered_below_the_question_and_asked_no_more(stage: Stage) -> None:
    user = await after_the_event(stage)
    number = await keep(stage, "p30", "Menyusun peta", "2025-12-20")
    await stage.step(local("2025-12-07 08:00"))
    assert "Pilih keadaannya" in last(user)
    assert "Menyusun peta" in await stage.press(user, "Selesai")
    await stage.step(local("2026-03-01 09:00"))
    assert len(asked(user)) == 0  # the message was edited into the card
    assert [row.status for row in await outbox(stage)] == [Status.DELIVERED]

    def steps(db: Any) -> list[tuple[int, Standing]]:
        found = db.exec(select(CommitmentStep)).all()
        return [(each.commitment_id, each.standing) for each in found]

    assert await stage.house.db.read(steps) == [(number, Standing.DONE)]


async def test_several_are_answered_one_by_one_and_the_question_stays(stage: Stage) -> None:
    user = await after_the_event(stage)
    for n in range(1, 13):
        await keep(stage, "p30", f"Hal nomor {n} & <b>", f"2026-02-{n:02}")
    await stage.step(local("2025-12-07 08:00"))
    question = last(user)
    assert "Hal nomor 10 & <b>" in question
    assert "dan 2 lainnya" in question
    assert "Hal nomor 3" in await stage.press(user, "3")
    await stage.press(user, "Berjalan")
    assert question in texts(user)
    assert "Berjalan" in last(user)


async def test_snoozed_questions_come_again_and_merge_with_what_is_due(stage: Stage) -> None:
    user = await after_the_event(stage)
    await keep(stage, "p30", "Menyusun peta", "2026-01-20")
    await keep(stage, "p30", "Melatih staf", "2025-12-17")
    await stage.step(local("2025-12-07 08:00"))
    assert "Rabu, 10 Desember 2025" in await stage.press(user, "3 hari lagi")
    await stage.restart(crash=True)
    await stage.step(local("2025-12-10 07:59"))
    assert asked(user) == []
    await stage.step(local("2025-12-10 08:00"))
    assert len(asked(user)) == 1  # with it came the reminder seven days before the date
    assert "Menyusun peta" in last(user)
    assert "Melatih staf" in last(user)
    data = "c:z:7"
    query = user.press(user.inbox[-1]["message_id"], data)
    await stage.calm()
    assert query.answer is not None
    again = [row.key for row in await outbox(stage)]
    await stage.step(local("2025-12-17 08:00"))
    assert len([row for row in await outbox(stage) if row.key not in again]) == 4


async def test_a_long_silence_is_one_message_and_nothing_stale(stage: Stage) -> None:
    user = await after_the_event(stage)
    await keep(stage, "p30", "Menyusun peta", "2025-12-09")
    await stage.house.stop()
    stage.clock.instant = local("2025-12-09 10:00")
    stage.house = stage._make()
    await stage.house.start()
    await stage.calm()
    assert len(asked(user)) == 1
    assert "hari ini" in last(user)
    assert "Sudah 32 hari" in last(user)


async def test_what_could_not_be_sent_for_days_is_not_sent_and_organizers_hear_of_no_commitment(
    stage: Stage,
) -> None:
    user, organizer = await after_the_event(stage), await stage.user("o1")
    await keep(stage, "p30", "Menyusun peta", "2025-11-20")
    stage.clock.instant = local("2025-11-28 10:00")
    for _ in range(2):  # what has expired is found by one look and told by the next
        await stage.calm()
    assert asked(user) == []
    assert Status.EXPIRED in {row.status for row in await outbox(stage)}
    told = [text for text in texts(organizer) if "tidak terkirim" in text]
    assert not any("komitmen" in text for text in told)


async def test_a_mark_is_asked_late_after_weeks_of_silence_with_all_else_in_one_message(
    stage: Stage,
) -> None:
    user = await after_the_event(stage)
    await keep(stage, "p30", "Menyusun peta", "2025-12-09")
    await keep(stage, "p30", "Melatih staf", "2026-02-01")
    await stage.house.stop()
    stage.clock.instant = local("2026-01-05 10:00")  # 59 days after the event
    stage.house = stage._make()
    await stage.house.start()
    await stage.calm()
    assert len(asked(user)) == 1
    for words in ("Sudah 59 hari", "Menyusun peta", "Melatih staf"):
        assert words in last(user)
    await stage.step(local("2026-01-06 08:00"))
    assert "Sudah 60 hari" in last(user)


async def test_a_clock_that_jumps_forth_and_back_asks_nothing_twice(stage: Stage) -> None:
    user = await after_the_event(stage)
    await keep(stage, "p30", "Menyusun peta", "2025-12-07")
    for moment in ("2025-12-07 08:00", "2025-11-29 08:00", "2025-12-01 09:00", "2025-12-08 08:00"):
        stage.clock.instant = local(moment)
        await stage.calm()
    assert len(asked(user)) == 1
    keys = [row.key for row in await outbox(stage)]
    assert len(keys) == len(set(keys))


async def test_housekeeping_between_does_not_make_anything_come_again(stage: Stage) -> None:
    user = await after_the_event(stage)
    await keep(stage, "p30", "Menyusun peta", "2026-06-01")
    seen = 0
    while stage.clock.instant < local("2026-06-20 00:00"):
        await stage.step(stage.clock.instant + timedelta(days=14))
        await stage.house.planner._keep_house()
        seen = max(seen, len(await outbox(stage)))
    assert len(asked(user)) == 6  # three marks, two reminders, the day itself
    assert seen < 6, "deliveries long past are forgotten"


async def test_people_who_left_or_blocked_get_no_questions(stage: Stage) -> None:
    user, other = await after_the_event(stage), await stage.user("p01")
    await keep(stage, "p30", "Menyusun peta", "2025-12-20")
    await keep(stage, "p01", "Melatih staf", "2025-12-20")
    other.block()
    await stage.calm()
    person = await stage.person("p30")

    def leave(db: Any) -> None:
        found = people.get(db, person.id or 0)
        assert found is not None
        found.removed = True
        db.add(found)

    await stage.house.db.write(leave)
    await stage.step(local("2026-03-01 09:00"))
    assert asked(user) == asked(other) == []
    assert await outbox(stage) == []


async def test_a_question_that_waits_in_the_night_speaks_of_how_things_are_by_then(
    stage: Stage,
) -> None:
    user = await after_the_event(stage)
    number = await keep(stage, "p30", "Menyusun peta", "2025-12-08")
    await keep(stage, "p30", "Melatih staf", "2025-12-08")
    # The bot was down all day and comes back in quiet hours.
    stage.clock.instant = local("2025-12-07 23:00")
    await stage.calm()
    assert asked(user) == []
    await press_data(stage, user, f"c:t:{number}:d")
    await stage.step(local("2025-12-08 04:59"))
    assert asked(user) == []
    await stage.step(local("2025-12-08 05:00"))
    [question] = asked(user)
    assert "Menyusun peta" not in question
    assert "Melatih staf" in question
    assert "hari ini" in question
