"""What people do with notes beyond writing them, and what must be in the store after that."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.rehearsal.world import CallbackQuery, User
from bot.store.tables import Commitment, CommitmentStep, Note, Rating
from bot.texts.commitments import BY_LETTER

_PRESSED = 900_000
"""Numbers of messages with buttons that this phone never got."""


@dataclass
class Kept:
    """A note as its writer left it."""

    pieces: list[int]
    beginning: str
    rewritten: str | None = None
    deleted: bool = False
    edits: int = 0

    def fits(self, note: Note) -> bool:
        """Whether the store has it so."""
        if (note.deleted_at is not None) != self.deleted:
            return False
        if self.rewritten is not None:
            return note.text == self.rewritten
        return note.text == self.beginning or note.text.startswith(f"{self.beginning}\n")


@dataclass
class Pressed:
    """A button that was pressed, what it is about, and what is so afterwards."""

    topic: str
    value: Any
    query: CallbackQuery

    @property
    def done(self) -> bool:
        """Whether the bot said so."""
        return self.query.answer is not None


@dataclass
class Changes:
    """What one person did, in order. ``ref``: of the session that they rate."""

    user: User
    ref: str
    pressed: list[Pressed] = field(default_factory=list)
    count: int = 0

    def waiting(self) -> int:
        """How many buttons the bot has not answered yet."""
        return sum(not each.done for each in self.pressed)

    def change(self, notes: Sequence[Kept], id_of: Callable[[int], int | None], plan: int) -> None:
        """One more thing, with a note that has reached the store, or beside notes.

        Args:
            id_of: the id of the note that a message belongs to.
            plan: the id of the person's commitment.
        """
        chance = random.Random(f"{self.user.id} {self.count}")
        self.count += 1
        value = chance.randrange(1, 6)
        letter = chance.choice("nud")
        note = chance.choice(notes)
        number = id_of(note.pieces[0])
        what = chance.choice(("rate", "stand", "edit", "rewrite", "delete"))
        if what == "rate":
            self._press("rating", value, f"r:{self.ref}:{value}")
        elif what == "stand":
            self._press("standing", BY_LETTER[letter], f"c:t:{plan}:{letter}")
        elif what == "edit" and note.rewritten is None:
            note.edits += 1
            note.beginning = f"{self.user.id} suntingan {self.count}"
            self.user.edit(note.pieces[0], f"/refleksi {note.beginning}")
        elif what == "rewrite" and number is not None and not note.deleted:
            self._press("rewrite", None, f"n:e:{number}")
            note.edits += 1
            note.rewritten = f"{self.user.id} ditulis ulang {self.count}"
            note.pieces.append(self.user.send_text(note.rewritten)["message_id"])
        elif what == "delete" and number is not None:
            note.deleted = not note.deleted
            key = "x" if note.deleted else "u"
            self._press(f"deleted {number}", note.deleted, f"n:{key}:{number}:0")

    def _press(self, topic: str, value: Any, data: str) -> None:
        chat = self.user.chat()
        number = _PRESSED + len(self.pressed)
        button = {"inline_keyboard": [[{"text": "x", "callback_data": data}]]}
        shown = self.user.inbox[0] | {"message_id": number, "reply_markup": button}
        chat.messages[number] = shown
        self.pressed.append(Pressed(topic, value, self.user.press(number, data)))

    def may_be(self, topic: str) -> list[Any]:
        """What may be in the store: the last that the bot spoke of, or anything pressed since."""
        about = [each for each in self.pressed if each.topic == topic]
        said = [n for n, each in enumerate(about) if each.done]
        return [each.value for each in about[said[-1] :]] if said else []

    def check(self, rows: Sequence[Any]) -> None:
        """What the bot has said to have done is so; ``rows``: this person's, of every table."""
        for row in rows:
            match row:
                case Rating():
                    assert row.value in (self.may_be("rating") or [row.value])
                case Commitment():
                    assert row.standing in (self.may_be("standing") or [row.standing])
                case Note():
                    allowed = self.may_be(f"deleted {row.id}")
                    assert not allowed or (row.deleted_at is not None) in allowed
        if self.may_be("rating"):
            assert any(isinstance(row, Rating) for row in rows), "said to be kept and lost"

    def check_end(self, rows: Sequence[Any], steps: Sequence[CommitmentStep]) -> None:
        """Everything is done, and each thing once."""
        columns = (("rating", Rating, "value"), ("standing", Commitment, "standing"))
        for topic, table, name in columns:
            wanted = [each.value for each in self.pressed if each.topic == topic][-1:]
            found = [getattr(row, name) for row in rows if isinstance(row, table)]
            assert found == wanted or not wanted
        said = [each.value for each in self.pressed if each.topic == "standing"]
        told = [value for n, value in enumerate(said) if n == 0 or said[n - 1] is not value]
        assert [step.standing for step in steps] == told, "once each, in order"
