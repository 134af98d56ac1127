"""With FOUR_EYES a second organizer agrees to what reaches everybody or leaves the house."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.services import seconding
from bot.store import settings
from tests.acting import press_data
from tests.announcing import BUS, Hall, hall_of
from tests.builders import EVENT, buttons, last, texts


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    """Three participants and two organizers; four eyes are wanted."""
    async with hall_of(tmp_path) as ready:
        ready.stage.house.desk.four_eyes = True
        yield ready


async def press(hall: Hall, label: str) -> str:
    """The first organizer presses the newest button; gives what pops up."""
    message, data = hall.label(label)
    query = hall.organizer.press(message, data)
    await hall.stage.calm()
    assert query.answer is not None
    return str(query.answer.get("text", ""))


async def test_an_announcement_to_all_leaves_once_another_has_agreed(hall: Hall) -> None:
    await hall.compose()
    assert "Perlu persetujuan" in await press(hall, "Kirim")
    assert "belum diberikan" in await press(hall, "Kirim")
    await hall.wait(60)
    assert hall.copies(hall.first) == 0
    [asked] = [text for text in texts(hall.colleague) if "hendak mengirim" in text]
    assert BUS in asked
    await hall.stage.press(hall.colleague, "Setujui")
    assert "menyetujui pengumuman" in last(hall.organizer)
    await press(hall, "Kirim")
    await hall.wait()
    assert hall.copies(hall.first) == 1
    assert "Laporan" in hall.report()


async def test_a_refusal_is_told_and_nothing_leaves(hall: Hall) -> None:
    await hall.compose()
    await press(hall, "Kirim")
    await hall.stage.press(hall.colleague, "Tolak")
    assert "tidak menyetujui" in last(hall.organizer)
    assert "Perlu persetujuan" in await press(hall, "Kirim"), "asked anew"
    await hall.wait(60)
    assert hall.copies(hall.first) == 0


async def test_nobody_agrees_to_their_own_wish_and_participants_not_at_all(hall: Hall) -> None:
    await hall.compose()
    await press(hall, "Kirim")
    data = next(
        button["callback_data"]
        for message in hall.colleague.messages
        for row in message.get("reply_markup", {}).get("inline_keyboard", [])
        for button in row
        if "Setujui" in button["text"]
    )
    own = await press_data(hall.stage, hall.organizer, data)
    assert "panitia lain" in str(own["text"])
    theirs = await press_data(hall.stage, hall.first, data)
    assert "khusus panitia" in str(theirs["text"])
    assert "belum diberikan" in await press(hall, "Kirim")


async def test_a_word_is_for_what_was_shown_lapses_and_serves_once(hall: Hall) -> None:
    await hall.compose()
    await press(hall, "Kirim")
    await hall.stage.press(hall.colleague, "Setujui")
    hall.stage.clock.instant += timedelta(minutes=31)
    assert "Perlu persetujuan" in await press(hall, "Kirim"), "too late"
    await hall.stage.press(hall.colleague, "Setujui")
    await press(hall, "Lainnya")
    await hall.stage.press(hall.organizer, "Sudah baca")
    await press(hall, "Kembali")
    assert "Perlu persetujuan" in await press(hall, "Kirim"), "another announcement now"
    await hall.wait(60)
    assert hall.copies(hall.first) == 0


async def test_an_announcement_to_some_needs_no_second_word(hall: Hall) -> None:
    await hall.compose()
    await press(hall, "Penerima")
    await hall.stage.press(hall.organizer, "Peran")
    await hall.stage.press(hall.organizer, "peserta (")
    assert "Perlu" not in await press(hall, "Kirim")
    await hall.wait()
    assert hall.copies(hall.first) == 1


async def test_a_roster_a_whole_rundown_and_downloads_wait_too(hall: Hall) -> None:
    stage = hall.stage
    await stage.say(hall.organizer, "/laporan")
    before = len(hall.organizer.inbox)
    assert "Perlu persetujuan" in await press(hall, "Excel")
    assert "hendak mengunduh" in last(hall.colleague)
    await stage.press(hall.colleague, "Setujui")
    await press(hall, "Excel")
    await stage.calm()
    assert any(message.get("document") for message in hall.organizer.inbox[before:])
    await stage.say(hall.organizer, "/peserta")
    await stage.press(hall.organizer, "Daftar baru")
    roster = (EVENT / "roster.csv").read_bytes().replace(b"Kelompok 1", b"Kelompok 9")
    hall.organizer.send_document(roster, "daftar.csv")
    await stage.calm()
    apply = next(label for label in reversed(buttons(hall.organizer)) if "Terapkan" in label)
    assert "Perlu persetujuan" in await press(hall, apply)
    assert "daftar peserta yang baru" in last(hall.colleague)


async def test_alone_there_is_nobody_to_ask(hall: Hall) -> None:
    colleague = await hall.stage.person("o2")
    await hall.stage.say(hall.organizer, "/peserta")

    def leave(db: object) -> None:
        colleague.chat_id = colleague.joined_at = None
        db.merge(colleague)  # type: ignore[attr-defined]  # a Session

    await hall.stage.house.db.write(leave)
    await hall.compose()
    assert "belum ada panitia lain" in await press(hall, "Kirim")


async def test_what_was_used_or_lapsed_is_forgotten(hall: Hall) -> None:
    await hall.compose()
    await press(hall, "Kirim")
    db, later = hall.stage.house.db, hall.stage.clock.instant + timedelta(hours=1)
    assert db.read_now(settings.beginning, "four_eyes:")
    await db.write(seconding.tidy, now=later)
    assert not db.read_now(settings.beginning, "four_eyes:")
