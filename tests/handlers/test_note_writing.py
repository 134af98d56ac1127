"""Writing notes: several messages are one note, kept whole, private, open over a restart."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event as event_hook
from sqlalchemy.exc import OperationalError

from bot.rehearsal.world import User
from bot.services import writing
from tests.acting import press_data, silence
from tests.builders import Stage, buttons, last, local, texts
from tests.noting import TALK, TALK_TITLE, marked, stored, versions, wording

LONG = "".join(f"Kalimat nomor {n} & seterusnya. " for n in range(700))[:20_000]
QUESTION = "besok jam berapa mulai?"
DURING = local("2025-11-04 10:30")
"""The first talk is on, and no prompt has come yet."""
ANSWERED = "Contoh rundown"


async def send_cut(stage: Stage, user: User, text: str) -> list[dict[str, Any]]:
    """As a phone does with what is too long for one message."""
    sent = [user.send_text(text[i : i + 4096]) for i in range(0, len(text), 4096)]
    await stage.calm()
    return sent


async def wait(stage: Stage, **delta: float) -> None:
    stage.clock.instant += timedelta(**delta)
    await stage.calm()


# ------------------------------------------------------------------------- how a note begins


async def test_a_note_behind_the_command_is_kept_as_it_is(stage: Stage) -> None:
    user = await stage.user("p30")
    for text in ("<b>Tebal</b> & 😀 `x`", "dua\nbaris"):
        assert "Tersimpan" in await stage.say(user, f"/refleksi {text}")
    await stage.say(user, "/reflect\nbaris pertama\nbaris kedua")
    assert await wording(stage) == [
        "<b>Tebal</b> & 😀 `x`",
        "dua\nbaris",
        "baris pertama\nbaris kedua",
    ]


async def test_the_first_note_ever_says_that_notes_are_private(stage: Stage) -> None:
    user = await stage.user("p30")
    assert "hanya Bapak/Ibu yang dapat membacanya" in await stage.say(user, "/refleksi satu")
    assert "hanya Bapak/Ibu" not in await stage.say(user, "/refleksi dua")


async def test_a_note_belongs_to_the_session_that_was_chosen(stage: Stage) -> None:
    user = await stage.user("p30")
    stage.clock.instant = local("2025-11-04 11:00")
    await stage.calm()
    assert "tentang apa" in await stage.say(user, "/refleksi")
    await stage.press(user, TALK_TITLE)
    assert TALK_TITLE in last(user)
    assert TALK_TITLE in await stage.say(user, "Arah pembangunan jelas.")
    await stage.say(user, "/refleksi")
    await stage.press(user, "Hari ini")
    await stage.say(user, "Hari yang baik.")
    first, second = await stored(stage)
    assert (first.session_id, first.day) == (TALK, date(2025, 11, 4))
    assert (second.session_id, second.day) == (None, date(2025, 11, 4))


async def test_empty_notes_are_asked_for_again(stage: Stage) -> None:
    user = await stage.user("p30")
    for command in ("/refleksi", "/refleksi      ", "/refleksi\n\n"):
        assert "Silakan tulis catatan" in await stage.say(user, command)
    for blank in ("\u2003\u00a0", "\u200b\u200b", "\n \n"):
        assert "masih kosong" in await stage.say(user, blank)
    assert "Tersimpan" in await stage.say(user, "Sekarang ada isinya.")
    assert len(await stored(stage)) == 1


async def test_cancelling_and_waiting_too_long_make_any_text_a_question_again(
    stage: Stage,
) -> None:
    user = await stage.user("p30")
    assert "Tidak ada yang perlu" in await stage.say(user, "/batal")
    await stage.say(user, "/refleksi")
    assert "dibatalkan" in await stage.say(user, "/batal")
    assert ANSWERED in await stage.say(user, QUESTION)
    await stage.say(user, "/refleksi")
    stage.clock.instant = local("2025-11-03 20:31")
    assert ANSWERED in await stage.say(user, QUESTION)
    assert not await stored(stage)


# ---------------------------------------------------------------------------- several messages


async def test_several_messages_in_a_row_are_one_note(stage: Stage) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/refleksi")
    assert "Tersimpan" in await stage.say(user, "Satu pintu data.")
    await wait(stage, minutes=3)
    assert last(user).startswith("✅ Tersimpan")
    assert "Ditambahkan" in await stage.say(user, "Perlu penanggung jawab.")
    await wait(stage, minutes=9)
    await stage.say(user, "ملاحظة 👨‍👩‍👧‍👦 <b>penting</b>")
    assert await wording(stage) == [
        "Satu pintu data.\nPerlu penanggung jawab.\nملاحظة 👨‍👩‍👧‍👦 <b>penting</b>"
    ]
    await wait(stage, minutes=11)
    await stage.say(user, "Ini sudah lewat waktunya.")
    assert len(await stored(stage)) == 1


async def test_twenty_thousand_characters_are_one_note_acknowledged_without_noise(
    stage: Stage,
) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/refleksi")
    before = len(user.inbox)
    sent = await send_cut(stage, user, LONG)
    assert await wording(stage) == [LONG]
    assert len(user.inbox) == before + 1, "one answer for five pieces"
    assert [marked(stage, user, piece) for piece in sent] == [False, True, True, True, True]
    await wait(stage, minutes=1)
    assert "Ditambahkan" in await stage.say(user, "dan satu lagi")
    assert await wording(stage) == [f"{LONG}\ndan satu lagi"]


async def test_a_phone_that_cuts_at_words_takes_a_blank_away(stage: Stage) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/refleksi")
    words = ["kata"] * 1600
    user.send_text(" ".join(words[:800]))
    user.send_text(" ".join(words[800:]))
    await stage.calm()
    assert await wording(stage) == [" ".join(words)]


async def test_a_long_note_behind_the_command_and_as_new_text_of_another(stage: Stage) -> None:
    user = await stage.user("p30")
    command = "/refleksi "
    await send_cut(stage, user, command + LONG[:5000])
    [note] = await stored(stage)
    assert note.text == LONG[:5000]
    await wait(stage, minutes=1)
    await press_data(stage, user, f"n:e:{note.id}")
    await send_cut(stage, user, LONG)
    assert await wording(stage) == [LONG]
    assert ANSWERED in await stage.say(user, QUESTION)


async def test_a_reaction_that_telegram_refuses_becomes_a_short_answer(stage: Stage) -> None:
    from bot.rehearsal.world import Fault

    user = await stage.user("p30")
    stage.world.faults.add(Fault("400", method="setMessageReaction", times=1))
    await stage.say(user, "/refleksi")
    await send_cut(stage, user, LONG[:5000])
    assert "Ditambahkan" in last(user)
    assert await wording(stage) == [LONG[:5000]]


async def test_the_note_stays_open_over_a_crash(stage: Stage) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/refleksi")
    await stage.restart(crash=True)
    await stage.say(user, "Pertama.")
    await stage.restart(crash=True)
    assert "Ditambahkan" in await stage.say(user, "Kedua.")
    assert await wording(stage) == ["Pertama.\nKedua."]


# --------------------------------------------------------------------------- questions between


async def test_a_question_in_between_is_answered_and_the_note_stays_open(stage: Stage) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/refleksi Bagian pertama.")
    for question in (QUESTION, "materi 1 di ruang mana", "terima kasih"):
        await stage.say(user, question)
        assert "Ditambahkan" not in last(user), question
    await stage.say(user, "Bagian kedua.")
    assert await wording(stage) == ["Bagian pertama.\nBagian kedua."]


async def test_a_question_that_was_meant_as_a_note_is_added_by_its_button(stage: Stage) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/refleksi Bagian pertama.")
    assert ANSWERED in await stage.say(user, QUESTION)
    for _ in range(2):
        await stage.press(user, "Simpan sebagai catatan")
    assert await wording(stage) == [f"Bagian pertama.\n{QUESTION}"]


async def test_a_note_that_was_meant_as_a_question_is_taken_back_and_answered(
    stage: Stage,
) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/refleksi Bagian pertama.")
    await stage.say(user, "setrika ada?")
    assert await wording(stage) == ["Bagian pertama.\nsetrika ada?"]
    await stage.press(user, "Ini pertanyaan")
    assert await wording(stage) == ["Bagian pertama."]
    assert any("bukan catatan" in text for text in texts(user))
    assert "Tanya panitia" in buttons(user)
    await stage.say(user, "Bagian kedua.")
    assert await wording(stage) == ["Bagian pertama.\nBagian kedua."]


async def test_what_was_no_question_can_be_kept_or_passed_on(stage: Stage) -> None:
    user, organizer = await stage.user("p30"), await stage.user("o1")
    text = "Apakah <i>setrika</i> & hanger tersedia di kamar asrama?"
    await stage.say(user, text)
    for _ in range(2):
        await stage.press(user, "Simpan sebagai catatan")
    assert await wording(stage) == [text]
    assert ANSWERED in await stage.say(user, QUESTION), "that note is not left open"
    for _ in range(2):
        await stage.press(user, "Tanya panitia")
    assert "diteruskan" in last(user)
    [asked] = [shown for shown in texts(organizer) if text in shown]
    assert "Camat Magelang Tengah" in asked


async def test_a_question_of_four_thousand_characters_still_reaches_the_organizers(
    stage: Stage,
) -> None:
    user, organizer = await stage.user("p30"), await stage.user("o1")
    await stage.say(user, "qwrtp zxcv " * 372)
    await stage.press(user, "Tanya panitia")
    assert any("qwrtp zxcv" in text for text in texts(organizer))


@pytest.mark.parametrize("command", ["/batal", "/besok", "/refleksi lain"])
async def test_a_command_ends_the_note(stage: Stage, command: str) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/refleksi satu")
    answer = await stage.say(user, command)
    assert "tetap tersimpan" in answer or command != "/batal"
    await stage.say(user, "Aula Utama penuh sesak tadi.")
    assert (await wording(stage))[0] == "satu"


# -------------------------------------------------------------------------------------- edits


async def test_an_edited_message_changes_its_share_of_the_note(stage: Stage) -> None:
    user = await stage.user("p30")
    first = user.send_text("/refleksi salah ketik")
    await stage.calm()
    second = user.send_text("kedua")
    await stage.calm()
    user.edit(first["message_id"], "/refleksi benar")
    await stage.calm()
    assert "sesuai suntingan" in last(user)
    user.edit(second["message_id"], "kedua, lebih baik")
    await stage.calm()
    assert await wording(stage) == ["benar\nkedua, lebih baik"]
    assert await versions(stage) == ["salah ketik\nkedua", "benar\nkedua"]
    user.edit(first["message_id"], "/refleksi")
    await silence(stage)
    assert await wording(stage) == ["benar\nkedua, lebih baik"], "a note is not emptied by edits"


async def test_an_edit_of_one_piece_of_a_long_note_leaves_the_others(stage: Stage) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/refleksi")
    sent = await send_cut(stage, user, LONG)
    user.edit(sent[1]["message_id"], "X" + LONG[4097:8192])
    await stage.calm()
    assert await wording(stage) == [f"{LONG[:4096]}X{LONG[4097:]}"]


async def test_an_edit_after_the_note_was_written_anew_does_not_count(stage: Stage) -> None:
    user = await stage.user("p30")
    sent = user.send_text("/refleksi lama")
    await stage.calm()
    [note] = await stored(stage)
    await press_data(stage, user, f"n:e:{note.id}")
    fresh = user.send_text("baru")
    await stage.calm()
    user.edit(sent["message_id"], "/refleksi lama sekali")
    await stage.calm()
    assert "lewat /catatan" in last(user)
    user.edit(fresh["message_id"], "baru sekali")
    await stage.calm()
    assert await wording(stage) == ["baru sekali"]
    assert await versions(stage) == ["lama", "baru"]


async def test_an_edited_question_is_nobodys_note(stage: Stage) -> None:
    user = await stage.user("p30")
    question = user.send_text(QUESTION)
    await stage.calm()
    before = len(user.inbox)
    user.edit(question["message_id"], "lusa jam berapa mulai?")
    await silence(stage)
    assert len(user.inbox) == before


async def test_of_many_changes_the_last_twenty_are_kept(stage: Stage) -> None:
    user = await stage.user("p30")
    sent = user.send_text("/refleksi 0")
    await stage.calm()
    for number in range(1, 26):
        user.edit(sent["message_id"], f"/refleksi {number}")
    await stage.calm()
    assert await wording(stage) == ["25"]
    assert await versions(stage) == [str(number) for number in range(5, 25)]


# --------------------------------------------------------------------------- nothing is lost


async def test_a_store_that_takes_nothing_is_said_and_nothing_acknowledged(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/refleksi")
    kept = writing.keep

    def full(*args: Any, **kwargs: Any) -> Any:
        kept(*args, **kwargs)
        raise OperationalError("insert", {}, Exception("database or disk is full"))

    monkeypatch.setattr(writing, "keep", full)
    assert "belum tersimpan" in await stage.say(user, "Rahasia penting.")
    assert await stored(stage) == []
    assert "Rahasia" not in caplog.text
    monkeypatch.setattr(writing, "keep", kept)
    assert "Tersimpan" in await stage.say(user, "Rahasia penting.")
    assert await wording(stage) == ["Rahasia penting."]


async def test_a_full_disk_keeps_messages_with_telegram_until_there_is_room(
    stage: Stage,
) -> None:
    if not stage.house.db.sqlite:
        pytest.skip("the page limit is SQLite's")
    user = await stage.user("p30")
    await stage.say(user, "/refleksi")
    limit = {"pages": 0}

    def shrink(connection: Any) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {limit['pages'] or 10**9}")

    event_hook.listen(stage.house.db.engine, "begin", shrink)
    limit["pages"] = 1  # SQLite keeps what there is and gives no page more
    before = len(user.inbox)
    user.send_text(LONG[:4000])
    await stage.world.until(lambda: _polls_after(stage, user), seconds=10)
    assert not any("Tersimpan" in text for text in texts(user)[before:])
    assert await stored(stage) == []
    limit["pages"] = 0
    await stage.calm()
    await stage.world.until(lambda: len(user.inbox) > before or None, seconds=10)
    await stage.calm()
    assert await wording(stage) == [LONG[:4000]]
    assert "Tersimpan" in last(user)


def _polls_after(stage: Stage, user: User) -> bool | None:
    """Whether the bot has fetched what the person sent last, and polls again."""
    number = user.messages[-1]["message_id"]
    fetched = [
        place
        for place, call in enumerate(stage.world.calls)
        if call.method == "getUpdates"
        and any(one.get("message", {}).get("message_id") == number for one in call.result or ())
    ]
    return bool(fetched) or None


async def test_the_same_message_twice_is_one_piece(stage: Stage) -> None:
    user = await stage.user("p30")
    stage.world.faults.duplicate_updates = True
    await stage.say(user, "/refleksi satu")
    await stage.say(user, "dua")
    await stage.restart()
    await silence(stage)
    assert await wording(stage) == ["satu\ndua"]


async def test_a_note_to_a_session_that_is_gone_is_kept_for_its_day(stage: Stage) -> None:
    user = await stage.user("p30")
    stage.clock.instant = local("2025-11-04 11:00")
    await stage.calm()
    await stage.say(user, "/refleksi")
    await stage.press(user, TALK_TITLE)
    desk = stage.house.desk
    left = tuple(one for one in desk.agenda.sessions if one.id != TALK)
    desk.agenda = type(desk.agenda)(desk.agenda.event, left)
    assert "sudah tidak ada di rundown" in await stage.say(user, "Tetap berguna.")
    [note] = await stored(stage)
    assert (note.session_id, note.day) == (None, date(2025, 11, 4))


async def test_a_note_deleted_while_it_was_open_is_begun_anew(stage: Stage) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/refleksi satu")
    [note] = await stored(stage)

    def drop(db: Any) -> None:
        from bot.store import notes

        found = notes.of(db, note.person_id, note.id or 0)
        assert found is not None
        notes.remove(db, found, now=stage.clock.now())

    await stage.house.db.write(drop)
    assert "Tersimpan" in await stage.say(user, "Kalimat yang kedua.")
    assert [one.text for one in await stored(stage) if one.deleted_at is None] == [
        "Kalimat yang kedua."
    ]


async def test_nobody_adds_to_or_takes_from_anothers_note(stage: Stage) -> None:
    owner, other = await stage.user("p30"), await stage.user("p01")
    await stage.say(owner, "/refleksi milik saya")
    [note] = await stored(stage)
    ref = stage.house.desk.agenda.sessions[3].ref
    answer = await press_data(stage, other, f"n:s:{note.id}:{ref}")
    assert "sudah tidak ada" in answer["text"]
    await press_data(stage, other, "n:q")
    await stage.say(other, "/refleksi punya orang lain")
    mine, _ = await stored(stage)
    assert (mine.text, mine.session_id) == ("milik saya", None)


async def test_who_writes_instead_of_choosing_has_a_note_and_may_choose_still(
    stage: Stage,
) -> None:
    user = await stage.user("p30")
    await stage.step(DURING)
    assert "langsung tulis saja" in await stage.say(user, "/refleksi")
    assert "Tersimpan" in await stage.say(user, "Perlu rapat mingguan dengan semua camat")
    [note] = await stored(stage)
    assert note.session_id is None
    await stage.press(user, TALK_TITLE)
    [note] = await stored(stage)
    assert note.session_id == TALK
    assert "Ditambahkan" in await stage.say(user, "dan dengan lurah")


async def test_a_question_or_batal_instead_of_choosing_is_no_note(stage: Stage) -> None:
    user = await stage.user("p30")
    await stage.step(DURING)
    await stage.say(user, "/refleksi")
    assert "Ishoma" in await stage.say(user, "jam berapa ishoma?")
    assert "dibatalkan" in await stage.say(user, "/batal")
    await stage.say(user, "Perlu rapat mingguan dengan semua camat")
    assert not await stored(stage)


async def test_a_photo_instead_of_choosing_is_kept(stage: Stage) -> None:
    user = await stage.user("p30")
    await stage.step(DURING)
    await stage.say(user, "/refleksi")
    user.send_photo(b"\xff\xd8photo")
    await stage.calm()
    assert "Tersimpan" in last(user)
    assert len(await stored(stage)) == 1
