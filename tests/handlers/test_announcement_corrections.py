"""After sending: corrected, taken back, confirmed as read, recalled to mind."""

from datetime import timedelta

from tests.announcing import BUS, Hall
from tests.builders import last, local, texts

RIGHT = "Bus berangkat pukul 14.00 dari lobi."


async def correct(hall: Hall, words: str = RIGHT) -> None:
    """From the report to the end of the correction."""
    await hall.stage.press(hall.organizer, "Ralat")
    await hall.stage.say(hall.organizer, words)
    await hall.stage.press(hall.organizer, "Ralat bagi")
    await hall.wait()


async def test_a_correction_replaces_the_text_for_everybody_who_has_it(hall: Hall) -> None:
    hall.fault("400", hall.third)
    await hall.announce()
    before = [len(user.inbox) for user in hall.everybody]
    await correct(hall)
    for user in (hall.first, hall.second, hall.colleague):
        assert last(user).startswith(RIGHT)
        assert "diralat pukul 12.00 WIB" in last(user)
        assert not hall.copies(user)
    assert [len(user.inbox) for user in hall.everybody][:3] == before[:3]
    assert "Laporan ralat" in hall.report()
    assert "Diralat: 4 dari 4" in hall.report()
    assert RIGHT in await hall.stage.say(hall.organizer, "/siaran")
    late = await hall.stage.user("p09")
    await hall.wait()
    assert sum(text.startswith(RIGHT) for text in texts(late)) == 1
    assert hall.copies(late) == 0


async def test_a_correction_is_sent_once_and_survives_a_lost_answer(hall: Hall) -> None:
    await hall.announce()
    await hall.stage.press(hall.organizer, "Ralat")
    await hall.stage.say(hall.organizer, RIGHT)
    message, data = hall.label("Ralat bagi")
    hall.fault("reset_after", hall.first, method="editMessageText")
    hall.organizer.press(message, data)
    hall.organizer.press(message, data)
    await hall.stage.calm()
    await hall.wait(30)
    assert last(hall.first).startswith(RIGHT)
    assert "Diralat: 5 dari 5" in hall.report()
    assert len(hall.calls("editMessageText", hall.second)) == 1


async def test_a_correction_that_telegram_refuses_reaches_nobody(hall: Hall) -> None:
    await hall.announce()
    await hall.stage.press(hall.organizer, "Ralat")
    said = await hall.stage.say(hall.organizer, "x" * 4090)
    assert "Telegram menolaknya" in said
    assert "Di atas adalah ralat" in await hall.stage.say(hall.organizer, RIGHT)
    assert "tetap seperti semula" in await hall.stage.press(hall.organizer, "Batal")
    assert hall.copies(hall.first) == 1
    assert not hall.calls("editMessageText", hall.first)


async def test_what_has_no_text_is_corrected_by_an_answer_to_it(hall: Hall) -> None:
    await hall.stage.say(hall.organizer, "/umumkan")
    hall.organizer.send_location(-7.47, 110.22)
    await hall.stage.calm()
    await hall.stage.press(hall.organizer, "Kirim")
    await hall.wait()
    place = hall.first.inbox[-1]["message_id"]
    await correct(hall, "Titiknya di lobi timur.")
    assert "Titiknya di lobi timur." in last(hall.first)
    assert "Ralat" in last(hall.first)
    assert hall.first.inbox[-1]["reply_to_message"]["message_id"] == place
    assert "Diralat: 5 dari 5" in hall.report()


async def test_taking_back_deletes_it_everywhere_and_stops_what_waits(hall: Hall) -> None:
    hall.fault("500", hall.third, times=None)
    await hall.send()
    number = hall.label("Hentikan")[1].rpartition(":")[2]
    await hall.forge(hall.organizer, f"b:d:{number}")
    await hall.stage.press(hall.organizer, "Tarik dari 4 orang")
    hall.stage.world.faults.clear()
    await hall.wait(600)
    assert [hall.copies(user) for user in hall.everybody] == [0] * 5
    assert any("Ditarik: 4 dari 4" in text for text in texts(hall.organizer))
    late = await hall.stage.user("p09")
    await hall.wait()
    assert hall.copies(late) == 0
    assert "sudah ditarik" in await hall.forge(hall.organizer, f"b:e:{number}")
    assert "sudah ditarik" in await hall.forge(hall.organizer, f"b:dg:{number}")


async def test_past_48_hours_telegram_keeps_it_and_we_say_so(hall: Hall) -> None:
    await hall.announce()
    await hall.stage.step(hall.stage.clock.instant + timedelta(hours=49))
    await hall.stage.say(hall.organizer, "/siaran")
    await hall.stage.press(hall.organizer, "Bus berangkat")
    number = hall.label("Tarik")[1].rpartition(":")[2]
    assert "48 jam" in await hall.stage.press(hall.organizer, "Tarik")
    assert await hall.forge(hall.organizer, f"b:dg:{number}")
    assert not hall.calls("deleteMessages")
    assert hall.copies(hall.first) == 1


async def test_who_has_read_it_is_known_and_only_the_others_are_reminded(hall: Hall) -> None:
    await hall.compose()
    await hall.stage.press(hall.organizer, "Lainnya")
    await hall.stage.press(hall.organizer, "Minta konfirmasi")
    await hall.stage.press(hall.organizer, "Kembali")
    await hall.stage.press(hall.organizer, "Kirim")
    await hall.wait()
    for user in (hall.first, hall.organizer):
        await hall.stage.press(user, "Sudah baca")
    assert "✅ Sudah dibaca" in str(hall.first.messages[-1]["reply_markup"])
    await hall.stage.say(hall.organizer, "/siaran")
    await hall.stage.press(hall.organizer, "Bus berangkat")
    assert "Sudah membaca: 2" in last(hall.organizer)
    missing = await hall.stage.press(hall.organizer, "Belum membaca (3)")
    assert "Asisten Perekonomian" in missing
    assert "Asisten Pemerintahan" not in missing
    message, data = hall.label("Ingatkan 3")
    before = [len(user.inbox) for user in hall.everybody]
    hall.organizer.press(message, data)
    hall.organizer.press(message, data)
    await hall.stage.calm()
    assert await hall.forge(hall.colleague, data)
    await hall.wait()
    assert [len(user.inbox) for user in hall.everybody[:3]] == [
        before[0],
        before[1] + 1,
        before[2] + 1,
    ]
    assert "Sudah baca" in last(hall.second)
    assert "Terkirim: 3 dari 3" in hall.report()
    await hall.stage.press(hall.second, "Sudah baca")
    assert "belum membaca" not in last(hall.second)
    await hall.compose("Untuk yang belum membaca.")
    await hall.stage.press(hall.organizer, "Penerima")
    await hall.stage.press(hall.organizer, "Belum membaca …")
    assert "2 orang: yang belum membaca" in await hall.stage.press(hall.organizer, "(2)")


async def test_only_who_got_it_can_confirm_it(hall: Hall) -> None:
    await hall.announce()
    number = hall.label("Ralat")[1].rpartition(":")[2]
    await hall.stage.step(local("2025-11-05 06:00"))
    late = await hall.stage.user("p09")
    assert "tidak berlaku" in await hall.forge(late, f"b:r:{number}")


async def test_correcting_keeps_the_button_of_what_is_to_be_confirmed(hall: Hall) -> None:
    await hall.compose()
    await hall.stage.press(hall.organizer, "Lainnya")
    await hall.stage.press(hall.organizer, "Minta konfirmasi")
    await hall.stage.press(hall.organizer, "Kembali")
    await hall.stage.press(hall.organizer, "Kirim")
    await hall.wait()
    await correct(hall)
    assert last(hall.first).startswith(RIGHT)
    await hall.stage.press(hall.first, "Sudah baca")
    assert BUS not in texts(hall.first)


async def test_a_photo_reaches_latecomers_with_the_right_words(hall: Hall) -> None:
    await hall.stage.say(hall.organizer, "/umumkan")
    hall.organizer.send_photo(b"\xff\xd8photo", caption="Kumpul di lobi barat.")
    await hall.stage.calm()
    await hall.stage.press(hall.organizer, "Kirim")
    await hall.wait()
    await correct(hall, "Kumpul di lobi timur.")
    assert "Kumpul di lobi timur." in last(hall.first)
    late = await hall.stage.user("p09")
    await hall.wait()
    photo = next(message for message in late.inbox if "photo" in message)
    assert photo["caption"].startswith("Kumpul di lobi timur.")


async def _announce_photo(hall: Hall, caption: str = "Kumpul di lobi barat.") -> None:
    await hall.stage.say(hall.organizer, "/umumkan")
    hall.organizer.send_photo(b"\xff\xd8photo", caption=caption)
    await hall.stage.calm()
    await hall.stage.press(hall.organizer, "Kirim")
    await hall.wait()


async def test_the_words_below_a_photo_are_corrected_in_place(hall: Hall) -> None:
    await _announce_photo(hall)
    before = [len(user.inbox) for user in hall.everybody[:3]]
    hall.fault("reset_after", hall.second, method="editMessageCaption")
    await hall.stage.press(hall.organizer, "Ralat")
    preview = await hall.stage.say(hall.organizer, "Kumpul di lobi <timur>.")
    assert "sebagai balasan" not in preview
    assert any("photo" in message for message in hall.organizer.inbox[-2:])
    await hall.stage.press(hall.organizer, "Ralat bagi")
    await hall.wait(30)
    for user in hall.everybody[:3]:
        photo = next(message for message in user.inbox if "photo" in message)
        assert photo["caption"].startswith("Kumpul di lobi <timur>.")
        assert "diralat pukul 12.00 WIB" in photo["caption"]
    assert [len(user.inbox) for user in hall.everybody[:3]] == before
    assert "Diralat: 5 dari 5" in hall.report()
    assert "lobi <timur>" in await hall.stage.say(hall.organizer, "/siaran")


async def test_a_photo_without_words_gets_them_by_a_correction(hall: Hall) -> None:
    await _announce_photo(hall, "")
    await correct(hall, "Peta lokasi yang benar.")
    assert last(hall.first).startswith("Peta lokasi yang benar.")
    assert "photo" in hall.first.inbox[-1]


async def test_words_too_long_for_a_photo_are_refused_before_anybody_gets_them(
    hall: Hall,
) -> None:
    await _announce_photo(hall)
    await hall.stage.press(hall.organizer, "Ralat")
    said = await hall.stage.say(hall.organizer, "x" * 1100)
    assert "Telegram menolaknya" in said
    assert "caption is too long" in said
    assert not hall.calls("editMessageCaption")
