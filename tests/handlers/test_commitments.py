"""Commitments: written by short questions, changed, listed, deleted, shared."""

from typing import Any

import pytest
from sqlmodel import col, select

from bot.documents import progress_picture
from bot.domain.commitments import Standing
from bot.rehearsal.world import User
from bot.store.tables import Commitment, CommitmentDraft, CommitmentStep
from tests.acting import press_data, silence
from tests.builders import Stage, buttons, last, local, texts

MAP = "Menyusun peta proses bisnis & <SOP> 🙏"


async def rows(stage: Stage, table: type[Any]) -> list[Any]:
    def everything(db: Any) -> list[Any]:
        order = col(table.key) if table is CommitmentDraft else col(table.id)
        return list(db.exec(select(table).order_by(order)).all())

    return await stage.house.db.read(everything)


async def kept(stage: Stage, user: User, what: str, due: str = "15 Desember 2025") -> Commitment:
    """A commitment of this person, by the shortest way."""
    await stage.say(user, f"/komitmen {what}")
    await stage.press(user, "Dikerjakan sendiri")
    await stage.say(user, due)
    await stage.press(user, "Lewati")
    await stage.press(user, "Lewati")
    await stage.press(user, "Simpan")
    assert "Komitmen tersimpan" in last(user)
    return (await rows(stage, Commitment))[-1]  # type: ignore[no-any-return]  # rows of any table


async def test_a_commitment_is_written_by_short_questions(stage: Stage) -> None:
    user = await stage.user("p30")
    assert "Belum ada komitmen" in await stage.say(user, "/komitmen")
    assert "Apa yang akan" in await stage.press(user, "Tambah")
    asked = await stage.say(user, MAP)
    assert "Bersama siapa" in asked
    assert "tetap tersimpan" in asked
    assert (await stage.person("p30")).agency in buttons(user)
    await stage.press(user, "Berikutnya")
    await stage.press(user, "Dinas Perhubungan")
    assert "Kapan selesai" in last(user)
    assert "Langkah pertama: " not in await stage.press(user, "30 hari sesudah acara (Min, 7 Des)")
    assert "langkah pertamanya" in last(user)
    assert "program" in await stage.say(user, "Rapat persiapan")
    shown = await stage.press(user, "Asta Cita")
    assert "7." in shown
    shown = await stage.press(user, "7")
    for words in ("Apakah ini sudah benar", MAP, "Bersama Dinas Perhubungan",
                  "Minggu, 7 Desember 2025", "Rapat persiapan", "Asta Cita: "):  # fmt: skip
        assert words in shown
    shown = await stage.press(user, "Simpan")
    assert "Komitmen tersimpan" in shown
    assert "Belum mulai" in shown
    assert "Hanya Bapak/Ibu" in shown
    [commitment] = await rows(stage, Commitment)
    assert (commitment.what, commitment.partner) == (MAP, "Dinas Perhubungan")
    assert (str(commitment.due_on), commitment.first_step) == ("2025-12-07", "Rapat persiapan")
    assert (commitment.goal_id, commitment.shared) == ("asta-7", False)
    assert await rows(stage, CommitmentDraft) == []


async def test_english_names_words_and_dates(stage: Stage) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/language")
    await stage.press(user, "English")
    assert "With whom" in await stage.say(user, "/commitments Draw up a map")
    assert "By when" in await stage.say(user, "the planning office")
    assert "first step" in await stage.say(user, "by December 15th")
    await stage.press(user, "Skip")
    assert "Is this right" in await stage.press(user, "Skip")
    assert "Monday, 15 December 2025" in last(user)
    await stage.press(user, "Save")
    assert "Draw up a map" in await stage.say(user, "/commitments")
    assert "0 of 1 done" in last(user)


async def test_the_list_comes_with_a_picture_that_says_the_same_in_words(stage: Stage) -> None:
    user = await stage.user("p30")
    await kept(stage, user, "Menyusun peta")
    await kept(stage, user, "Melatih staf", "akhir tahun")
    before = len(user.inbox)
    shown = await stage.say(user, "/komitmen")
    assert "0 dari 2 selesai" in shown
    photo, listing = user.inbox[before:]
    assert photo["photo"]
    assert "Belum mulai 2" in photo["caption"]
    assert "Menyusun peta" in photo["caption"]
    assert "42 hari lagi" in photo["caption"]
    assert listing["text"] == shown


async def test_the_list_comes_also_where_the_picture_cannot_be_drawn(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    user = await stage.user("p30")
    await kept(stage, user, "Menyusun peta")

    def fail(_drawn: object) -> bytes:
        raise RuntimeError("no fonts")

    monkeypatch.setattr(progress_picture, "png", fail)
    assert "Menyusun peta" in await stage.say(user, "/komitmen")
    assert not any("photo" in message for message in user.inbox)
    assert "progress picture not drawn" in caplog.text
    assert "Menyusun" not in caplog.text


async def test_a_draft_survives_commands_questions_and_a_restart(stage: Stage) -> None:
    user = await stage.user("p30")
    await stage.say(user, f"/komitmen {MAP}")
    await stage.say(user, "/jadwal")
    assert "Contoh rundown" in await stage.say(user, "besok jam berapa mulai?")
    await stage.restart(crash=True)
    stage.clock.instant = local("2025-11-20 09:00")
    await stage.house.planner._keep_house()
    assert "1 komitmen yang belum selesai ditulis" in await stage.say(user, "/komitmen")
    assert "Bersama siapa" in await stage.press(user, "Lanjutkan")
    assert "Kapan selesai" in await stage.say(user, "Bagian Organisasi")
    await stage.say(user, "/batal")
    await stage.say(user, "/komitmen")
    assert "Kapan selesai" in await stage.press(user, "Lanjutkan")


async def test_each_part_can_be_changed_before_and_after_saving(stage: Stage) -> None:
    user = await stage.user("p30")
    await kept(stage, user, "Lama")
    for label, words in (("Isi", "Baru"), ("Bersama", "Bappeda"), ("Tenggat", "31 Desember"),
                         ("Langkah", "Rapat")):  # fmt: skip
        await stage.press(user, "Ubah")
        await stage.press(user, label)
        assert words.split()[0] in await stage.say(user, words)
    await stage.press(user, "Ubah")
    await stage.press(user, "Program")
    await stage.press(user, "RPJMD")
    shown = await stage.press(user, "2")
    for words in ("Baru", "Bappeda", "31 Desember 2025", "Rapat", "Program RPJMD"):
        assert words in shown
    [commitment] = await rows(stage, Commitment)
    assert commitment.goal_id == "rpjmd-ekonomi"
    await stage.press(user, "Ubah")
    await stage.press(user, "Bersama")
    assert "Bersama" not in await stage.press(user, "Dikerjakan sendiri")
    await stage.say(user, "/komitmen Kedua")
    await stage.press(user, "Dikerjakan sendiri")
    await stage.press(user, "Akhir tahun 2025")
    await stage.press(user, "Lewati")
    await stage.press(user, "Lewati")
    await stage.press(user, "Isi")
    assert "Kedua kali" in await stage.say(user, "Kedua kali")
    assert "Apakah ini sudah benar" in last(user)
    await stage.press(user, "Buang")
    assert "Buang rancangan ini" in last(user)
    await stage.press(user, "Kembali")
    await stage.press(user, "Buang")
    assert "Rancangan dibuang" in await stage.press(user, "Ya, buang")
    assert len(await rows(stage, Commitment)) == 1


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("kemarin", "sudah lewat"),
        ("1 November 2025", "sudah lewat"),
        ("2 Januari 2099", "terlalu jauh"),
        ("secepatnya", "belum saya pahami"),
        ("besok jam berapa mulai?", "langkah pertamanya"),
    ],
)
async def test_dates_that_will_not_do_are_refused_politely(
    stage: Stage, words: str, answer: str
) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/komitmen Menyusun peta")
    await stage.press(user, "Dikerjakan sendiri")
    assert answer in await stage.say(user, words)
    if answer != "langkah pertamanya":
        assert "langkah pertamanya" in await stage.say(user, "akhir bulan")


async def test_blank_long_and_cut_texts_are_refused_and_nothing_else_is_taken(
    stage: Stage,
) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/komitmen")
    await stage.press(user, "Tambah")
    assert "Masih kosong" in await stage.say(user, "\u2003\u00a0")
    before = len(user.inbox)
    user.send_text("panjang " * 512)
    user.send_text("sisanya")
    await silence(stage)
    assert len(user.inbox) == before + 1
    assert "Terlalu panjang (4095 karakter)" in last(user)
    stage.clock.instant = local("2025-11-03 20:01")
    user.send_photo(b"x")
    await stage.calm()
    assert "teks" in last(user)
    assert "Bersama siapa" in await stage.say(user, "Menyusun peta")
    assert "Terlalu panjang" in await stage.say(user, "x" * 201)
    assert "Kapan selesai" in await stage.say(user, "x" * 200)
    [draft] = await rows(stage, CommitmentDraft)
    assert draft.facts["what"] == "Menyusun peta"


async def test_pressing_twice_and_old_buttons_change_nothing(stage: Stage) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/komitmen Menyusun peta")
    [draft] = await rows(stage, CommitmentDraft)
    await stage.press(user, "Dikerjakan sendiri")
    await stage.press(user, "Akhir tahun")
    early = await press_data(stage, user, f"c:go:{draft.key}")
    assert not early["text"]
    assert await rows(stage, Commitment) == []
    await stage.press(user, "Lewati")
    await stage.press(user, "Lewati")
    await press_data(stage, user, f"c:go:{draft.key}")
    for data in (f"c:go:{draft.key}", f"c:d:{draft.key}", f"c:k:{draft.key}:p",
                 f"c:dd:{draft.key}:2025-12-31", f"c:pa:{draft.key}:aaaaaaaa",
                 f"c:no:{draft.key}:1", f"c:gl:{draft.key}:0:0"):  # fmt: skip
        answer = await press_data(stage, user, data)
        assert "sudah tersimpan atau dibuang" in answer["text"], data
    [commitment] = await rows(stage, Commitment)
    for data in ("c:v:99", "c:t:99:d", "c:x:99", "c:s:99:1", "c:e:99"):
        assert "sudah tidak ada" in (await press_data(stage, user, data))["text"]
    for data in ("c:dd:m1:2025-13-45", f"c:ga:c{commitment.id}:aaaaaaaa", "c:f:m1:w", "c:n:5"):
        assert (await press_data(stage, user, data))["text"]
    assert "tidak ada lagi" in (await press_data(stage, user, "c:z:3"))["text"].lower()
    for _ in range(2):
        await press_data(stage, user, f"c:t:{commitment.id}:u")
    assert len(await rows(stage, CommitmentStep)) == 1


async def test_the_same_update_twice_changes_nothing(stage: Stage) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/komitmen Menyusun peta")
    await stage.say(user, "Bappeda")
    again = next(message for message in reversed(user.messages) if message["text"] == "Bappeda")
    for _ in range(2):  # as after a kill before the update counted as handled
        stage.world.bot.push("message", again)
        await stage.calm()
    [draft] = await rows(stage, CommitmentDraft)
    assert draft.facts == {"what": "Menyusun peta", "partner": "Bappeda"}
    assert "Kapan selesai" in last(user)
    first = next(message for message in user.messages if "/komitmen" in message["text"])
    stage.world.bot.push("message", first)
    await stage.calm()
    assert len(await rows(stage, CommitmentDraft)) == 1


async def test_deleting_can_be_undone_for_a_day_and_is_final_then(stage: Stage) -> None:
    user = await stage.user("p30")
    commitment = await kept(stage, user, "Menyusun peta")
    await stage.press(user, "Berjalan")
    assert "Komitmen dihapus" in await stage.press(user, "Hapus")
    assert "Belum ada komitmen" in await stage.say(user, "/komitmen")
    await press_data(stage, user, f"c:u:{commitment.id}")
    assert "Menyusun peta" in await stage.say(user, "/komitmen")
    await press_data(stage, user, f"c:x:{commitment.id}")
    stage.clock.instant = local("2025-11-04 22:00")
    answer = await press_data(stage, user, f"c:u:{commitment.id}")
    assert "untuk selamanya" in answer["text"]
    await stage.house.planner._keep_house()
    assert await rows(stage, Commitment) == []
    assert await rows(stage, CommitmentStep) == []


async def test_what_is_dropped_is_recorded_at_once_and_the_reason_when_it_comes(
    stage: Stage,
) -> None:
    user = await stage.user("p30")
    await kept(stage, user, "Menyusun peta")
    assert "sebabnya" in await stage.press(user, "Tidak dilanjutkan")
    [commitment] = await rows(stage, Commitment)
    assert commitment.standing is Standing.DROPPED
    await stage.restart(crash=True)
    assert "Terlalu panjang" in await stage.say(user, "x" * 501)
    shown = await stage.say(user, "Anggaran <dialihkan>")
    assert "Anggaran <dialihkan>" in shown
    [step] = await rows(stage, CommitmentStep)
    assert (step.standing, step.remark) == (Standing.DROPPED, "Anggaran <dialihkan>")
    await stage.step(local("2025-11-05 09:00"))
    await stage.press(user, "Selesai")
    assert "Anggaran" not in last(user)
    assert [step.standing for step in await rows(stage, CommitmentStep)] == [
        Standing.DROPPED,
        Standing.DONE,
    ]
    await stage.press(user, "Tidak dilanjutkan")
    await stage.press(user, "Lewati")
    assert "Contoh rundown" in await stage.say(user, "besok jam berapa mulai?")


async def test_a_note_becomes_a_commitment_and_stays_a_note(stage: Stage) -> None:
    user, other = await stage.user("p30"), await stage.user("p01")
    await stage.say(user, "/refleksi Peta proses bisnis perlu disusun.")
    await press_data(stage, other, "c:n:1")
    assert "Komitmen" not in last(other)
    await stage.say(user, "/catatan")
    await stage.press(user, "1")
    assert "Bersama siapa" in await stage.press(user, "Jadikan komitmen")
    await press_data(stage, user, "c:n:1")
    [draft] = await rows(stage, CommitmentDraft)
    assert draft.facts["what"] == "Peta proses bisnis perlu disusun."
    assert "Peta proses bisnis" in await stage.say(user, "/catatan")
    await stage.say(user, "/refleksi " + "kata " * 400)
    await press_data(stage, user, "c:n:2")
    assert any("hanya awalnya" in text for text in texts(user))
    assert len((await rows(stage, CommitmentDraft))[-1].facts["what"]) <= 1000
