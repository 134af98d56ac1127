"""A reply to a prompt is a private note, whatever else the chat is in the middle of."""

from typing import Any

from bot.rehearsal.world import User
from bot.services import talking
from bot.services.speaker_questions import ASKING
from bot.store import dialogues
from bot.store.tables import Broadcast, SpeakerQuestion
from tests.acting import press_data
from tests.builders import Stage, last, texts
from tests.kept_notes import everything
from tests.noting import TALK, prompted, stored, wording

PRIVATE = "Ini hanya untuk saya."
MIDST: dict[str, tuple[str, dict[str, Any]]] = {
    "composing an announcement": ("announcement", {"step": "compose"}),
    "its time": ("announcement", {"step": "time", "id": 1, "day": "2025-11-04"}),
    "why it is taken back": ("announcement", {"step": "reason", "id": 1}),
    "correcting it": ("announcement", {"step": "correction", "id": 1}),
    "a roster": ("roster", {}),
    "a field of the rundown": ("change", {"session": TALK, "field": "room"}),
    "a whole rundown": ("change", {"file": True}),
    "material": ("material", {"session": TALK}),
    "more material": ("material", {"session": TALK, "begun": True}),
    "a question to the speaker": (ASKING, {"session": TALK}),
    "a code": ("presence", {"call": "aaaaaaaa"}),
    "another note": ("note_edit", {"note": 1}),
    "searching": ("note_search", {}),
    "a commitment": ("commitment", {"part": "what", "key": "k"}),
    "why it was dropped": ("commitment", {"why": 1}),
}
"""What else may be awaited, and what is remembered with it."""


async def in_the_midst(stage: Stage, user: User, state: tuple[str, dict[str, Any]]) -> None:
    awaiting, details = state

    def expect(db: Any) -> None:
        talking.expect(db, user.id, awaiting, now=stage.clock.now(), details=details)

    await stage.house.db.write(expect)


async def awaited(stage: Stage, user: User) -> tuple[str | None, dict[str, Any]]:
    found = await stage.house.db.read(dialogues.get, user.id)
    return found.awaiting, found.details


async def test_a_reply_to_the_prompt_is_a_note_and_leaves_what_is_awaited(stage: Stage) -> None:
    organizer, other = await stage.user("o1"), await stage.user("p29")
    prompt = await prompted(stage, organizer)
    heard = len(other.inbox)
    for number, (name, state) in enumerate(MIDST.items(), start=1):
        await in_the_midst(stage, organizer, state)
        answer = await stage.say(organizer, f"{PRIVATE} {name}", prompt["message_id"])
        assert "Tersimpan" in answer, name
        assert await awaited(stage, organizer) == state
        notes = await stored(stage)
        assert len(notes) == number, name
        assert (notes[-1].session_id, notes[-1].text) == (TALK, f"{PRIVATE} {name}")
    assert len(other.inbox) == heard
    assert not any(PRIVATE in text for text in texts(organizer)), "nothing is made of it"


async def test_a_captioned_file_with_the_command_is_a_note_too(stage: Stage) -> None:
    organizer = await stage.user("o1")
    for name, state in MIDST.items():
        await in_the_midst(stage, organizer, state)
        organizer.send_document(b"isi", "rahasia.pdf", caption=f"/refleksi {name}")
        await stage.calm()
        assert "Tersimpan" in last(organizer), name
    assert await wording(stage) == list(MIDST)


async def test_while_asking_the_speaker_a_reply_to_the_prompt_asks_nothing(stage: Stage) -> None:
    user = await stage.user("p30")
    prompt = await prompted(stage, user)
    session = stage.house.desk.agenda.find(TALK)
    assert session is not None
    await press_data(stage, user, f"q:n:{session.ref}")
    await stage.say(user, PRIVATE, prompt["message_id"])
    assert "Tersimpan" in last(user)
    assert await everything(stage, SpeakerQuestion) == []
    assert "nama" in (await stage.say(user, "Apakah datanya terbuka?")).lower()


async def test_while_composing_an_announcement_a_reply_to_the_prompt_announces_nothing(
    stage: Stage,
) -> None:
    organizer = await stage.user("o1")
    prompt = await prompted(stage, organizer)
    await stage.say(organizer, "/umumkan")
    await stage.say(organizer, PRIVATE, prompt["message_id"])
    assert await wording(stage) == [PRIVATE]
    assert await everything(stage, Broadcast) == []
    await stage.say(organizer, "Bus berangkat pukul 13.00.")
    await stage.press(organizer, "Kirim")


async def test_a_long_or_many_pictured_reply_is_one_note_to_its_end(stage: Stage) -> None:
    user = await stage.user("p30")
    prompt = await prompted(stage, user)
    await in_the_midst(stage, user, MIDST["a question to the speaker"])
    long = ("panjang sekali " * 273)[:4090].strip()
    user.send_text(long, prompt["message_id"])
    user.send_text("dan sampai di sini.")
    await stage.calm()
    assert await wording(stage) == [f"{long} dan sampai di sini."]
