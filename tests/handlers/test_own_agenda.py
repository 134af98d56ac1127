"""``/agendaku``: stars, clashes, reminders of what was starred, files for the calendar."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from bot.rehearsal.world import User
from tests.acting import press_data
from tests.builders import EVENT, Stage, buttons, local, plain, staged, texts

DAY = "2025-11-05"
AGENDA = """
event: {id: g, name: G, timezone: Asia/Makassar, start: 2025-11-05, end: 2025-11-06, place: Balai}
sessions:
  - {id: a, title: Pembukaan, start: 2025-11-05 09:00, end: 2025-11-05 10:00, kind: ceremony}
  - {id: b, title: Simulasi Banjir, start: 2025-11-05 11:00, end: 2025-11-05 12:00,
     kind: ceremony, groups: [Kelompok 1], room: Aula A}
  - {id: c, title: Simulasi Gempa, start: 2025-11-05 11:30, end: 2025-11-05 12:30,
     kind: ceremony, groups: [Kelompok 2], room: Aula B}
  - {id: d, title: Penutupan, start: 2025-11-06 09:00, end: 2025-11-06 10:00, kind: ceremony}
"""
ZONE = "Asia/Makassar"


def folder(tmp_path: Path, content: str = AGENDA) -> Path:
    """The event's folder."""
    event = tmp_path / "event"
    event.mkdir(exist_ok=True)
    shutil.copy(EVENT / "roster.csv", event)
    (event / "agenda.yaml").write_text(content, encoding="utf-8")
    return event


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    event = folder(tmp_path)
    async with staged(tmp_path, now=local(f"{DAY} 08:00", ZONE), event=event) as ready:
        yield ready


async def _say(stage: Stage, user: User, words: str) -> str:
    return plain(await stage.say(user, words))


async def _star(stage: Stage, user: User, name: str) -> str:
    await stage.say(user, f"{name} jam berapa?")
    return plain(await stage.press(user, "☆ Favorit"))


def _file(stage: Stage, user: User) -> dict[str, Any]:
    """The calendar that came last: its method, and the sessions by title."""
    document = next(m["document"] for m in reversed(user.inbox) if "document" in m)
    file = stage.world.files.get(document["file_id"])
    assert file is not None
    calendar = Calendar.from_ical(file.data)
    events = {str(e["summary"]): e for e in calendar.walk("VEVENT")}
    return {"method": str(calendar["method"]), **events}


async def test_ones_own_day_has_ones_group_and_what_one_starred(stage: Stage) -> None:
    first = await stage.user("p01")
    shown = await _say(stage, first, "/agendaku")
    assert "Banjir" in shown and "Gempa" not in shown and "Tekan ☆" in shown
    shown = await _star(stage, first, "simulasi gempa")
    assert (
        "Bentrok Rab, 5 Nov: Simulasi Banjir 11.00–12.00 dan Simulasi Gempa 11.30–12.30" in shown
    )
    assert "⭐ Favorit" in buttons(first)
    shown = await _say(stage, first, "agenda saya hari ini")
    assert "⭐ 11.30–12.30 Simulasi Gempa · Aula B · 👥 Kelompok 2" in shown
    assert "⚠️ Bentrok" in shown
    assert "Gempa" not in await _say(stage, first, "agenda hari ini")
    await stage.press(first, "⭐ 11.30")
    await stage.press(first, "⭐ Favorit")
    shown = await _say(stage, first, "/myagenda")
    assert "Gempa" not in shown and "Bentrok" not in shown
    assert "Penutupan" in plain(await stage.press(first, "Kam, 6 Nov"))


async def test_a_star_pressed_twice_is_one_and_one_that_is_gone_stays_away(stage: Stage) -> None:
    user = await stage.user("p01")
    ref = next(s.ref for s in stage.house.desk.agenda.sessions if s.id == "c")
    for data in ("1", "1", "0", "0", "1"):
        await press_data(stage, user, f"fv:{ref}:{data}")
    assert "⭐ 11.30" in await _say(stage, user, "/agendaku")
    answer = await press_data(stage, user, "fv:aaaaaaaa:1")
    assert answer["show_alert"]
    answer = await press_data(stage, user, "ag:2025-13-45")
    assert answer["show_alert"]


async def test_a_star_reminds_also_where_the_time_to_remind_is_past(stage: Stage) -> None:
    user, other = await stage.user("p01"), await stage.user("p02")
    await _star(stage, user, "simulasi gempa")
    await stage.step(local(f"{DAY} 11:20", ZONE))

    def reminders(who: User) -> list[str]:
        return [plain(text) for text in texts(who) if "⏰" in text and "mulai" in text]

    assert any("Gempa" in text for text in reminders(user))
    assert not any("Banjir" in text for text in reminders(other))
    await stage.step(local(f"{DAY} 10:50", ZONE))
    third = await stage.user("p03")
    await stage.step(local(f"{DAY} 11:25", ZONE))
    before = len(reminders(third))
    await _star(stage, third, "simulasi gempa")
    await stage.step(local(f"{DAY} 11:29", ZONE))
    assert sum("Gempa" in text for text in reminders(third)[before:]) <= 1
    assert any("Gempa" in text for text in reminders(third))


async def test_a_change_that_makes_a_clash_says_so_to_those_whom_it_concerns(stage: Stage) -> None:
    first, second, chief = [await stage.user(key) for key in ("p01", "p02", "o1")]
    await stage.say(chief, "simulasi banjir mundur 15 menit")
    await stage.press(chief, "Terapkan")
    assert "Bentrok" not in "".join(texts(first) + texts(second))
    await _star(stage, second, "pembukaan")
    await stage.say(chief, "Pembukaan pindah ke jam 11.00")
    await stage.press(chief, "Terapkan")
    notice = plain(next(t for t in reversed(texts(first)) if "Perubahan jadwal" in t))
    assert "Bentrok di agenda Bapak/Ibu" in notice
    assert "Pembukaan 11.00–12.00 dan Simulasi Banjir 11.15–12.15" in notice
    assert "Gempa" not in notice
    notice = plain(next(t for t in reversed(texts(second)) if "Perubahan jadwal" in t))
    assert "Pembukaan 11.00–12.00 dan Simulasi Gempa 11.45–12.45" in notice


async def test_calendars_of_one_of_a_day_of_mine_and_of_all(stage: Stage) -> None:
    user, chief = await stage.user("p01"), await stage.user("o1")
    await stage.say(user, "/agendaku")
    await stage.press(user, "Kalender saya")
    mine = _file(stage, user)
    assert mine["method"] == "PUBLISH"
    assert set(mine) == {"method", "Pembukaan", "Simulasi Banjir", "Penutupan"}
    assert mine["Pembukaan"]["dtstart"].to_ical() == b"20251105T010000Z"
    assert str(mine["Simulasi Banjir"]["location"]) == "Aula A, Balai"
    await stage.press(user, "📅 Rab, 5 Nov")
    assert set(_file(stage, user)) == {"method", "Pembukaan", "Simulasi Banjir"}
    await stage.press(user, "Semua sesi")
    assert "Simulasi Gempa" in _file(stage, user)
    await stage.say(chief, "batalkan simulasi banjir")
    await stage.press(chief, "Terapkan")
    await stage.press(user, "Kalender saya")
    cancelled = _file(stage, user)["Simulasi Banjir"]
    assert (cancelled["status"], cancelled["sequence"]) == ("CANCELLED", 1)
    ref = next(s.ref for s in stage.house.desk.agenda.cancelled)
    await press_data(stage, user, f"i:{ref}")
    assert _file(stage, user)["method"] == "CANCEL"


async def test_the_number_of_a_session_rises_with_each_change_of_it_and_never_falls(
    stage: Stage, tmp_path: Path
) -> None:
    user, chief = await stage.user("p01"), await stage.user("o1")

    async def numbers() -> tuple[int, int]:
        await stage.say(user, "/agendaku")
        await stage.press(user, "Kalender saya")
        found = _file(stage, user)
        return int(found["Pembukaan"]["sequence"]), int(found["Penutupan"]["sequence"])

    async def change(words: str) -> None:
        await stage.say(chief, words)
        await stage.press(chief, "Terapkan")

    assert await numbers() == (0, 0)
    await change("pembukaan mundur 15 menit")
    assert await numbers() == (1, 0)
    await stage.press(chief, "Urungkan")
    await stage.press(chief, "Terapkan")
    assert await numbers() == (2, 0)
    await change("batalkan pembukaan")
    await stage.restart(crash=True)
    assert await numbers() == (3, 0)
    folder(tmp_path, AGENDA.replace("title: Penutupan", "title: Penutupan\n     , room: Teras"))
    await stage.restart()
    await stage.calm()
    await stage.press(chief, "Terapkan")
    assert await numbers() == (4, 1)
    folder(tmp_path, AGENDA.replace("{id: a, title: Pembukaan, start: 2025-11-05 09", "{id: z, "
                                    "title: Apel, start: 2025-11-05 09"))  # fmt: skip
    await stage.restart()
    await stage.calm()
    await stage.press(chief, "Terapkan")
    assert await numbers() == (5, 2)


async def test_a_link_is_not_offered_where_phones_cannot_follow_it(stage: Stage) -> None:
    user = await stage.user("p01")
    await stage.say(user, "/agendaku")
    assert not any("otomatis" in label for label in buttons(user))
    await press_data(stage, user, "k:l")
    assert "belum tersedia" in texts(user)[-1]


async def test_stars_go_with_everything_else_of_a_person(stage: Stage) -> None:
    user = await stage.user("p01")
    await _star(stage, user, "simulasi gempa")
    await stage.say(user, "/hapus")
    await stage.press(user, "Hapus semua data saya")
    await stage.press(user, "Ya, hapus untuk selamanya")
    person = await stage.person("p01")
    user.start(stage.house.desk.invite_code(person))
    await stage.calm()
    assert "Gempa" not in await _say(stage, user, "/agendaku")
