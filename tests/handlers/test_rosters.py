"""Organizers see who is ready, hand out links, and change the roster from the chat."""

import io
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from bot.rehearsal.world import User
from bot.store import people
from bot.store.tables import Person
from tests.announcing import Hall
from tests.builders import EVENT, buttons, plain, texts

ROSTER = (EVENT / "roster.csv").read_text(encoding="utf-8")


async def _send(hall: Hall, content: bytes, name: str = "daftar.csv") -> str:
    """Sends a roster after asking to; gives the bot's answer."""
    await hall.stage.say(hall.organizer, "/peserta")
    await hall.stage.press(hall.organizer, "Daftar baru")
    hall.organizer.send_document(content, name)
    await hall.stage.calm()
    return plain(texts(hall.organizer)[-1])


async def _listed(hall: Hall, key: str) -> Person | None:
    everyone = await hall.stage.house.db.read(people.everyone)
    return next((person for person in everyone if person.key == key), None)


def _changed(*lines: str, drop: str = "") -> bytes:
    kept = [line for line in ROSTER.splitlines() if not drop or not line.startswith(drop)]
    return "\n".join([*kept, *lines]).encode()


async def test_the_board_counts_who_is_ready_and_gives_the_links_of_the_others(
    hall: Hall,
) -> None:
    await hall.block(hall.second)
    await hall.stage.say(hall.third, "/pengingat")
    await hall.stage.press(hall.third, "Tanpa pengingat")
    board = plain(await hall.stage.say(hall.organizer, "/peserta"))
    assert "34 orang" in board
    assert "29 belum menekan Mulai" in board
    assert "1 memblokir bot" in board and "1 tanpa pengingat" in board
    listed = plain(await hall.stage.press(hall.organizer, "Belum menekan Mulai"))
    assert listed.count("https://t.me/") == 8
    assert "halaman 1 dari 4" in listed
    second = plain(await hall.stage.press(hall.organizer, "→"))
    assert "halaman 2 dari 4" in second
    await hall.stage.press(hall.organizer, "Kembali")
    blocked = plain(await hall.stage.press(hall.organizer, "Memblokir"))
    assert (await hall.stage.person("p02")).name in blocked and "https://t.me/" in blocked
    await hall.stage.press(hall.organizer, "Kembali")
    silent = plain(await hall.stage.press(hall.organizer, "Tanpa pengingat"))
    assert (await hall.stage.person("p05")).name in silent and "https://t.me/" in silent


async def test_a_new_roster_is_shown_first_and_applied_once(hall: Hall) -> None:
    new = (
        "p99,Kepala Bagian Baru,Kepala Bagian,Sekretariat Daerah,III.a,Kelompok 1,0812 3456 7890,"
    )
    shown = await _send(hall, _changed(new, drop="p03,"))
    assert "belum diterapkan" in shown
    assert "1 orang baru: Kepala Bagian Baru" in shown
    assert "1 orang keluar" in shown
    assert await _listed(hall, "p99") is None
    done = plain(await hall.stage.press(hall.organizer, "Terapkan"))
    assert "1 baru, 0 berubah, 1 keluar" in done
    added = await hall.stage.person("p99")
    assert (added.phone, added.group) == ("+6281234567890", "Kelompok 1")
    joined = await hall.stage.user("p99")
    assert "Selamat datang" in texts(joined)[0]
    assert await _listed(hall, "p03") is None


async def test_a_roster_file_changed_later_is_put_before_organizers_first(
    hall: Hall, tmp_path: Path
) -> None:
    await _send(hall, _changed(drop="p03,"))
    await hall.stage.press(hall.organizer, "Terapkan")
    await hall.stage.restart(crash=True)
    assert await _listed(hall, "p03") is None
    (tmp_path / "event" / "roster.csv").write_text(ROSTER + "\n", encoding="utf-8")
    await hall.stage.restart()
    await hall.stage.calm()
    assert await _listed(hall, "p03") is None
    for user in (hall.organizer, hall.colleague):
        assert "roster.csv di folder kegiatan berubah" in plain(texts(user)[-1])
        assert "1 orang baru" in plain(texts(user)[-1])
    await hall.stage.restart()
    await hall.stage.calm()
    assert sum("folder kegiatan berubah" in text for text in texts(hall.organizer)) == 1
    await hall.stage.press(hall.colleague, "Terapkan")
    assert await _listed(hall, "p03") is not None


async def test_a_roster_file_without_organizers_is_refused_at_start(
    hall: Hall, tmp_path: Path
) -> None:
    lines = [line for line in ROSTER.splitlines() if not line.startswith("o")]
    (tmp_path / "event" / "roster.csv").write_text("\n".join(lines), encoding="utf-8")
    await hall.stage.restart()
    await hall.stage.calm()
    assert "tidak memuat satu pun panitia" in plain(texts(hall.organizer)[-1])
    assert "Peserta" in await hall.stage.say(hall.organizer, "/peserta")


async def test_people_who_left_are_turned_away_and_come_back_with_their_notes(hall: Hall) -> None:
    await hall.stage.say(hall.first, "/refleksi Catatan penting.")
    await _send(hall, _changed(drop="p01,"))
    await hall.stage.press(hall.organizer, "Terapkan")
    assert "undangan" in plain(await hall.stage.say(hall.first, "/catatan")).lower()
    await _send(hall, ROSTER.encode())
    await hall.stage.press(hall.organizer, "Terapkan")
    hall.first.start(hall.stage.house.desk.invite_code(await hall.stage.person("p01")))
    await hall.stage.calm()
    assert "Catatan penting." in plain(await hall.stage.say(hall.first, "/catatan"))


async def test_what_waits_for_people_who_left_is_not_sent_any_more(
    hall: Hall, tmp_path: Path
) -> None:
    await hall.compose()
    await hall.stage.press(hall.organizer, "Kirim")
    await _send(hall, _changed(drop="p01,"))
    await hall.stage.press(hall.organizer, "Terapkan")
    (tmp_path / "event" / "roster.csv").write_text(
        "\n".join(line for line in ROSTER.splitlines() if not line.startswith("p02,"))
    )
    await hall.stage.restart()
    await hall.stage.calm()
    await hall.stage.press(hall.organizer, "Terapkan")
    await hall.wait()
    assert [hall.copies(user) for user in (hall.first, hall.second, hall.third)] == [0, 0, 1]


async def test_an_aide_is_bound_to_a_person_by_name_office_or_id(hall: Hall) -> None:
    table = "nama,jabatan,peran,ajudan dari,bus,kamar,kursi\n"
    lines = [
        "Panitia A,Panitia,panitia,,,,",
        "Pejabat A,Asisten,peserta,,2,A-12,B7",
        "Ajudan A,,ajudan,Asisten,2,,",
        "Ajudan B,,ajudan,Pejabat Tiada,,,",
    ]
    wrong = await _send(hall, (table + "\n".join(lines)).encode())
    assert "daftar.csv:5" in wrong and "tidak ada dalam daftar" in wrong
    assert "Belum ada yang diubah" in wrong
    hall.organizer.send_document((table + "\n".join(lines[:3])).encode(), "daftar.csv")
    await hall.stage.calm()
    assert "tidak tercantum sebagai panitia" in plain(texts(hall.organizer)[-1])


async def test_a_roster_that_would_empty_the_event_is_pointed_out(hall: Hall) -> None:
    keep = [line for line in ROSTER.splitlines() if line.startswith(("id,", "o1,", "o2,", "p01,"))]
    shown = await _send(hall, "\n".join(keep).encode())
    assert "31 orang keluar" in shown and "Lebih dari separuh" in shown
    assert any("keluarkan mereka" in label for label in buttons(hall.organizer))
    await hall.stage.press(hall.organizer, "Jangan ubah")
    assert await _listed(hall, "p20") is not None


async def test_the_second_of_two_rosters_is_compared_anew(hall: Hall) -> None:
    await _send(hall, _changed(drop="p03,"))
    hall.organizer, hall.colleague = hall.colleague, hall.organizer
    await _send(hall, _changed(drop="p04,"))
    await hall.stage.press(hall.organizer, "Terapkan")
    hall.organizer, hall.colleague = hall.colleague, hall.organizer
    await hall.stage.press(hall.organizer, "Terapkan")
    shown = plain(texts(hall.organizer)[-1])
    assert "sudah diubah sejak pratinjau" in shown
    assert "1 orang baru" in shown and "1 orang keluar" in shown


async def test_a_new_link_ends_the_old_one_and_lets_the_account_go(hall: Hall) -> None:
    desk = hall.stage.house.desk
    old = desk.invite_code(await hall.stage.person("p01"))
    await hall.stage.say(hall.organizer, "/peserta")
    await hall.stage.press(hall.organizer, "Siap")
    name = (await hall.stage.person("p01")).name
    await hall.stage.press(hall.organizer, name[:20])
    asked = plain(await hall.stage.press(hall.organizer, "Lepaskan akun"))
    assert "tidak menerima apa pun lagi" in asked
    done = plain(await hall.stage.press(hall.organizer, "Ya, lepaskan"))
    assert "yang lama tidak berlaku lagi" in done
    new = desk.invite_code(await hall.stage.person("p01"))
    assert new != old and new in done
    hall.first.start(old)
    await hall.stage.calm()
    assert "Selamat datang" not in texts(hall.first)[-1]
    hall.third.start(new)
    hall.first.start(new)
    await hall.stage.calm()
    assert (await hall.stage.person("p01")).chat_id == hall.first.id


async def test_whose_account_is_let_go_is_told_so_politely(hall: Hall) -> None:
    person = await hall.stage.person("p01")
    before = len(texts(hall.first))
    await hall.forge(hall.organizer, f"r:n:{person.id}:1")
    (told,) = texts(hall.first)[before:]
    assert "tidak lagi terhubung" in told and "minta tautan baru" in told
    assert (await hall.stage.person("p01")).blocked_at is None


async def test_nobody_lets_their_own_account_go(hall: Hall) -> None:
    me = await hall.stage.person("o1")
    for sure in (0, 1):
        assert "panitia lain" in await hall.forge(hall.organizer, f"r:n:{me.id}:{sure}")
    assert "Peserta" in await hall.stage.say(hall.organizer, "/peserta")


def _menu(hall: Hall, user: User) -> set[str]:
    return {each["command"] for each in hall.stage.world.bot.menu_for(user.chat())}


async def test_menus_follow_the_roles_of_a_new_roster(hall: Hall) -> None:
    line = next(line for line in ROSTER.splitlines() if line.startswith("o2,"))
    assert "umumkan" in _menu(hall, hall.colleague)
    await _send(hall, _changed(line.replace("panitia", "peserta"), drop="o2,"))
    await hall.stage.press(hall.organizer, "Terapkan")
    assert "umumkan" not in _menu(hall, hall.colleague)
    await _send(hall, ROSTER.encode())
    await hall.stage.press(hall.organizer, "Terapkan")
    assert "umumkan" in _menu(hall, hall.colleague)
    await _send(hall, _changed(drop="o2,"))
    await hall.stage.press(hall.organizer, "Terapkan")
    assert "umumkan" not in _menu(hall, hall.colleague)


@pytest.mark.parametrize(
    ("content", "name", "answer"),
    [
        (b"<html>not a table</html>", "daftar.xlsx", "belum dapat dipakai"),
        (b"", "daftar.csv", "belum dapat dipakai"),
        (b"PK\x03\x04 broken", "daftar.xlsx", "berkas .xlsx rusak"),
        (b"nama,peran\nA,raja\n", "daftar.csv", "peran"),
    ],
)
async def test_a_file_that_is_no_roster_says_what_to_do(
    hall: Hall, content: bytes, name: str, answer: str
) -> None:
    assert answer in await _send(hall, content, name)


async def test_excel_rosters_with_merged_cells_and_formulas_are_read(hall: Hall) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["DAFTAR PESERTA"], ["ID", "Nama Lengkap", "OPD", "Kelompok", "No. HP", "Peran"],
        ["o1", "Panitia BKPSDM 1", "BKPSDM", "1", "0812-3456-7890", "panitia"],
        ["x1", "Kepala Dinas X", None, "=1+1", "+62 812 3456 7891", "peserta"],
    ):  # fmt: skip
        sheet.append(row)
    sheet.merge_cells("C3:C4")
    stream = io.BytesIO()
    book.save(stream)
    answer = await _send(hall, stream.getvalue(), "daftar.xlsx")
    assert "kelompok – → 1, no HP – → +6281234567890" in answer
    assert "1 orang baru: Kepala Dinas X" in answer and "“group” berisi rumus =1+1" in answer
    await hall.stage.press(hall.organizer, "keluarkan mereka")
    person = next(
        each
        for each in await hall.stage.house.db.read(people.everyone)
        if each.name == "Kepala Dinas X"
    )
    assert (person.agency, person.group, person.phone) == ("BKPSDM", "=1+1", "+6281234567891")


async def test_the_invite_sheets_hold_every_link_and_no_formula(hall: Hall) -> None:
    await hall.stage.say(hall.organizer, "/peserta")
    await hall.stage.press(hall.organizer, "Lembar undangan")
    documents = [m["document"] for m in hall.organizer.inbox if "document" in m]
    assert [document["file_name"] for document in documents] == ["undangan.xlsx", "undangan.pdf"]
    stored = [hall.stage.world.files.get(document["file_id"]) for document in documents]
    files = [file.data for file in stored if file]
    sheet = load_workbook(io.BytesIO(files[0])).worksheets[-1]
    rows = list(sheet.iter_rows(values_only=True))
    links = [str(cell) for row in rows for cell in row if str(cell).startswith("https://t.me/")]
    assert len(set(links)) == 34, rows[:3]
    assert files[1].startswith(b"%PDF")


async def test_only_organizers_see_the_roster(hall: Hall) -> None:
    assert "https://t.me" not in await hall.stage.say(hall.first, "/peserta")
    for data in ("r:b", "r:l:waiting:0", "r:p:1", "r:n:1:1", "r:x", "r:i", "r:go:1", "r:no:1"):
        assert "panitia" in (await hall.forge(hall.first, data)).lower(), data


async def test_people_are_told_their_own_bus_room_and_seat(hall: Hall) -> None:
    table = [
        "id,nama,peran,bus,kamar,kursi", "o1,Panitia A,panitia,,,", "o2,Panitia B,panitia,,,",
        "p01,Asisten,peserta,Bus 2,A-12,B7", "p02,Camat,peserta,Bus 1,A-14,",
    ]  # fmt: skip
    await _send(hall, "\n".join(table).encode())
    await hall.stage.press(hall.organizer, "keluarkan mereka")
    answer = plain(await hall.stage.say(hall.first, "saya di bus berapa?"))
    assert "Bus 2" in answer and "A-12" in answer and "B7" in answer
    assert "Bus 2" not in plain(await hall.stage.say(hall.second, "nomor kamar saya"))


async def test_a_roster_of_twenty_megabytes_is_refused_before_it_is_fetched(hall: Hall) -> None:
    assert "terlalu besar" in await _send(hall, b"x" * (20 << 20), "daftar.xlsx")
    assert not hall.calls("getFile")
