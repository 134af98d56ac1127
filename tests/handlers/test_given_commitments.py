"""Commitments that repeat a note go when it is given without name: they bear their owner's."""

import pytest

from bot.domain.notes import fingerprint, same_words
from bot.rehearsal.world import User
from bot.services import planning
from bot.store.tables import AnonymousNote, Commitment, CommitmentDraft, Note, Outbox
from tests.acting import press_data
from tests.builders import Stage, last, local
from tests.kept_notes import consents, everything, written

WORDS = "Rapat mingguan data kependudukan dipimpin camat"


@pytest.fixture
async def writer(stage: Stage) -> User:
    """Somebody who agreed to share, and has a note."""
    user = await stage.user("p30")
    await consents(stage, user)
    await written(stage, user, WORDS)
    return user


async def _note(stage: Stage) -> int:
    [note] = await everything(stage, Note)
    return int(note.id)


async def _commit(stage: Stage, user: User, due: str = "15 Desember") -> None:
    """A commitment made from the note, kept."""
    await press_data(stage, user, f"c:n:{await _note(stage)}")
    await stage.press(user, "sendiri")
    await stage.say(user, due)
    for label in ("Lewati", "Lewati", "Simpan"):
        await stage.press(user, label)


async def _ask(stage: Stage, user: User) -> str:
    await press_data(stage, user, f"n:a:{await _note(stage)}:0")
    return last(user)


async def test_the_person_is_told_and_both_go(stage: Stage, writer: User) -> None:
    await _commit(stage, writer)
    shown = await _ask(stage, writer)
    assert "Komitmen ini memuat kata-kata yang sama" in shown
    assert shown.count(WORDS) == 2
    await stage.press(writer, "Ya, serahkan")
    assert len(await everything(stage, AnonymousNote)) == 1
    assert not await everything(stage, Commitment)
    assert not await everything(stage, Note)


async def test_a_question_that_was_delivered_forgets_its_words_and_is_not_asked_again(
    stage: Stage, writer: User
) -> None:
    await _commit(stage, writer)
    await stage.step(local("2025-12-09 09:00"))
    asked = [row for row in await everything(stage, Outbox) if row.kind == "commitment"]
    assert WORDS in str([row.payload for row in asked])
    await _ask(stage, writer)
    await stage.press(writer, "Ya, serahkan")
    left = [row for row in await everything(stage, Outbox) if row.kind == "commitment"]
    assert {row.key for row in left} == {row.key for row in asked}
    assert WORDS not in str([row.payload for row in await everything(stage, Outbox)])


async def test_a_question_that_waits_asks_about_the_rest_alone(stage: Stage, writer: User) -> None:
    await _commit(stage, writer)
    await stage.say(writer, "/komitmen")
    await stage.press(writer, "Tambah")
    await stage.say(writer, "Menata arsip")
    await stage.press(writer, "sendiri")
    await stage.say(writer, "15 Desember")
    for label in ("Lewati", "Lewati", "Simpan"):
        await stage.press(writer, label)
    await _ask(stage, writer)
    message = writer.inbox[-1]
    stage.clock.instant = local("2025-12-08 08:30")
    await stage.house.db.write(planning.plan, stage.house.desk)
    writer.press(
        message["message_id"], message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    )
    await stage.calm()
    assert len(await everything(stage, AnonymousNote)) == 1
    await stage.step(local("2025-12-08 12:00"))
    rows = [row for row in await everything(stage, Outbox) if row.kind == "commitment"]
    assert rows
    assert WORDS not in str([row.payload for row in rows])
    assert "Menata arsip" in "".join(str(m.get("text")) for m in writer.inbox[-3:])


async def test_a_commitment_changed_meanwhile_asks_anew(stage: Stage, writer: User) -> None:
    mark = fingerprint(WORDS)
    await _commit(stage, writer)
    answer = await press_data(stage, writer, f"n:A:{await _note(stage)}:{mark}")
    assert "sudah berubah" in answer["text"]
    assert not await everything(stage, AnonymousNote)
    assert len(await everything(stage, Commitment)) == 1


async def test_half_written_and_deleted_ones_go_and_others_stay(
    stage: Stage, writer: User
) -> None:
    await _commit(stage, writer)
    [made] = await everything(stage, Commitment)
    await press_data(stage, writer, f"c:x:{made.id}")
    await stage.say(writer, "/komitmen")
    await stage.press(writer, "Tambah")
    await stage.say(writer, "Menata arsip kecamatan")
    await press_data(stage, writer, f"c:n:{await _note(stage)}")
    assert len(await everything(stage, CommitmentDraft)) == 2
    await _ask(stage, writer)
    await stage.press(writer, "Ya, serahkan")
    assert not await everything(stage, Commitment)
    [draft] = await everything(stage, CommitmentDraft)
    assert draft.facts["what"] == "Menata arsip kecamatan"


def test_texts_repeat_each_other_by_a_run_of_words_or_whole() -> None:
    assert same_words("Satu data", "satu  DATA!")
    assert not same_words("Satu data", "Satu data antar-OPD")
    assert same_words(f"Mulai Januari: {WORDS}", f"{WORDS.lower()}, bersama Bappeda")
    assert same_words(WORDS[:-3] + "…", WORDS)
    assert not same_words("rapat mingguan data kependudukan", WORDS)
    assert not same_words("", "")


async def test_a_question_to_the_organizers_that_says_the_same_is_forgotten(
    stage: Stage, writer: User
) -> None:
    organizer = await stage.user("o1")
    asked = ("Apakah <i>setrika</i> & hanger ada?", "Apakah parkir bus tersedia di asrama sini?")
    for question in asked:
        await stage.say(writer, question)
        await stage.press(writer, "Tanya panitia")
        assert question in last(organizer)
    kept = await written(stage, writer, asked[0])
    await press_data(stage, writer, f"n:a:{kept.id}:0")
    await stage.press(writer, "Ya, serahkan")
    left = str([row.payload for row in await everything(stage, Outbox)])
    assert "setrika" not in left
    assert "parkir bus" in left
