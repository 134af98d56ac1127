"""Announcing to some, later, in quiet hours, and to those who come late."""

from pathlib import Path

import pytest

from bot.domain import clock
from tests.announcing import BUS, Hall, hall_of
from tests.builders import ZONE, last, local, plain


async def test_a_group_is_chosen_by_button_and_named_before_sending(hall: Hall) -> None:
    await hall.compose()
    await hall.stage.press(hall.organizer, "Penerima")
    await hall.stage.press(hall.organizer, "Kelompok")
    question = await hall.stage.press(hall.organizer, "Kelompok 1 (2)")
    assert "2 orang: Kelompok 1 (6 orang di daftar belum menekan Mulai)" in question
    assert "Asisten Pemerintahan" in question
    await hall.stage.press(hall.organizer, "Kirim")
    await hall.wait()
    assert [hall.copies(user) for user in hall.everybody] == [1, 0, 1, 0, 0]
    assert "Terkirim: 2 dari 2" in hall.report()


@pytest.mark.parametrize(
    ("kind", "label", "words", "count"),
    [
        ("OPD", "Sekretariat Daerah (3)", "OPD Sekretariat Daerah", 3),
        ("Eselon", "II.b (3)", "eselon II.b", 3),
        ("Peran", "panitia (2)", "panitia", 2),
    ],
)
async def test_every_kind_of_audience(
    hall: Hall, kind: str, label: str, words: str, count: int
) -> None:
    await hall.compose()
    await hall.stage.press(hall.organizer, "Penerima")
    await hall.stage.press(hall.organizer, kind)
    assert f"{count} orang: {words}" in await hall.stage.press(hall.organizer, label)
    await hall.stage.press(hall.organizer, "Penerima")
    assert "5 orang: semua" in await hall.stage.press(hall.organizer, "Semua (5)")


async def test_a_time_in_words_is_repeated_and_kept(hall: Hall) -> None:
    await hall.compose()
    await hall.stage.press(hall.organizer, "Waktu")
    assert "belum saya pahami" in await hall.stage.say(hall.organizer, "entahlah")
    assert "sudah lewat" in await hall.stage.say(hall.organizer, "kemarin jam 7")
    question = await hall.stage.say(hall.organizer, "besok jam 7")
    assert "Rabu, 5 November 2025 pukul 07.00 WIB" in question
    assert "Dijadwalkan" in await hall.stage.press(hall.organizer, "Jadwalkan")
    await hall.stage.step(local("2025-11-05 06:59"))
    assert not hall.copies(hall.first)
    await hall.stage.restart(crash=True)
    await hall.stage.step(local("2025-11-05 07:00"))
    assert [hall.copies(user) for user in hall.everybody] == [1] * 5
    assert "Terkirim: 5 dari 5" in hall.report()


async def test_a_time_by_buttons(hall: Hall) -> None:
    await hall.compose()
    await hall.stage.press(hall.organizer, "Waktu")
    await hall.stage.press(hall.organizer, "Kam, 6 Nov")
    question = await hall.stage.press(hall.organizer, "08.00")
    assert "Kamis, 6 November 2025 pukul 08.00 WIB" in question


async def test_a_day_alone_asks_for_the_hour(hall: Hall) -> None:
    await hall.compose()
    await hall.stage.press(hall.organizer, "Waktu")
    assert "pukul berapa" in await hall.stage.say(hall.organizer, "lusa")
    assert "Kamis, 6 November 2025 pukul 13.30" in await hall.stage.say(hall.organizer, "13.30")


async def test_what_is_scheduled_is_listed_changed_and_cancelled(hall: Hall) -> None:
    await hall.compose()
    await hall.stage.press(hall.organizer, "Waktu")
    await hall.stage.say(hall.organizer, "besok jam 7")
    await hall.stage.press(hall.organizer, "Jadwalkan")
    listed = await hall.stage.say(hall.organizer, "/siaran")
    assert "Rab, 5 Nov 07.00" in listed
    assert "(5 orang)" in listed
    await hall.stage.press(hall.organizer, "Bus berangkat")
    await hall.stage.press(hall.organizer, "Ubah waktu")
    assert "pukul 09.00" in await hall.stage.say(hall.organizer, "besok jam 9")
    await hall.stage.step(local("2025-11-05 08:00"))
    assert not hall.copies(hall.first)
    await hall.stage.say(hall.organizer, "/siaran")
    await hall.stage.press(hall.organizer, "Bus berangkat")
    assert "tidak ada yang terkirim" in await hall.stage.press(hall.organizer, "Batalkan")
    await hall.stage.step(local("2025-11-05 09:01"))
    assert not any(hall.copies(user) for user in hall.everybody)


async def test_one_that_has_left_cannot_be_put_off(hall: Hall) -> None:
    await hall.compose()
    await hall.stage.press(hall.organizer, "Kirim")
    number = hall.label("Batalkan")[1].rpartition(":")[2]
    await hall.wait()
    assert "sudah dikirim" in await hall.forge(hall.organizer, f"b:t:{number}")
    assert "sudah dikirim" in await hall.forge(hall.organizer, f"b:w:{number}:99999999")
    assert [hall.copies(user) for user in hall.everybody] == [1] * 5


async def test_in_quiet_hours_it_makes_no_sound_unless_there_is_a_reason(tmp_path: Path) -> None:
    async with hall_of(tmp_path, at="2025-11-03 22:00") as hall:
        assert "Jam tenang" in await hall.compose()
        await hall.stage.press(hall.organizer, "Kirim")
        await hall.wait()
        assert hall.first.inbox[-1]["message_id"] in hall.first.chat().silent
        await hall.compose("Kebakaran, keluar dari gedung.")
        await hall.stage.press(hall.organizer, "Mendesak")
        assert "dengan suara: keselamatan" in await hall.stage.say(hall.organizer, "keselamatan")
        await hall.stage.press(hall.organizer, "Kirim")
        await hall.wait()
        assert last(hall.first) == "Kebakaran, keluar dari gedung."
        assert hall.first.inbox[-1]["message_id"] not in hall.first.chat().silent


async def test_who_joins_later_that_day_gets_it_and_the_report_stays_true(hall: Hall) -> None:
    await hall.announce()
    late = await hall.stage.user("p09")
    await hall.wait()
    assert hall.copies(late) == 1
    assert "Terkirim: 6 dari 6" in hall.report()
    await hall.stage.step(local("2025-11-05 06:00"))
    later = await hall.stage.user("p13")
    await hall.wait()
    assert hall.copies(later) == 0


async def test_how_long_latecomers_get_it_is_the_organizers_choice(hall: Hall) -> None:
    for words, choice in ((BUS, "akhir acara"), ("Hanya untuk yang hadir.", "Tidak bagi")):
        await hall.compose(words)
        await hall.stage.press(hall.organizer, "Lainnya")
        await hall.stage.press(hall.organizer, choice)
        await hall.stage.press(hall.organizer, "Kembali")
        await hall.stage.press(hall.organizer, "Kirim")
        await hall.wait()
    await hall.stage.step(local("2025-11-06 06:00"))
    late = await hall.stage.user("p09")
    await hall.wait()
    assert hall.copies(late) == 1
    assert hall.copies(late, "Hanya untuk yang hadir.") == 0


async def test_a_group_notice_does_not_reach_latecomers_of_other_groups(hall: Hall) -> None:
    await hall.compose()
    await hall.stage.press(hall.organizer, "Penerima")
    await hall.stage.press(hall.organizer, "Kelompok")
    await hall.stage.press(hall.organizer, "Kelompok 1")
    await hall.stage.press(hall.organizer, "Kirim")
    await hall.wait()
    of_it, other = [await hall.stage.user(key) for key in ("p09", "p10")]
    await hall.wait()
    assert (hall.copies(of_it), hall.copies(other)) == (1, 0)


async def test_the_hours_offered_are_those_to_come(hall: Hall) -> None:
    assert clock.local(hall.stage.clock.instant, ZONE).hour == 12
    await hall.compose()
    await hall.stage.press(hall.organizer, "Waktu")
    await hall.stage.press(hall.organizer, "Sel, 4 Nov")
    markup = next(m for m in reversed(hall.organizer.messages) if "reply_markup" in m)
    labels = [b["text"] for row in markup["reply_markup"]["inline_keyboard"] for b in row]
    assert labels[0] == "13.00"


async def test_words_after_another_way_was_taken_are_a_question_again(hall: Hall) -> None:
    await hall.compose()
    await hall.stage.press(hall.organizer, "Waktu")
    await hall.stage.press(hall.organizer, "Kembali")
    await hall.stage.press(hall.organizer, "Kirim")
    await hall.wait()
    assert "Diskusi" in await hall.stage.say(hall.organizer, "besok ada acara apa?")


async def test_what_is_scheduled_can_be_said_otherwise_and_to_others(hall: Hall) -> None:
    await hall.compose()
    await hall.stage.press(hall.organizer, "Waktu")
    await hall.stage.say(hall.organizer, "besok jam 7")
    await hall.stage.press(hall.organizer, "Jadwalkan")
    await hall.stage.press(hall.organizer, "Ubah isi atau penerima")
    await hall.stage.press(hall.organizer, "Lainnya")
    await hall.stage.press(hall.organizer, "Ganti isi")
    asked = await hall.stage.say(hall.organizer, "Bus berangkat pukul 14.00.")
    assert "5 orang" in plain(asked)
    assert "pukul 07.00" in plain(asked), "the time stays as it was chosen"
    await hall.stage.press(hall.organizer, "Penerima")
    await hall.stage.press(hall.organizer, "Peran")
    await hall.stage.press(hall.organizer, "peserta")
    await hall.stage.press(hall.organizer, "Jadwalkan")
    await hall.stage.step(local("2025-11-05 07:01"))
    assert [hall.copies(user) for user in hall.everybody] == [0] * 5
    people = (hall.first, hall.second, hall.third, hall.colleague)
    assert [hall.copies(user, "Bus berangkat pukul 14.00.") for user in people] == [1, 1, 1, 0]


async def test_what_is_being_changed_does_not_leave_meanwhile(hall: Hall) -> None:
    await hall.compose()
    await hall.stage.press(hall.organizer, "Waktu")
    await hall.stage.say(hall.organizer, "besok jam 7")
    await hall.stage.press(hall.organizer, "Jadwalkan")
    number = hall.label("Ubah isi")[1].rpartition(":")[2]
    assert "Jadwalnya dilepas" in await hall.forge(hall.organizer, f"b:o:{number}")
    await hall.stage.step(local("2025-11-05 07:01"))
    assert not any(hall.copies(user) for user in hall.everybody)
    assert "sudah dikirim" in await hall.forge(hall.organizer, f"b:o:{number}")


async def test_who_joins_before_it_leaves_gets_it_whatever_was_chosen_for_latecomers(
    hall: Hall,
) -> None:
    await hall.compose()
    await hall.stage.press(hall.organizer, "Lainnya")
    await hall.stage.press(hall.organizer, "Tidak bagi yang menyusul")
    await hall.stage.press(hall.organizer, "Kembali")
    await hall.stage.press(hall.organizer, "Waktu")
    await hall.stage.say(hall.organizer, "besok jam 7")
    await hall.stage.press(hall.organizer, "Jadwalkan")
    early = await hall.stage.user("p09")
    await hall.stage.step(local("2025-11-05 07:01"))
    late = await hall.stage.user("p10")
    await hall.wait(60)
    assert (hall.copies(early), hall.copies(late)) == (1, 0)
    assert "Terkirim: 6 dari 6" in hall.report()
