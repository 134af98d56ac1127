"""A person's own data: downloaded as a zip, deleted for good, no longer shared on request."""

import io
import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from sqlmodel import Session, select

from bot.domain.notes import Sharing
from bot.rehearsal.world import User
from bot.services import own_data
from bot.services.own_data import Held
from bot.store.attachments import Attachments
from bot.store.tables import Dialogue, Note, Outbox, Setting
from tests import stores
from tests.acting import press_data, silence
from tests.announcing import Hall
from tests.builders import Stage, buttons, last, local, staged, texts

WORDS = "Sinkronisasi anggaran kelurahan zqrahasiaqz"


def opened(stage: Stage, user: User) -> ZipFile:
    """The newest zip on this phone."""
    sent = next(m for m in reversed(user.inbox) if "document" in m)
    assert sent["document"]["file_name"].endswith(".zip")
    file = stage.world.files.get(sent["document"]["file_id"])
    assert file is not None
    return ZipFile(io.BytesIO(file.data))


def everything(folder: Path) -> bytes:
    """All bytes of all files below the folder."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def notes(stage: Stage) -> list[Note]:
    return list(await stage.house.db.read(lambda db: db.exec(select(Note)).all()))


async def test_the_download_holds_everything_of_ones_own_and_nothing_of_others(
    stage: Stage,
) -> None:
    camat, other = await stage.user("p30"), await stage.user("p31")
    await stage.say(camat, f"/refleksi {WORDS}")
    await stage.say(other, "/refleksi milik orang lain")
    await stage.step(local("2025-11-04 07:20"))
    await stage.say(camat, "/refleksi")
    camat.send_document(b"isi lampiran", filename="../rencana anggaran.txt", caption="lampirannya")
    await stage.calm()
    await stage.say(camat, "/dataku")
    assert "2 catatan, 1 lampiran" in last(camat)
    archive = opened(stage, camat)
    data = json.loads(archive.read("data.json"))
    assert {WORDS, "lampirannya"} == {note["text"] for note in data["note"]}
    assert data["person"][0]["consent_version"]
    assert any("15 menit lagi" in (sent["text"] or "") for sent in data["outbox"])
    kept = next(note for note in data["note"] if note.get("attachments"))["attachments"][0]
    assert kept["file"].startswith("attachments/")
    assert ".." not in kept["file"].removeprefix("attachments/").partition("-")[0]
    assert archive.read(kept["file"]) == b"isi lampiran"
    assert b"data.json" in archive.read("README.txt")
    whole = b"".join(archive.read(name) for name in archive.namelist())
    assert b"milik orang lain" not in whole
    assert (await stage.person("p31")).name.encode() not in whole


async def test_who_wrote_nothing_gets_a_download_too_and_english_ones_in_english(
    stage: Stage,
) -> None:
    camat = await stage.user("p30")
    await stage.say(camat, "/language")
    await stage.press(camat, "English")
    await stage.say(camat, "/mydata")
    assert "All of your data" in last(camat)
    assert b"Personal data" in opened(stage, camat).read("README.txt")


def test_large_downloads_come_in_parts_and_lost_files_are_named(tmp_path: Path) -> None:
    attachments = Attachments(tmp_path)
    contents = [bytes([n]) * 40 for n in range(5)]
    files = [(f"attachments/{n}", attachments.put(c), 40) for n, c in enumerate(contents)]
    attachments.place(files[4][1]).unlink()
    held = Held({"about": {}}, files)
    assert own_data.parts(held, 100) == 3
    archives = [
        ZipFile(io.BytesIO(content))
        for content in own_data.zips(held, attachments, explained="x", part_bytes=100)
    ]
    assert [archive.namelist() for archive in archives] == [
        ["data.json", "README.txt", "attachments/0", "attachments/1"],
        ["attachments/2", "attachments/3"],
        ["missing.txt"],
    ]
    assert archives[1].read("attachments/3") == contents[3]
    assert archives[2].read("missing.txt") == b"attachments/4"
    assert own_data.parts(Held({}, [("attachments/0", "0" * 64, 1000)]), 100) == 1


async def _erase(stage: Stage, user: User) -> str:
    await stage.say(user, "/hapus")
    await stage.press(user, "Hapus semua data saya")
    return await stage.press(user, "Ya, hapus untuk selamanya")


async def test_deletion_explains_asks_twice_and_lets_the_account_go(stage: Stage) -> None:
    camat = await stage.user("p30")
    await stage.say(camat, f"/refleksi {WORDS}")
    explained = await stage.say(camat, "/hapus")
    assert "daftar peserta" in explained and "tanpa nama" in explained
    await stage.press(camat, "Batal")
    assert len(await notes(stage)) == 1
    assert "sudah dihapus" in await _erase(stage, camat)
    assert await notes(stage) == []
    person = await stage.person("p30")
    assert (person.chat_id, person.joined_at, person.consent_version) == (None, None, None)
    assert "khusus peserta" in await stage.say(camat, "/jadwal")


@pytest.mark.sqlite  # files of a server are the server's
async def test_nothing_of_the_person_is_left_in_any_file(stage: Stage, tmp_path: Path) -> None:
    camat, organizer = await stage.user("p30"), await stage.user("o1")
    await stage.say(camat, f"/refleksi {WORDS}")
    camat.send_photo(b"gambar-zqrahasiaqz", caption="gambar zqrahasiaqz")
    await stage.calm()
    await stage.say(camat, "/refleksi")
    camat.send_document(b"berkas-zqrahasiaqz", filename="zqrahasiaqz.txt")
    await stage.calm()
    await stage.say(camat, "/refleksi")
    await stage.say(camat, "apa zqrahasiaqz itu kapan dimana?")
    await stage.say(organizer, "/refleksi milik panitia")
    assert (b"zqrahasiaqz" in everything(tmp_path)) is not stores.sealed
    await _erase(stage, camat)
    await silence(stage)
    await stage.house.wake()
    assert b"zqrahasiaqz" not in everything(tmp_path)
    assert {note.text for note in await notes(stage)} == {"milik panitia"}


async def test_afterwards_the_invite_works_as_for_a_new_person(stage: Stage) -> None:
    camat = await stage.user("p30")
    await stage.press(camat, "Saya setuju")
    await stage.say(camat, "/refleksi lama")
    await _erase(stage, camat)
    await stage.restart()
    again = await stage.user("p30")
    assert again.id == camat.id
    assert "Selamat datang" in last(camat) and "Saya setuju" in buttons(camat)
    await stage.say(camat, "/refleksi baru")
    assert [note.text for note in await notes(stage)] == ["baru"]
    await stage.step(local("2025-11-04 07:20"))
    assert any("15 menit lagi" in text for text in texts(camat))


async def test_a_file_that_somebody_else_keeps_too_stays(stage: Stage) -> None:
    users = [await stage.user(key) for key in ("p30", "p31")]
    for user in users:
        await stage.say(user, "/refleksi")
        user.send_document(b"bahan bersama", filename="bahan.txt")
        await stage.calm()
    await _erase(stage, users[0])
    folder = stage.house.desk.attachments.folder
    assert everything(folder) != b""
    await _erase(stage, users[1])
    assert everything(folder) == b""


async def test_the_button_of_an_old_message_deletes_nothing(stage: Stage) -> None:
    camat = await stage.user("p30")
    await stage.say(camat, "/refleksi tetap ada")
    await stage.say(camat, "/hapus")
    await stage.press(camat, "Hapus semua data saya")
    await stage.step(local("2025-11-03 20:30"))
    await stage.press(camat, "Ya, hapus untuk selamanya")
    assert len(await notes(stage)) == 1
    answer = await press_data(stage, camat, "me:X:999999999999")
    assert "tidak berlaku" in answer["text"]
    assert len(await notes(stage)) == 1


async def test_an_organizer_waits_for_the_end_of_an_announcement(hall: Hall) -> None:
    await hall.compose()
    await hall.stage.press(hall.organizer, "Kirim")
    kept = await _erase(hall.stage, hall.organizer)
    assert "masih dikirim" in kept
    await hall.wait()
    assert "sudah dihapus" in await _erase(hall.stage, hall.organizer)
    rows = await hall.stage.house.db.read(
        lambda db: db.exec(select(Outbox).where(Outbox.kind == "broadcast")).all()
    )
    assert rows
    assert not any("from_chat_id" in row.payload for row in rows)
    await hall.stage.say(hall.colleague, "/siaran")
    assert "Bus berangkat" in last(hall.colleague)


async def test_an_organizer_of_the_settings_starts_anew(tmp_path: Path) -> None:
    async with staged(tmp_path, now=local("2025-11-03 20:00"), organizer_ids=(77,)) as stage:
        chief = stage.world.add_user(77, "Chief")
        chief.start()
        await stage.say(chief, "/refleksi rahasia")
        await _erase(stage, chief)
        assert await notes(stage) == []
        await stage.restart()
        assert "khusus peserta" in await stage.say(chief, "/jadwal")
        chief.start()
        await stage.calm()
        assert "Selamat datang" in last(chief)


async def test_withdrawing_consent_takes_back_what_was_shared_by_name(stage: Stage) -> None:
    camat = await stage.user("p30")
    await stage.say(camat, "/dataku")
    assert "Tarik persetujuan berbagi" not in buttons(camat)
    await stage.press(camat, "Saya setuju")
    await stage.say(camat, "/refleksi untuk panitia")

    def share(db: Session) -> None:
        note = db.exec(select(Note)).one()
        note.sharing, note.shared_at = Sharing.NAMED, stage.clock.instant

    await stage.house.db.write(share)
    await stage.say(camat, "/dataku")
    assert "tidak lagi terlihat" in await stage.press(camat, "Tarik persetujuan berbagi")
    assert [note.sharing for note in await notes(stage)] == [Sharing.PRIVATE]
    assert (await stage.person("p30")).consented_at is None
    assert (await stage.person("p30")).consent_shown_at is not None


def stored(db: Session) -> tuple[Any, ...]:
    """Dialogues and settings that a deletion may leave."""
    return db.exec(select(Dialogue)).all(), db.get(Setting, "erase_deleted")


async def test_deletion_cut_short_after_it_was_stored_is_carried_to_its_end(
    stage: Stage,
) -> None:
    camat = await stage.user("p30")
    await stage.say(camat, f"/refleksi {WORDS}")
    person = await stage.person("p30")
    await stage.house.db.write(own_data.erase, person_id=person.id or 0, now=stage.clock.instant)
    assert (await stage.house.db.read(stored))[1] is not None
    await stage.restart(crash=True)
    await stage.calm()
    assert await stage.house.db.read(stored) == ([], None)
