"""Announcing: the short road, time to think again, stopping, the report, sending again."""

import asyncio
import io
from collections.abc import Callable
from datetime import timedelta

from openpyxl import load_workbook
from sqlmodel import Session

from bot.domain.people import Role
from bot.rehearsal.world import Json
from bot.store import people
from tests.announcing import BUS, Hall
from tests.builders import buttons, texts


async def test_the_short_road_is_a_message_and_one_button(hall: Hall) -> None:
    question = await hall.compose()
    assert "5 orang: semua" in question
    assert "Panitia BKPSDM 1" in question
    assert "10 detik" in await hall.stage.press(hall.organizer, "Kirim")
    await hall.wait(9)
    assert not any(hall.copies(user) for user in hall.everybody)
    await hall.wait(1)
    assert [hall.copies(user) for user in hall.everybody] == [1] * 5
    assert "Terkirim: 5 dari 5" in hall.report()


async def test_within_ten_seconds_it_can_be_taken_back(hall: Hall) -> None:
    await hall.compose()
    await hall.stage.press(hall.organizer, "Kirim")
    await hall.wait(8)
    assert "tidak ada yang terkirim" in await hall.stage.press(hall.organizer, "Batalkan")
    await hall.wait(600)
    assert not any(hall.copies(user) for user in hall.everybody)
    late = await hall.stage.user("p09")
    await hall.wait()
    assert hall.copies(late) == 0


async def test_a_crash_in_the_ten_seconds_changes_nothing(hall: Hall) -> None:
    await hall.compose()
    await hall.stage.press(hall.organizer, "Kirim")
    await hall.wait(5)
    await hall.stage.restart(crash=True)
    await hall.wait(5)
    assert [hall.copies(user) for user in hall.everybody] == [1] * 5
    assert "Terkirim: 5 dari 5" in hall.report()


async def test_a_draft_that_two_organizers_confirm_is_sent_once(hall: Hall) -> None:
    await hall.compose()
    message, data = hall.label("Kirim")
    hall.organizer.press(message, data)
    second = hall.organizer.press(message, data)
    await hall.stage.calm()
    assert second.answer is not None
    assert "sudah dikirim" in second.answer["text"]
    assert "sudah dikirim" in await hall.forge(hall.colleague, data)
    assert "sudah dikirim" in await hall.forge(hall.organizer, data.replace("go", "no"))
    await hall.wait()
    assert [hall.copies(user) for user in hall.everybody] == [1] * 5


async def test_a_colleague_may_confirm_and_then_gets_the_report(hall: Hall) -> None:
    await hall.compose()
    await hall.forge(hall.colleague, hall.label("Kirim")[1])
    await hall.wait()
    assert any("Terkirim: 5 dari 5" in text for text in texts(hall.colleague))


async def test_button_data_gives_a_participant_no_power(hall: Hall) -> None:
    await hall.compose()
    number = hall.label("Kirim")[1].rpartition(":")[2]
    for verb in ("go", "no", "stop", "c", "p", "pa", "t", "m", "q", "i", "x", "d", "dg", "e", "u"):
        assert "khusus panitia" in await hall.forge(hall.first, f"b:{verb}:{number}"), verb
    for data in (f"b:w:{number}:0", f"b:again:{number}:0", f"b:n:{number}:0", f"b:eg:{number}"):
        assert "khusus panitia" in await hall.forge(hall.first, data)
    await hall.wait(60)
    assert not any(hall.copies(user) for user in hall.everybody)


async def test_buttons_of_announcements_that_never_were_do_nothing(hall: Hall) -> None:
    for verb in ("go", "no", "stop", "c", "p", "pa", "t", "m", "q", "i", "x", "d", "dg", "e", "u",
                 "eg", "en", "r", "w:0", "again:0", "n:0"):  # fmt: skip
        name, _, rest = verb.partition(":")
        data = f"b:{name}:999999999" + (f":{rest}" if rest else "")
        assert await hall.forge(hall.organizer, data), verb


async def test_it_arrives_as_it_was_composed(hall: Hall) -> None:
    bold = {"text": "Penting sekali", "entities": [{"type": "bold", "offset": 0, "length": 7}]}
    send = hall.organizer
    composed: list[Callable[[], Json]] = [
        lambda: send.send(bold),
        lambda: send.send_photo(b"\xff\xd8photo", caption="Peta lokasi"),
        lambda: send.send_document(b"%PDF-1.4", "surat.pdf", caption="Surat tugas"),
        lambda: send.send_voice(b"OggS", duration=3),
        lambda: send.send_location(-7.47, 110.22),
    ]
    for compose in composed:
        await hall.stage.say(send, "/umumkan")
        sent = compose()
        await hall.stage.calm()
        await hall.stage.press(send, "Kirim")
        await hall.wait()
        got = hall.first.inbox[-1]
        content = ("text", "entities", "photo", "document", "voice", "location", "caption")
        assert [got.get(each) for each in content] == [sent.get(each) for each in content]
        assert "Terkirim: 5 dari 5" in hall.report()


async def test_what_is_typed_behind_the_command_is_announced_with_its_formatting(
    hall: Hall,
) -> None:
    words = "/umumkan 🌺 Penting:\nlihat situs ini"
    hall.organizer.send(
        {
            "text": words,
            "entities": [
                {"type": "bot_command", "offset": 0, "length": 8},
                {"type": "bold", "offset": 0, "length": 19},
                {"type": "text_link", "offset": 27, "length": 5, "url": "https://example.org/"},
            ],
        }
    )
    await hall.stage.calm()
    assert "Kirim sekarang?" in texts(hall.organizer)[-1]
    await hall.stage.press(hall.organizer, "Kirim")
    await hall.wait()
    got = hall.first.inbox[-1]
    assert got["text"] == "🌺 Penting:\nlihat situs ini"
    assert got["entities"] == [
        {"type": "bold", "offset": 0, "length": 10},
        {"type": "text_link", "offset": 18, "length": 5, "url": "https://example.org/"},
    ]


async def test_what_telegram_refuses_is_told_in_its_words_and_another_may_follow(
    hall: Hall,
) -> None:
    await hall.stage.say(hall.organizer, "/umumkan")
    hall.fault("400", description="Bad Request: MEDIA_CAPTION_TOO_LONG")
    said = await hall.stage.say(hall.organizer, "x" * 4096)
    assert "Media_caption_too_long".lower() in said.lower()
    assert "Silakan kirim isi yang lain" in said
    assert "Kirim sekarang?" in await hall.stage.say(hall.organizer, BUS)
    await hall.stage.press(hall.organizer, "Kirim")
    await hall.wait()
    assert hall.copies(hall.first) == 1


async def test_an_album_is_turned_down_once_and_a_single_message_may_follow(hall: Hall) -> None:
    await hall.stage.say(hall.organizer, "/umumkan")
    for words in ("satu", "dua", "tiga"):
        hall.organizer.send({"text": words, "media_group_id": "77"})
    await hall.stage.calm()
    assert sum("Album" in text for text in texts(hall.organizer)) == 1
    assert "Kirim sekarang?" in await hall.stage.say(hall.organizer, BUS)


async def test_nobody_to_announce_to_is_said_at_once(hall: Hall) -> None:
    await hall.compose()
    await hall.stage.press(hall.organizer, "Penerima")
    await hall.stage.press(hall.organizer, "Kelompok")
    await hall.stage.press(hall.organizer, "Kelompok 2")
    await hall.stage.house.db.write(_take_participants_off)
    message, data = hall.label("Kirim")
    query = hall.organizer.press(message, data)
    await hall.stage.calm()
    assert query.answer is not None
    assert "tidak ada yang dikirim" in query.answer["text"]
    await hall.wait(60)
    assert not any(hall.copies(user) for user in hall.everybody)


async def test_stopping_on_the_way_is_reported_truthfully(hall: Hall) -> None:
    hall.fault("500", hall.third, times=None)
    await hall.compose()
    await hall.stage.press(hall.organizer, "Kirim")
    await hall.wait()
    progress = _sending(hall)
    assert "4/5" in progress
    assert "▓" in progress
    await hall.stage.press(hall.organizer, "Hentikan")
    report = hall.report()
    assert "Terkirim: 4 dari 5" in report
    assert "Dibatalkan: 1 – Staf Ahli Bidang Ekonomi" in report
    hall.stage.world.faults.clear()
    await hall.wait(3600)
    assert [hall.copies(user) for user in hall.everybody] == [1, 1, 0, 1, 1]


async def test_the_report_names_whom_it_did_not_reach_and_why(hall: Hall) -> None:
    await hall.block(hall.second)
    hall.fault("400", hall.third, description="Bad Request: no luck")
    hall.fault("reset_after", hall.first)
    report = await hall.announce()
    assert "Terkirim: 2 dari 5" in report
    assert "Memblokir bot: 1 – Asisten Perekonomian" in report
    assert "Ditolak Telegram: 1 – Staf Ahli Bidang Ekonomi" in report
    assert "Tidak diketahui sampai atau tidak: 1 – Asisten Pemerintahan" in report


async def test_a_copy_in_flight_when_the_process_dies_is_unknown_and_offered_again(
    hall: Hall,
) -> None:
    hall.fault("hang", hall.third)
    await hall.compose()
    await hall.stage.press(hall.organizer, "Kirim")
    hall.stage.clock.instant += timedelta(seconds=10)
    hall.stage.house.courier.poke()
    async with asyncio.timeout(5):
        while await hall.delivered() < 4:
            pass
    await hall.stage.restart(crash=True)
    await hall.wait(1)
    assert "Terkirim: 4 dari 5" in hall.report()
    assert "Tidak diketahui sampai atau tidak: 1 – Staf Ahli Bidang Ekonomi" in hall.report()
    await hall.stage.press(hall.organizer, "Kirim ulang (1)")
    await hall.wait(1)
    assert "Terkirim: 5 dari 5" in hall.report()
    assert [hall.copies(user) for user in hall.everybody] == [1] * 5


async def test_the_report_as_a_spreadsheet(hall: Hall) -> None:
    hall.fault("400", hall.third, description="Bad Request: =cmd()")
    await hall.announce("=1+1")
    await hall.stage.press(hall.organizer, "Excel")
    document = hall.organizer.inbox[-1]["document"]
    assert document["file_name"].endswith(".xlsx")
    file = hall.stage.world.files.get(document["file_id"])
    assert file is not None
    sheet = load_workbook(io.BytesIO(file.data)).worksheets[0]
    rows = [[str(cell.value) for cell in row] for row in sheet.iter_rows()]
    assert rows[0][0] == "'=1+1"
    assert len(rows) == 2 + 5
    failed = next(row for row in rows if row[4] == "ditolak Telegram")
    assert failed[0].startswith("Staf Ahli Bidang Ekonomi")
    assert sum(row[4] == "terkirim" for row in rows) == 4
    assert rows[2][5].startswith("2025-11-04 12:00")


async def test_unknown_and_refused_are_sent_again_once_whoever_presses(hall: Hall) -> None:
    hall.fault("reset_before", hall.first)
    hall.fault("400", hall.third, description="Bad Request: no luck")
    await hall.block(hall.second)
    await hall.announce()
    assert not hall.copies(hall.first)
    message, data = hall.label("Kirim ulang (2)")
    hall.organizer.press(message, data)
    hall.organizer.press(message, data)
    await hall.stage.calm()
    assert await hall.forge(hall.colleague, data)
    await hall.wait()
    assert [hall.copies(user) for user in hall.everybody] == [1, 0, 1, 1, 1]
    assert "Terkirim: 4 dari 5" in hall.report()
    assert not any("Kirim ulang" in label for label in buttons(hall.organizer))


async def test_who_unblocks_can_be_sent_to_again(hall: Hall) -> None:
    await hall.block(hall.second)
    await hall.announce()
    await hall.block(hall.second, blocked=False)
    await hall.stage.say(hall.organizer, "/siaran")
    await hall.stage.press(hall.organizer, BUS[:20])
    await hall.stage.press(hall.organizer, "Kirim ulang (1)")
    await hall.wait()
    assert hall.copies(hall.second) == 1
    assert "Terkirim: 5 dari 5" in hall.report()


async def test_an_english_organizer_reads_english(hall: Hall) -> None:
    await hall.stage.say(hall.organizer, "/language")
    await hall.stage.press(hall.organizer, "English")
    await hall.stage.say(hall.organizer, "/announce")
    await hall.stage.say(hall.organizer, BUS)
    await hall.stage.press(hall.organizer, "Send")
    await hall.wait()
    assert any("Delivered: 5 of 5" in m.get("text", "") for m in hall.organizer.inbox)


def _sending(hall: Hall) -> str:
    return next(
        str(m["text"]) for m in reversed(hall.organizer.inbox) if "Mengirim" in m.get("text", "")
    )


def _take_participants_off(db: Session) -> None:
    for person in people.members(db):
        person.removed = person.role is not Role.ORGANIZER
        db.add(person)
