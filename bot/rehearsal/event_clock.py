"""The event's clock of a rehearsal: it runs at any speed, stands still, and never goes back."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

SPEEDS = (1, 60, 600)
"""Event seconds in a real second that the page offers."""


class EventClock:
    """Tells the event's present. ``now`` is what the bot and the world are given as their clock.

    ``real`` counts real seconds. Speed 0 stands still. The clock runs up to ``held_at`` and no
    further, so that whoever drives it can do what is due at that instant before time goes on.
    """

    def __init__(
        self, start: datetime, *, speed: float = 0, real: Callable[[], float] = time.monotonic
    ) -> None:
        """Begins at ``start`` (aware).

        Raises:
            ValueError: ``start`` is naive, or ``speed`` negative.
        """
        if start.tzinfo is None:
            raise ValueError("the clock needs an aware instant")
        self._real = real
        self._from = start.astimezone(UTC)
        self._since = real()
        self._speed = 0.0
        self._held_at: datetime | None = None
        self.play(speed)

    @property
    def speed(self) -> float:
        """Event seconds in a real second; 0 stands still."""
        return self._speed

    def now(self) -> datetime:
        """The event's present, in UTC."""
        flown = timedelta(seconds=(self._real() - self._since) * self._speed)
        present = self._from + flown
        return present if self._held_at is None else min(present, self._held_at)

    @property
    def held(self) -> bool:
        """Whether the clock has come to the instant it must not pass."""
        return self._held_at is not None and self.now() >= self._held_at

    def play(self, speed: float) -> None:
        """Goes on from now at ``speed``.

        Raises:
            ValueError: ``speed`` is negative.
        """
        if speed < 0:
            raise ValueError("an event's time does not run backward")
        self._set(self.now())
        self._speed = float(speed)

    def pause(self) -> None:
        """Stands still."""
        self.play(0)

    def hold_at(self, instant: datetime | None) -> None:
        """The clock stops there until told otherwise; None lets it run freely.

        Time that it stood at the former instant is not made up for.
        """
        self._set(self.now())
        self._held_at = None if instant is None else max(instant.astimezone(UTC), self._from)

    def jump(self, instant: datetime) -> None:
        """Goes on from ``instant``.

        Raises:
            ValueError: it is past already.
        """
        if instant < self.now():
            raise ValueError("an event's time does not run backward")
        if self._held_at is not None and instant > self._held_at:
            self._held_at = None
        self._set(instant.astimezone(UTC))

    def _set(self, instant: datetime) -> None:
        self._from, self._since = instant, self._real()
