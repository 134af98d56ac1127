"""How several processes share Telegram's limits, and whose chat is whose. Pure.

Of *n* processes each may send an *n*-th of what is allowed at any moment. All of them see who
lives, but not at the same instant, so that a share grows late and begins late: whoever has not
looked for ``LEASE_S`` sends nothing, and a place in the limit is used by another only once the
lease of whoever had it and one window have passed. Instants are monotonic seconds.
"""

import math
from dataclasses import dataclass

LEASE_S = 6.0
"""So long a look at the others is good for."""
_WINDOW_S = 2.0
"""Telegram's second, and one in which the last call can be on its way."""
ALONE_S = 1.0
ALONE_AGAIN_S = 3.0
"""So long waits who finds nobody else, at its start and after it was out of touch: somebody may
have died, or not know yet that it is out of touch, a moment ago."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a process saw of all: how many live, and the names of those at work, in order."""

    at: float
    """When it asked."""
    alive: int
    names: tuple[str, ...]


class Share:
    """One process's part, from all of its looks. Looking may be another thread's work."""

    def __init__(self, name: str) -> None:
        """Out of touch as yet."""
        self._name = name
        self._looks: tuple[Look, ...] = ()
        """Those that still count, oldest first; none: it is out of touch."""
        self._lost = False
        self.begins = math.inf
        """When it may begin to send."""

    def saw(self, look: Look) -> None:
        """A look at the others."""
        if not self._looks:
            alone = ALONE_AGAIN_S if self._lost else ALONE_S
            self.begins = look.at + (LEASE_S + _WINDOW_S if look.alive > 1 else alone)
        counts = look.at - LEASE_S - _WINDOW_S
        self._looks = (*(one for one in self._looks if one.at >= counts), look)

    def lost(self) -> None:
        """It is out of touch: the others may have taken over what is its own."""
        self._looks, self._lost = (), True

    @property
    def until(self) -> float:
        """When it must have looked again; it is past while it is out of touch."""
        looks = self._looks
        return looks[-1].at + LEASE_S if looks else -math.inf

    def allows(self, now: float) -> bool:
        """Whether it may send."""
        return self.begins <= now < self.until

    @property
    def parts(self) -> int:
        """By how many the limits are divided: as many as it may have to share them with."""
        return max((look.alive for look in self._looks), default=1)

    def home(self, chat: int) -> str:
        """Name of the process that handles and tells what concerns this chat."""
        names = self._names()
        return names[abs(chat) % len(names)] if names else self._name

    def slice(self) -> tuple[int, int]:
        """Which chats are its own: those whose number leaves the first, divided by the second."""
        names = self._names()
        if not names:
            return 0, 1
        return (names.index(self._name) if self._name in names else -1), len(names)

    def _names(self) -> tuple[str, ...]:
        looks = self._looks
        return looks[-1].names if looks else ()
