"""The booklet in the chat: one's own, once for three presses, also after a crash."""

import asyncio
import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest

from bot.documents.workshop import WorkFailedError
from bot.domain.commitments import Standing
from bot.domain.document_orders import What
from bot.rehearsal.world import User
from bot.services import ordering
from bot.store.tables import Attachment, Commitment, Note, Rating
from tests.acting import press_data
from tests.builders import Stage, last, local, texts
from tests.documents.reading import docx_words, pdf_words

SECRET = "Rahasia-saya-sendiri"


async def received(stage: Stage, user: User) -> list[tuple[str, bytes]]:
    """Every file the bot sent to this phone: its name and content."""
    found = []
    for message in user.inbox:
        if "document" in message:
            file = await stage.house.application.bot.get_file(message["document"]["file_id"])
            name = message["document"]["file_name"]
            found.append((name, bytes(await file.download_as_bytearray())))
    return found


async def store(stage: Stage, *rows: Any) -> None:
    """Puts rows into the store."""

    def add(db: Any) -> None:
        for row in rows:
            db.add(row)
            db.flush()

    await stage.house.db.write(add)


def note(person_id: int, text: str, **facts: Any) -> Note:
    """A note of the first day."""
    at = local("2025-11-04 12:00")
    return Note(
        person_id=person_id,
        day=date(2025, 11, 4),
        text=text,
        created_at=at,
        updated_at=at,
        **facts,
    )


async def _filled(stage: Stage) -> tuple[User, User]:
    """Two people with a note, a rating and a commitment each."""
    first, second = await stage.user("p30"), await stage.user("p31")
    now = stage.clock.now()
    for key, mark in (("p30", SECRET), ("p31", "Milik-orang-lain")):
        number = (await stage.person(key)).id or 0
        await store(
            stage,
            note(number, f"{mark} untuk materi", session_id="d1-arah-pembangunan"),
            Rating(person_id=number, session_id="d1-arah-pembangunan", value=4, rated_at=now),
            Commitment(
                person_id=number,
                what=f"{mark} rencana",
                partner="Bappeda",
                goal_id="asta-1",
                due_on=date(2026, 2, 1),
                standing=Standing.UNDER_WAY,
                created_at=now,
                updated_at=now,
            ),
        )
    return first, second


@pytest.mark.parametrize(
    ("button", "read"), [("PDF", pdf_words), ("Word", docx_words)], ids=["pdf", "docx"]
)
async def test_the_booklet_holds_ones_own_and_nothing_of_anybody_else(
    stage: Stage, button: str, read: Callable[[bytes], str]
) -> None:
    user, other = await _filled(stage)
    await stage.say(user, "/buku")
    await stage.press(user, button)
    assert "sedang disusun" in texts(user)[-2]
    [(name, content)] = await received(stage, user)
    assert name == f"buku-catatan.{'pdf' if button == 'PDF' else 'docx'}"
    words = "".join(read(content).split())
    for part in (SECRET, "CamatMagelangTengah", "Selasa,4November2025", "★★★★☆(4dari5)",
                 "10.15–11.45", "Bappeda", "berjalan", "1Februari2026", "RehatKopi",
                 "AulaUtama"):  # fmt: skip
        assert part in words, part
    assert "Milik-orang-lain" not in words
    assert not await received(stage, other)


async def test_the_reader_s_language_is_the_booklet_s(stage: Stage) -> None:
    user, _ = await _filled(stage)
    await stage.say(user, "/language")
    await stage.press(user, "English")
    await stage.say(user, "/booklet")
    await stage.press(user, "Word")
    [(name, content)] = await received(stage, user)
    assert name == "booklet.docx"
    words = docx_words(content)
    assert "My notes" in words
    assert "Tuesday, 4 November 2025" in words
    assert "under way" in words
    assert SECRET in words


async def test_all_files_come_as_a_zip(stage: Stage) -> None:
    user, _ = await _filled(stage)
    number = (await stage.person("p30")).id or 0
    digest = await asyncio.to_thread(stage.house.desk.attachments.put, b"isi berkas")
    own = note(number, "berlampiran")
    await store(stage, own)
    files = [("../../rapat <1>.pdf", digest), ("hilang.pdf", "0" * 64)]
    for message_id, (name, where) in enumerate(files, start=900):
        attached = Attachment(
            note_id=own.id or 0,
            chat_id=user.id,
            message_id=message_id,
            kind="document",
            file_name=name,
            mime_type="application/pdf",
            size=10,
            digest=where,
            file_id="x",
        )
        await store(stage, attached)
    await stage.say(user, "/buku")
    await stage.press(user, "Berkas lengkap")
    assert "1 lampiran tidak disertakan" in last(user)
    [(name, content)] = await received(stage, user)
    assert name == "buku-catatan.zip"
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = archive.namelist()
        assert names == [
            "buku-catatan/buku-catatan.md",
            "buku-catatan/lampiran/001-rapat 1.pdf",
        ]
        assert archive.read(names[1]) == b"isi berkas"
        words = archive.read(names[0]).decode()
    assert SECRET in words
    assert "hilang.pdf (dokumen, 1 kB; tidak disertakan)" in words
    assert "](<lampiran/001-rapat%201.pdf>)" in words


async def test_pressing_thrice_makes_one_and_later_another_is_made_anew(stage: Stage) -> None:
    user, _ = await _filled(stage)
    await stage.say(user, "/buku")
    message = user.inbox[-1]
    [pdf, *_rest] = message["reply_markup"]["inline_keyboard"][0]
    queries = [user.press(message["message_id"], pdf["callback_data"]) for _ in range(3)]
    await stage.calm()
    assert len(await received(stage, user)) == 1
    assert sum("Masih disusun" in str(q.answer and q.answer.get("text")) for q in queries) == 2
    await stage.say(user, "/refleksi Tambahan")
    await stage.say(user, "/buku")
    await stage.press(user, "PDF")
    first, second = await received(stage, user)
    assert "Tambahan" not in pdf_words(first[1])
    assert "Tambahan" in pdf_words(second[1])


async def test_what_was_promised_is_sent_after_a_crash(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    user, _ = await _filled(stage)
    never = asyncio.Event()

    async def stuck(*_: object, **__: object) -> bytes:
        await never.wait()
        return b""

    monkeypatch.setattr(stage.house.bindery._workshop, "do", stuck)
    person = await stage.person("p30")
    await stage.house.db.write(
        ordering.place, person, what=What.BOOKLET, form="pdf", now=stage.clock.now()
    )
    stage.house.bindery.look()
    await asyncio.sleep(0)
    await stage.restart(crash=True)
    await stage.calm()
    [(_, content)] = await received(stage, user)
    assert SECRET in pdf_words(content)
    await stage.restart()
    await stage.calm()
    assert len(await received(stage, user)) == 1


async def test_a_failure_is_told_and_the_next_one_works(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    user, _ = await _filled(stage)

    async def fails(*_: object, **__: object) -> bytes:
        raise WorkFailedError("MemoryError")

    with monkeypatch.context() as patch:
        patch.setattr(stage.house.bindery._workshop, "do", fails)
        await stage.say(user, "/buku")
        await stage.press(user, "PDF")
        assert "belum berhasil disusun" in last(user)
    await stage.say(user, "/buku")
    await stage.press(user, "PDF")
    assert len(await received(stage, user)) == 1


async def test_the_bot_answers_others_while_a_large_booklet_is_made(stage: Stage) -> None:
    user, other = await _filled(stage)
    number = (await stage.person("p30")).id or 0
    await store(stage, *(note(number, f"Catatan {n}. " * 60) for n in range(300)))
    await stage.say(user, "/buku")
    message = user.inbox[-1]
    user.press(message["message_id"], "bk:docx")
    other.send_text("pembukaan jam berapa?")
    await stage.house.intake.settle()
    while not any("Pembukaan" in text for text in texts(other)):  # noqa: ASYNC110  # no event
        await asyncio.sleep(0.01)
    assert not await received(stage, user), "the answer did not wait for the booklet"
    await stage.calm()
    assert len(await received(stage, user)) == 1


async def test_nobody_gets_a_booklet_through_anothers_button_or_a_form_that_is_none(
    stage: Stage,
) -> None:
    user, other = await _filled(stage)
    await press_data(stage, other, "bk:pdf")
    [(_, content)] = await received(stage, other)
    assert SECRET not in pdf_words(content)
    assert "Milik-orang-lain" in pdf_words(content)
    for data in ("bk:exe", "bk:pdf:1", "bk:", "er:zip"):
        answer = await press_data(stage, other, data)
        assert "tidak berlaku" in answer["text"]
    assert sum(call.method == "sendDocument" for call in stage.world.calls) == 1
    assert not await received(stage, user)


async def test_without_any_notes_there_is_a_booklet_all_the_same(stage: Stage) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/buku")
    await stage.press(user, "Word")
    [(_, content)] = await received(stage, user)
    words = docx_words(content)
    assert "Belum ada catatan" in words
    assert "Belum ada rencana tindak lanjut" in words
