"""Voice, photos and documents are kept with the note, or the person hears that they are not."""

import asyncio
import errno
import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from bot.domain.files import LARGEST
from bot.rehearsal.world import Fault, User
from bot.services import writing
from handlers import note_files, note_keeping
from tests.acting import press_data, silence
from tests.builders import Stage, last, texts
from tests.noting import TALK, files, marked, prompted, stored, wording

PHOTO, VOICE, PAPER = b"\xff\xd8photo", b"OggSvoice", b"%PDF-1.7 paper"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(note_files, "_PAUSES_S", (0.001, 0.001))


@dataclass
class Album:
    """Several files sent at once, as Telegram tells of them: one update each."""

    user: User
    group: str = "13579"

    def photo(self, data: bytes, caption: str = "") -> dict[str, object]:
        file = self.user.world.files.store(data, kind="Photo", name="a.jpg", mime="image/jpeg")
        content: dict[str, object] = {"photo": file.to_photo(), "media_group_id": self.group}
        return self.user.send(content | ({"caption": caption} if caption else {}))


def content(stage: Stage, digest: str) -> bytes:
    return stage.house.desk.attachments.get(digest)


def on_disk(stage: Stage) -> list[Path]:
    return [one for one in stage.house.desk.attachments.folder.rglob("*") if one.is_file()]


async def test_voice_photo_and_document_become_pieces_of_one_note(stage: Stage) -> None:
    user = await stage.user("p30")
    prompt = await prompted(stage, user)
    user.send_voice(VOICE, reply_to=prompt["message_id"])
    await stage.calm()
    assert "Tersimpan" in last(user)
    user.send_photo(PHOTO, caption="Papan tulis")
    await stage.calm()
    user.send_document(PAPER, "../../bahan \u202efdp.pdf", "application/pdf", caption="Bahan")
    await stage.calm()
    assert "Ditambahkan" in last(user)
    [note] = await stored(stage)
    assert (note.session_id, note.text) == (TALK, "Papan tulis\nBahan")
    voice, photo, paper = await files(stage)
    assert (voice.kind, photo.kind, paper.kind) == ("voice", "photo", "document")
    assert paper.file_name == "bahan fdp.pdf"
    assert paper.size == len(PAPER)
    for attachment, given in ((voice, VOICE), (photo, PHOTO), (paper, PAPER)):
        assert attachment.digest == sha256(given).hexdigest()
        assert content(stage, attachment.digest) == given
    folder = stage.house.desk.attachments.folder
    assert all(path.is_relative_to(folder) for path in on_disk(stage))
    assert len(on_disk(stage)) == 3


async def test_a_file_typed_right_after_the_prompt_or_behind_the_command(stage: Stage) -> None:
    user = await stage.user("p30")
    await prompted(stage, user)
    user.send_voice(VOICE)
    await stage.calm()
    assert "Materi 1" in last(user)
    user.send_photo(PHOTO, caption="/refleksi Papan tulis")
    await stage.calm()
    assert await wording(stage) == ["", "Papan tulis"]


async def test_the_same_content_is_kept_once_for_everybody(stage: Stage) -> None:
    users = [await stage.user(key) for key in ("p29", "p30")]
    for user in users:
        await stage.say(user, "/refleksi")
        user.send_document(PAPER, "bahan.pdf", "application/pdf")
        await stage.calm()
    assert len(await files(stage)) == 2
    assert len(on_disk(stage)) == 1


async def test_an_album_is_one_note_with_one_answer(stage: Stage) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/refleksi")
    before = len(user.inbox)
    album = Album(user)
    sent = [album.photo(PHOTO + bytes([n]), "Tiga foto" if n == 0 else "") for n in range(3)]
    await stage.calm()
    assert len(user.inbox) == before + 1
    assert [marked(stage, user, one) for one in sent] == [False, True, True]
    assert await wording(stage) == ["Tiga foto"]
    assert len(await files(stage)) == 3


async def test_an_album_as_reply_to_a_prompt_is_one_note(stage: Stage) -> None:
    user = await stage.user("p30")
    prompt = await prompted(stage, user)
    for n in range(3):
        file = user.world.files.store(bytes([n]), kind="Photo", name="a.jpg", mime="image/jpeg")
        user.send(
            {"photo": file.to_photo(), "media_group_id": "2468"}, reply_to=prompt["message_id"]
        )
    await stage.calm()
    [note] = await stored(stage)
    assert note.session_id == TALK
    assert len(await files(stage)) == 3


async def test_what_nobody_asked_for_can_be_kept_by_a_button(stage: Stage) -> None:
    user = await stage.user("p30")
    user.send_photo(PHOTO, caption="Kutipan bagus")
    await stage.calm()
    assert "pesan teks" in last(user)
    for _ in range(2):
        await stage.press(user, "Simpan sebagai catatan")
    assert await wording(stage) == ["Kutipan bagus"]
    [attachment] = await files(stage)
    assert content(stage, attachment.digest) == PHOTO


async def test_fifty_megabytes_are_refused_with_a_way_out_and_the_caption_kept(
    stage: Stage,
) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/refleksi")
    large = bytes(50 * 1024 * 1024)
    user.send_document(large, "rekaman.mp4", "video/mp4", caption="Rekaman sesi")
    await stage.calm()
    refusal, kept = texts(user)[-2:]
    assert "50 MB" in refusal
    assert "20 MB" in refusal
    assert "Drive" in refusal
    assert "Tersimpan" in kept
    assert await wording(stage) == ["Rekaman sesi"]
    user.send_document(large, "rekaman.mp4", "video/mp4")
    await stage.calm()
    assert "tidak tersimpan" in last(user)
    assert await files(stage) == []
    calls = [call.method for call in stage.world.calls]
    assert "getFile" not in calls


async def test_a_file_that_telegram_finds_too_large_after_all_is_said_to_be(
    stage: Stage,
) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/refleksi")
    file = user.world.files.store(bytes(LARGEST + 1), kind="Document", name="a.mp4", mime="v/v")
    told = file.to_message() | {"file_name": "a.mp4"}
    del told["file_size"]
    user.send({"document": told, "caption": "besar"})
    await stage.calm()
    assert "terlalu besar" in last(user)
    assert await wording(stage) == ["besar"]
    assert on_disk(stage) == []


@pytest.mark.parametrize(
    ("name", "mime", "data"),
    [
        ("pasang.exe", "application/octet-stream", b"x"),
        ("undangan.apk", "application/vnd.android.package-archive", b"x"),
        ("laporan.pdf", "application/pdf", b"MZ\x90\x00program"),
    ],
)
async def test_programs_are_refused(stage: Stage, name: str, mime: str, data: bytes) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/refleksi")
    user.send_document(data, name, mime)
    await stage.calm()
    assert "program" in last(user)
    assert await stored(stage) == []
    assert on_disk(stage) == []
    assert "Tersimpan" in await stage.say(user, "Kalau begitu dengan kata-kata.")


async def test_what_a_note_cannot_hold_is_said_and_the_note_stays_open(stage: Stage) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/refleksi Bagian pertama.")
    sticker = {
        "file_id": "a", "file_unique_id": "b", "type": "regular", "width": 1, "height": 1,
        "is_animated": False, "is_video": False,
    }  # fmt: skip
    sends = (
        ({"sticker": sticker}, "stiker"),
        ({"location": {"latitude": 1.0, "longitude": 2.0}}, "lokasi"),
        ({"contact": {"phone_number": "+62", "first_name": "A"}}, "kontak"),
        ({"dice": {"emoji": "🎲", "value": 3}}, "pesan ini"),
    )
    for content_, what in sends:
        user.send(dict(content_))
        await stage.calm()
        assert what in last(user)
        assert "tidak dapat disimpan" in last(user)
    assert "Ditambahkan" in await stage.say(user, "Bagian kedua.")
    assert len(await stored(stage)) == 1


@pytest.mark.parametrize("fault", ["reset_before", "502"])
async def test_a_moment_without_network_needs_nobodys_hand(stage: Stage, fault: str) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/refleksi")
    stage.world.faults.add(Fault(fault, method="getFile", times=1))
    stage.world.faults.add(Fault(fault, method="download", times=1))
    user.send_voice(VOICE)
    await stage.calm()
    assert "Tersimpan" in last(user)


async def test_a_file_that_telegram_does_not_give_is_not_acknowledged(stage: Stage) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/refleksi")
    trouble = stage.world.faults.add(Fault("reset_before", method="download", times=None))
    user.send_photo(PHOTO, caption="Papan tulis")
    await stage.calm()
    assert "belum tersimpan" in last(user)
    assert "✅" not in last(user)
    assert await wording(stage) == ["Papan tulis"]
    [attachment] = await files(stage)
    assert (attachment.digest, bool(attachment.file_id)) == ("", True)
    await stage.press(user, "Simpan lampiran lagi")
    assert "belum tersimpan" in last(user)
    stage.world.faults.remove(trouble)
    await stage.press(user, "Simpan lampiran lagi")
    assert "sudah tersimpan" in last(user)
    [attachment] = await files(stage)
    assert content(stage, attachment.digest) == PHOTO


async def test_a_full_disk_is_said_to_the_writer_and_to_the_organizers(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    user, organizer = await stage.user("p30"), await stage.user("o1")
    await stage.say(user, "/refleksi")
    store = stage.house.desk.attachments

    def full(content_: bytes) -> str:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "a/secret/path")

    with monkeypatch.context() as patch:
        patch.setattr(store, "put", full)
        user.send_voice(VOICE, caption="Kata-kata")
        await stage.calm()
        assert "belum tersimpan" in last(user)
        user.send_photo(PHOTO)
        await stage.calm()
    [told] = [text for text in texts(organizer) if "ruang disk" in text]
    assert "No space left" in told
    assert "secret" not in caplog.text
    assert await wording(stage) == ["Kata-kata"]
    for attachment in await files(stage):
        assert attachment.digest == ""
        await press_data(stage, user, f"n:f:{attachment.id}")
    assert {content(stage, one.digest) for one in await files(stage)} == {VOICE, PHOTO}


async def test_a_crash_while_fetching_is_taken_up_again(stage: Stage) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/refleksi")
    hang = stage.world.faults.add(Fault("hang", method="download", times=1))
    user.send_voice(VOICE, caption="Suara")
    async with asyncio.timeout(10):
        while not hang.struck:  # noqa: ASYNC110  # a fault that strikes is no event of the world
            await asyncio.sleep(0.005)
    assert not any("Tersimpan" in text for text in texts(user))
    await stage.restart(crash=True)
    await silence(stage)
    assert "Tersimpan" in last(user)
    assert await wording(stage) == ["Suara"]
    [attachment] = await files(stage)
    assert content(stage, attachment.digest) == VOICE


async def test_a_store_that_does_not_take_the_file_leaves_a_button_to_try_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/refleksi")

    def full(*_: object, **__: object) -> None:
        raise OperationalError("update", {}, Exception("disk full"))

    for name, data in (("filed", VOICE), ("refused", b"MZ program")):
        with monkeypatch.context() as patch:
            patch.setattr(writing, name, full)
            user.send_document(data, "berkas.pdf")
            await stage.calm()
            assert "belum tersimpan" in last(user), name
    await stage.press(user, "Simpan lampiran lagi")
    assert "program" in last(user)
    [attachment] = await files(stage)
    await press_data(stage, user, f"n:f:{attachment.id}")
    [attachment] = await files(stage)
    assert content(stage, attachment.digest) == VOICE


async def test_that_notes_are_private_is_said_with_the_first_also_where_its_file_failed(
    stage: Stage,
) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/refleksi")
    user.send_document(b"MZ program", "berkas.pdf")
    await stage.calm()
    assert "🔒" not in last(user), "there is no note yet"
    stage.world.faults.add(Fault("reset_before", method="download", times=None))
    user.send_voice(VOICE)
    await stage.calm()
    assert "belum tersimpan" in last(user)
    assert "🔒 Catatan bersifat pribadi" in last(user)
    assert "🔒" not in await stage.say(user, "Tambahan.")


async def test_a_file_that_another_deletes_at_that_moment_is_kept_all_the_same(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/refleksi")
    folder, filed = stage.house.desk.attachments, writing.filed
    dropped: list[str] = []

    def beside(db: Session, *, attachment_id: int, digest: str, size: int) -> None:
        if not dropped:  # whoever deleted has asked for rows a moment ago, when there were none
            dropped.append(digest)
            folder.drop([digest], used=lambda _: False)
        filed(db, attachment_id=attachment_id, digest=digest, size=size)

    monkeypatch.setattr(writing, "filed", beside)
    user.send_voice(VOICE)
    await stage.calm()
    assert "Tersimpan" in last(user)
    [attachment] = await files(stage)
    assert dropped == [attachment.digest]
    assert content(stage, attachment.digest) == VOICE


async def test_a_file_that_vanished_before_it_was_acknowledged_is_fetched_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/refleksi")
    hung = asyncio.Event()

    async def never(*_: object, **__: object) -> None:
        hung.set()
        await asyncio.Event().wait()

    with monkeypatch.context() as patch:
        patch.setattr(note_keeping, "_mark", never)
        patch.setattr(note_keeping, "reply", never)
        user.send_voice(VOICE)
        await asyncio.wait_for(hung.wait(), 10)
        for path in on_disk(stage):
            path.unlink()
        await stage.restart(crash=True)
    await silence(stage)
    assert "Tersimpan" in last(user)
    [attachment] = await files(stage)
    assert content(stage, attachment.digest) == VOICE


async def test_an_edited_caption_changes_the_note(stage: Stage) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/refleksi")
    bare = user.send_photo(PHOTO)
    await stage.calm()
    captioned = user.send_voice(VOICE, caption="suara")
    await stage.calm()
    user.edit(captioned["message_id"], "suara saya")
    user.edit(bare["message_id"], "foto")
    await stage.calm()
    assert await wording(stage) == ["foto\nsuara saya"]
    user.edit(captioned["message_id"], "")
    await stage.calm()
    assert await wording(stage) == ["foto"]


def document(user: User, data: bytes, name: str) -> dict[str, object]:
    file = user.world.files.store(data, kind="Document", name=name, mime="application/pdf")
    return {"document": file.to_message() | {"file_name": name}}


async def test_a_replaced_file_takes_the_place_of_the_one_before(stage: Stage) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/refleksi")
    user.send_document(PAPER, "satu.pdf", "application/pdf", caption="satu")
    typed = user.send_text("teks")
    await stage.calm()
    [before] = await files(stage)
    user.edit(before.message_id, "dua", media=document(user, b"%PDF dua", "dua.pdf"))
    await stage.calm()
    assert "diperbarui" in last(user)
    [after] = await files(stage)
    assert (after.id, after.file_name) == (before.id, "dua.pdf")
    assert content(stage, after.digest) == b"%PDF dua"
    user.edit(typed["message_id"], "tiga", media=document(user, b"%PDF tiga", "tiga.pdf"))
    await stage.calm()
    assert await wording(stage) == ["dua\ntiga"]
    assert [content(stage, one.digest) for one in await files(stage)] == [
        b"%PDF dua",
        b"%PDF tiga",
    ]


async def test_a_replaced_file_that_is_not_taken_is_said_to_be(stage: Stage) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/refleksi")
    user.send_document(PAPER, "satu.pdf", "application/pdf", caption="satu")
    await stage.calm()
    [before] = await files(stage)
    user.edit(before.message_id, "dua", media=document(user, b"x", "dua.exe"))
    await stage.calm()
    assert any("dua.exe" in text and "tidak tersimpan" in text for text in texts(user))
    assert await files(stage) == [before]
    trouble = stage.world.faults.add(Fault("reset_before", method="download", times=None))
    user.edit(before.message_id, "tiga", media=document(user, b"%PDF tiga", "tiga.pdf"))
    await stage.calm()
    assert "belum tersimpan" in last(user)
    stage.world.faults.remove(trouble)
    await stage.press(user, "Simpan lampiran lagi")
    [after] = await files(stage)
    assert content(stage, after.digest) == b"%PDF tiga"
    assert await wording(stage) == ["tiga"]


async def test_an_edit_of_a_deleted_note_is_there_when_the_deletion_is_undone(
    stage: Stage,
) -> None:
    user = await stage.user("p30")
    message = user.send_text("/refleksi Kata lama.")
    await stage.calm()
    [note] = await stored(stage)
    await press_data(stage, user, f"n:x:{note.id}:0")
    heard = len(user.inbox)
    user.edit(message["message_id"], "/refleksi Kata baru.")
    await silence(stage)
    assert len(user.inbox) == heard
    assert "Kata baru" not in await stage.say(user, "/catatan kata")
    await press_data(stage, user, f"n:u:{note.id}:0")
    assert "Kata baru" in await stage.say(user, "/catatan baru")


async def test_nobody_fetches_anothers_file(stage: Stage) -> None:
    owner, other = await stage.user("p30"), await stage.user("o1")
    await stage.say(owner, "/refleksi")
    owner.send_voice(VOICE)
    await stage.calm()
    [attachment] = await files(stage)
    answer = await press_data(stage, other, f"n:f:{attachment.id}")
    assert "sudah tidak ada" in answer["text"]
