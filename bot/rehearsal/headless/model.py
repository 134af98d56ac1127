"""What a headless rehearsal is made of: who plays, what they do, what was said, what is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.agenda import Agenda
from bot.domain.people import Role
from bot.rehearsal.world import Json


class Part(StrEnum):
    """What a participant is cast for besides asking and taking notes."""

    LATE = "late"
    BLOCKS = "blocks"
    NO_REMINDERS = "no_reminders"
    EARLY_REMINDERS = "early_reminders"
    ENGLISH = "english"
    STRANGER = "stranger"


@dataclass(frozen=True)
class Player:
    """Somebody with a phone. ``number`` is their id in the store, 0 for the stranger, and
    ``account`` that of their Telegram account.
    """

    key: str
    number: int
    name: str
    role: Role | None
    account: int
    code: str = ""
    """Start parameter of their invite."""
    part: Part | None = None

    @property
    def organizer(self) -> bool:
        """Whether they may announce."""
        return self.role is Role.ORGANIZER


class Verb(StrEnum):
    """What a person does with their phone."""

    JOIN = "join"
    SAY = "say"
    REPLY = "reply"
    PRESS = "press"
    BLOCK = "block"
    UNBLOCK = "unblock"


@dataclass(frozen=True, slots=True)
class Act:
    """One thing a person does at an instant (UTC); nobody does two things at once.

    ``words`` are what is typed, for PRESS how the button's data begins. REPLY answers the newest
    reflection prompt. ``kind`` is what the transcript calls it. An ``optional`` press is left out
    where there is no such button.
    """

    at: datetime
    who: str
    verb: Verb
    kind: str
    words: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """An act as it went: ``words`` as the person saw them, whether the bot ever responded."""

    act: Act
    words: str
    answered: bool = True


@dataclass(frozen=True, slots=True)
class Expected:
    """One message that has to reach a phone, worked out from the agenda and what people chose."""

    who: str
    kind: str
    due_at: datetime
    useful_until: datetime
    text: str
    sessions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the transcript. ``incoming``: the person hears from the bot.

    ``status`` is "delivered", else why it never arrived. ``entities`` are Telegram's. A message
    that was ``edited`` stands where it was sent, as it looks in the end.
    """

    at: datetime
    who: str
    incoming: bool
    kind: str
    text: str
    entities: Sequence[Json] = ()
    buttons: tuple[tuple[str, ...], ...] = ()
    sessions: tuple[str, ...] = ()
    status: str = "delivered"
    edited: bool = False


class Severity(StrEnum):
    """An error makes the command fail; a warning wants a look; a note is worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something an organizer should know. ``code`` names its text, ``facts`` are its variables."""

    severity: Severity
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)
    at: datetime | None = None
    sessions: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


@dataclass(frozen=True)
class Performance:
    """The whole event as it was played. ``faults`` are errors that the bot logged."""

    agenda: Agenda
    players: Sequence[Player]
    done: Sequence[Done]
    entries: Sequence[Entry]
    expected: Sequence[Expected]
    faults: Sequence[str] = ()

    def names(self) -> dict[str, str]:
        """Everybody's name by key."""
        return {player.key: player.name for player in self.players}
