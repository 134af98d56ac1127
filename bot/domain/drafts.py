"""A note while it is being written: what it is about, and how its pieces join. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

from bot.domain.files import File

_CUT = 3500
"""A phone cuts what is too long for one message near 4096 characters, at a word or a line."""
_FULL = 4095
"""A piece this long was cut within a word; at a shorter one the phone took a blank away."""
_TOGETHER = timedelta(seconds=2)
"""Pieces of one text arrive together."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a note is about: a session, or a local day of the event as a whole."""

    day: date
    session_id: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """One message of a note. ``source``: its chat and number; ``sent_at``: Unix seconds.

    ``length`` is that of the whole message, counted as phones do: in units of UTF-16.
    """

    source: tuple[int, int]
    text: str
    sent_at: float
    length: int = 0
    file: File | None = None
    album: str | None = None

    @property
    def blank(self) -> bool:
        """Whether it has no words: nothing, blanks, signs that nobody sees."""
        return not any(sign.isprintable() and not sign.isspace() for sign in self.text)

    @property
    def of_several(self) -> bool:
        """Whether the phone may have sent it as one of several messages: an album, a cut text."""
        return self.album is not None or self.length >= _CUT


@dataclass(frozen=True, slots=True)
class Draft:
    """A note that is being written. ``note_id`` is None before its first piece is stored."""

    subject: Subject
    note_id: int | None = None
    album: str | None = None
    """The album that its last piece belongs to."""
    cut_at: float | None = None
    """When its last piece was sent (Unix seconds), if that was long enough to have been cut."""
    full: bool = False
    """Whether that one was cut within a word."""
    unsettled: bool = False
    """Whether the person was still choosing what it is about when they began to write."""

    def to_details(self) -> dict[str, Any]:
        """For the dialogue: JSON-able."""
        facts = asdict(self)
        facts["subject"] = {
            "day": self.subject.day.isoformat(),
            "session": self.subject.session_id,
        }
        return facts

    @classmethod
    def from_details(cls, kept: Mapping[str, Any]) -> "Draft":
        """The reverse."""
        subject = kept["subject"]
        about = Subject(date.fromisoformat(subject["day"]), subject["session"])
        return cls(**{**kept, "subject": about})

    def continued_by(self, piece: Piece) -> bool:
        """Whether the piece was sent in one go with the one before: an album, a text cut up."""
        if self.note_id is None:
            return False
        if piece.album is not None and piece.album == self.album:
            return True
        return self.cut_at is not None and piece.sent_at - self.cut_at <= _TOGETHER.total_seconds()

    def separator(self, piece: Piece) -> str:
        """What stands between the text of the piece before and that of this next one."""
        if not piece.text:
            return ""
        if self.cut_at is None or not self.continued_by(piece):
            return "\n"
        return "" if self.full else " "

    def after(self, piece: Piece) -> "Draft":
        """The draft as the piece after this one finds it."""
        return replace(
            self,
            album=piece.album,
            cut_at=piece.sent_at if piece.length >= _CUT else None,
            full=piece.length >= _FULL,
        )
