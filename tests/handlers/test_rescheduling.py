"""Organizers change the rundown from the chat; everybody hears of it once, and of what is now."""

import io
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from icalendar import Calendar
from openpyxl import Workbook

from tests.announcing import Hall, hall_of
from tests.builders import buttons, local, plain, texts

NOTICE = "Perubahan jadwal"


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with hall_of(tmp_path, at="2025-11-05 12:00") as ready:
        yield ready


def _notices(hall: Hall, user: str = "first") -> list[str]:
    return [plain(text) for text in texts(getattr(hall, user)) if NOTICE in text]


async def _change(hall: Hall, words: str) -> str:
    return plain(await hall.stage.say(hall.organizer, words))


async def test_a_delay_typed_in_plain_words_is_shown_applied_and_told_once(hall: Hall) -> None:
    shown = await _change(hall, "Diskusi mundur 15 menit")
    assert "belum diterapkan" in shown
    assert "14.00–15.00 → Rab, 5 Nov 14.15–15.15" in shown
    assert "4 orang" in shown
    assert _notices(hall) == []
    done = plain(await hall.stage.press(hall.organizer, "Terapkan"))
    assert "Rundown versi 2 berlaku. 4 orang diberi tahu." in done
    for user in ("first", "second", "third", "colleague"):
        (notice,) = _notices(hall, user)
        assert "14.00–15.00 → Rab, 5 Nov 14.15–15.15" in notice
        assert "Rundown versi 2" in notice
    assert _notices(hall, "organizer") == []
    answer = plain(await hall.stage.say(hall.first, "diskusi jam berapa?"))
    assert "14.15" in answer and "versi 2" in answer


async def test_no_reminder_goes_out_at_the_old_time(hall: Hall) -> None:
    await _change(hall, "Diskusi mundur 30 menit")
    await hall.stage.press(hall.organizer, "Terapkan")
    await hall.stage.step(local("2025-11-05 14:14"))
    assert not any("mulai" in text and "⏰" in text for text in texts(hall.first))
    await hall.stage.step(local("2025-11-05 14:16"))
    (reminder,) = [plain(text) for text in texts(hall.first) if "⏰" in text]
    assert "14.30" in reminder


async def test_pressing_twice_or_by_two_organizers_changes_once(hall: Hall) -> None:
    await _change(hall, "Diskusi mundur 15 menit")
    message, data = hall.label("Terapkan")
    hall.organizer.press(message, data)
    hall.organizer.press(message, data)
    await hall.stage.calm()
    assert len(_notices(hall)) == 1
    assert "sudah selesai" in await hall.forge(hall.colleague, data)
    assert hall.stage.house.desk.agenda.version == 2


async def test_the_second_of_two_editors_sees_what_the_first_changed(hall: Hall) -> None:
    await _change(hall, "Diskusi mundur 15 menit")
    await hall.stage.say(hall.colleague, "Diskusi pindah ke Aula B")
    await hall.stage.press(hall.organizer, "Terapkan")
    await hall.stage.press(hall.colleague, "Terapkan")
    (shown,) = [plain(text) for text in texts(hall.colleague) if "Pratinjau" in text]
    assert "sudah diubah panitia lain" in shown
    assert "14.15" in shown and "Aula B" in shown
    assert len(_notices(hall)) == 1
    await hall.stage.press(hall.colleague, "Terapkan")
    assert any("Rundown versi 3" in text and "berlaku" in text for text in texts(hall.colleague))
    session = hall.stage.house.desk.agenda.find("b")
    assert session is not None
    assert (session.start, session.room) == (local("2025-11-05 14:15"), "Aula B")
    assert len(_notices(hall)) == 2


async def test_a_change_outlives_the_process_and_can_be_undone(hall: Hall) -> None:
    await _change(hall, "batalkan diskusi")
    await hall.stage.press(hall.organizer, "Terapkan")
    assert "ditiadakan" in _notices(hall)[-1]
    await hall.stage.restart(crash=True)
    agenda = hall.stage.house.desk.agenda
    assert agenda.version == 2 and [s.id for s in agenda.sessions] == ["a", "c"]
    await hall.stage.press(hall.organizer, "Urungkan")
    await hall.stage.press(hall.organizer, "Terapkan")
    agenda = hall.stage.house.desk.agenda
    assert agenda.version == 3 and [s.id for s in agenda.sessions] == ["a", "b", "c"]
    assert "♻️ Diskusi diadakan kembali" in _notices(hall)[-1]
    await hall.stage.say(hall.organizer, "/ubah")
    shown = plain(await hall.stage.press(hall.organizer, "Riwayat"))
    assert "Versi 3" in shown and "Versi 1" in shown and "berkas kegiatan" in shown


async def test_buttons_lead_through_every_kind_of_change(hall: Hall) -> None:
    await hall.stage.say(hall.organizer, "/ubah")
    await hall.stage.press(hall.organizer, "Diskusi")
    await hall.stage.press(hall.organizer, "Waktu")
    assert "belum terbaca" in await _change(hall, "entahlah")
    assert "15.00–16.30" in await _change(hall, "15.00-16.30")
    await hall.stage.press(hall.organizer, "Terapkan")
    await hall.stage.say(hall.organizer, "/ubah")
    await hall.stage.press(hall.organizer, "Diskusi")
    await hall.stage.press(hall.organizer, "Narasumber")
    shown = await _change(hall, "Kepala Dinas A\nKepala Dinas B")
    assert "Kepala Dinas A, Kepala Dinas B" in shown
    await hall.stage.press(hall.organizer, "Jangan ubah")
    await hall.stage.say(hall.organizer, "/ubah")
    await hall.stage.press(hall.organizer, "Tambah sesi")
    shown = await _change(hall, "19.30-20.30 Rapat Singkat\nAula Utama")
    assert "➕ Rapat Singkat" in shown and "19.30–20.30" in shown and "Aula Utama" in shown
    await hall.stage.press(hall.organizer, "Terapkan")
    agenda = hall.stage.house.desk.agenda
    assert [s.title for s in agenda.on_day(agenda.days[1])] == ["Diskusi", "Rapat Singkat"]
    changed = agenda.find("b")
    assert changed is not None and changed.speakers == ()
    assert changed.end == local("2025-11-05 16:30")


async def test_a_delay_reaches_one_session_or_all_after_it(hall: Hall) -> None:
    await _change(hall, "/ubah Diskusi mundur 10 menit")
    assert not any("sesudahnya" in label for label in buttons(hall.organizer))
    await hall.stage.press(hall.organizer, "Jangan ubah")
    await hall.stage.say(hall.organizer, "/ubah")
    await hall.stage.press(hall.organizer, "Tambah sesi")
    await _change(hall, "19.30-20.30 Rapat Singkat")
    await hall.stage.press(hall.organizer, "Terapkan")
    both = await _change(hall, "Diskusi mundur 10 menit")
    assert "Semua sesi berikut mundur 10 menit" in both
    alone = plain(await hall.stage.press(hall.organizer, "Sesi ini saja"))
    assert "Rapat Singkat" not in alone
    again = plain(await hall.stage.press(hall.organizer, "sesudahnya (2)"))
    assert "19.40–20.40" in again


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("/ubah entah apa", "belum terbaca"),
        ("Pembukaan mundur 15 menit", "sudah selesai"),
        ("Diskusi mundur 30 jam", "paling jauh satu hari"),
        ("Diskusi maju 4 jam", "waktu yang sudah lewat"),
        ("Diskusi mundur 9 jam 30 menit", "melewati tengah malam"),
        ("Pembukaan maju 23 jam", "harus berada dalam hari-hari kegiatan"),
    ],
)
async def test_what_is_odd_or_impossible_is_said_before(
    hall: Hall, words: str, answer: str
) -> None:
    assert answer in await _change(hall, words)


async def test_only_organizers_change_the_rundown(hall: Hall) -> None:
    await _change(hall, "Diskusi mundur 15 menit")
    _, apply = hall.label("Terapkan")
    assert "panitia" in (await hall.forge(hall.first, apply)).lower()
    assert "panitia" in plain(await hall.stage.say(hall.first, "/ubah")).lower()
    answer = await hall.stage.say(hall.first, "Diskusi mundur 15 menit")
    assert "Pratinjau" not in answer
    assert hall.stage.house.desk.agenda.version == 1


async def _calendar(hall: Hall) -> dict[str, str]:
    """What the calendar file of the discussion, taken from its card, says now."""
    session = hall.stage.house.desk.agenda.find("b")
    assert session is not None
    await hall.forge(hall.first, f"i:{session.ref}")
    document = next(m["document"] for m in reversed(hall.first.inbox) if "document" in m)
    stored = hall.stage.world.files.get(document["file_id"])
    assert stored is not None
    (event,) = Calendar.from_ical(stored.data).walk("VEVENT")
    return {name: str(event.get(name, "")) for name in ("UID", "SEQUENCE", "STATUS", "SUMMARY")}


async def test_the_calendar_file_keeps_its_uid_and_counts_its_sequence(hall: Hall) -> None:
    taken = [await _calendar(hall)]
    await _change(hall, "Diskusi mundur 15 menit")
    await hall.stage.press(hall.organizer, "Terapkan")
    taken.append(await _calendar(hall))
    await hall.stage.press(hall.organizer, "Urungkan")
    await hall.stage.press(hall.organizer, "Terapkan")
    taken.append(await _calendar(hall))
    await _change(hall, "batalkan diskusi")
    await hall.stage.press(hall.organizer, "Terapkan")
    taken.append(await _calendar(hall))
    await hall.stage.restart(crash=True)
    assert await _calendar(hall) == taken[-1]
    assert {each["UID"] for each in taken} == {taken[0]["UID"]}
    numbers = [int(each["SEQUENCE"]) for each in taken]
    assert numbers == sorted(set(numbers))
    assert [each["STATUS"] for each in taken] == ["CONFIRMED"] * 3 + ["CANCELLED"]


async def test_a_notice_leads_to_ones_calendar_as_it_is_now(hall: Hall) -> None:
    await _change(hall, "Diskusi mundur 15 menit")
    await hall.stage.press(hall.organizer, "Terapkan")
    await hall.stage.press(hall.first, "Perbarui kalender")
    document = next(m["document"] for m in reversed(hall.first.inbox) if "document" in m)
    stored = hall.stage.world.files.get(document["file_id"])
    assert stored is not None and b"20251105T071500Z" in stored.data.replace(b"\r\n ", b"")


async def test_what_has_begun_keeps_its_start_and_ends_later(hall: Hall) -> None:
    await hall.stage.step(local("2025-11-05 14:20"))
    shown = await _change(hall, "mundur 15 menit")
    assert "14.00–15.00 → Rab, 5 Nov 14.00–15.15" in shown
    assert "sedang berlangsung: mulainya tetap, berakhir 15.15 WIB" in shown
    assert "waktu yang sudah lewat" not in shown


async def test_an_order_that_leaves_the_session_open_is_kept_while_it_is_chosen(
    hall: Hall, tmp_path: Path
) -> None:
    file = tmp_path / "event" / "agenda.yaml"
    twin = "  - {id: d, title: Lokakarya, start: 2025-11-05 14:00, end: 2025-11-05 16:00}\n"
    await _send(hall, file.read_bytes() + twin.encode(), "agenda.yaml")
    await hall.stage.press(hall.organizer, "Terapkan")
    await hall.stage.step(local("2025-11-05 14:20"))
    assert "Sesi yang mana?" in await _change(hall, "mundur 20 menit")
    shown = plain(await hall.stage.press(hall.organizer, "Lokakarya"))
    assert "14.00–16.00 → Rab, 5 Nov 14.00–16.20" in shown


async def test_a_room_and_speakers_can_be_taken_back(hall: Hall) -> None:
    await _change(hall, "Diskusi pindah ke Aula B")
    await hall.stage.press(hall.organizer, "Terapkan")
    session = hall.stage.house.desk.agenda.find("b")
    assert session is not None
    for field in ("room", "speakers"):
        await hall.forge(hall.organizer, f"g:f:{session.ref}:{field}")
        shown = await _change(hall, "-")
        expected = "Aula B → belum ditentukan" if field == "room" else "sudah sesuai rundown"
        assert expected in shown


async def test_the_night_after_the_last_day_is_shown_and_asked_for(hall: Hall) -> None:
    shown = await _change(hall, "Penutupan mundur 11 jam")
    assert "Hari terakhir: 2025-11-06 → 2025-11-07" in shown
    assert "Penutupan akan melewati tengah malam" in shown
    await hall.stage.press(hall.organizer, "Terapkan")
    assert hall.stage.house.desk.agenda.event.end == date(2025, 11, 7)


async def test_the_history_says_what_each_version_changed(hall: Hall) -> None:
    for words in ("Diskusi mundur 15 menit", "Diskusi pindah ke Aula B", "batalkan Penutupan"):
        await _change(hall, words)
        await hall.stage.press(hall.organizer, "Terapkan")
    await hall.stage.say(hall.organizer, "/ubah")
    shown = plain(await hall.stage.press(hall.organizer, "Riwayat"))
    assert "• Diskusi · 14.00–15.00 → Rab, 5 Nov 14.15–15.15" in shown
    assert "• Diskusi · 📍 – → Aula B" in shown and "❌ Penutupan" in shown


async def _send(hall: Hall, content: bytes, name: str) -> str:
    await hall.stage.say(hall.organizer, "/ubah")
    await hall.stage.press(hall.organizer, "rundown baru")
    hall.organizer.send_document(content, name)
    await hall.stage.calm()
    return plain(texts(hall.organizer)[-1])


async def test_a_new_agenda_file_is_shown_as_its_difference_then_applied(
    hall: Hall, tmp_path: Path
) -> None:
    old = (tmp_path / "event" / "agenda.yaml").read_text(encoding="utf-8")
    new = old.replace("14:00, end: 2025-11-05 15:00", "15:30, end: 2025-11-05 16:30")
    shown = await _send(hall, new.encode(), "agenda.yaml")
    assert "belum diterapkan" in shown and "14.00–15.00 → Rab, 5 Nov 15.30–16.30" in shown
    await hall.stage.press(hall.organizer, "Terapkan")
    assert len(_notices(hall)) == 1
    assert hall.stage.house.desk.agenda.version == 2


async def test_a_file_that_loses_half_of_the_rundown_says_so_before(hall: Hall) -> None:
    calendar = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\n"
        "DTSTART:20251104T020000Z\r\nDTEND:20251104T030000Z\r\nSUMMARY:Pembukaan\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    shown = await _send(hall, calendar.encode(), "rundown.ics")
    assert "2 sesi akan hilang, separuh rundown atau lebih" in shown
    await hall.stage.press(hall.organizer, "hilangkan dan terapkan")
    assert [s.title for s in hall.stage.house.desk.agenda.sessions] == ["Pembukaan"]


@pytest.mark.parametrize(
    ("content", "name", "answer"),
    [
        (b"<html></html>", "rundown.xml", "belum dapat dipakai"),
        (b"event: {id: x}", "agenda.yaml", "belum dapat dipakai"),
        (b"", "rundown.xlsx", "belum dapat dipakai"),
        (b"\x00" * 100, "../../etc/passwd", "belum dapat dipakai"),
    ],
)
async def test_a_file_that_is_no_rundown_says_what_to_do(
    hall: Hall, content: bytes, name: str, answer: str
) -> None:
    assert answer in await _send(hall, content, name)
    assert hall.stage.house.desk.agenda.version == 1


async def test_a_file_of_twenty_megabytes_is_refused_before_it_is_fetched(hall: Hall) -> None:
    assert "terlalu besar" in await _send(hall, b"x" * (20 << 20), "agenda.yaml")


async def test_a_file_of_another_event_is_refused_and_links_stay(
    hall: Hall, tmp_path: Path
) -> None:
    code = hall.stage.house.desk.invite_code(await hall.stage.person("p09"))
    old = (tmp_path / "event" / "agenda.yaml").read_text(encoding="utf-8")
    shown = await _send(hall, old.replace("id: hall", "id: other").encode(), "agenda.yaml")
    assert "milik kegiatan lain" in shown and "“hall”" in shown
    assert hall.stage.house.desk.invite_code(await hall.stage.person("p09")) == code


async def test_what_a_file_changes_about_the_event_is_shown_and_asked_for_by_name(
    hall: Hall, tmp_path: Path
) -> None:
    old = (tmp_path / "event" / "agenda.yaml").read_text(encoding="utf-8")
    new = old.replace("name: Hall", "name: Aula, keep_until: 2025-11-07")
    shown = await _send(hall, new.encode(), "agenda.yaml")
    assert "Nama kegiatan: Hall → Aula" in shown
    assert "Data pribadi disimpan sampai: – → 2025-11-07" in shown
    assert not any("beri tahu" in label for label in buttons(hall.organizer))
    await hall.stage.press(hall.organizer, "ubah batas data dan terapkan")
    assert hall.stage.house.desk.agenda.event.keep_until == date(2025, 11, 7)


async def test_rows_of_a_file_that_cannot_be_read_are_named_in_the_preview(hall: Hall) -> None:
    rows = [
        ("Hari/Tanggal", "Waktu", "Acara"),
        ("Selasa, 4 November 2025", "09.00 - 10.00", "Pembukaan"),
        ("Rabu, 5 November 2025", "14.00 - 15.00", "Diskusi"),
        ("Kamis, 6 November 2025", "sesudah makan siang", "Penutupan"),
    ]
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    content = io.BytesIO()
    book.save(content)
    shown = await _send(hall, content.getvalue(), "rundown.xlsx")
    assert "Penutupan ditiadakan" in shown
    assert "“Penutupan”: “sesudah makan siang” tidak terbaca sebagai jam" in shown
    # Another change in between: what was worked out anew still says so.
    await hall.stage.say(hall.colleague, "Diskusi pindah ke Aula B")
    await hall.stage.press(hall.colleague, "Terapkan")
    await hall.stage.press(hall.organizer, "erapkan")
    (shown,) = [plain(text) for text in texts(hall.organizer) if "Pratinjau" in text]
    assert "sudah diubah panitia lain" in shown and "tidak terbaca sebagai jam" in shown


async def test_an_agenda_file_changed_while_the_bot_was_down_is_shown_then_told(
    hall: Hall, tmp_path: Path
) -> None:
    file = tmp_path / "event" / "agenda.yaml"
    old = file.read_text(encoding="utf-8")
    await _change(hall, "Diskusi pindah ke Aula B")
    await hall.stage.press(hall.organizer, "Terapkan")
    for hour in ("15:30", "15:40"):
        file.write_text(
            old.replace("14:00, end: 2025-11-05 15:00", f"{hour}, end: 2025-11-05 16:30")
        )
        await hall.stage.restart(crash=True)
        await hall.stage.calm()
        shown = plain(texts(hall.colleague)[-1])
        assert "agenda.yaml di folder kegiatan berubah" in shown
        assert f"14.00–15.00 → Rab, 5 Nov {hour.replace(':', '.')}–16.30" in shown
        assert "Aula B → belum ditentukan" in shown
        assert hall.stage.house.desk.agenda.version == 2
    assert len(_notices(hall)) == 1
    await hall.stage.press(hall.colleague, "Terapkan")
    assert "15.40" in _notices(hall)[-1]
    assert hall.stage.house.desk.agenda.version == 3
    await hall.stage.restart()
    assert hall.stage.house.desk.agenda.version == 3
    earlier = next(m for m in hall.organizer.inbox if "15.30" in str(m.get("text")))
    go = earlier["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    assert "sudah selesai" in await hall.forge(hall.organizer, go)


async def test_the_version_of_the_file_can_be_gone_back_to(hall: Hall, tmp_path: Path) -> None:
    file = tmp_path / "event" / "agenda.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("Diskusi", "Diskusi Panel"))
    await hall.stage.restart()
    await hall.stage.calm()
    await hall.stage.press(hall.organizer, "Terapkan")
    await hall.stage.press(hall.organizer, "Urungkan")
    assert "Diskusi (semula: Diskusi Panel)" in plain(texts(hall.organizer)[-1])
