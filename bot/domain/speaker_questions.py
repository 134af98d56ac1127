"""Questions to speakers: how they stand, how many may be asked, whose vote it was. Pure."""

import hmac
from collections import defaultdict, deque
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

LONGEST = 300
"""Characters: more than that nobody reads from a wall."""


class State(StrEnum):
    """How a question stands: organizers see all, the others those let through.

    One of a session at most is being answered.
    """

    WAITING = "waiting"
    ANSWERING = "answering"
    SHOWN = "shown"
    ANSWERED = "answered"
    HIDDEN = "hidden"


PUBLIC = (State.ANSWERING, State.SHOWN, State.ANSWERED)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as people see it. ``by`` names who asks, None: without name."""

    key: str
    session_id: str
    text: str
    by: str | None
    state: State
    votes: int
    voted: bool = False
    """Whether the one who looks has voted for it."""


class Flood:
    """Lets so many things through in so much time, each person for themselves.

    Kept in memory only: what is without name must not be counted where it is stored.
    """

    def __init__(self, most: int, within: timedelta) -> None:
        self._most, self._within = most, within
        self._seen: defaultdict[Hashable, deque[datetime]] = defaultdict(deque)

    def allows(self, who: Hashable, now: datetime) -> bool:
        """Whether one more may pass; it is counted then."""
        seen = self._seen[who]
        while seen and seen[0] <= now - self._within:
            seen.popleft()
        if len(seen) >= self._most:
            return False
        seen.append(now)
        return True


def voter(secret: bytes, *, question: str, person_id: int) -> str:
    """What a person's vote for a question is kept under."""
    message = f"question vote\0{question}\0{person_id}".encode()
    return hmac.new(secret, message, sha256).hexdigest()[:32]
