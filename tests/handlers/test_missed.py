"""Somebody comes back and asks what they missed."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.announcing import BUS, Hall, hall_of
from tests.builders import last, plain, texts


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with hall_of(tmp_path, at="2025-11-05 09:00") as ready:
        await ready.stage.say(ready.first, "/jadwal")
        await _later(ready, hours=1)
        yield ready


async def _later(hall: Hall, **time: int) -> None:
    await hall.stage.step(hall.stage.clock.instant + timedelta(**time))


async def _happenings(hall: Hall) -> None:
    """An announcement, a delay, and a file."""
    await hall.send()
    await hall.stage.say(hall.organizer, "Diskusi mundur 15 menit")
    await hall.stage.press(hall.organizer, "Terapkan")
    await hall.stage.say(hall.organizer, "/ubah")
    await hall.stage.press(hall.organizer, "Diskusi")
    await hall.stage.press(hall.organizer, "📎 Materi")
    await hall.stage.press(hall.organizer, "Tambah materi")
    hall.organizer.send_document(b"x", "paparan.pdf")
    await hall.stage.calm()


async def test_all_three_are_told_with_buttons_to_the_details(hall: Hall) -> None:
    await _happenings(hall)
    shown = plain(await hall.stage.say(hall.first, "/lewat"))
    assert shown.startswith("Sejak Rab, 5 Nov 09.00 WIB")
    assert f"Rab, 5 Nov 10.00 · {BUS}" in shown
    assert "Diskusi: Rab, 5 Nov 14.15–15.15 (semula 14.00)" in shown
    assert "📎 Materi baru\nDiskusi (1)" in shown
    before = hall.copies(hall.first)
    await hall.stage.press(hall.first, f"📣 {BUS[:20]}")
    assert hall.copies(hall.first) == before + 1
    await hall.stage.press(hall.first, "📎 Diskusi")
    assert "Tekan nama berkas" in last(hall.first)
    await hall.stage.press(hall.first, "📋 Rundown")


async def test_in_one_visit_the_answer_stays_the_same_and_in_the_next_it_is_new(
    hall: Hall,
) -> None:
    await _happenings(hall)
    await hall.stage.say(hall.first, "diskusi jam berapa?")
    await _later(hall, minutes=10)
    assert BUS in await hall.stage.say(hall.first, "apa yang saya lewatkan?")
    assert BUS in await hall.stage.say(hall.first, "ada info apa saja tadi")
    await _later(hall, minutes=40)
    shown = await hall.stage.say(hall.first, "/lewat")
    assert "Tidak ada yang terlewat sejak Rab, 5 Nov 10.10 WIB" in shown


async def test_a_retracted_announcement_is_not_told_and_its_button_says_so(hall: Hall) -> None:
    await hall.send()
    assert BUS in await hall.stage.say(hall.first, "/missed")
    data = hall.label("📣", hall.first)[1]
    number = data.removeprefix("ms:")
    await hall.forge(hall.organizer, f"b:dg:{number}")
    await hall.wait()
    assert "sudah ditarik" in await hall.forge(hall.first, data)
    assert "Tidak ada yang terlewat" in await hall.stage.say(hall.first, "/lewat")


async def test_what_did_not_arrive_is_found_all_the_same(hall: Hall) -> None:
    hall.fault("400", hall.second, times=1)
    await hall.send()
    assert hall.copies(hall.second) == 0
    assert BUS in await hall.stage.say(hall.second, "/lewat")
    await hall.stage.press(hall.second, "📣")
    assert hall.copies(hall.second) == 1


async def test_nobody_fetches_what_was_not_for_them(hall: Hall) -> None:
    await hall.send()
    assert "ditarik" in await hall.forge(hall.first, "ms:7")
    assert "ditarik" in await hall.forge(hall.organizer, "ms:1")
    assert "Tidak ada yang terlewat" in await hall.stage.say(hall.organizer, "/lewat")
    assert BUS not in texts(hall.organizer)[-1]
