"""Checking in by code and by picture, ticking off by hand, counting heads on a bus."""

import io
from datetime import timedelta

from openpyxl import load_workbook

from bot.domain import presence as codes
from bot.store import attendance
from bot.store.tables import Attendance
from tests.announcing import Hall
from tests.builders import buttons, last, local, plain, texts

_BUS_ROSTER = """id,nama,jabatan,peran,bus
o1,Panitia A,,panitia,Bus 1
o2,Panitia B,,panitia,
p01,Asisten,Asisten,peserta,Bus 1
p02,Camat,Camat,peserta,Bus 1
p05,Lurah,=1+1,peserta,Bus 2
p09,Ajudan,,ajudan,Bus 1
"""


async def _to(hall: Hall, when: str) -> None:
    await hall.stage.step(local(when))


async def _open(hall: Hall) -> str:
    """Opens the attendance of the second day's session, as it begins; gives the code."""
    await _to(hall, "2025-11-05 14:00")
    await hall.stage.say(hall.organizer, "/presensi")
    await hall.stage.press(hall.organizer, "Diskusi")
    await hall.stage.press(hall.organizer, "Buka presensi")
    return _code(hall)


def _code(hall: Hall, *, ago: timedelta = timedelta()) -> str:
    desk = hall.stage.house.desk
    session = desk.agenda.find("b")
    assert session is not None
    return codes.digits(
        desk.invite_secret, event_id="hall", call_id=session.ref, at=desk.now() - ago
    )


def _scan(hall: Hall, *, ago: timedelta = timedelta()) -> str:
    desk = hall.stage.house.desk
    session = desk.agenda.find("b")
    assert session is not None
    return codes.scan_code(
        desk.invite_secret, event_id="hall", call_id=session.ref, at=desk.now() - ago
    )


def _wrong(hall: Hall) -> str:
    right = {_code(hall), _code(hall, ago=codes.SPOKEN)}
    return next(f"{n:04}" for n in range(10_000) if f"{n:04}" not in right)


async def _lines(hall: Hall) -> dict[int, Attendance]:
    session = hall.stage.house.desk.agenda.find("b")
    assert session is not None
    return await hall.stage.house.db.read(attendance.of_call, session.ref)


async def test_the_code_said_aloud_is_typed_and_counted(hall: Hall) -> None:
    code = await _open(hall)
    board = plain(last(hall.organizer))
    assert f"Kode: {code}" in board and "diterima sampai 14.10" in board
    assert "Hadir 0 dari" in board
    answer = plain(await hall.stage.say(hall.first, " ".join(code)))
    assert "tercatat hadir pukul 14.00: Diskusi" in answer
    board = plain(await hall.stage.press(hall.organizer, "Perbarui"))
    assert "Hadir 1 dari" in board
    await _to(hall, "2025-11-05 14:04")
    assert "sudah tercatat pukul 14.00" in plain(await hall.stage.say(hall.first, code))
    assert [line.at for line in (await _lines(hall)).values()] == [local("2025-11-05 14:00")]


async def test_the_code_before_is_taken_and_the_one_before_that_is_not(hall: Hall) -> None:
    code = await _open(hall)
    await _to(hall, "2025-11-05 14:09")
    assert code == _code(hall, ago=codes.SPOKEN)
    assert "tercatat hadir" in await hall.stage.say(hall.first, code)
    await _to(hall, "2025-11-05 14:10")
    assert "belum cocok" in await hall.stage.say(hall.second, code)


async def test_who_comes_late_is_recorded_as_late(hall: Hall) -> None:
    await _open(hall)
    await _to(hall, "2025-11-05 14:16")
    assert "(terlambat)" in await hall.stage.say(hall.first, _code(hall))
    assert "(1 terlambat)" in plain(await hall.stage.press(hall.organizer, "Perbarui"))


async def test_five_wrong_codes_and_not_even_the_right_one_helps_for_a_while(hall: Hall) -> None:
    code, wrong = await _open(hall), _wrong(hall)
    for left in (4, 3, 2, 1):
        assert f"sisa {left} kali" in await hall.stage.say(hall.first, wrong)
    assert "5 menit lagi" in await hall.stage.say(hall.first, wrong)
    assert "5 menit lagi" in await hall.stage.say(hall.first, code)
    assert await _lines(hall) == {}
    assert "tercatat hadir" in await hall.stage.say(hall.second, code)
    await _to(hall, "2025-11-05 14:05")
    assert "tercatat hadir" in await hall.stage.say(hall.first, _code(hall))


async def test_digits_are_an_ordinary_text_while_nothing_is_open(hall: Hall) -> None:
    assert "Kode" not in plain(await hall.stage.say(hall.first, "1234"))
    code = await _open(hall)
    await hall.stage.press(hall.organizer, "Tutup")
    assert "Presensi" not in plain(await hall.stage.say(hall.first, code))
    assert await _lines(hall) == {}


async def test_digits_in_a_note_belong_to_the_note_unless_they_are_right(hall: Hall) -> None:
    code = await _open(hall)
    await hall.stage.say(hall.first, "/refleksi")
    await hall.stage.say(hall.first, "Kesan saya.")
    before = len(hall.first.inbox)
    await hall.stage.say(hall.first, _wrong(hall))
    assert not any("belum cocok" in text for text in texts(hall.first)[before:])
    assert "tercatat hadir" in await hall.stage.say(hall.first, code)


async def test_the_button_asks_for_the_code(hall: Hall) -> None:
    code = await _open(hall)
    assert "Belum tercatat" in plain(await hall.stage.say(hall.first, "/presensi"))
    assert "ketik 4 angka" in plain(await hall.stage.press(hall.first, "Hadir"))
    assert "terdiri atas 4 angka" in await hall.stage.say(hall.first, "apa kodenya")
    assert "tercatat hadir" in await hall.stage.say(hall.first, code)
    assert "sudah tercatat" in plain(await hall.stage.press(hall.first, "Hadir"))
    assert "Tercatat pukul 14.00" in plain(await hall.stage.say(hall.first, "/attendance"))


async def test_too_early_over_and_not_on_the_list_are_said_clearly(hall: Hall) -> None:
    await _to(hall, "2025-11-05 12:30")
    await hall.stage.say(hall.organizer, "/presensi")
    await hall.stage.press(hall.organizer, "Diskusi")
    assert "Dapat diisi mulai pukul 13.00" in plain(
        await hall.stage.press(hall.organizer, "Buka presensi")
    )
    assert "mulai pukul 13.00 WIB" in plain(await hall.stage.say(hall.first, _code(hall)))
    assert "hanya untuk peserta" in plain(await hall.stage.say(hall.colleague, _code(hall)))
    await hall.stage.say(hall.first, "/presensi")
    await _to(hall, "2025-11-05 15:30")
    assert "sudah ditutup" in plain(await hall.stage.press(hall.first, "Hadir"))
    assert await _lines(hall) == {}
    assert "sudah ditutup" in await _scanned(hall)


async def _scanned(hall: Hall, *, ago: timedelta = timedelta()) -> str:
    hall.first.start(_scan(hall, ago=ago))
    await hall.stage.calm()
    return plain(last(hall.first))


async def test_the_picture_checks_in_members_while_it_is_fresh(hall: Hall) -> None:
    hall.first.start(_scan(hall))
    await hall.stage.calm()
    assert "belum dibuka" in last(hall.first)
    await _open(hall)
    assert "sudah berganti" in await _scanned(hall, ago=2 * codes.SCANNED)
    assert "tercatat hadir" in await _scanned(hall, ago=codes.SCANNED)
    assert "sudah tercatat" in await _scanned(hall)
    forged = _scan(hall)[:-4] + "AAAA"
    hall.second.start(forged)
    await hall.stage.calm()
    assert "sudah berganti" in last(hall.second)
    stranger = hall.stage.world.add_user(5, "Somebody")
    stranger.start(_scan(hall))
    await hall.stage.calm()
    assert "undangan" in last(stranger) and "Diskusi" not in last(stranger)
    assert len(await _lines(hall)) == 1


async def test_organizers_tick_people_off_by_hand_and_take_it_back(hall: Hall) -> None:
    await _open(hall)
    await hall.stage.press(hall.organizer, "Tutup")
    assert "halaman 1 dari" in plain(await hall.stage.press(hall.organizer, "Catat manual"))
    name = (await hall.stage.person("p01")).name
    while not any(name[:30] in label for label in buttons(hall.organizer)):
        await hall.stage.press(hall.organizer, "→")
    await hall.stage.press(hall.organizer, name[:30])
    assert any(label.startswith(f"✅ {name[:30]}") for label in buttons(hall.organizer))
    [line] = (await _lines(hall)).values()
    assert line.how is codes.How.HAND
    await hall.stage.press(hall.organizer, f"✅ {name[:30]}")
    assert await _lines(hall) == {}
    person = await hall.stage.person("o2")
    ref = hall.label("Kembali")[1].split(":")[2]
    assert "tidak ada" in (await hall.forge(hall.organizer, f"h:x:{ref}:{person.id}:1:a:0"))


async def test_those_who_are_missing_are_reminded_once_a_press(hall: Hall) -> None:
    code = await _open(hall)
    await hall.stage.say(hall.first, code)
    _, data = hall.label("Ingatkan")
    assert "2 orang" in await hall.forge(hall.organizer, data)
    assert "belum tercatat hadir" in plain(last(hall.second))
    assert "belum tercatat" not in plain(last(hall.first))
    assert "tidak ada yang" in (await hall.forge(hall.colleague, data)).lower()
    assert sum("belum tercatat hadir" in plain(t) for t in texts(hall.second)) == 1
    await hall.stage.press(hall.second, "Hadir")
    assert "tercatat hadir" in await hall.stage.say(hall.second, code)


async def test_heads_are_counted_on_a_bus(hall: Hall) -> None:
    await hall.stage.say(hall.organizer, "/peserta")
    await hall.stage.press(hall.organizer, "Daftar baru")
    hall.organizer.send_document(_BUS_ROSTER.encode(), "daftar.csv")
    await hall.stage.calm()
    await hall.stage.press(hall.organizer, "keluarkan mereka")
    await hall.stage.say(hall.organizer, "/presensi")
    await hall.stage.press(hall.organizer, "Absen bus")
    assert "kepada 3 orang di Bus 1" in plain(await hall.stage.press(hall.organizer, "Bus 1"))
    _, go = hall.label("Kirim ke 3")
    await hall.stage.press(hall.organizer, "Kirim ke 3")
    await hall.forge(hall.organizer, go)
    assert sum("duduk di bus" in t for t in texts(hall.first)) == 1
    assert not any("duduk di bus" in t for t in texts(hall.third))
    assert "sudah di Bus 1" in plain(await hall.stage.press(hall.first, "Sudah di bus"))
    assert "sudah tercatat" in plain(await hall.stage.press(hall.first, "Sudah di bus"))
    _, data = hall.label("Sudah di bus", hall.first)
    await hall.forge(hall.third, data)
    assert "tidak tercantum" in last(hall.third)
    board = plain(await hall.stage.press(hall.organizer, "Perbarui"))
    assert "Di bus 1 dari 4" in board
    assert "Belum (3)" in board and "• Camat" in board and "• Ajudan" in board
    aide = await hall.stage.user("p09")
    for user in (aide, hall.second):
        await hall.forge(user, data)
    assert not any("lengkap" in text for text in texts(hall.colleague))
    await hall.forge(hall.organizer, data)
    assert "Bus 1 lengkap: 4 orang" in plain(last(hall.colleague))
    await hall.stage.press(hall.colleague, "Lihat")
    await hall.stage.press(hall.colleague, "Tutup")
    await hall.forge(hall.third, data)
    assert "tidak tercantum" in last(hall.third)
    await hall.stage.say(hall.colleague, "/presensi")
    await hall.stage.press(hall.colleague, "Absen bus")
    await hall.stage.press(hall.colleague, "Bus 1")
    assert hall.label("Kirim ke 4", hall.colleague)


async def test_the_last_one_ticked_off_by_hand_completes_a_bus(hall: Hall) -> None:
    await hall.stage.say(hall.organizer, "/peserta")
    await hall.stage.press(hall.organizer, "Daftar baru")
    table = _BUS_ROSTER.replace("p02,Camat,Camat,peserta,Bus 1", "p02,Camat,Camat,peserta,Bus 2")
    hall.organizer.send_document(table.encode(), "daftar.csv")
    await hall.stage.calm()
    await hall.stage.press(hall.organizer, "keluarkan mereka")
    for label in ("Absen bus", "Bus 1", "Kirim ke"):
        if label == "Absen bus":
            await hall.stage.say(hall.organizer, "/presensi")
        await hall.stage.press(hall.organizer, label)
    await hall.stage.press(hall.organizer, "Catat manual")
    assert not any("lengkap" in text for text in texts(hall.colleague))
    for name in ("Ajudan", "Asisten", "Panitia A"):
        await hall.stage.press(hall.organizer, name)
    assert "Bus 1 lengkap: 3 orang" in plain(last(hall.colleague))


async def test_aides_are_not_on_the_list_and_those_who_left_are_strangers(hall: Hall) -> None:
    table = _BUS_ROSTER.replace("p02,Camat,Camat,peserta,Bus 1\n", "")
    aide = await hall.stage.user("p09")
    await hall.stage.say(hall.organizer, "/peserta")
    await hall.stage.press(hall.organizer, "Daftar baru")
    hall.organizer.send_document(table.encode(), "daftar.csv")
    await hall.stage.calm()
    await hall.stage.press(hall.organizer, "keluarkan mereka")
    code = await _open(hall)
    assert "hanya untuk peserta" in await hall.stage.say(aide, code)
    assert "undangan" in (await hall.stage.say(hall.second, code)).lower()
    hall.second.start(_scan(hall))
    await hall.stage.calm()
    assert "undangan" in last(hall.second).lower()
    assert await _lines(hall) == {}


async def test_the_sheet_has_its_usual_form_and_no_formula(hall: Hall) -> None:
    code = await _open(hall)
    await hall.stage.say(hall.first, code)
    await hall.stage.press(hall.organizer, "Daftar hadir")
    document = next(m["document"] for m in reversed(hall.organizer.inbox) if "document" in m)
    assert document["file_name"].startswith("daftar-hadir-")
    stored = hall.stage.world.files.get(document["file_id"])
    assert stored is not None
    page = load_workbook(io.BytesIO(stored.data)).worksheets[0]
    rows = [[c for c in row if c is not None] for row in page.iter_rows(values_only=True)]
    assert ["DAFTAR HADIR"] in rows and ["Hall"] in rows
    assert ["Hari/Tanggal", ": Rabu, 5 November 2025"] in rows
    assert ["Waktu", ": 14.00–15.00 WIB"] in rows
    assert ["Kegiatan", ": Diskusi"] in rows
    head = ["No.", "Nama", "Jabatan", "Instansi", "Jam hadir", "Keterangan", "Tanda tangan"]
    assert head in rows
    first = (await hall.stage.person("p01")).name
    [mine] = [row for row in rows if first in row]
    assert "14.00" in mine
    assert sum("Tidak tercatat" in row for row in rows) == 31
    assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)


async def test_only_organizers_run_a_roll_call(hall: Hall) -> None:
    await _open(hall)
    session = hall.stage.house.desk.agenda.find("b")
    assert session is not None
    for data in (
        "h:l", "h:d:2025-11-05", "h:s:{}", "h:o:{}", "h:v:{}", "h:c:{}", "h:n:{}:1", "h:t:{}:a:0",
        "h:x:{}:1:1:a:0", "h:f:{}", "h:b", "h:g:{}", "h:h:{}:1",
    ):  # fmt: skip
        answer = await hall.forge(hall.first, data.format(session.ref))
        assert "panitia" in answer.lower(), data
    assert await _lines(hall) == {}


async def test_organizers_press_old_buttons_without_harm(hall: Hall) -> None:
    for data in ("h:v:aaaaaaaa", "h:c:aaaaaaaa-1", "h:f:aaaaaaaa", "h:t:aaaaaaaa:m:7"):
        assert "/presensi" in await hall.forge(hall.organizer, data), data
    assert "tidak ada lagi" in await hall.forge(hall.organizer, "h:g:aaaaaaaa")
    await hall.forge(hall.first, "h:i:aaaaaaaa-1")
    assert "belum dibuka" in last(hall.first)


async def test_what_was_open_stays_open_after_a_crash(hall: Hall) -> None:
    code = await _open(hall)
    await hall.stage.restart(crash=True)
    assert "tercatat hadir" in await hall.stage.say(hall.first, code)


_LED_ROSTER = """id,nama,peran,bus,kelompok,koordinator
o1,Panitia A,panitia,,,
o2,Panitia B,panitia,,,
p01,Asisten,peserta,Bus 1,A,bus
p02,Camat,peserta,Bus 2,A,kelompok
p05,Lurah,peserta,Bus 1,B,
"""


async def test_coordinators_tick_off_their_own_people_and_nothing_else(hall: Hall) -> None:
    await hall.stage.say(hall.organizer, "/peserta")
    await hall.stage.press(hall.organizer, "Daftar baru")
    hall.organizer.send_document(_LED_ROSTER.encode(), "daftar.csv")
    await hall.stage.calm()
    await hall.stage.press(hall.organizer, "keluarkan mereka")
    code = await _open(hall)
    await hall.stage.say(hall.first, "/presensi")
    board = plain(await hall.stage.press(hall.first, "Catat anggota saya: Diskusi"))
    assert "Hadir 0 dari 2" in board and "• Lurah" in board and "Camat" not in board
    assert code not in board and not any("Tutup" in label for label in buttons(hall.first))
    await hall.stage.press(hall.first, "Yang belum")
    await hall.stage.press(hall.first, "Lurah")
    session = hall.stage.house.desk.agenda.find("b")
    assert session is not None
    other = await hall.stage.person("p02")
    await hall.forge(hall.first, f"h:x:{session.ref}:{other.id}:1:a:0")
    ticked = {(await hall.stage.person("p05")).id or 0}
    assert set(await _lines(hall)) == ticked
    for data in ("h:c:{}", "h:n:{}:1", "h:f:{}", "h:o:{}", "h:s:{}"):
        assert "panitia" in (await hall.forge(hall.first, data.format(session.ref))).lower(), data
    await hall.stage.say(hall.second, "/presensi")
    board = plain(await hall.stage.press(hall.second, "Catat anggota saya"))
    assert "• Asisten" in board and "Lurah" not in board
    assert "Catat anggota" not in str(buttons(hall.third))
    assert "panitia" in (await hall.forge(hall.third, f"h:v:{session.ref}")).lower()
