"""Statistics: counted off the answer's way, drawn in both languages, words only with consent."""

from typing import Any

import pytest
from sqlmodel import SQLModel

from bot.documents import pictures
from bot.documents.pictures import Bars, HeatMap, Timeline
from bot.domain.asked import Outcome
from bot.domain.language import Intent
from bot.domain.statistics import Statistics
from bot.rehearsal.world import User
from bot.services import statistics
from bot.store.tables import OpenQuestion, QuestionCount
from bot.store.tables.columns import SealedText
from bot.texts import statistics as drawn
from bot.texts.catalogue import LANGUAGES, text
from tests.acting import silence
from tests.announcing import Hall
from tests.builders import buttons, last, plain, texts
from tests.kept_notes import everything

UNKNOWN = "apakah kucing boleh masuk kolam renang"


async def _counted(hall: Hall) -> dict[tuple[str, str], int]:
    await silence(hall.stage)
    await hall.stage.look()
    rows = await everything(hall.stage, QuestionCount)
    return {(row.intent, row.outcome.value): row.count for row in rows}


def _photos(user: User) -> list[Any]:
    return [message["photo"][-1] for message in user.inbox if "photo" in message]


async def _gathered(hall: Hall) -> Statistics:
    return await hall.stage.house.db.read(statistics.gather, hall.stage.house.desk.agenda)


async def test_questions_are_counted_by_what_was_wanted_and_what_came_of_it(hall: Hall) -> None:
    for user in (hall.first, hall.second):
        await hall.stage.say(user, "diskusi jam berapa?")
    await hall.stage.say(hall.first, "diskusi di ruang mana?")
    await hall.stage.say(hall.first, UNKNOWN)
    await hall.stage.say(hall.first, "halo")
    found = await _counted(hall)
    assert found == {
        ("when", "answered"): 2,
        ("where", "silent"): 1,
        ("other", "unknown"): 1,
    }
    [row] = [r for r in await everything(hall.stage, QuestionCount) if r.intent == "when"]
    assert (str(row.day), row.hour) == ("2025-11-04", 12)


async def test_counting_is_no_write_on_the_way_of_an_answer(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hall.stage.say(hall.first, "diskusi jam berapa?")
    written: list[str] = []
    write = hall.stage.house.db.write

    async def noted(work: Any, *args: Any, **kwargs: Any) -> Any:
        written.append(work.__name__)
        return await write(work, *args, **kwargs)

    monkeypatch.setattr(hall.stage.house.db, "write", noted)
    for _ in range(10):
        hall.first.send_text("diskusi jam berapa?")
    await silence(hall.stage)
    await hall.stage.look()
    adding = [name for name in written if name == "add"]
    assert 1 <= len(adding) <= 3, "ten questions, a write for each look of the planner"
    assert (await _counted(hall))["when", "answered"] == 11


async def test_what_was_counted_is_kept_when_the_bot_ends(hall: Hall) -> None:
    hall.first.send_text("diskusi jam berapa?")
    await hall.stage.house.intake.settle()
    await silence(hall.stage)
    await hall.stage.restart()
    assert (await _counted(hall))["when", "answered"] == 1


async def test_words_are_read_only_where_their_asker_allowed_it(hall: Hall) -> None:
    await hall.stage.say(hall.first, UNKNOWN)
    await hall.stage.say(hall.second, f"{UNKNOWN} sore")
    await hall.stage.say(hall.organizer, "/statistik")
    assert not any("belum terjawab (" in label for label in buttons(hall.organizer))
    number, data = hall.label("Boleh dilihat panitia", hall.first)
    for expected in ("tanpa nama", "sudah dapat dibaca"):
        query = hall.first.press(number, data)
        await silence(hall.stage)
        assert query.answer is not None and expected in query.answer["text"]
    await hall.stage.say(hall.organizer, "/statistik")
    await hall.stage.press(hall.organizer, "Yang belum terjawab (1)")
    shown = next(plain(t) for t in reversed(texts(hall.organizer)) if "diizinkan" in t)
    assert f"“{UNKNOWN}”" in shown and f"{UNKNOWN} sore" not in shown
    assert (await hall.stage.person("p01")).name not in shown
    await hall.stage.say(hall.first, "/hapus")
    await hall.stage.press(hall.first, "Hapus semua data saya")
    await hall.stage.press(hall.first, "Ya, hapus")
    assert await everything(hall.stage, OpenQuestion) == []
    assert isinstance(SQLModel.metadata.tables["open_question"].c.text.type, SealedText)


async def test_an_organizer_gets_a_few_lines_at_once_and_the_pictures_after_them(
    hall: Hall,
) -> None:
    await hall.stage.say(hall.first, "diskusi jam berapa?")
    await hall.stage.say(hall.organizer, "/statistics")
    summary = next(plain(t) for t in reversed(texts(hall.organizer)) if "Statistik" in t)
    assert "5 dari 34 orang menekan Mulai" in summary
    assert "1 pertanyaan, 0 belum terjawab" in summary
    assert len(_photos(hall.organizer)) == 3, "reach, groups, questions"
    assert all(photo["width"] > 0 for photo in _photos(hall.organizer))
    assert "khusus panitia" in await hall.stage.say(hall.first, "/statistik")
    assert "khusus panitia" not in last(hall.organizer)


async def test_every_picture_can_be_drawn_in_both_languages(hall: Hall) -> None:
    await hall.stage.say(hall.first, UNKNOWN)
    await hall.stage.say(hall.second, "diskusi di ruang mana?")
    agenda = hall.stage.house.desk.agenda
    for session in agenda.sessions:
        await hall.forge(hall.organizer, f"h:o:{session.ref}")
        for number in (1, 2, 3):
            await hall.forge(hall.organizer, f"h:x:{session.ref}:{number}:1:a:0")
    await hall.stage.look()
    found = await _gathered(hall)
    assert [each.present for each in found.sessions] == [3, 3, 3]
    for language in LANGUAGES:
        made = drawn.pictures(found, agenda, language)
        kinds = [type(each) for each in made]
        assert (kinds.count(Timeline), kinds.count(HeatMap)) == (1, 1)
        assert kinds.count(Bars) == 6, "reach, groups, three days, what had no answer"
    assert pictures.png(made[-2]).startswith(b"\x89PNG")


def test_every_intent_has_a_name() -> None:
    for language in LANGUAGES:
        assert all(text(f"statistics.kind_{intent.value}", language) for intent in Intent)
    assert Outcome.UNKNOWN not in {intent.value for intent in Intent}
