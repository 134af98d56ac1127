"""An aide hears what the person they go with hears, and is asked nothing."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.rehearsal.world import User
from tests.builders import Stage, local, plain, staged, texts

_AGENDA = """
event: {id: g, name: G, timezone: Asia/Jakarta, start: 2025-11-05, end: 2025-11-05,
        prompt_at: "20:30"}
sessions:
  - {id: a, title: Pembukaan, start: 2025-11-05 09:00, end: 2025-11-05 10:00, kind: talk}
  - {id: b, title: Simulasi Banjir, start: 2025-11-05 11:00, end: 2025-11-05 12:00,
     kind: talk, groups: [Kelompok 1], room: Aula A}
  - {id: c, title: Simulasi Gempa, start: 2025-11-05 11:00, end: 2025-11-05 12:00,
     kind: talk, groups: [Kelompok 2], room: Aula B}
"""
_ROSTER = """id,nama,peran,kelompok,ajudan dari
o1,Panitia A,panitia,,
p01,Camat Satu,peserta,Kelompok 1,
p02,Camat Dua,peserta,Kelompok 2,
j1,Ajudan Satu,ajudan,,p01
"""


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    event = tmp_path / "event"
    event.mkdir()
    (event / "roster.csv").write_text(_ROSTER, encoding="utf-8")
    (event / "agenda.yaml").write_text(_AGENDA, encoding="utf-8")
    async with staged(tmp_path, now=local("2025-11-05 08:00"), event=event) as ready:
        yield ready


def _heard(user: User, sign: str) -> str:
    return "\n".join(plain(text) for text in texts(user) if sign in text)


async def test_an_aide_is_reminded_of_what_their_principal_chose_and_never_prompted(
    stage: Stage,
) -> None:
    principal, aide = await stage.user("p01"), await stage.user("j1")
    await stage.say(principal, "simulasi gempa di mana?")
    await stage.press(principal, "Ingatkan saya")
    await stage.press(principal, "30")
    await stage.step(local("2025-11-05 10:45"))
    heard = _heard(aide, "⏰")
    assert "Banjir" in heard and "Gempa" in heard
    await stage.step(local("2025-11-05 21:00"))
    asked = [_heard(user, "🌙") + _heard(user, "📝 ") for user in (principal, aide)]
    assert asked[0] and not asked[1]


async def test_an_aide_hears_of_changes_of_their_principals_sessions(stage: Stage) -> None:
    aide, organizer = await stage.user("j1"), await stage.user("o1")
    for words in ("Simulasi Banjir pindah ke Aula C", "Simulasi Gempa pindah ke Aula D"):
        await stage.say(organizer, words)
        await stage.press(organizer, "Terapkan")
    heard = _heard(aide, "Perubahan jadwal")
    assert "Aula C" in heard and "Aula D" not in heard


@pytest.mark.parametrize(
    ("steps", "reached"),
    [
        (("Peran", "peserta (3)"), True),
        (("Kelompok", "Kelompok 1 (2)"), True),
        (("Kelompok", "Kelompok 2 (1)"), False),
    ],
)
async def test_announcements_to_a_role_or_group_reach_its_aides(
    stage: Stage, steps: tuple[str, str], reached: bool
) -> None:
    organizer = await stage.user("o1")
    for key in ("p01", "p02"):
        await stage.user(key)
    aide = await stage.user("j1")
    await stage.say(organizer, "/umumkan")
    await stage.say(organizer, "Mohon berkumpul.")
    for label in ("Penerima", *steps, "Kirim"):
        await stage.press(organizer, label)
    await stage.step(local("2025-11-05 08:01"))
    assert ("Mohon berkumpul." in texts(aide)) is reached


async def test_an_aide_is_told_when_their_principal_is_missing(stage: Stage) -> None:
    principal, second = await stage.user("p01"), await stage.user("p02")
    aide, organizer = await stage.user("j1"), await stage.user("o1")
    await stage.step(local("2025-11-05 09:00"))
    await stage.say(organizer, "/presensi")
    await stage.press(organizer, "Pembukaan")
    await stage.press(organizer, "Buka presensi")
    await stage.press(organizer, "Ingatkan yang belum")
    assert "Camat Satu belum tercatat hadir" in _heard(aide, "🙋")
    for user in (principal, second):
        assert "belum tercatat hadir" in plain(texts(user)[-1])
    assert "Camat Dua" not in _heard(aide, "🙋")
