"""A table that an organizer sends without being asked for: what is it?"""

from pathlib import Path

from tests.announcing import Hall
from tests.builders import EVENT, buttons, last, plain, texts

ROSTER = (EVENT / "roster.csv").read_bytes()


async def _send(hall: Hall, content: bytes, name: str) -> str:
    hall.organizer.send_document(content, name)
    await hall.stage.calm()
    return plain(last(hall.organizer))


async def test_a_table_that_nobody_asked_for_is_asked_about(hall: Hall) -> None:
    assert "Ini apa?" in await _send(hall, ROSTER + b"p99,Camat Baru,,,,,,peserta\n", "daftar.csv")
    shown = plain(await hall.stage.press(hall.organizer, "Daftar peserta"))
    assert "1 orang baru: Camat Baru" in shown
    await hall.stage.press(hall.organizer, "Terapkan")
    assert "p99" in {(await hall.stage.person("p99")).key}


async def test_a_rundown_is_shown_as_its_difference(hall: Hall, tmp_path: Path) -> None:
    own = (tmp_path / "event" / "agenda.yaml").read_bytes()
    await _send(hall, own.replace(b"title: Diskusi", b"title: Diskusi Panel"), "agenda.yaml")
    assert "Diskusi Panel" in plain(await hall.stage.press(hall.organizer, "Rundown"))
    assert "Pratinjau" in plain(last(hall.organizer))


async def test_it_can_be_a_material_of_a_session_or_a_note(hall: Hall) -> None:
    await _send(hall, b"1;2;3", "angka.csv")
    await hall.stage.press(hall.organizer, "Materi")
    await hall.stage.press(hall.organizer, "Rab, 5 Nov")
    assert "angka.csv" in plain(await hall.stage.press(hall.organizer, "Diskusi"))
    await hall.stage.say(hall.first, "/materi")
    await hall.stage.press(hall.first, "Diskusi")
    assert any("angka.csv" in label for label in buttons(hall.first))
    await _send(hall, b"{}", "data.json")
    await hall.stage.press(hall.organizer, "Catatan")
    assert "📎 1" in plain(await hall.stage.say(hall.organizer, "/catatan"))


async def test_others_and_other_files_are_not_asked(hall: Hall) -> None:
    hall.first.send_document(ROSTER, "daftar.csv")
    hall.organizer.send_document(b"%PDF-1.4", "surat.pdf")
    await hall.stage.calm()
    assert not any("Ini apa?" in text for user in hall.everybody for text in texts(user))
