"""People of two groups look at the same day."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.domain.booklet import Booklet, OwnNote
from bot.rehearsal.world import User
from tests.builders import EVENT, Stage, buttons, local, plain, staged, texts

ROSTER = (EVENT / "roster.csv").read_text(encoding="utf-8").splitlines()[1:]
_AGENDA = """
event: {id: g, name: G, timezone: Asia/Jakarta, start: 2025-11-05, end: 2025-11-05}
sessions:
  - {id: a, title: Pembukaan, start: 2025-11-05 09:00, end: 2025-11-05 10:00, kind: ceremony}
  - {id: b, title: Simulasi Banjir, start: 2025-11-05 11:00, end: 2025-11-05 12:00,
     kind: ceremony, groups: [Kelompok 1], room: Aula A}
  - {id: c, title: Simulasi Gempa, start: 2025-11-05 11:00, end: 2025-11-05 12:00,
     kind: ceremony, groups: [Kelompok 2], room: Aula B}
"""


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    event = tmp_path / "event"
    event.mkdir()
    shutil.copy(EVENT / "roster.csv", event)
    (event / "agenda.yaml").write_text(_AGENDA, encoding="utf-8")
    async with staged(tmp_path, now=local("2025-11-05 08:00"), event=event) as ready:
        yield ready


async def _say(stage: Stage, user: User, words: str) -> str:
    return plain(await stage.say(user, words))


async def test_everybody_sees_their_own_day_and_the_others_by_button(stage: Stage) -> None:
    first, second, organizer = [await stage.user(key) for key in ("p01", "p02", "o1")]
    shown = await _say(stage, first, "/jadwal")
    assert "Banjir" in shown and "Gempa" not in shown
    assert "Gempa" in await _say(stage, second, "/jadwal")
    shown = plain(await stage.press(first, "Semua kelompok"))
    assert "Simulasi Banjir · Aula A · 👥 Kelompok 1" in shown
    assert "Simulasi Gempa · Aula B · 👥 Kelompok 2" in shown
    assert "Gempa" not in await stage.press(first, "Rundown saya")
    shown = await _say(stage, organizer, "/jadwal")
    assert "Banjir" in shown and "Gempa" in shown
    assert "👥 Semua kelompok" not in buttons(organizer)


async def test_now_next_and_plain_words_answer_from_ones_own_first(stage: Stage) -> None:
    first = await stage.user("p01")
    await stage.step(local("2025-11-05 10:30"))
    assert "Gempa" not in await _say(stage, first, "/berikutnya")
    shown = await _say(stage, first, "jam 11 acara apa?")
    assert "Banjir" in shown and "Gempa" not in shown
    shown = await _say(stage, first, "simulasi gempa di mana?")
    assert "Aula B" in shown and "Kelompok: Kelompok 2" in shown
    await stage.step(local("2025-11-05 11:30"))
    shown = await _say(stage, first, "/sekarang")
    assert "Banjir" in shown and "Gempa" not in shown


async def test_one_is_reminded_of_ones_own_and_of_what_one_chose(stage: Stage) -> None:
    first, second = await stage.user("p01"), await stage.user("p02")
    await _say(stage, second, "simulasi banjir di mana?")
    await stage.press(second, "Ingatkan saya")
    await stage.press(second, "30")
    await stage.step(local("2025-11-05 11:00"))
    mine = "".join(text for text in texts(first) if "⏰" in text and "mulai" in text)
    assert "Banjir" in mine and "Gempa" not in mine
    theirs = "".join(text for text in texts(second) if "⏰" in text and "mulai" in text)
    assert "Banjir" in theirs and "Gempa" in theirs


async def _change(stage: Stage, organizer: User, words: str) -> str:
    shown = await _say(stage, organizer, words)
    await stage.press(organizer, "Terapkan")
    return shown


def _told(user: User) -> str:
    return "\n".join(plain(text) for text in texts(user) if "Perubahan jadwal" in text)


async def test_a_change_is_told_to_those_whom_its_session_is_for(stage: Stage) -> None:
    first, second, organizer, colleague = [
        await stage.user(key) for key in ("p01", "p02", "o1", "o2")
    ]
    shown = await _change(stage, organizer, "Simulasi Banjir pindah ke Aula C")
    assert "2 orang (Kelompok 1: 1, panitia: 1)" in shown
    assert "Banjir" in _told(first) and "Banjir" in _told(colleague)
    assert _told(second) == ""
    shown = await _change(stage, organizer, "Pembukaan mundur 5 menit")
    assert "3 orang (Kelompok 1: 1, Kelompok 2: 1, panitia: 1)" in shown
    assert "Gempa" in _told(second) and "Banjir" not in _told(second)
    assert "Gempa" not in _told(first)


async def test_who_asked_to_be_reminded_of_anothers_session_hears_of_its_change(
    stage: Stage,
) -> None:
    second, organizer = await stage.user("p02"), await stage.user("o1")
    await _say(stage, second, "simulasi banjir di mana?")
    await stage.press(second, "Ingatkan saya")
    await stage.press(second, "30")
    await _change(stage, organizer, "batalkan Simulasi Banjir")
    assert "Simulasi Banjir ditiadakan" in _told(second)


async def test_the_preview_tells_by_name_who_will_be_told(stage: Stage) -> None:
    for key in ("p01", "p02"):
        await stage.user(key)
    organizer = await stage.user("o1")
    await _say(stage, organizer, "Simulasi Gempa pindah ke Aula C")
    listed = plain(await stage.press(organizer, "Siapa yang diberi tahu"))
    assert "Kelompok 2: Asisten Perekonomian dan Pembangunan" in listed
    assert "Kesejahteraan" not in listed
    await stage.press(organizer, "Terapkan")


async def test_a_session_given_to_another_group_is_told_to_both(
    stage: Stage, tmp_path: Path
) -> None:
    first, second, organizer = [await stage.user(key) for key in ("p01", "p02", "o1")]
    old = (tmp_path / "event" / "agenda.yaml").read_text(encoding="utf-8")
    await _say(stage, organizer, "/ubah")
    await stage.press(organizer, "rundown baru")
    organizer.send_document(old.replace("Kelompok 1", "Kelompok 2").encode(), "agenda.yaml")
    await stage.calm()
    await stage.press(organizer, "Terapkan")
    for user in (first, second):
        assert "👥 Kelompok 1 → Kelompok 2" in _told(user)


async def test_attendance_of_a_groups_session_is_of_that_group(stage: Stage) -> None:
    first, second, organizer = [await stage.user(key) for key in ("p01", "p02", "o1")]
    await stage.step(local("2025-11-05 11:00"))
    await _say(stage, organizer, "/presensi")
    await stage.press(organizer, "Simulasi Banjir")
    shown = plain(await stage.press(organizer, "Buka presensi"))
    of_group = [p for p in ROSTER if "Kelompok 1" in p]
    assert f"Hadir 0 dari {len(of_group)}" in shown and "Perekonomian dan Pemb" not in shown
    assert "Simulasi Banjir" in await _say(stage, first, "/presensi")
    assert "Simulasi Banjir" not in await _say(stage, second, "/presensi")
    digits = shown.split("Kode: ")[1][:4]
    assert "hanya untuk peserta Kelompok 1" in await _say(stage, second, digits)
    assert "tercatat hadir" in await _say(stage, first, digits)


async def test_what_one_missed_is_of_ones_own_group(stage: Stage) -> None:
    second, organizer = await stage.user("p02"), await stage.user("o1")
    await stage.step(local("2025-11-05 09:00"))
    await _change(stage, organizer, "batalkan Simulasi Banjir")
    await _change(stage, organizer, "Simulasi Gempa pindah ke Aula C")
    shown = await _say(stage, second, "/lewat")
    assert "Gempa" in shown and "Banjir" not in shown


def test_the_booklet_has_ones_own_rundown_and_whatever_one_wrote_about(stage: Stage) -> None:
    agenda = stage.house.desk.agenda
    nothing = Booklet("P", None, None, (), {}, ())
    noted = OwnNote("x", "c", date(2025, 11, 5), local("2025-11-05 12:00"))
    for booklet, expected in (
        (replace(nothing, group="Kelompok 1"), "ab"),
        (replace(nothing, group="Kelompok 1", notes=(noted,)), "abc"),
        (replace(nothing, group="Kelompok 2", ratings={"b": 4}), "abc"),
        (nothing, "a"),
        (replace(nothing, whole_rundown=True), "abc"),
    ):
        assert {each.id for each in booklet.rundown(agenda).sessions} == set(expected)
