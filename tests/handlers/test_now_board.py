"""The organizers' board of now: true when asked, and kept so for ten minutes."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.rehearsal.world import Fault
from bot.store import settings
from tests.announcing import Hall, hall_of
from tests.builders import last, local, plain, texts


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with hall_of(tmp_path, at="2025-11-05 13:30") as ready:
        yield ready


async def _board(hall: Hall) -> str:
    return plain(await hall.stage.say(hall.organizer, "/papan"))


def _edits(hall: Hall) -> int:
    return len(hall.calls("editMessageText", hall.organizer))


async def test_it_says_what_runs_how_far_what_is_next_and_how_late(hall: Hall) -> None:
    shown = await _board(hall)
    assert "Tidak ada sesi yang sedang berlangsung." in shown
    assert "⏭ Diskusi, 14.00, 30 menit lagi\n" in shown
    await hall.stage.say(hall.organizer, "Diskusi mundur 15 menit")
    await hall.stage.press(hall.organizer, "Terapkan")
    assert "⏭ Diskusi, 14.15, 45 menit lagi · mundur 15 menit" in await _board(hall)
    await hall.stage.step(local("2025-11-05 14:45"))
    shown = await _board(hall)
    assert "▶️ Diskusi\n▓▓▓▓▓░░░░░ 14.15–15.15, sisa 30 menit · mundur 15 menit" in shown
    assert "⏭ Penutupan, Kam, 6 Nov 14.00, 23 jam 15 menit lagi" in shown
    assert "versi 2. Diperbarui sendiri sampai 14.55." in shown


async def test_it_says_who_is_missing_and_what_did_not_arrive(hall: Hall) -> None:
    await hall.block(hall.third)
    hall.fault("500", hall.second, times=1)
    await hall.send()
    shown = await _board(hall)
    assert "1 pesan menunggu dikirim" in shown
    assert "1 pesan tidak sampai hari ini" in shown
    assert "belum menekan Mulai, 1 memblokir bot" in shown
    assert "Memblokir (1)" in str(hall.organizer.inbox[-1]["reply_markup"])
    await hall.wait(60)
    assert "Semua pesan sudah dikirim" in await _board(hall)


async def test_it_is_kept_up_to_date_every_half_minute_for_ten_minutes(hall: Hall) -> None:
    await _board(hall)
    await hall.wait(29)
    assert _edits(hall) == 0
    await hall.wait(2)
    assert _edits(hall) == 1
    await hall.stage.restart(crash=True)
    await hall.stage.step(local("2025-11-05 13:41"))
    assert _edits(hall) == 20
    shown = plain(last(hall.organizer))
    assert "13.40 WIB" in shown and "20 menit lagi" in shown
    assert "Tekan Perbarui" in shown
    await hall.stage.step(local("2025-11-05 13:44"))
    assert _edits(hall) == 20
    await hall.stage.press(hall.organizer, "Perbarui")
    assert "13.44 WIB" in last(hall.organizer)
    await hall.wait(30)
    assert _edits(hall) == 22


async def test_a_clock_set_back_or_far_ahead_ends_it_without_a_flood(hall: Hall) -> None:
    await _board(hall)
    hall.stage.clock.instant = local("2025-11-05 12:00")
    await hall.stage.calm()
    await hall.stage.step(local("2025-11-05 12:20"))
    assert _edits(hall) == 1
    await _board(hall)
    hall.stage.clock.instant = local("2025-11-05 13:30")
    await hall.stage.calm()
    await hall.wait(60)
    assert _edits(hall) == 2


async def test_a_board_that_was_deleted_troubles_nobody(hall: Hall) -> None:
    await _board(hall)
    hall.stage.world.faults.add(Fault("400", method="editMessageText"))
    await hall.wait(60)
    assert not any("tidak sampai" in text and "⚠️ <b>" in text for text in texts(hall.colleague))
    assert "tidak sampai hari ini" not in await _board(hall)


async def test_participants_neither_see_nor_refresh_it(hall: Hall) -> None:
    assert "khusus panitia" in await hall.stage.say(hall.first, "/papan")
    assert "khusus panitia" in await hall.forge(hall.first, "nb:r")


async def test_it_counts_questions_that_wait_until_somebody_has_answered(hall: Hall) -> None:
    for user, words in ((hall.first, "Apakah ada wifi tamu?"), (hall.second, "Boleh parkir?")):
        await hall.stage.say(user, words)
        await hall.stage.press(user, "panitia")
    session = hall.stage.house.desk.agenda.find("b")
    assert session is not None
    await hall.forge(hall.first, f"q:a:{session.ref}")
    await hall.stage.press(hall.first, "Ajukan")
    await hall.stage.say(hall.first, "Bagaimana pendanaannya?")
    await hall.stage.press(hall.first, "dengan nama")
    shown = await _board(hall)
    assert "❓ Diskusi: 1 menunggu ditampilkan, 0 belum dijawab" in shown
    assert "2 pertanyaan peserta belum dijawab" in shown
    listed = plain(await hall.stage.press(hall.organizer, "Pertanyaan peserta (2)"))
    assert "wifi" in listed and "parkir" in listed
    await hall.stage.press(hall.organizer, "Dijawab 1")
    assert "1 pertanyaan peserta belum dijawab" in await _board(hall)
    marked = [plain(text) for text in texts(hall.colleague) if "wifi" in text]
    assert "✓ Dijawab oleh" in marked[0]
    data = hall.label("✓ Dijawab", hall.colleague)[1]
    await hall.forge(hall.colleague, data)
    assert "sudah ditandai" in await hall.forge(hall.organizer, data)
    assert "belum dijawab" not in (await _board(hall)).partition("Diskusi:")[0]


async def test_it_names_the_last_backup(hall: Hall) -> None:
    assert "Cadangan" not in await _board(hall)
    at = local("2025-11-05 03:00")
    await hall.stage.house.db.write(settings.set_last_backup, at)
    assert "Cadangan terakhir Rab, 5 Nov 03.00" in await _board(hall)


async def test_lateness_counts_from_the_file_that_was_in_force_at_midnight(
    hall: Hall, tmp_path: Path
) -> None:
    file = tmp_path / "event" / "agenda.yaml"
    file.write_text(file.read_text().replace("title: Diskusi", "title: Diskusi Panel"))
    await hall.stage.restart()
    await hall.stage.calm()
    await hall.stage.press(hall.organizer, "Terapkan")
    await hall.stage.say(hall.organizer, "Diskusi Panel mundur 15 menit")
    await hall.stage.press(hall.organizer, "Terapkan")
    assert "Diskusi Panel, 14.15, 45 menit lagi · mundur 15 menit" in await _board(hall)
