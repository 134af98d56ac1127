"""Questions to speakers: with or without name, voted for, moderated."""

from datetime import timedelta
from typing import Any

from sqlmodel import select

from bot.domain.speaker_questions import LONGEST, Asked
from bot.rehearsal.world import User
from bot.services import speaker_questions, talking
from bot.store.tables import QuestionVote, SpeakerQuestion
from tests.announcing import Hall
from tests.builders import last, plain, texts

WORDS = "Bagaimana pendanaan program ini sesudah tahun pertama?"


def _ref(hall: Hall) -> str:
    session = hall.stage.house.desk.agenda.find("b")
    assert session is not None
    return session.ref


async def _write(hall: Hall, user: User, words: str = WORDS) -> str:
    """From the list to the preview, which is given."""
    await hall.forge(user, f"q:a:{_ref(hall)}")
    await hall.stage.press(user, "Ajukan")
    return plain(await hall.stage.say(user, words))


async def _asked(hall: Hall) -> list[Asked]:
    session = hall.stage.house.desk.agenda.find("b")
    assert session is not None
    return await hall.stage.house.db.read(speaker_questions.everything, session)


async def _approve(hall: Hall) -> None:
    await hall.forge(hall.organizer, f"q:m:{_ref(hall)}:0")
    await hall.stage.press(hall.organizer, "Tampilkan 1")


async def test_a_question_with_name_is_moderated_voted_for_and_answered(hall: Hall) -> None:
    assert "Belum ada pertanyaan" not in await _write(hall, hall.first)
    assert WORDS in plain(last(hall.first))
    assert "diterima panitia" in plain(await hall.stage.press(hall.first, "dengan nama"))
    assert "pertanyaan baru" in plain(last(hall.organizer))
    await hall.forge(hall.second, f"q:a:{_ref(hall)}")
    assert WORDS not in plain(last(hall.second))
    moderation = plain(await hall.stage.press(hall.organizer, "Moderasi"))
    name = (await hall.stage.person("p01")).name
    assert WORDS in moderation and name in moderation and "menunggu" in moderation
    assert "tampil" in plain(await hall.stage.press(hall.organizer, "Tampilkan 1"))
    await hall.forge(hall.second, f"q:a:{_ref(hall)}")
    assert name in plain(last(hall.second))
    assert "1 dukungan" in plain(await hall.stage.press(hall.second, "👍 1"))
    assert "0 dukungan" in plain(await hall.stage.press(hall.second, "✓ 1"))
    await hall.stage.press(hall.second, "👍 1")
    await hall.stage.press(hall.organizer, "Dijawab 1")
    await hall.forge(hall.second, f"q:a:{_ref(hall)}")
    assert "sudah dijawab" in plain(last(hall.second))
    await hall.stage.press(hall.organizer, "Sembunyikan 1")
    await hall.forge(hall.second, f"q:a:{_ref(hall)}")
    assert WORDS not in plain(last(hall.second))


async def test_nothing_says_whose_a_question_without_name_is(hall: Hall) -> None:
    await _write(hall, hall.first)
    _, send = hall.label("tanpa nama", hall.first)
    await hall.stage.press(hall.first, "tanpa nama")
    assert "sudah terkirim" in await hall.forge(hall.first, send)

    def look(db: Any) -> list[SpeakerQuestion]:
        return list(db.exec(select(SpeakerQuestion)).all())

    [row] = await hall.stage.house.db.read(look)
    assert row.person_id is None
    name = (await hall.stage.person("p01")).name
    await hall.forge(hall.organizer, f"q:m:{_ref(hall)}:0")
    assert "Tanpa nama" in plain(last(hall.organizer)) and name not in last(hall.organizer)
    assert not any(WORDS in text for text in texts(hall.second))
    dialogue = await hall.stage.house.db.read(
        lambda db: talking.details(db, hall.first.id, speaker_questions.ASKING)
    )
    assert dialogue is None


async def test_nobody_votes_twice_also_not_the_one_who_asked(hall: Hall) -> None:
    await _write(hall, hall.first)
    await hall.stage.press(hall.first, "tanpa nama")
    await _approve(hall)
    [asked] = await _asked(hall)
    for user in (hall.first, hall.first, hall.second):
        await hall.forge(user, f"q:v:{asked.key}:1")
    assert [each.votes for each in await _asked(hall)] == [2]

    def voters(db: Any) -> list[str]:
        return list(db.exec(select(QuestionVote.voter)).all())

    found = await hall.stage.house.db.read(voters)
    assert len(set(found)) == 2 and all(len(voter) == 32 for voter in found)


async def test_votes_count_only_for_what_is_shown(hall: Hall) -> None:
    await _write(hall, hall.first)
    await hall.stage.press(hall.first, "dengan nama")
    [asked] = await _asked(hall)
    assert "tidak ditampilkan" in await hall.forge(hall.second, f"q:v:{asked.key}:1")
    assert "tidak ditampilkan" in await hall.forge(hall.second, f"q:v:{'0' * 16}:1")
    assert [each.votes for each in await _asked(hall)] == [0]


async def test_too_long_and_too_many_are_refused(hall: Hall) -> None:
    assert "terlalu panjang" in await _write(hall, hall.first, "a" * (LONGEST + 1))
    hall.first.send_photo(b"x")
    await hall.stage.calm()
    assert "sebagai teks" in last(hall.first)
    for number in range(5):
        await _write(hall, hall.first, f"Pertanyaan ke-{number}?")
        await hall.stage.press(hall.first, "tanpa nama")
    await _write(hall, hall.first)
    _, send = hall.label("tanpa nama", hall.first)
    assert "10 menit lagi" in await hall.forge(hall.first, send)
    assert len(await _asked(hall)) == 5
    assert sum("pertanyaan baru" in text for text in texts(hall.organizer)) == 1
    hall.stage.clock.instant += timedelta(minutes=10)
    await hall.forge(hall.first, send)
    assert len(await _asked(hall)) == 6


async def test_only_organizers_moderate(hall: Hall) -> None:
    await _write(hall, hall.first)
    await hall.stage.press(hall.first, "dengan nama")
    [asked] = await _asked(hall)
    for data in (f"q:m:{_ref(hall)}:0", f"q:x:{asked.key}:s:0"):
        assert "panitia" in (await hall.forge(hall.second, data)).lower()
    assert [each.state.value for each in await _asked(hall)] == ["waiting"]


async def test_what_is_written_survives_a_crash_before_it_is_sent(hall: Hall) -> None:
    await _write(hall, hall.first)
    await hall.stage.restart(crash=True)
    await hall.stage.press(hall.first, "dengan nama")
    assert [each.text for each in await _asked(hall)] == [WORDS]


async def test_the_one_being_answered_stands_first_and_its_asker_hears_of_the_answer(
    hall: Hall,
) -> None:
    for user, words in ((hall.first, WORDS), (hall.second, "Siapa yang memulai?")):
        await _write(hall, user, words)
        await hall.stage.press(user, "dengan nama")
    await hall.forge(hall.organizer, f"q:m:{_ref(hall)}:0")
    first = next(n for n, q in enumerate(await _asked(hall), start=1) if q.text == WORDS)
    await hall.stage.press(hall.organizer, f"Sedang dijawab {first}")
    await hall.forge(hall.third, f"q:a:{_ref(hall)}")
    assert "sedang dijawab" in plain(last(hall.third))
    assert not any("sudah dijawab" in text for text in texts(hall.first))
    await hall.stage.press(hall.organizer, "Sedang dijawab 1")  # the other one's turn
    assert f"Diskusi sudah dijawab: “{WORDS}”" in plain(last(hall.first))
    states = {each.text: each.state for each in await _asked(hall)}
    assert states == {WORDS: "answered", "Siapa yang memulai?": "answering"}
    await hall.stage.press(hall.organizer, "Dijawab 1")
    assert "sudah dijawab" in plain(last(hall.second))


async def test_nobody_hears_of_the_answer_to_a_question_without_name(hall: Hall) -> None:
    await _write(hall, hall.first)
    await hall.stage.press(hall.first, "tanpa nama")
    before = [len(user.inbox) for user in hall.everybody]
    for label in ("", "Sedang dijawab 1", "Dijawab 1"):
        if label:
            await hall.stage.press(hall.organizer, label)
        else:
            await hall.forge(hall.organizer, f"q:m:{_ref(hall)}:0")
    assert [len(user.inbox) for user in (hall.first, hall.second, hall.third)] == before[:3]
