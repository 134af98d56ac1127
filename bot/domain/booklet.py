"""What one participant takes home: their own notes, ratings and commitments. Nobody else's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.domain.agenda import Agenda
from bot.domain.commitments import Standing
from bot.domain.materials import Handouts


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file kept with a note. ``digest``: SHA-256 under which its content is kept."""

    name: str
    kind: str
    """photo, voice, audio, video or document."""
    size: int
    digest: str = ""
    content: bytes | None = None
    """Where it goes along."""
    left_out: bool = False
    """It should go along and does not: too large with the others, or not to be read."""
    path: str = ""
    """Where it lies beside a document that does not hold it itself."""


@dataclass(frozen=True, slots=True)
class OwnNote:
    """A note. ``day`` is the event's local day, ``at`` the instant of writing (UTC)."""

    text: str
    session_id: str | None
    day: date
    at: datetime
    files: tuple[OwnFile, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnStep:
    """How a commitment stood at one time. ``at``: UTC."""

    standing: Standing
    remark: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OwnCommitment:
    """A commitment. ``due_on`` is a local day."""

    what: str
    partner: str
    first_step: str
    goal_id: str | None
    due_on: date
    standing: Standing
    steps: tuple[OwnStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Booklet:
    """All of it. ``ratings``: 1 to 5 by session."""

    name: str
    position: str | None
    agency: str | None
    notes: tuple[OwnNote, ...]
    ratings: Mapping[str, int]
    commitments: tuple[OwnCommitment, ...]
    handouts: Handouts = field(default_factory=dict)
    """What organizers handed out in the chat."""
    group: str | None = None
    whole_rundown: bool = False
    """Whether all groups' sessions concern them: they are an organizer."""

    def rundown(self, agenda: Agenda) -> Agenda:
        """What is for the person, and whatever else they wrote about or rated."""
        if self.whole_rundown:
            return agenda
        concerned = {note.session_id for note in self.notes if note.session_id}
        return agenda.for_person(self.group, concerned | self.ratings.keys())
