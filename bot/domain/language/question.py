"""What was asked, as a value, and what of it is remembered for the next message."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from bot.domain.language.mentions import Mention
from bot.domain.language.moments import When


class Act(StrEnum):
    """What sort of message it is."""

    ASK = "ask"
    UNSURE = "unsure"
    OTHER = "other"
    GREETING = "greeting"
    THANKS = "thanks"
    HELP = "help"


class Intent(StrEnum):
    """What is wanted. ME, SETTINGS and NOTES are answered by their handlers."""

    AGENDA = "agenda"
    OVERVIEW = "overview"
    NOW = "now"
    NEXT = "next"
    AT = "at"
    REST = "rest"
    FIRST = "first"
    LAST = "last"
    AFTER = "after"
    BEFORE = "before"
    CARD = "card"
    WHEN = "when"
    WHERE = "where"
    WHO = "who"
    DURATION = "duration"
    END = "end"
    COUNTDOWN = "countdown"
    REMAINING = "remaining"
    DRESS = "dress"
    BRING = "bring"
    MATERIALS = "materials"
    EVENT = "event"
    ME = "me"
    SETTINGS = "settings"
    NOTES = "notes"
    GREETING = "greeting"
    THANKS = "thanks"
    ACK = "ack"
    HELP = "help"
    OTHER = "other"


FACETS = frozenset({
    Intent.WHEN, Intent.WHERE, Intent.WHO, Intent.DURATION, Intent.END, Intent.COUNTDOWN,
    Intent.REMAINING, Intent.DRESS, Intent.BRING, Intent.MATERIALS,
})  # fmt: skip
"""Intents that ask one fact of a session."""


@dataclass(frozen=True, slots=True)
class Slots:
    """What one chat spoke of last. The store keeps it for ten minutes."""

    intent: str = ""
    subject: str = ""
    """How the sessions were named: an order such as "next", a source such as "session"."""
    named: tuple[str, ...] = ()
    """Ids of every session the name fits, so that another day can be asked of it."""
    sessions: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    day: date | None = None
    part: str | None = None

    @property
    def offered(self) -> tuple[str, ...]:
        """What "yang kedua" counts: the choices that were offered, else what was listed."""
        return self.choices or self.sessions

    def to_dict(self) -> dict[str, Any]:
        """As JSON-able values."""
        return {
            "intent": self.intent,
            "subject": self.subject,
            "named": list(self.named),
            "sessions": list(self.sessions),
            "choices": list(self.choices),
            "day": self.day.isoformat() if self.day else None,
            "part": self.part,
        }

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> "Slots":
        """From :meth:`to_dict`.

        Raises:
            ValueError, KeyError, TypeError: not what `to_dict` gives.
        """
        day = kept["day"]
        return cls(
            str(kept["intent"]),
            str(kept["subject"]),
            tuple(map(str, kept["named"])),
            tuple(map(str, kept["sessions"])),
            tuple(map(str, kept["choices"])),
            date.fromisoformat(day) if day else None,
            kept["part"],
        )


@dataclass(frozen=True, slots=True)
class Question:
    """A message understood.

    ``mention`` names sessions; ``order`` is Intent.NOW, NEXT, FIRST or LAST where such a session
    is meant; ``relation`` is AFTER or BEFORE the mention; ``back`` tells that the sessions come
    from what was spoken of before; ``many`` that all of them are wanted, not the next one.
    """

    text: str
    act: Act
    intent: Intent
    when: When | None = None
    mention: Mention | None = None
    order: Intent | None = None
    relation: Intent | None = None
    anchor: str = ""
    """The typed words of that relation: "habis makan siang"."""
    many: bool = False
    back: bool = False
    about_event: bool = False
    following: bool = False
    """It takes up the question before: "kalau makan malam?"."""
    absent: bool = False
    """Something every event may have is asked for, and this agenda has none of it."""
    gathering: bool = False
    """Where or when people gather is asked: that is at the first session."""
    talks: bool = False
    """Only what is taught or worked at counts: "materi terakhir"."""
    nth: int = 0
    """Which of repeated sessions is meant, from 1: "rehat kopi kedua"."""
    picked: int = 0
    """Which of the offered choices was taken, from 1."""
    slots: Slots = field(default_factory=Slots)
