"""Who belongs to the event, as the roster says."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person is at the event, and so what the bot lets them do."""

    PARTICIPANT = "participant"
    ORGANIZER = "organizer"
    AIDE = "aide"


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """One line of the roster. ``key`` is stable and unique; ``phone`` is ``+`` and digits."""

    key: str
    name: str
    position: str | None = None
    agency: str | None = None
    echelon: str | None = None
    group: str | None = None
    phone: str | None = None
    role: Role = Role.PARTICIPANT
