"""The rundown by command and button: pager, cards, reminders of one session, calendar file."""

from datetime import timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from bot.domain.agenda import Session
from bot.rehearsal.world import User
from tests.acting import press_data
from tests.builders import Stage, buttons, last, local, staged, texts


def _opening(stage: Stage) -> Session:
    found = stage.house.desk.agenda.find("d1-pembukaan")
    assert found is not None
    return found


async def _card(stage: Stage, user: User, session: Session) -> str:
    return await stage.say(user, f"{session.title} jam berapa?")


async def test_the_day_pager_changes_in_place(stage: Stage) -> None:
    user = await stage.user("p30")
    assert "Registrasi" in await stage.say(user, "/jadwal")
    count = len(user.messages)
    number = user.inbox[-1]["message_id"]
    for day in ("Rab", "Kam", "Jum", "Kam", "Rab", "Sel"):
        before = last(user)
        await stage.press(user, day)
        assert last(user) != before
    assert len(user.messages) == count
    assert user.inbox[-1]["message_id"] == number


async def test_commands_answer_by_the_events_clock(stage: Stage) -> None:
    user = await stage.user("p30")
    assert "Rabu, 5" not in await stage.say(user, "/besok")
    stage.clock.instant = local("2025-11-04 09:30")
    assert "Pembukaan" in await stage.say(user, "/sekarang")
    assert "Rehat Kopi" in await stage.say(user, "/berikutnya")
    assert "Subuh" in await stage.say(user, "/besok")
    stage.clock.instant = local("2025-12-01 09:00")
    assert "Registrasi" in await stage.say(user, "/jadwal")


async def test_a_session_has_its_own_lead_time(stage: Stage) -> None:
    user = await stage.user("p30")
    session = _opening(stage)
    await _card(stage, user, session)
    await stage.press(user, "Ingatkan")
    assert "15 menit" in last(user)
    await stage.press(user, "60 mnt")
    assert "60 menit" in last(user)
    await stage.step(session.start - timedelta(minutes=59))
    assert "1 jam lagi" in last(user)
    assert session.title in last(user)
    before = sum(f"⏰ {session.title}" in text for text in texts(user))
    await stage.step(session.start)
    assert sum(f"⏰ {session.title}" in text for text in texts(user)) == before == 1


async def test_a_session_can_be_left_without_a_reminder(stage: Stage) -> None:
    user = await stage.user("p30")
    session = _opening(stage)
    await _card(stage, user, session)
    await stage.press(user, "Ingatkan")
    await stage.press(user, "Tanpa pengingat")
    await stage.step(session.start)
    assert not any(f"⏰ {session.title}" in text for text in texts(user))
    answer = await press_data(stage, user, f"rs:{session.ref}:15")
    assert "sudah dimulai" in str(answer["text"])


async def test_the_calendar_file_opens_with_the_right_times(stage: Stage) -> None:
    user = await stage.user("p30")
    session = _opening(stage)
    await _card(stage, user, session)
    await stage.press(user, "Kalender")
    sent = user.inbox[-1]
    assert sent["document"]["file_name"].endswith(".ics")
    file = await stage.house.application.bot.get_file(sent["document"]["file_id"])
    calendar = Calendar.from_ical(bytes(await file.download_as_bytearray()).decode())
    [entry] = calendar.walk("VEVENT")
    assert entry["UID"] == "d1-pembukaan@mandala-magelang-2025.mandala"
    assert entry.decoded("DTSTART") == session.start
    assert entry.decoded("DTEND") == session.end
    assert str(entry["SUMMARY"]) == session.title
    assert "Aula Utama" in str(entry["LOCATION"])
    assert len(calendar.walk("VALARM")) == 1


async def test_reminders_are_chosen_and_remembered(stage: Stage) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/pengingat")
    count = len(user.messages)
    for label, shown in (
        ("5 mnt", "5 menit"),
        ("60 mnt", "60 menit"),
        ("Tanpa", "tidak ada"),
        ("Ringkasan pagi", "Ringkasan pagi (05.30): tidak"),
        ("Ajakan refleksi", "Ajakan refleksi (sesudah sesi dan 20.30): tidak"),
        ("Ajakan refleksi", "Ajakan refleksi (sesudah sesi dan 20.30): ya"),
        ("30 mnt", "30 menit"),
    ):
        assert shown in await stage.press(user, label)
    assert "✓ 30 mnt" in buttons(user)
    assert len(user.messages) == count, "the choices change in place"
    await stage.restart(crash=True)
    await stage.step(local("2025-11-04 08:59"))
    shown_texts = texts(user)
    assert not any("Selamat pagi" in text for text in shown_texts)
    assert sum("⏰" in text for text in shown_texts) == 2
    assert any("30 menit lagi" in text for text in shown_texts)


async def test_a_choice_made_when_the_time_is_past_reminds_at_once(stage: Stage) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/pengingat")
    await stage.press(user, "5 mnt")
    await stage.step(local("2025-11-04 08:40"))
    before = len(user.inbox)
    await stage.say(user, "/pengingat")
    await stage.press(user, "30 mnt")
    reminders = [text for text in texts(user)[before:] if text.startswith("⏰")]
    assert len(reminders) == 1
    assert "20 menit lagi" in reminders[0]


@pytest.mark.parametrize(
    "data",
    ["d:9999-12-31", "d:0001-01-01", "d:2025-13-40", "d:2025-11-04x", "s:aaaaaaaa", "i:22222222",
     "rs:aaaaaaaa", "rs:aaaaaaaa:15", "z:aaaaaaaa:5", "f:aaaaaaaa", "f:2025-99-99", "n:v:1:0",
     "n:e:999999999999999999", "n:x:1:0", "n:X:1:0", "n:l:999999999", "b:go:1", "b:no:1", "keep",
     "tanya", "l:fr", "p:m:7", "p:m:15\n", "", "\x00", "😀" * 16, "x" * 64, "../../etc/passwd"],
)  # fmt: skip
async def test_forged_and_expired_buttons_are_answered_and_change_nothing(
    stage: Stage, data: str
) -> None:
    user = await stage.user("p30")
    await press_data(stage, user, data or " ")
    assert "gangguan" not in last(user)
    assert "Belum ada catatan" in await stage.say(user, "/catatan")


async def test_a_very_full_day_still_fits_into_messages(tmp_path: Path) -> None:
    lines = ["event: {id: e, name: Kongres, timezone: Asia/Jakarta, start: 2025-11-04,"
             " end: 2025-11-04}", "sessions:"]  # fmt: skip
    for number in range(400):
        start = local("2025-11-04 08:00") + timedelta(minutes=number // 50 * 60)
        end = start + timedelta(minutes=50)
        lines.append(
            f"  - {{id: s{number}, title: '{'Sidang pleno yang panjang ' * 4}{number}',"
            f" start: '{start:%Y-%m-%dT%H:%MZ}', end: '{end:%Y-%m-%dT%H:%MZ}', kind: talk}}"
        )
    (tmp_path / "agenda.yaml").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "roster.csv").write_text(
        "id,name,role\np1,Anna,participant\no1,Budi,organizer\n", encoding="utf-8"
    )
    async with staged(tmp_path, now=local("2025-11-03 20:00"), event=tmp_path) as stage:
        user, organizer = await stage.user("p1"), await stage.user("o1")
        await stage.step(local("2025-11-04 10:00"))
        assert sum("Selamat pagi" in text for text in texts(user)) == 1
        assert sum("⏰" in text for text in texts(user)) == 3
        assert any("sesi lain: /jadwal" in text for text in texts(user))
        assert "acara lain" in await stage.say(user, "/jadwal")
        stage.clock.instant = local("2025-11-04 15:30")
        await stage.say(user, "/refleksi")
        (choice,) = [m for m in user.inbox if "tentang apa" in m.get("text", "")]
        assert len(choice["reply_markup"]["inline_keyboard"]) <= 8
        assert not any("tidak terkirim" in text for text in texts(organizer))


async def test_a_reminder_leads_to_the_card_and_the_card_to_a_reflection(stage: Stage) -> None:
    user = await stage.user("p30")
    await stage.step(local("2025-11-04 10:00"))
    await stage.press(user, "Rincian")
    assert "Materi 1" in last(user)
    stage.clock.instant = local("2025-11-04 11:50")
    message = next(m for m in reversed(user.inbox) if "Rincian" in str(m.get("reply_markup")))
    ref = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    user.press(message["message_id"], ref)
    await stage.calm()
    await stage.press(user, "Tulis refleksi")
    assert "Prioritas daerah mana" in last(user)
    assert "Materi 1" in await stage.say(user, "Air bersih.")


async def test_the_list_of_a_day_is_headed_by_the_day(stage: Stage) -> None:
    camat = await stage.user("p30")
    answer = await stage.say(camat, "/jadwal")
    assert answer.startswith("Agenda Selasa, 4 November 2025 (hari ke-1)")
