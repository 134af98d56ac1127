"""Reflection notes: kept whole, private, the person's own to read, change and delete."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlmodel import col, select

from bot.rehearsal.world import User
from bot.store.tables import Note
from tests.acting import press_data, silence
from tests.builders import Stage, last, local, texts

LONG = "".join(f"Kalimat nomor {n} & seterusnya. " for n in range(200))[:5000]
assert len(LONG) == 5000


async def _notes(stage: Stage) -> list[Note]:
    def everything(db: Any) -> list[Note]:
        return list(db.exec(select(Note).order_by(col(Note.id))).all())

    return await stage.house.db.read(everything)


async def _send_cut(stage: Stage, user: User, text: str) -> None:
    """As a phone does with what is too long for one message."""
    user.send_text(text[:4096])
    user.send_text(text[4096:])
    await stage.calm()


async def test_a_note_behind_the_command_is_kept_as_it_is(stage: Stage) -> None:
    user = await stage.user("p30")
    for text in ("<b>Tebal</b> & 😀 `x`", "dua\nbaris"):
        assert "Tersimpan" in await stage.say(user, f"/refleksi {text}")
    await stage.say(user, "/reflect\nbaris pertama\nbaris kedua")
    kept = [note.text for note in await _notes(stage)]
    assert kept == ["<b>Tebal</b> & 😀 `x`", "dua\nbaris", "baris pertama\nbaris kedua"]
    assert "<b>Tebal</b> & 😀 `x`" in await stage.say(user, "/catatan")


async def test_a_note_belongs_to_the_session_that_was_chosen(stage: Stage) -> None:
    user = await stage.user("p30")
    stage.clock.instant = local("2025-11-04 12:00")
    assert "tentang apa" in await stage.say(user, "/refleksi")
    await stage.press(user, "Materi 1")
    assert "Materi 1" in last(user)
    assert "Materi 1" in await stage.say(user, "Arah pembangunan jelas.")
    await stage.say(user, "/refleksi")
    await stage.press(user, "Hari ini")
    await stage.say(user, "Hari yang baik.")
    first, second = await _notes(stage)
    assert (first.session_id, first.day) == ("d1-arah-pembangunan", date(2025, 11, 4))
    assert (second.session_id, second.day) == (None, date(2025, 11, 4))


async def test_the_evening_prompt_is_answered_by_reply_or_button_after_a_restart(
    stage: Stage,
) -> None:
    user = await stage.user("p30")
    await stage.step(local("2025-11-04 20:31"))
    prompt = user.inbox[-1]
    assert "Refleksi" in prompt["text"]
    await stage.restart(crash=True)
    stage.clock.instant = local("2025-11-05 06:00")
    assert "Tersimpan" in await stage.say(user, "Lewat balasan.", prompt["message_id"])
    user.press(prompt["message_id"], "f:2025-11-04")
    await stage.calm()
    await stage.restart(crash=True)
    assert "Tersimpan" in await stage.say(user, "Lewat tombol.")
    assert [(note.day, note.text) for note in await _notes(stage)] == [
        (date(2025, 11, 4), "Lewat balasan."),
        (date(2025, 11, 4), "Lewat tombol."),
    ]


async def test_five_thousand_characters_are_kept_whole_and_shown_whole(stage: Stage) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/refleksi")
    await _send_cut(stage, user, LONG)
    [note] = await _notes(stage)
    assert note.text == LONG
    await stage.say(user, "/catatan")
    await stage.press(user, "1")
    shown = texts(user)[-2:]
    body = "".join(text.partition("\n")[2] for text in shown)
    assert body.replace(" ", "") == LONG.replace(" ", "").rstrip()
    assert "Agenda" not in last(user)


async def test_a_long_note_behind_the_command_or_as_new_text_of_another(stage: Stage) -> None:
    user = await stage.user("p30")
    command = "/refleksi "
    await _send_cut(stage, user, command + LONG)
    assert (await _notes(stage))[0].text == LONG
    await stage.say(user, "/refleksi pendek")
    await stage.say(user, "/catatan")
    await stage.press(user, "1")
    await stage.press(user, "Ubah")
    await _send_cut(stage, user, LONG)
    assert [note.text for note in await _notes(stage)] == [LONG, LONG]
    assert "Contoh rundown" in await stage.say(user, "besok jam berapa mulai?")


async def test_exactly_one_full_message_is_one_note_and_a_later_question_is_none(
    stage: Stage,
) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/refleksi")
    await stage.say(user, "x" * 4096)
    stage.clock.instant = local("2025-11-03 20:01")
    await stage.say(user, "besok jam berapa mulai?")
    assert [len(note.text) for note in await _notes(stage)] == [4096]


async def test_empty_notes_are_asked_for_again(stage: Stage) -> None:
    user = await stage.user("p30")
    for command in ("/refleksi", "/refleksi      ", "/refleksi\n\n"):
        assert "Silakan tulis catatan" in await stage.say(user, command)
    assert "masih kosong" in await stage.say(user, "\u2003\u00a0")
    assert "Tersimpan" in await stage.say(user, "Sekarang ada isinya.")
    assert len(await _notes(stage)) == 1


async def test_a_photo_where_text_was_asked_loses_nothing(stage: Stage) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/refleksi")
    sends: tuple[tuple[Callable[[], object], str], ...] = (
        (lambda: user.send_photo(b"x", caption="lihat"), "foto"),
        (lambda: user.send_voice(b"x"), "pesan suara"),
        (lambda: user.send_document(b"x"), "berkas"),
        (lambda: user.send_location(1, 2), "lokasi"),
        (user.send_contact, "pesan ini"),
    )
    for send, what in sends:
        send()
        await stage.calm()
        assert what in last(user)
    assert "Tersimpan" in await stage.say(user, "Baik, dengan kata-kata.")


async def test_cancelling_and_waiting_too_long_make_any_text_a_question_again(
    stage: Stage,
) -> None:
    user = await stage.user("p30")
    assert "Tidak ada yang perlu" in await stage.say(user, "/batal")
    await stage.say(user, "/refleksi")
    assert "dibatalkan" in await stage.say(user, "/batal")
    assert "Contoh rundown" in await stage.say(user, "besok jam berapa mulai?")
    await stage.say(user, "/refleksi")
    stage.clock.instant = local("2025-11-03 20:31")
    assert "Contoh rundown" in await stage.say(user, "besok jam berapa mulai?")
    assert not await _notes(stage)


async def test_pages_of_notes_and_changing_and_deleting_one(stage: Stage) -> None:
    user = await stage.user("p30")
    for number in range(1, 13):
        await stage.say(user, f"/refleksi nomor {number}.")
    assert "nomor 12." in await stage.say(user, "/catatan")
    await stage.press(user, "Lebih lama")
    assert "nomor 7." in last(user)
    await stage.press(user, "Lebih lama")
    assert "nomor 2." in last(user)
    await stage.press(user, "Lebih baru")
    assert "(6–10 dari 12)" in last(user)
    await stage.press(user, "6")
    assert "nomor 7." in last(user)
    await stage.press(user, "Ubah")
    assert "diperbarui" in await stage.say(user, "nomor tujuh.")
    await stage.say(user, "/catatan")
    await stage.press(user, "1")
    await stage.press(user, "Hapus")
    await stage.press(user, "Kembali")
    await stage.press(user, "Hapus")
    await stage.press(user, "Ya, hapus")
    assert "dari 11" in last(user)
    kept = [note.text for note in await _notes(stage)]
    assert "nomor tujuh." in kept
    assert "nomor 12." not in kept


async def test_nobody_reaches_anothers_note_by_its_number(stage: Stage) -> None:
    owner, other = await stage.user("p30"), await stage.user("o1")
    await stage.say(owner, "/refleksi rahasia")
    [note] = await _notes(stage)
    for data in ("v:{}:0", "e:{}", "x:{}:0", "X:{}:0"):
        answer = await press_data(stage, other, f"n:{data.format(note.id)}")
        assert "sudah tidak ada" in answer["text"]
    assert "rahasia" not in "".join(texts(other))
    assert [kept.text for kept in await _notes(stage)] == ["rahasia"]


async def test_an_edited_message_changes_its_note_without_the_command(stage: Stage) -> None:
    user = await stage.user("p30")
    message = user.send_text("/refleksi salah ketik")
    await stage.calm()
    user.edit(message["message_id"], "/refleksi benar")
    await stage.calm()
    assert "sesuai suntingan" in last(user)
    assert [note.text for note in await _notes(stage)] == ["benar"]
    user.edit(message["message_id"], "/refleksi")
    await silence(stage)
    question = user.send_text("besok jam berapa mulai?")
    await stage.calm()
    before = len(user.inbox)
    user.edit(question["message_id"], "lusa jam berapa mulai?")
    await silence(stage)
    assert len(user.inbox) == before
    assert [note.text for note in await _notes(stage)] == ["benar"]


async def test_an_edit_of_one_half_does_not_swallow_the_other(stage: Stage) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/refleksi")
    first = user.send_text(LONG[:4096])
    user.send_text(LONG[4096:])
    await stage.calm()
    user.edit(first["message_id"], "x" + LONG[1:4096])
    await stage.calm()
    assert "beberapa pesan" in last(user)
    assert [note.text for note in await _notes(stage)] == [LONG]


async def test_what_was_no_question_can_be_kept_or_passed_on(stage: Stage) -> None:
    user, organizer = await stage.user("p30"), await stage.user("o1")
    text = "Apakah <i>setrika</i> & hanger tersedia di kamar asrama?"
    await stage.say(user, text)
    await stage.press(user, "Simpan sebagai catatan")
    await stage.press(user, "Simpan sebagai catatan")
    assert [note.text for note in await _notes(stage)] == [text]
    await stage.press(user, "Tanya panitia")
    await stage.press(user, "Tanya panitia")
    assert "diteruskan" in last(user)
    asked = [shown for shown in texts(organizer) if text in shown]
    assert len(asked) == 1
    assert "Camat Magelang Tengah" in asked[0]


async def test_a_question_of_four_thousand_characters_still_reaches_the_organizers(
    stage: Stage,
) -> None:
    user, organizer = await stage.user("p30"), await stage.user("o1")
    await stage.say(user, "qwrtp zxcv " * 372)
    await stage.press(user, "Tanya panitia")
    assert any("qwrtp zxcv" in text for text in texts(organizer))


async def test_a_note_that_is_gone_meanwhile_is_said_to_be_gone(stage: Stage) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/refleksi sementara")
    [note] = await _notes(stage)
    await press_data(stage, user, f"n:e:{note.id}")
    await press_data(stage, user, f"n:X:{note.id}:0")
    assert "sudah tidak ada" in await stage.say(user, "isi baru")
    await stage.say(user, "/refleksi lagi")
    [note] = await _notes(stage)
    await press_data(stage, user, f"n:e:{note.id}")
    assert "masih kosong" in await stage.say(user, "\u2003")
    assert "diperbarui" in await stage.say(user, "isi baru")


async def test_another_command_ends_the_wait_for_a_note(stage: Stage) -> None:
    camat = await stage.user("p30")
    await stage.say(camat, "/refleksi")
    await stage.say(camat, "/besok")
    answer = await stage.say(camat, "pembukaan di mana?")
    assert "Aula Utama" in answer
    assert "Belum ada catatan" in await stage.say(camat, "/catatan")
