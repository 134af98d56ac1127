"""Quick polls from the organizer's words to the last vote, as phones show them."""

import asyncio
import time
from typing import Any

import pytest
from sqlmodel import SQLModel, select

from bot.domain.outbox import Status
from bot.domain.people import Role
from bot.rehearsal.world import User
from bot.scheduling import progress
from bot.services import polling
from bot.store.tables import Outbox, Person, Poll, PollVote
from bot.store.tables.columns import SealedJson, SealedText
from tests.acting import silence
from tests.announcing import Hall
from tests.builders import buttons, last, plain, texts
from tests.kept_notes import everything

WORDS = "Bagaimana kecepatannya?\nTerlalu cepat\nPas\nTerlalu lambat"


async def _write(hall: Hall, words: str = WORDS) -> str:
    await hall.stage.say(hall.organizer, "/jajak")
    await hall.stage.press(hall.organizer, "Jajak baru")
    return plain(await hall.stage.say(hall.organizer, words))


async def _send(hall: Hall, words: str = WORDS) -> None:
    await _write(hall, words)
    await hall.stage.press(hall.organizer, "Kirim ke")


def _shown(user: User, part: str = "kecepatannya") -> str:
    """The newest message on the phone that shows the poll."""
    return next(plain(words) for words in reversed(texts(user)) if part in words)


def _copies(user: User) -> int:
    return sum("kecepatannya" in words for words in texts(user))


async def _turn(hall: Hall, label: str) -> None:
    await hall.stage.press(hall.organizer, label)
    await hall.stage.calm()


async def test_a_poll_is_seen_before_it_leaves_answered_changed_and_closed(hall: Hall) -> None:
    assert "Untuk: semua (5 orang)" in await _write(hall)
    assert not any("Bagaimana" in words for words in texts(hall.first))
    board = plain(await hall.stage.press(hall.organizer, "Kirim ke 5 orang"))
    assert "Pilih satu, boleh diganti" in board, "organizers answer too"
    assert [_copies(user) for user in hall.everybody] == [1, 1, 1, 2, 1]
    assert "▓" not in _shown(hall.first), "whoever has not answered is not led"
    await hall.stage.press(hall.first, "Pas")
    assert "✓ Pas\n▓▓▓▓▓▓▓▓▓▓ 100% (1)" in _shown(hall.first)
    await hall.stage.press(hall.second, "Terlalu cepat")
    assert "Terlalu cepat\n▓▓▓▓▓░░░░░ 50% (1)" in _shown(hall.first), "bars are live"
    await hall.stage.press(hall.first, "Terlalu cepat")
    assert "✓ Terlalu cepat\n▓▓▓▓▓▓▓▓▓▓ 100% (2)" in _shown(hall.first)
    assert "2 dari 5 penerima menjawab" in _board(hall)
    assert "▓" not in _shown(hall.third)
    await _turn(hall, "Tutup")
    for user in hall.everybody:
        assert "Jajak sudah ditutup. 2 orang menjawab." in _ended(user)
    assert not any(label in buttons(hall.third) for label in ("Pas", "Terlalu cepat"))


def _board(hall: Hall) -> str:
    return _shown(hall.organizer, "penerima menjawab")


def _ended(user: User) -> str:
    return _shown(user, "Jajak sudah ditutup")


async def test_answers_are_said_in_clear_words_whenever_they_come(hall: Hall) -> None:
    await _send(hall)
    assert "tercatat" in await hall.forge(hall.first, "j:v:1:1:1")
    assert "sudah tercatat" in await hall.forge(hall.first, "j:v:1:1:1")
    assert "sudah diganti" in await hall.forge(hall.first, "j:v:1:0:1")
    assert "sudah tidak ada" in await hall.forge(hall.first, "j:v:1:9:1")
    assert "sudah tidak ada" in await hall.forge(hall.first, "j:v:7:0:1")
    assert "sudah dikirim" in await hall.forge(hall.organizer, "j:go:1")
    assert "sudah dikirim" in await hall.forge(hall.organizer, "j:m:1:1")
    assert "sudah dikirim" in await hall.forge(hall.organizer, "j:no:1")
    await _turn(hall, "Tutup")
    assert "sudah ditutup" in await hall.forge(hall.first, "j:v:1:1:1")
    assert "sudah ditutup" in await hall.forge(hall.second, "j:v:1:1:1")
    [vote] = await everything(hall.stage, PollVote)
    assert (vote.person_id, vote.option) == (hall.first.id - 1000, 0)


async def test_several_may_be_chosen_and_taken_back_where_that_is_allowed(hall: Hall) -> None:
    await _write(hall)
    await hall.stage.press(hall.organizer, "Boleh beberapa")
    await hall.stage.press(hall.organizer, "Kirim ke")
    await hall.stage.press(hall.first, "Pas")
    await hall.stage.press(hall.first, "Terlalu cepat")
    assert "✓ Pas" in _shown(hall.first) and "✓ Terlalu cepat" in _shown(hall.first)
    assert "1 orang sudah menjawab" in _shown(hall.first)
    for _ in range(2):
        assert "dibatalkan" in await hall.forge(hall.first, "j:v:1:1:0")
    assert [vote.option for vote in await everything(hall.stage, PollVote)] == [0]


async def test_closed_and_opened_again_it_goes_on_with_the_votes_it_had(hall: Hall) -> None:
    await _send(hall)
    await hall.stage.press(hall.first, "Pas")
    _, close = hall.label("⏹ Tutup")
    await _turn(hall, "⏹ Tutup")
    await hall.forge(hall.colleague, close)
    assert [poll.turn for poll in await everything(hall.stage, Poll)] == [1], "a double press"
    await _turn(hall, "Buka lagi")
    assert "boleh diganti" in _shown(hall.second) and "▓" not in _shown(hall.second)
    await hall.stage.press(hall.second, "Pas")
    assert "Pas\n▓▓▓▓▓▓▓▓▓▓ 100% (2)" in _shown(hall.first)
    assert [_copies(user) for user in (hall.first, hall.second)] == [1, 1], "edited in place"


async def test_it_goes_to_those_whom_it_is_for_and_nobody_else_answers(hall: Hall) -> None:
    await _write(hall)
    await hall.stage.press(hall.organizer, "Untuk siapa")
    await hall.stage.press(hall.organizer, "Kelompok")
    assert "Untuk: Kelompok 2 (1 orang)" in plain(
        await hall.stage.press(hall.organizer, "Kelompok 2")
    )
    await hall.stage.press(hall.organizer, "Kirim ke")
    assert [_copies(user) for user in (hall.first, hall.second, hall.third)] == [0, 1, 0]
    assert "bukan untuk kelompok" in await hall.forge(hall.first, "j:v:1:1:1")
    assert "Tidak ada jajak" in await hall.stage.say(hall.first, "/jajak")
    assert "Bagaimana" in await hall.stage.say(hall.second, "/jajak")


async def test_wrong_lines_are_told_and_written_again(hall: Hall) -> None:
    assert "sedikitnya dua pilihan" in await _write(hall, "Pas?")
    assert "Ada dua pilihan yang sama" in await hall.stage.say(hall.organizer, "Pas?\nYa\nya")
    hall.organizer.send_photo(b"x")
    await hall.stage.calm()
    assert "sebagai teks" in last(hall.organizer)
    assert "Pas?" in await hall.stage.say(hall.organizer, "Pas?\nYa\nTidak")
    mended = plain(await hall.stage.say(hall.organizer, "Pas sekali?\nYa\nTidak"))
    assert "Pas sekali?" in mended
    assert len(await everything(hall.stage, Poll)) == 1, "the draft is written anew"
    await hall.stage.press(hall.organizer, "Batal")
    assert "tidak dikirim" in last(hall.organizer)
    await hall.stage.say(hall.organizer, "/poll Boleh?\nYa\nTidak")
    assert "Boleh?" in last(hall.organizer)


async def test_from_a_sessions_menu_it_is_for_the_sessions_people(hall: Hall) -> None:
    await hall.stage.say(hall.organizer, "/ubah")
    await hall.stage.press(hall.organizer, "Rab, 5 Nov")
    await hall.stage.press(hall.organizer, "Diskusi")
    await hall.stage.press(hall.organizer, "📊 Jajak")
    assert "Untuk: semua" in plain(await hall.stage.say(hall.organizer, WORDS))
    [poll] = await everything(hall.stage, Poll)
    assert poll.session_id == "b"


async def test_latecomers_get_what_is_open_and_find_it_by_what_they_missed(hall: Hall) -> None:
    await _send(hall)
    late = await hall.stage.user("p06")
    assert _copies(late) == 1
    missed = plain(await hall.stage.say(late, "/lewat"))
    assert "Jajak yang menunggu jawaban\nBagaimana kecepatannya?" in missed
    await hall.stage.press(late, "📊 Bagaimana")
    await hall.stage.press(late, "Pas")
    assert "Jajak" not in plain(await hall.stage.say(late, "/lewat"))
    await _turn(hall, "Tutup")
    later = await hall.stage.user("p07")
    assert _copies(later) == 0


async def test_a_killed_bot_sends_to_nobody_twice_and_forgets_nobody(hall: Hall) -> None:
    await _write(hall)
    number, data = hall.label("Kirim ke")
    hall.organizer.press(number, data)
    await hall.stage.house.intake.settle()
    async with asyncio.timeout(10):
        while hall.stage.world.bot.pending:  # noqa: ASYNC110 - as in silence
            await asyncio.sleep(0.002)
        await hall.stage.house.intake.settle()
    await hall.stage.restart(crash=True)
    await silence(hall.stage)
    assert [_copies(user) for user in hall.everybody] == [1, 1, 1, 2, 1]
    rows = [row for row in await everything(hall.stage, Outbox) if row.kind == "poll"]
    assert {row.status for row in rows} == {Status.DELIVERED} and len(rows) == 5
    await hall.stage.press(hall.first, "Pas")
    await hall.stage.restart(crash=True)
    await hall.stage.press(hall.second, "Pas")
    assert "2 dari 5 penerima menjawab" in _board(hall)


async def test_bars_are_edited_by_the_beat_however_many_answer(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    beat = 0.3
    assert progress._EVERY_S == 2.0
    monkeypatch.setattr(progress, "_EVERY_S", beat)
    await _send(hall)
    hall.stage.world.calls.clear()
    begun = time.monotonic()
    for number in range(12):
        hall.stage.world.press(
            hall.first, hall.first.chat(), hall.first.inbox[-1], f"j:v:1:{number % 3}:1", bot=None
        )
        await asyncio.sleep(0.03)
    async with asyncio.timeout(10):
        while not hall.calls("editMessageText", hall.organizer):  # noqa: ASYNC110 - as in silence
            await asyncio.sleep(0.01)
    turns = (time.monotonic() - begun) / beat + 1
    assert len(hall.calls("editMessageText", hall.organizer)) <= turns


async def test_only_counts_are_told_and_groups_of_fewer_than_five_not_at_all(hall: Hall) -> None:
    await _send(hall)
    await hall.stage.press(hall.first, "Pas")
    await hall.stage.press(hall.organizer, "Per kelompok")
    shown = _shown(hall.organizer, "per kelompok")
    assert "tidak dirinci" in shown
    assert "Kelompok 1" not in shown
    assert (await hall.stage.person("p01")).name not in "".join(texts(hall.organizer)[-3:])
    await hall.forge(hall.organizer, "j:i:1")
    photo = next(m for m in reversed(hall.organizer.inbox) if "photo" in m)
    assert photo["photo"][0]["width"] > 0


async def test_a_vote_goes_with_its_voter(hall: Hall) -> None:
    await _send(hall)
    await hall.stage.press(hall.first, "Pas")
    await hall.stage.say(hall.first, "/hapus")
    await hall.stage.press(hall.first, "Hapus semua data saya")
    await hall.stage.press(hall.first, "Ya, hapus")
    assert await everything(hall.stage, PollVote) == []


def test_what_is_asked_is_sealed() -> None:
    columns = SQLModel.metadata.tables["poll"].columns
    assert isinstance(columns["question"].type, SealedText)
    assert isinstance(columns["options"].type, SealedJson)


async def test_thousands_are_posted_in_batches_and_edited_a_few_at_a_time(hall: Hall) -> None:
    await _send(hall)

    def crowd(db: Any) -> None:
        for number in range(30):
            person = Person(
                key=f"x{number}", name=f"X{number}", role=Role.PARTICIPANT,
                chat_id=5000 + number, joined_at=hall.stage.clock.now(),
            )  # fmt: skip
            db.add(person)
            db.flush()
            row = db.exec(select(Outbox).where(Outbox.kind == "poll")).first()
            facts = row.model_dump() | {"id": None, "key": f"poll:1:0:{person.id}"}
            facts |= {"person_id": person.id, "chat_id": person.chat_id, "message_id": 7}
            db.add(Outbox(**facts))
            db.add(
                PollVote(poll_id=1, person_id=person.id or 0, option=0, at=hall.stage.clock.now())
            )

    await hall.stage.house.db.write(crowd)
    first, after = await hall.stage.house.db.read(
        polling.edits_for_voters, poll_id=1, after=0, limit=20
    )
    assert len(first) == 20 and after is not None
    rest, end = await hall.stage.house.db.read(
        polling.edits_for_voters, poll_id=1, after=after, limit=20
    )
    assert (len(rest), end) == (10, None)
