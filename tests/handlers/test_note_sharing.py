"""Sharing: with name and back, without name for good, and what organizers see of it."""

import asyncio

import pytest

from bot.domain.notes import FEWEST_ANSWERS, fingerprint
from bot.rehearsal.world import User
from bot.scheduling import planner
from bot.services.desk import Desk
from bot.store.tables import AnonymousNote, Attachment, Note, NoteMessage, NoteVersion, Setting
from tests.acting import press_data
from tests.builders import Stage, last, texts
from tests.kept_notes import consents, everything, written

TALK = "d1-arah-pembangunan"


async def _open(stage: Stage, user: User, number: str = "1") -> None:
    await stage.say(user, "/catatan")
    await stage.press(user, number)
    await stage.press(user, "Bagikan")


async def _give(stage: Stage, user: User, note: Note) -> None:
    await press_data(stage, user, f"n:A:{note.id}:{fingerprint(note.text)}")


async def test_a_note_is_shared_with_name_and_taken_back(stage: Stage) -> None:
    writer, organizer = await stage.user("p30"), await stage.user("o1")
    await consents(stage, writer)
    note = await written(stage, writer, "Satu data antar-OPD", session_id=TALK, files=("f",))
    assert "Belum ada" in await stage.say(organizer, "/catatanbersama")
    await _open(stage, writer)
    assert "Sekarang: hanya Bapak/Ibu." in last(writer)
    assert "Lampiran tidak ikut" in last(writer)
    await stage.press(writer, "dengan nama")
    assert "Sekarang: panitia, dengan nama" in last(writer)
    await stage.press(writer, "Kembali")
    assert "Dibaca panitia" in last(writer)
    shown = await stage.say(organizer, "/catatanbersama")
    assert "Camat Magelang Tengah · Materi 1" in shown
    assert "Satu data antar-OPD" in shown
    await stage.press(organizer, "1")
    assert "Satu data antar-OPD" in last(organizer)
    await stage.press(writer, "Bagikan")
    await stage.press(writer, "Hanya saya")
    assert "Belum ada" in await stage.say(organizer, "/sharednotes")
    answer = await press_data(stage, organizer, f"o:v:n{note.id}:0")
    assert "tidak (lagi) dibagikan" in answer["text"]


async def test_the_same_button_twice_and_a_deletion_in_between(stage: Stage) -> None:
    writer, organizer = await stage.user("p30"), await stage.user("o1")
    await consents(stage, writer)
    note = await written(stage, writer, "Satu data")
    for data in ("n:n:{}:0", "n:n:{}:0", "n:p:{}:0", "n:p:{}:0", "n:n:{}:0"):
        answer = await press_data(stage, writer, data.format(note.id))
        assert "kini" in answer["text"].lower()
    assert "Satu data" in await stage.say(organizer, "/catatanbersama")
    await press_data(stage, writer, f"n:x:{note.id}:0")
    assert "Belum ada" in await stage.say(organizer, "/catatanbersama")
    await press_data(stage, writer, f"n:u:{note.id}:0")
    assert "Satu data" in await stage.say(organizer, "/catatanbersama")


async def test_nothing_is_shared_without_consent(stage: Stage) -> None:
    writer, organizer = await stage.user("p30"), await stage.user("o1")
    note = await written(stage, writer, "Satu data")
    for data in ("n:n:{}:0", "n:a:{}:0", f"n:A:{{}}:{fingerprint(note.text)}"):
        await press_data(stage, writer, data.format(note.id))
        assert "Saya setuju" in str(writer.inbox[-1]["reply_markup"]), data
    assert not await everything(stage, AnonymousNote)
    assert "Belum ada" in await stage.say(organizer, "/catatanbersama")
    await press_data(stage, writer, f"n:n:{note.id}:0")
    await stage.press(writer, "Saya setuju")
    await stage.press(writer, "Lanjut")
    await stage.press(writer, "dengan nama")
    assert "Satu data" in await stage.say(organizer, "/catatanbersama")


async def test_what_is_given_without_name_leaves_its_writer(stage: Stage) -> None:
    writer, organizer = await stage.user("p30"), await stage.user("o1")
    await consents(stage, writer)
    await written(stage, writer, "Jujur saja", session_id=TALK, files=("f",))
    await _open(stage, writer)
    await stage.press(writer, "tanpa nama")
    assert "tidak dapat ditarik" in last(writer).lower()
    assert "Jujur saja" in last(writer)
    assert "1 lampiran tidak diserahkan" in last(writer)
    await stage.press(writer, "Tidak jadi")
    await stage.press(writer, "tanpa nama")
    await stage.press(writer, "Ya, serahkan")
    assert "diserahkan kepada panitia tanpa nama" in last(writer)
    assert "Belum ada catatan" in await stage.say(writer, "/catatan")
    for table in (Note, NoteMessage, NoteVersion, Attachment, Setting):
        rows = await everything(stage, table)
        assert not rows or (table is Setting and all("erase" not in row.name for row in rows))
    [given] = await everything(stage, AnonymousNote)
    assert (given.text, given.session_id) == ("Jujur saja", TALK)
    await stage.say(organizer, "/catatanbersama")
    await stage.press(organizer, "Tanpa nama (1)")
    assert "Jujur saja" in last(organizer)
    assert "Materi 1" not in last(organizer), "one answer alone would tell whose it is"
    await stage.press(organizer, "1")
    assert "Jujur saja" in last(organizer)
    assert "Materi 1" not in last(organizer)
    assert "Camat" not in "".join(texts(organizer)[1:])


async def test_giving_without_name_twice_or_after_a_change_does_nothing_more(
    stage: Stage,
) -> None:
    writer = await stage.user("p30")
    await consents(stage, writer)
    note = await written(stage, writer, "semula")
    await press_data(stage, writer, f"n:e:{note.id}")
    await stage.say(writer, "berubah")
    answer = await press_data(stage, writer, f"n:A:{note.id}:{fingerprint('semula')}")
    assert "sudah berubah" in answer["text"]
    assert not await everything(stage, AnonymousNote)
    mark = fingerprint("berubah")
    await press_data(stage, writer, f"n:A:{note.id}:{mark}")
    for data in (f"n:A:{note.id}:{mark}", f"n:sh:{note.id}:0", f"n:n:{note.id}:0",
                 f"n:p:{note.id}:0", f"n:a:{note.id}:0"):  # fmt: skip
        answer = await press_data(stage, writer, data)
        assert "sudah tidak ada" in answer["text"], data
    assert len(await everything(stage, AnonymousNote)) == 1


async def test_two_presses_in_the_same_second_give_it_once(stage: Stage) -> None:
    writer = await stage.user("p30")
    await consents(stage, writer)
    note = await written(stage, writer, "sekali saja")
    await press_data(stage, writer, f"n:a:{note.id}:0")
    message = writer.inbox[-1]
    data = f"n:A:{note.id}:{fingerprint(note.text)}"
    for _ in range(2):
        writer.press(message["message_id"], data)
    await stage.calm()
    await asyncio.sleep(0)
    assert len(await everything(stage, AnonymousNote)) == 1


async def test_files_alone_cannot_be_shared(stage: Stage) -> None:
    writer = await stage.user("p30")
    await consents(stage, writer)
    note = await written(stage, writer, "", files=("f",))
    for data in ("n:sh:{}:0", "n:n:{}:0", "n:a:{}:0", f"n:A:{{}}:{fingerprint('')}"):
        answer = await press_data(stage, writer, data.format(note.id))
        assert "hanya berisi berkas" in answer["text"], data


async def test_what_is_written_next_does_not_join_a_shared_note(stage: Stage) -> None:
    writer, organizer = await stage.user("p30"), await stage.user("o1")
    await consents(stage, writer)
    await stage.say(writer, "/refleksi boleh dibaca")
    [note] = await everything(stage, Note)
    await press_data(stage, writer, f"n:n:{note.id}:0")
    await stage.say(writer, "ini masih rahasia")
    assert "ini masih rahasia" not in await stage.say(organizer, "/catatanbersama")


async def test_texts_without_name_are_told_apart_by_session_from_five_on(stage: Stage) -> None:
    writer, organizer = await stage.user("p30"), await stage.user("o1")
    await consents(stage, writer)
    for number in range(FEWEST_ANSWERS):
        await stage.say(organizer, "/catatanbersama")
        await stage.press(organizer, "Per sesi")
        assert "Belum ada catatan yang dibagikan untuk suatu sesi" in last(organizer)
        note = await written(stage, writer, f"pendapat {number}", session_id=TALK)
        await _give(stage, writer, note)
    await stage.say(organizer, "/catatanbersama")
    await stage.press(organizer, "Per sesi")
    await stage.press(organizer, "Materi 1")
    assert "Materi 1" in last(organizer)
    assert "(1–5 dari 5)" in last(organizer)
    assert last(organizer).count("Tanpa nama") == FEWEST_ANSWERS
    await stage.press(organizer, "Tanpa nama (5)")
    assert last(organizer).count("Materi 1") == FEWEST_ANSWERS
    other = await written(stage, writer, "lain", session_id=None)
    await _give(stage, writer, other)
    await stage.say(organizer, "/catatanbersama")
    await stage.press(organizer, "Tanpa nama (6)")
    await stage.press(organizer, "Berikutnya")
    assert "(6–6 dari 6)" in last(organizer)


async def test_named_and_nameless_notes_of_a_session_follow_each_other_over_pages(
    stage: Stage,
) -> None:
    writer, organizer = await stage.user("p30"), await stage.user("o1")
    await consents(stage, writer)
    for number in range(7):
        note = await written(stage, writer, f"bernama {number}", session_id=TALK)
        await press_data(stage, writer, f"n:n:{note.id}:0")
    for number in range(6):
        note = await written(stage, writer, f"diam {number}", session_id=TALK)
        await _give(stage, writer, note)
    await stage.say(organizer, "/catatanbersama")
    await stage.press(organizer, "Per sesi")
    await stage.press(organizer, "Materi 1")
    pages = [last(organizer)]
    for _ in range(2):
        await stage.press(organizer, "Berikutnya")
        pages.append(last(organizer))
    shown = "".join(pages)
    assert all(shown.count(f"bernama {n}") == 1 for n in range(7))
    assert all(shown.count(f"diam {n}") == 1 for n in range(6))
    assert "(11–13 dari 13)" in pages[2]


async def test_participants_do_not_see_shared_notes(stage: Stage) -> None:
    writer, other = await stage.user("p30"), await stage.user("p29")
    await consents(stage, writer)
    note = await written(stage, writer, "untuk panitia")
    await press_data(stage, writer, f"n:n:{note.id}:0")
    assert "khusus panitia" in await stage.say(other, "/catatanbersama")
    for data in ("o:l:0", "o:l:a.0", "o:by:0", f"o:v:n{note.id}:0", f"o:v:a{'0' * 16}:0"):
        answer = await press_data(stage, other, data)
        assert "khusus panitia" in answer["text"], data
    assert "untuk panitia" not in "".join(texts(other))


async def test_a_killed_bot_finishes_erasing_at_the_next_start(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def killed(_desk: Desk) -> None:
        return

    writer = await stage.user("p30")
    await consents(stage, writer)
    note = await written(stage, writer, "kataunik")
    with monkeypatch.context() as patch:
        patch.setattr(planner, "erase", killed)
        await _give(stage, writer, note)
    await stage.restart(crash=True)
    names = [row.name for row in await everything(stage, Setting)]
    assert "erase_deleted" in names
    await stage.calm()
    names = [row.name for row in await everything(stage, Setting)]
    assert "erase_deleted" not in names
