"""People of two groups look at the same day."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.rehearsal.world import User
from tests.builders import EVENT, Stage, buttons, local, plain, staged, texts

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
