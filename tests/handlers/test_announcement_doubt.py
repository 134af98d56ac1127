"""What is not certain, or still to come, when an announcement is changed; quiet hours."""

from pathlib import Path

from sqlmodel import Session, select

from bot.domain.outbox import Status
from bot.store.tables import Outbox
from tests.announcing import Hall, hall_of
from tests.builders import last, texts


async def name(hall: Hall) -> str:
    """Of the first participant."""
    return (await hall.stage.person("p01")).name


async def test_a_copy_in_doubt_is_named_where_the_announcement_is_taken_back(hall: Hall) -> None:
    hall.fault("reset_after", hall.first)
    await hall.announce()
    asked = await hall.stage.press(hall.organizer, "Tarik")
    assert "dari <b>4</b>" not in asked
    assert f"Belum pasti apakah 1 orang menerimanya – {await name(hall)}" in asked
    await hall.stage.press(hall.organizer, "Tarik dari 4")
    await hall.wait()
    assert [hall.copies(user) for user in hall.everybody] == [1, 0, 0, 0, 0]
    assert "Ditarik: 4 dari 4" in hall.report()
    assert f"jadi tidak ditarik: 1 – {await name(hall)}" in hall.report()


async def test_a_copy_in_doubt_is_named_where_the_announcement_is_corrected(hall: Hall) -> None:
    hall.fault("reset_after", hall.first)
    await hall.announce()
    await hall.stage.press(hall.organizer, "Ralat")
    asked = await hall.stage.say(hall.organizer, "Bus berangkat pukul 14.00.")
    assert f"Belum pasti apakah 1 orang menerimanya – {await name(hall)}" in asked
    await hall.stage.press(hall.organizer, "Ralat bagi 4")
    await hall.wait()
    assert f"jadi tidak diralat: 1 – {await name(hall)}" in hall.report()


async def announce_location(hall: Hall) -> str:
    """One that the third has not got yet; gives its number."""
    await hall.stage.say(hall.organizer, "/umumkan")
    hall.organizer.send_location(-7.47, 110.22)
    await hall.stage.calm()
    hall.fault("500", hall.third, times=None)
    await hall.stage.press(hall.organizer, "Kirim")
    await hall.wait()
    return hall.label("Hentikan")[1].rpartition(":")[2]


async def test_what_is_corrected_by_an_answer_waits_until_everybody_has_it(hall: Hall) -> None:
    number = await announce_location(hall)
    assert "coba lagi sebentar" in await hall.forge(hall.organizer, f"b:e:{number}")
    hall.stage.world.faults.clear()
    await hall.wait(400)
    await hall.stage.press(hall.organizer, "Ralat")
    await hall.stage.say(hall.organizer, "Titiknya di lobi timur.")
    await hall.stage.press(hall.organizer, "Ralat bagi 5")
    await hall.wait()
    assert all(any("lobi timur" in text for text in texts(user)) for user in hall.everybody)


async def test_a_correction_that_comes_too_early_changes_nothing(hall: Hall) -> None:
    await hall.announce()
    await hall.stage.press(hall.organizer, "Ralat")
    await hall.stage.say(hall.organizer, "Bus berangkat pukul 14.00.")

    def still_leaving(db: Session) -> None:
        row = db.exec(select(Outbox).where(Outbox.kind == "broadcast")).first()
        assert row is not None
        row.status = Status.SENDING

    await hall.stage.house.db.write(still_leaving)
    edits = len(hall.calls("editMessageText"))
    number = hall.label("Ralat bagi")[1].rpartition(":")[2]
    assert "coba lagi sebentar" in await hall.forge(hall.organizer, f"b:eg:{number}")
    assert len(hall.calls("editMessageText")) == edits


async def test_in_quiet_hours_nothing_about_an_announcement_sounds_either(tmp_path: Path) -> None:
    async with hall_of(tmp_path, at="2025-11-03 22:00") as hall:
        await hall.compose()
        await hall.stage.press(hall.organizer, "Lainnya")
        await hall.stage.press(hall.organizer, "Minta konfirmasi")
        await hall.stage.press(hall.organizer, "Kembali")
        await hall.stage.press(hall.organizer, "Kirim")
        await hall.wait()
        await hall.stage.press(hall.organizer, "Belum membaca")
        await hall.stage.press(hall.organizer, "Ingatkan")
        await hall.wait()
        assert "Mohon Bapak/Ibu membaca" in last(hall.second)
        assert hall.second.inbox[-1]["message_id"] in hall.second.chat().silent
        await announce_location(hall)
        hall.stage.world.faults.clear()
        await hall.wait(400)
        await hall.stage.press(hall.organizer, "Ralat")
        await hall.stage.say(hall.organizer, "Titiknya di lobi timur.")
        await hall.stage.press(hall.organizer, "Ralat bagi")
        await hall.wait()
        assert "lobi timur" in last(hall.second)
        assert hall.second.inbox[-1]["message_id"] in hall.second.chat().silent


async def test_in_quiet_hours_organizers_hear_of_questions_without_a_sound(tmp_path: Path) -> None:
    async with hall_of(tmp_path, at="2025-11-03 22:00") as hall:
        await hall.stage.say(hall.first, "apakah boleh membawa anak?")
        await hall.stage.press(hall.first, "Tanya panitia")
        assert "anak" in last(hall.colleague)
        assert hall.colleague.inbox[-1]["message_id"] in hall.colleague.chat().silent


async def test_an_account_that_is_no_more_is_not_called_a_block(hall: Hall) -> None:
    hall.first.deactivate()
    report = await hall.announce()
    assert f"Akun Telegram sudah dihapus: 1 – {await name(hall)}" in report
    assert "Memblokir" not in report


async def test_a_text_over_the_limit_is_refused_in_clear_words(hall: Hall) -> None:
    said = await hall.stage.say(hall.organizer, "/umumkan " + "x" * 4097)
    assert "Telegram menolak pesan ini" in said
    await hall.wait(60)
    assert not any("xxx" in text for user in hall.everybody for text in texts(user))


async def test_why_it_had_to_sound_stands_in_its_report(tmp_path: Path) -> None:
    async with hall_of(tmp_path, at="2025-11-03 22:00") as hall:
        await hall.compose()
        await hall.stage.press(hall.organizer, "Mendesak")
        await hall.stage.say(hall.organizer, "Bus dimajukan.")
        await hall.stage.press(hall.organizer, "Kirim")
        await hall.wait()
        assert "🔔 Mendesak: Bus dimajukan." in hall.report()
        assert hall.second.inbox[-1]["message_id"] not in hall.second.chat().silent
