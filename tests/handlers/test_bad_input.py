"""Whatever is sent: an answer in the person's language, and nothing lost."""

import sqlite3
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.intake import receiving
from bot.rehearsal.world import Fault
from bot.services import membership
from bot.store import people
from tests.acting import silence
from tests.builders import Stage, last, texts

FAILED = "terjadi gangguan"


async def test_an_unknown_command_says_so_in_the_persons_language(stage: Stage) -> None:
    user = await stage.user("p30")
    for command in ("/apa", "/jadwalku", "/jadwal@other_bot", "/_", "/jadwal_besok"):
        assert "belum saya kenal" in await stage.say(user, command), command
    await stage.say(user, "/bahasa")
    await stage.press(user, "English")
    assert "do not know that command" in await stage.say(user, "/apa")


@pytest.mark.parametrize(
    "text",
    ["/", "//", "<b>", "&amp;", "<script>alert(1)</script>", "x" * 4096, "😀" * 2000,
     "\u202e\u200f", "a\u0000b", "٠١٢", "%s %d {} {{ 7*7 }}", "'; DROP TABLE note; --", "\u2028",
     "?" * 300, "besok " * 600, "🙏🏽👨‍👩‍👧‍👦"],
)  # fmt: skip
async def test_any_text_is_answered_once_and_without_apology(stage: Stage, text: str) -> None:
    user = await stage.user("p30")
    before = len(user.inbox)
    await stage.say(user, text)
    assert len(user.inbox) == before + 1
    assert FAILED not in last(user)
    assert "49" not in last(user).partition("Contoh")[0] or "7*7" not in text


async def test_any_kind_of_message_is_answered_once(stage: Stage) -> None:
    user = await stage.user("p30")
    contents: tuple[dict[str, Any], ...] = (
        {"dice": {"emoji": "🎲", "value": 3}},
        {"location": {"latitude": 1.0, "longitude": 2.0}},
        {"contact": {"phone_number": "+62", "first_name": "A"}},
        {"venue": {"location": {"latitude": 1.0, "longitude": 2.0}, "title": "a", "address": "b"}},
        {"sticker": {"file_id": "a", "file_unique_id": "b", "type": "regular", "width": 1,
                     "height": 1, "is_animated": False, "is_video": False}},
        {"story": {"id": 1, "chat": {"id": 1, "type": "private"}}},
    )  # fmt: skip
    for content in contents:
        before = len(user.inbox)
        user.send(content)
        await stage.calm()
        assert len(user.inbox) == before + 1, content
        assert "pesan teks" in last(user)
    before = len(user.inbox)
    user.send({"pinned_message": user.messages[0]})
    await silence(stage)
    assert len(user.inbox) == before


async def test_names_with_html_and_emoji_are_shown_as_they_are(stage: Stage) -> None:
    def rename(db: Any) -> None:
        person = people.everyone(db)[0]
        person.name = "Dr. <A> & 'B' 🌺"
        db.add(person)

    await stage.house.db.write(rename)

    everyone = await stage.house.db.read(people.everyone)
    user = await stage.user(next(person.key for person in everyone if "🌺" in person.name))
    assert "Dr. <A> & 'B' 🌺" in last(user)
    assert "Dr. <A> & 'B' 🌺" in await stage.say(user, "siapa saya?")


async def test_the_same_update_twice_is_handled_once(stage: Stage) -> None:
    user = await stage.user("p30")
    stage.world.faults.duplicate_updates = True
    await stage.say(user, "/refleksi hanya sekali")
    await stage.say(user, "/bantuan")
    await stage.restart()
    await silence(stage)
    assert sum("Tersimpan" in text for text in texts(user)) == 1
    assert "(1–1 dari 1)" in await stage.say(user, "/catatan")


async def test_updates_out_of_order_lose_nothing(stage: Stage) -> None:
    users = [await stage.user(key) for key in ("p29", "p30", "p31")]
    stage.world.faults.reorder_updates = True
    for number in range(3):
        for user in users:
            user.send_text(f"/refleksi nomor {number}")
    await silence(stage)
    for user in users:
        assert "dari 3)" in await stage.say(user, "/catatan")


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> list[Exception]:
    """Errors that the store raises next, when it is asked who writes."""
    recall, errors = membership.recall, list[Exception]()

    def sometimes(db: Any, chat_id: int) -> Any:
        if errors:
            raise OperationalError("select", {}, errors.pop())
        return recall(db, chat_id)

    monkeypatch.setattr(membership, "recall", sometimes)
    monkeypatch.setattr(receiving, "_AGAIN_S", (0.01, 0.02))
    return errors


async def test_while_the_store_is_away_the_person_waits_and_is_answered_once(
    stage: Stage, failing: list[Exception]
) -> None:
    user = await stage.user("p30")
    before = len(user.inbox)
    failing.extend([Exception("gone")] * 3)
    user.send_text("/refleksi satu")
    user.send_text("dua")
    await stage.calm()
    answers = texts(user)[before:]
    assert ["Tersimpan" in text for text in answers] == [True, False], "in the order they came"
    assert not any(FAILED in text for text in answers)


async def test_a_full_disk_is_told_at_once(stage: Stage, failing: list[Exception]) -> None:
    user = await stage.user("p30")
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorname = "SQLITE_FULL"
    failing.append(full)
    assert FAILED in await stage.say(user, "/jadwal")


async def test_when_the_store_fails_the_person_hears_it_once_in_their_language(
    stage: Stage,
    failing: list[Exception],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(receiving, "_PATIENCE_S", 0.0)
    user = await stage.user("p30")
    await stage.say(user, "/bahasa")
    await stage.press(user, "English")
    failing.append(Exception("disk"))
    before = len(user.inbox)
    assert "something went wrong" in await stage.say(user, "/schedule")
    assert len(user.inbox) == before + 1
    failing.extend([Exception("disk")] * 2)
    assert FAILED in await stage.say(user, "/schedule"), "unknown language: the event's own"
    assert "rundown" in await stage.say(user, "/schedule")
    assert "OperationalError" in caplog.text


async def test_a_failed_press_is_told_on_the_button(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/jadwal")
    monkeypatch.setattr("handlers.schedule.day_list", lambda *args: 1 / 0)
    message = user.inbox[-1]
    [[button, *_], *_] = message["reply_markup"]["inline_keyboard"]
    query = user.press(message["message_id"], button["callback_data"])
    await silence(stage)
    assert query.answer is not None


async def test_a_message_that_cannot_be_changed_any_more_is_sent_anew(stage: Stage) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/jadwal")
    stage.world.faults.add(
        Fault("400", method="editMessageText", description="message can't be edited")
    )
    before = len(user.inbox)
    await stage.press(user, "Rab")
    assert len(user.inbox) == before + 1
    stage.world.faults.add(
        Fault("400", method="answerCallbackQuery", description="query is too old")
    )
    message = user.inbox[-1]
    user.press(message["message_id"], message["reply_markup"]["inline_keyboard"][0][0][
        "callback_data"])  # fmt: skip
    await silence(stage)
    assert FAILED not in last(user)


async def test_telegram_out_of_reach_brings_no_apology_afterwards(stage: Stage) -> None:
    user = await stage.user("p30")
    stage.world.faults.add(Fault("reset_before", method="sendMessage", times=1))
    await stage.say(user, "/jadwal")
    assert not any(FAILED in text for text in texts(user))


async def test_an_apology_that_cannot_be_sent_is_only_logged(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    user = await stage.user("p30")
    stage.world.faults.add(Fault("400", method="sendMessage", chat_id=user.id, times=2))
    user.send_text("/jadwal")
    await silence(stage)
    assert "apology failed" in caplog.text
    assert "Contoh rundown" in await stage.say(user, "/jadwal")
