"""Organizers hand out files and links; participants get them by a press, and hear of them once."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.rehearsal.world import Fault, User
from tests.announcing import Hall, hall_of
from tests.builders import Stage, buttons, last, local, plain, texts

NOTICE = "Materi baru"


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with hall_of(tmp_path, at="2025-11-05 12:00") as ready:
        yield ready


async def _begin(hall: Hall, title: str = "Diskusi") -> None:
    await hall.stage.say(hall.organizer, "/ubah")
    await hall.stage.press(hall.organizer, title)
    await hall.stage.press(hall.organizer, "📎 Materi")
    await hall.stage.press(hall.organizer, "Tambah materi")


async def _send(hall: Hall, name: str = "paparan.pdf", caption: str = "") -> str:
    hall.organizer.send_document(b"x", name, caption=caption)
    await hall.stage.calm()
    return plain(last(hall.organizer))


def _notices(user: User) -> list[str]:
    return [plain(text) for text in texts(user) if NOTICE in text]


def _documents(user: User) -> list[str]:
    return [str(m["caption"]) for m in user.inbox if "document" in m]


async def _card(stage: Stage, user: User) -> None:
    await stage.say(user, "diskusi jam berapa?")


async def test_a_file_sent_by_an_organizer_is_one_press_away_from_participants(
    hall: Hall,
) -> None:
    await _begin(hall)
    assert "Ditambahkan ke Diskusi: Paparan narasumber" in await _send(
        hall, caption="Paparan narasumber"
    )
    assert "Ditambahkan ke Diskusi: lampiran.pdf" in await _send(hall, "lampiran.pdf")
    assert _notices(hall.first) == []
    await _card(hall.stage, hall.first)
    await hall.stage.press(hall.first, "📎 Materi (2)")
    assert not any("🗑" in label or "Tambah" in label for label in buttons(hall.first))
    await hall.stage.press(hall.first, "Paparan narasumber")
    assert _documents(hall.first) == ["Paparan narasumber"]


async def test_a_link_stands_in_the_text_with_its_title(hall: Hall) -> None:
    await _begin(hall)
    said = await hall.stage.say(hall.organizer, "Rekaman sesi https://contoh.go.id/video?a=1&b=2.")
    assert "Rekaman sesi" in said
    await hall.stage.say(hall.second, "/materi")
    shown = await hall.stage.press(hall.second, "Diskusi (1)")
    assert plain(shown).partition("\n\nRundown versi 1")[0].endswith("🔗 Rekaman sesi")
    entity = next(e for e in hall.second.inbox[-1]["entities"] if e["type"] == "text_link")
    assert entity["url"] == "https://contoh.go.id/video?a=1&b=2"


async def test_everybody_but_the_author_hears_once_and_so_do_those_who_join_before_it_is_over(
    hall: Hall,
) -> None:
    await _begin(hall)
    await _send(hall)
    await _send(hall, "lampiran.pdf")
    await hall.stage.press(hall.organizer, "Beri tahu peserta (2 baru)")
    message, data = hall.label("Semua materi")
    assert message and data
    assert "belum diberitahukan" in await hall.forge(hall.colleague, data.replace("mt:s", "mt:t"))
    for user in (hall.first, hall.second, hall.third, hall.colleague):
        (notice,) = _notices(user)
        assert "• paparan.pdf\n• lampiran.pdf" in notice
    assert _notices(hall.organizer) == []
    early = await hall.stage.user("p06")
    assert len(_notices(early)) == 1
    await hall.stage.restart(crash=True)
    await hall.stage.step(local("2025-11-05 15:01"))
    late = await hall.stage.user("p07")
    assert _notices(late) == []
    assert len(_notices(hall.first)) == len(_notices(early)) == 1


async def test_at_night_the_phone_makes_no_sound(tmp_path: Path) -> None:
    async with hall_of(tmp_path, at="2025-11-04 22:30") as hall:
        await hall.stage.say(hall.organizer, "/materi")
        await hall.stage.press(hall.organizer, "Tambah materi")
        await hall.stage.press(hall.organizer, "5 Nov")
        await hall.stage.press(hall.organizer, "Diskusi")
        await hall.stage.press(hall.organizer, "Tambah materi")
        await _send(hall)
        await hall.stage.press(hall.organizer, "Beri tahu")
        (call,) = [c for c in hall.calls("sendMessage", hall.first) if NOTICE in c["text"]]
        assert call["disable_notification"]


async def test_what_was_removed_is_gone_for_old_buttons_too_and_can_be_brought_back(
    hall: Hall,
) -> None:
    await _begin(hall)
    await _send(hall)
    await _card(hall.stage, hall.first)
    await hall.stage.press(hall.first, "📎 Materi (1)")
    _, data = hall.label("paparan.pdf", hall.first)
    await hall.stage.press(hall.organizer, "Semua materi")
    assert "Materi dihapus" in await hall.stage.press(hall.organizer, "🗑 paparan")
    assert "sudah dihapus" in await hall.forge(hall.first, data)
    await hall.stage.restart()
    await _card(hall.stage, hall.first)
    assert "Materi (1)" not in str(hall.first.inbox[-1])
    await hall.stage.press(hall.organizer, "Urungkan")
    assert await hall.forge(hall.first, data) == ""
    assert _documents(hall.first) == ["paparan.pdf"]


async def test_programs_and_mere_words_are_refused_with_what_to_do(hall: Hall) -> None:
    await _begin(hall)
    assert "berupa program" in await _send(hall, "setup.exe")
    assert "tautan (https" in await hall.stage.say(hall.organizer, "nanti saja")
    assert hall.stage.house.desk.handouts == {}


async def test_participants_neither_add_nor_remove_nor_tell(hall: Hall) -> None:
    await _begin(hall)
    await _send(hall)
    ref = hall.label("Semua materi")[1].removeprefix("mt:s:")
    for data in (f"mt:a:{ref}", f"mt:t:{ref}", "mt:x:1", "mt:u:1", "mt:d:2025-11-05"):
        assert "khusus panitia" in await hall.forge(hall.first, data), data
    assert len(hall.stage.house.desk.handouts["b"]) == 1


async def test_after_the_files_an_organizers_question_is_a_question_again(hall: Hall) -> None:
    await _begin(hall)
    await _send(hall)
    assert "14.00" in await hall.stage.say(hall.organizer, "diskusi jam berapa?")
    assert "Ditambahkan" not in await _send(hall, "lain.pdf")


async def test_asked_in_plain_words_the_materials_are_offered(hall: Hall) -> None:
    await _begin(hall)
    await _send(hall)
    assert "dari panitia" in await hall.stage.say(hall.first, "minta paparan diskusi")
    await hall.stage.press(hall.first, "Materi (1) Diskusi")
    await hall.stage.press(hall.first, "paparan.pdf")
    assert _documents(hall.first) == ["paparan.pdf"]


async def test_the_reminder_names_them(hall: Hall) -> None:
    await _begin(hall)
    await _send(hall)
    await hall.stage.step(local("2025-11-05 13:46"))
    (reminder,) = [plain(text) for text in texts(hall.first) if "⏰" in text]
    assert "📎 paparan.pdf" in reminder
    await hall.stage.press(hall.first, "Buka materi: Diskusi")
    assert "Diskusi" in last(hall.first)


async def test_a_file_that_telegram_has_lost_is_reported_to_organizers(hall: Hall) -> None:
    await _begin(hall)
    await _send(hall)
    await _card(hall.stage, hall.first)
    await hall.stage.press(hall.first, "📎 Materi (1)")
    hall.stage.world.faults.add(Fault("400", method="sendDocument", times=1))
    assert "tidak dapat dikirim" in await hall.stage.press(hall.first, "paparan.pdf")
    assert any("kirim ulang" in text for text in texts(hall.organizer))
