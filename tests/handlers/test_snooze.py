"""Reminders that come again, and messages that make no sound at night."""

from tests.builders import Stage, last, local, texts


async def test_a_snoozed_reminder_comes_once_more_with_the_time_that_is_left(stage: Stage) -> None:
    camat = await stage.user("p30")
    await stage.step(local("2025-11-04 07:15"))
    await stage.press(camat, "10 mnt lagi")
    await stage.press(camat, "10 mnt lagi")
    before = len(camat.inbox)
    await stage.step(local("2025-11-04 07:24"))
    assert len(camat.inbox) == before
    await stage.step(local("2025-11-04 07:31"))
    assert len(camat.inbox) == before + 1
    assert "5 menit lagi" in last(camat)


async def test_a_snooze_past_the_start_is_not_promised(stage: Stage) -> None:
    camat = await stage.user("p30")
    await stage.step(local("2025-11-04 07:15"))
    reminder = camat.inbox[-1]["message_id"]
    await stage.step(local("2025-11-04 07:25"))
    ref = stage.house.desk.agenda.sessions[0].ref
    query = camat.press(reminder, f"z:{ref}:5")
    await stage.calm()
    assert query.answer is not None
    assert "sudah dimulai" in query.answer["text"]
    assert sum("Registrasi" in text and "mulai" in text for text in texts(camat)) == 1


async def test_a_reminder_before_dawn_makes_no_sound(stage: Stage) -> None:
    camat = await stage.user("p30")
    await stage.step(local("2025-11-05 06:01"))
    sounds = {
        message["text"].splitlines()[0]: message["message_id"] in camat.chat().silent
        for message in camat.inbox
        if "mulai" in message.get("text", "")
    }
    assert sounds["⏰ Salat Subuh Berjamaah mulai 04.15 WIB (15 menit lagi)"]
    assert not sounds["⏰ Sarapan mulai 06.15 WIB (15 menit lagi)"]


async def test_a_reminder_held_up_says_that_it_is_late_and_what_is_left(stage: Stage) -> None:
    camat = await stage.user("p30")
    await stage.step(local("2025-11-04 07:14"))
    stage.world.network_down = True
    stage.clock.instant = local("2025-11-04 07:15")
    await stage.house.wake()
    await stage.house.settle()
    stage.clock.instant = local("2025-11-04 07:24")
    stage.world.network_down = False
    await stage.house.wake()
    await stage.step(local("2025-11-04 07:25"))
    assert "6 menit lagi" in last(camat)
    assert "terlambat" in last(camat)
    assert sum("Registrasi" in text and "mulai" in text for text in texts(camat)) == 1
