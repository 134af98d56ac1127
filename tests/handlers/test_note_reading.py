"""One's own notes: pages, by day and session, by words, versions, files, deletion with undo."""

from datetime import date, timedelta

from bot.rehearsal.world import Fault, User
from bot.store.tables import Note, NoteVersion
from tests.acting import press_data
from tests.builders import Stage, buttons, last, local, texts
from tests.kept_notes import everything, written
from tests.noting import wording

TALK = "d1-arah-pembangunan"


async def _newest_buttons(user: User) -> list[str]:
    rows = user.inbox[-1].get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


async def test_pages_of_notes_newest_first_and_back(stage: Stage) -> None:
    user = await stage.user("p30")
    for number in range(1, 13):
        await written(stage, user, f"nomor {number}.")
    assert "nomor 12." in await stage.say(user, "/catatan")
    assert "(1–5 dari 12)" in last(user)
    await stage.press(user, "Berikutnya")
    assert "nomor 7." in last(user)
    await stage.press(user, "Berikutnya")
    assert "nomor 2." in last(user)
    assert "Berikutnya →" not in await _newest_buttons(user)
    await stage.press(user, "Sebelumnya")
    assert "(6–10 dari 12)" in last(user)
    await stage.press(user, "6")
    assert "nomor 7." in last(user)
    assert "Hanya Bapak/Ibu" in last(user)
    await stage.press(user, "Catatan saya")
    assert "(6–10 dari 12)" in last(user), "the way back leads to the same page"


async def test_notes_of_a_day_of_a_session_and_outside_sessions(stage: Stage) -> None:
    user = await stage.user("p30")
    await written(stage, user, "tentang materi", session_id=TALK)
    await written(stage, user, "hari kedua", day=date(2025, 11, 5))
    await written(stage, user, "sesi yang sudah tiada", session_id="gone")
    await stage.say(user, "/catatan")
    assert "Materi 1" in last(user)
    await stage.press(user, "Hari")
    await stage.press(user, "Rab, 5 Nov (1)")
    assert "hari kedua" in last(user)
    assert "tentang materi" not in last(user)
    await stage.press(user, "Sesi")
    assert "Di luar sesi (2)" in await _newest_buttons(user)
    await stage.press(user, "Materi 1")
    assert "(1–1 dari 1)" in last(user)
    assert "tentang materi" in last(user)
    await stage.press(user, "Semua")
    await stage.press(user, "Sesi")
    await stage.press(user, "Di luar sesi")
    assert "di luar sesi (1–2 dari 2)" in last(user)
    assert "sesi yang sudah tiada" in last(user)


async def test_notes_of_a_day_or_session_that_nobody_has_are_none(stage: Stage) -> None:
    user = await stage.user("p30")
    await written(stage, user, "satu-satunya")
    for place in ("sabcdefgh.0", "d2025-12-24.0", "d2025-11-05.999999999"):
        await press_data(stage, user, f"n:l:{place}")
        assert "Belum ada catatan di sini" in last(user), place
    await press_data(stage, user, "n:l:d2025-99-99.0")
    await press_data(stage, user, "n:by:s:999999999")
    assert "Di luar sesi (1)" in await _newest_buttons(user)


async def test_words_find_notes_by_their_beginnings_and_show_the_place(stage: Stage) -> None:
    user = await stage.user("p30")
    await written(stage, user, f"{'Pengantar panjang. ' * 30}Penganggaran belum searah.")
    await written(stage, user, "Anggaran dan anggaran lagi.")
    await written(stage, user, "Hal lain.")
    found = await stage.say(user, "/catatan ANGGAR")
    assert "Anggaran dan anggaran lagi." in found
    assert "(1–1 dari 1)" in found
    found = await stage.say(user, "/notes penganggaran searah")
    assert "Penganggaran belum searah." in found
    units = found.encode("utf-16-le")
    bold = [
        units[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le")
        for e in user.inbox[-1]["entities"]
        if e["type"] == "bold"
    ]
    assert "Penganggaran" in bold and "searah" in bold


async def test_the_button_asks_for_words_and_pages_of_what_was_found_follow(stage: Stage) -> None:
    user = await stage.user("p30")
    for number in range(7):
        await written(stage, user, f"rapat nomor {number}")
    await stage.say(user, "/catatan")
    await stage.press(user, "Cari")
    assert "kata yang dicari" in last(user)
    assert "Tidak ada kata" in await stage.say(user, '🙏 "*'), "and it still waits for words"
    assert "(1–5 dari 7)" in await stage.say(user, "rapat")
    await stage.press(user, "Berikutnya")
    assert "(6–7 dari 7)" in last(user)
    await stage.press(user, "6")
    assert "rapat nomor" in last(user)
    await stage.press(user, "Catatan saya")
    assert "🔎 rapat (6–7 dari 7)" in last(user)
    assert "Contoh rundown" in await stage.say(user, "besok jam berapa mulai?")


async def test_pages_of_a_search_whose_message_is_gone_are_told_so(stage: Stage) -> None:
    user = await stage.user("p30")
    answer = await press_data(stage, user, "n:l:q.0")
    assert "cari lagi" in answer["text"]


ANYTHING = (
    '"', "'", '"a" OR *', "NEAR(a b)", "words:x", "-a", "a*b^c", "(", "{x}", "\\", "%_", "&|!:*",
    "'; DROP TABLE note; --", "🙏🏽", "שלום עולם", "مرحبا", "ﷺ", "\u202e\u200f", "a\u0301",
    "½ ² ﬁ", "x" * 4000, "kata " * 800, "_" * 40,
)  # fmt: skip


async def test_whatever_is_looked_for_is_answered(stage: Stage) -> None:
    user = await stage.user("p30")
    await written(stage, user, "isi catatan")
    for words in ANYTHING:
        before = len(user.inbox)
        answer = await stage.say(user, f"/catatan {words}")
        assert len(user.inbox) == before + 1
        assert "Tidak ada catatan" in answer or "Tidak ada kata" in answer, words


async def test_other_alphabets_are_found_too(stage: Stage) -> None:
    user = await stage.user("p30")
    await written(stage, user, "שלום עולם; résumé ＡＢＣ 123")
    for words in ("שלום", "עול", "resume", "abc", "123", "RÉSUMÉ"):
        assert "(1–1 dari 1)" in await stage.say(user, f"/catatan {words}"), words


async def test_search_and_lists_know_only_ones_own(stage: Stage) -> None:
    owner, other = await stage.user("p30"), await stage.user("p29")
    await written(stage, owner, "rahasia")
    assert "Tidak ada catatan" in await stage.say(other, "/catatan rahasia")
    assert "Belum ada catatan" in await stage.say(other, "/catatan")


async def test_a_note_is_changed_and_its_earlier_versions_can_be_seen(stage: Stage) -> None:
    user = await stage.user("p30")
    await written(stage, user, "versi satu")
    await stage.say(user, "/catatan")
    for text in ("versi dua", "versi tiga"):
        await stage.press(user, "1")
        await stage.press(user, "Ubah")
        assert "diperbarui" in await stage.say(user, text)
        await stage.say(user, "/catatan")
    await stage.press(user, "1")
    assert "versi tiga" in last(user)
    await stage.press(user, "3 versi")
    assert "Versi 2 dari 3" in last(user) and "versi dua" in last(user)
    await stage.press(user, "← Lebih lama")
    assert "Versi 1 dari 3" in last(user) and "versi satu" in last(user)
    assert "← Lebih lama" not in await _newest_buttons(user)
    await stage.press(user, "Lebih baru →")
    await stage.press(user, "Kembali")
    assert "versi tiga" in last(user)
    assert "Tidak ada catatan" in await stage.say(user, "/catatan satu"), "versions are not found"
    assert "versi tiga" in await stage.say(user, "/catatan tiga")
    [note] = await everything(stage, Note)
    answer = await press_data(stage, user, f"n:h:{note.id}:9:0")
    assert "sudah tidak ada" in answer["text"]


async def test_a_long_note_is_shown_whole_over_several_messages(stage: Stage) -> None:
    user = await stage.user("p30")
    text = "".join(f"Kalimat nomor {n} & seterusnya. " for n in range(300))
    await written(stage, user, text)
    await stage.say(user, "/catatan")
    before = len(user.inbox)
    await stage.press(user, "1")
    assert len(user.inbox) == before + 2
    shown = "".join(texts(user)[before - 1 :])
    assert all(f"nomor {n} " in shown for n in (0, 150, 299))
    assert buttons(user).count("✏️ Ubah") == 1


async def test_files_of_a_note_come_back_into_the_chat_of_its_owner(stage: Stage) -> None:
    user, other = await stage.user("p30"), await stage.user("p29")
    sent = user.send_document(b"isi", "laporan.pdf")
    await stage.calm()
    note = await written(stage, user, "", files=(sent["document"]["file_id"], "unknown"))
    await stage.say(user, "/catatan")
    assert "📎 2" in last(user)
    await press_data(stage, other, f"n:fs:{note.id}")
    assert not any("document" in message for message in other.inbox)
    await stage.press(user, "1")
    await stage.press(user, "2 lampiran")
    assert any("document" in message for message in user.inbox)
    assert "tidak dapat dikirim lagi" in last(user)


async def test_a_file_that_telegram_does_not_take_just_now_is_said_to_be(stage: Stage) -> None:
    user = await stage.user("p30")
    user.send_document(b"isi", "bahan.pdf", caption="/refleksi Bahan")
    await stage.calm()
    trouble = stage.world.faults.add(Fault("502", method="sendDocument", times=None))
    await stage.say(user, "/catatan")
    await stage.press(user, "1")
    await stage.press(user, "lampiran")
    assert "bahan.pdf" in last(user)
    assert "belum terkirim" in last(user)
    stage.world.faults.remove(trouble)
    await stage.press(user, "lampiran")
    assert user.inbox[-1]["document"]["file_name"] == "bahan.pdf"


async def test_a_note_is_opened_again_to_add_to_it(stage: Stage) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/refleksi Pertama.")
    stage.clock.instant += timedelta(days=1)
    await stage.say(user, "/catatan")
    await stage.press(user, "1")
    assert "kirim tambahannya" in await stage.press(user, "Tambahkan")
    assert "Ditambahkan" in await stage.say(user, "Kedua.")
    user.send_voice(b"OggS", caption="Ketiga.")
    await stage.calm()
    assert await wording(stage) == ["Pertama.\nKedua.\nKetiga."]
    assert "tidak ada" in (await press_data(stage, user, "n:add:999"))["text"]


async def test_a_deleted_note_is_nowhere_and_can_be_brought_back(stage: Stage) -> None:
    user = await stage.user("p30")
    await written(stage, user, "tetap ada")
    note = await written(stage, user, "akan dihapus")
    await stage.say(user, "/catatan hapus")
    await stage.say(user, "/catatan")
    await stage.press(user, "1")
    await stage.press(user, "Hapus")
    assert "dikembalikan sampai 21.00 WIB" in last(user)
    again = await press_data(stage, user, f"n:x:{note.id}:0")
    assert not again.get("text"), "pressed twice in a second: the same answer"
    assert "(1–1 dari 1)" in await stage.say(user, "/catatan")
    assert "Tidak ada catatan" in await stage.say(user, "/catatan dihapus")
    for data in ("v:{}:0", "e:{}", "h:{}:1:0", "fs:{}", "sh:{}:0", "n:{}:0", "a:{}:0", "p:{}:0"):
        answer = await press_data(stage, user, f"n:{data.format(note.id)}")
        assert "sudah tidak ada" in answer["text"], data
    await stage.press(user, "Kembalikan")
    again = await press_data(stage, user, f"n:u:{note.id}:0")
    assert "dikembalikan" in again["text"]
    assert "(1–1 dari 1)" in await stage.say(user, "/catatan dihapus")


async def test_an_hour_after_its_deletion_a_note_is_gone_for_good(stage: Stage) -> None:
    user = await stage.user("p30")
    note = await written(stage, user, "sementara")
    await stage.say(user, "/catatan")
    await stage.press(user, "1")
    await stage.press(user, "Hapus")
    stage.clock.instant = local("2025-11-03 21:00")
    answer = await press_data(stage, user, f"n:u:{note.id}:0")
    assert "selamanya" in answer["text"]
    await stage.house.planner._keep_house()
    assert not await everything(stage, Note)
    assert not await everything(stage, NoteVersion)
    answer = await press_data(stage, user, f"n:u:{note.id}:0")
    assert "selamanya" in answer["text"]
    new = await written(stage, user, "yang berikutnya")
    assert new.id != note.id, "an old button must not mean another note"


async def test_a_text_kept_again_after_its_deletion_is_there_again(stage: Stage) -> None:
    user = await stage.user("p30")
    message = user.send_text("/refleksi sinkronisasi")
    await stage.calm()
    [note] = await everything(stage, Note)
    await press_data(stage, user, f"n:x:{note.id}:0")
    user.edit(message["message_id"], "/refleksi tidak boleh kembali")
    await stage.calm()
    assert "Belum ada catatan" in await stage.say(user, "/catatan")


async def test_a_note_deleted_while_it_is_being_changed_is_said_to_be_gone(stage: Stage) -> None:
    user = await stage.user("p30")
    note = await written(stage, user, "lama")
    await press_data(stage, user, f"n:e:{note.id}")
    await press_data(stage, user, f"n:x:{note.id}:0")
    assert "sudah tidak ada" in await stage.say(user, "isi baru")
    note = await written(stage, user, "lain")
    await press_data(stage, user, f"n:e:{note.id}")
    assert "masih kosong" in await stage.say(user, "\u2003")
    assert "diperbarui" in await stage.say(user, "isi baru")


async def test_buttons_of_others_reach_nothing(stage: Stage) -> None:
    owner, other = await stage.user("p30"), await stage.user("o1")
    note = await written(stage, owner, "rahasia")
    for data in ("v:{}:0", "e:{}", "x:{}:0", "h:{}:1:0", "u:{}:0", "sh:{}:0", "n:{}:0", "p:{}:0"):
        answer = await press_data(stage, other, f"n:{data.format(note.id)}")
        assert "sudah" in answer["text"], data
    assert "rahasia" not in "".join(texts(other))
    [kept] = await everything(stage, Note)
    assert (kept.text, kept.deleted_at, kept.sharing) == ("rahasia", None, "private")


async def test_the_time_of_writing_is_the_events(stage: Stage) -> None:
    user = await stage.user("p30")
    stage.clock.instant = local("2025-11-03 20:00") + timedelta(minutes=5)
    await written(stage, user, "pukul berapa")
    await stage.say(user, "/catatan")
    await stage.press(user, "1")
    assert "ditulis Sen, 3 Nov 20.05" in last(user)
