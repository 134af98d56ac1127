"""Notes written straight into the store, with what may hang on them."""

from datetime import date
from itertools import count
from typing import Any

from sqlmodel import select

from bot.rehearsal.world import User
from bot.services import privacy
from bot.store import notes, people
from bot.store.tables import Attachment, Note
from tests.builders import Stage

_numbers = count(500_000)
"""Of Telegram messages that no phone ever shows."""


async def written(
    stage: Stage,
    user: User,
    text: str,
    *,
    session_id: str | None = None,
    day: date = date(2025, 11, 4),
    files: tuple[str, ...] = (),
) -> Note:
    """A note of this person, as if it had been sent just now; ``files`` are Telegram's ids."""
    now = stage.clock.now()

    def write(db: Any) -> Note:
        note = Note(
            person_id=_id(user),
            session_id=session_id,
            day=day,
            text=text,
            created_at=now,
            updated_at=now,
        )
        note = notes.add(db, note, source=(user.id, next(_numbers)))
        db.add_all(_file(note, user, file_id) for file_id in files)
        return note

    return await stage.house.db.write(write)


async def everything(stage: Stage, table: Any) -> list[Any]:
    """All rows of a table."""
    return await stage.house.db.read(lambda db: list(db.exec(select(table)).all()))


async def consents(stage: Stage, *users: User) -> None:
    """These people agree to the privacy text."""
    event, now = stage.house.desk.agenda.event, stage.clock.now()

    def agree(db: Any) -> None:
        for user in users:
            privacy.shown(db, event, person_id=_id(user), now=now)
            person = people.get(db, _id(user))
            assert person is not None
            person.consented_at = now
            db.add(person)

    await stage.house.db.write(agree)


def _id(user: User) -> int:
    """The stage gives out phones by the numbers of people."""
    return user.id - 1000


def _file(note: Note, user: User, file_id: str) -> Attachment:
    return Attachment(
        note_id=note.id or 0,
        chat_id=user.id,
        message_id=next(_numbers),
        kind="document",
        file_name="lampiran.pdf",
        mime_type="application/pdf",
        size=3,
        digest="0" * 64,
        file_id=file_id,
    )
