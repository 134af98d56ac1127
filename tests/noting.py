"""What tests of notes look at: what the store holds, and what a phone was told of it."""

from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from bot.rehearsal.world import User
from bot.store.tables import Attachment, Note, NoteVersion
from tests.builders import Stage, local

TALK = "d1-arah-pembangunan"
TALK_TITLE = "Materi 1"
TALK_END = local("2025-11-04 11:45")
"""The first learning session of the shipped event."""


async def stored(stage: Stage) -> list[Note]:
    """Every note, the oldest first."""
    return await _all(stage, select(Note).order_by(col(Note.id)))


async def wording(stage: Stage) -> list[str]:
    """The text of every note."""
    return [note.text for note in await stored(stage)]


async def files(stage: Stage) -> list[Attachment]:
    """Every file of a note, in the order of the messages."""
    return await _all(stage, select(Attachment).order_by(col(Attachment.message_id)))


async def versions(stage: Stage) -> list[str]:
    """What notes said before they were changed, the oldest first."""
    found = await _all(stage, select(NoteVersion).order_by(col(NoteVersion.id)))
    return [version.text for version in found]


async def prompted(stage: Stage, user: User, *, after: timedelta = timedelta()) -> dict[str, Any]:
    """The prompt after the first talk, ``after`` which the stage goes on."""
    await stage.step(TALK_END)
    prompt = user.inbox[-1]
    assert TALK_TITLE in prompt["text"]
    assert "sudah selesai" in prompt["text"]
    stage.clock.instant = TALK_END + after
    return prompt


def marked(stage: Stage, user: User, message: dict[str, Any]) -> bool:
    """Whether the bot put its reaction on this message."""
    reactions = user.chat().reactions.get(message["message_id"], {})
    return any(one["emoji"] == "✍" for given in reactions.values() for one in given)


async def _all(stage: Stage, query: Any) -> list[Any]:
    def everything(db: Any) -> list[Any]:
        return list(db.exec(query).all())

    return await stage.house.db.read(everything)
