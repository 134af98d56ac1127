"""What is wrong with the bot, judged from measured facts. Pure."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What can be wrong."""

    STORE = "store"
    SCHEDULER = "scheduler"
    OUTBOX = "outbox"
    TELEGRAM = "telegram"
    CLOCK = "clock"
    DISK = "disk"
    BACKUP = "backup"


DIRECT = (Kind.STORE, Kind.OUTBOX)
"""These do not wait in the outbox: it is what does not work."""
AFTERWARDS = (Kind.TELEGRAM,)
"""These can only be told once they are over."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Measurements, in seconds and bytes; None: not known, or not wanted."""

    store_failing_s: float = 0.0
    """For how long nothing could be written."""
    late_s: float = 0.0
    """For how long the planner should have looked."""
    waiting_s: float = 0.0
    """For how long the oldest message that may leave has been waiting."""
    idle_s: float = 0.0
    """For how long the courier has brought nothing to its end."""
    silent_s: float = 0.0
    """For how long every call to Telegram has failed."""
    clock_off_s: float | None = None
    """How much this machine's clock is ahead of Telegram's."""
    disk_free: int | None = None
    backup_age_s: float | None = None
    waiting: int = 0
    """How many messages wait, whether or not they may leave yet."""
    last_backup: datetime | None = None
    error: str | None = None
    """What kind of error the store gave last."""


_MIB = 1024**2
_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class _Bound:
    """An alarm begins above ``begins`` and ends below ``ends``, so that it does not flutter."""

    measure: Callable[[Facts], float | None]
    begins: float
    ends: float


_BOUNDS: Mapping[Kind, _Bound] = {
    Kind.STORE: _Bound(lambda facts: facts.store_failing_s, 10, 1),
    Kind.SCHEDULER: _Bound(lambda facts: facts.late_s, 90, 10),
    # Much may wait for its turn at Telegram's rate; it is stuck when nothing gets through besides.
    Kind.OUTBOX: _Bound(lambda facts: min(facts.waiting_s, facts.idle_s), 180, 30),
    Kind.TELEGRAM: _Bound(lambda facts: facts.silent_s, 300, 1),
    Kind.CLOCK: _Bound(lambda facts: _size(facts.clock_off_s), 2, 1),
    Kind.DISK: _Bound(lambda facts: _less(facts.disk_free), -500 * _MIB, -700 * _MIB),
    Kind.BACKUP: _Bound(lambda facts: facts.backup_age_s, 26 * _HOUR, 25 * _HOUR),
}


def judge(facts: Facts, standing: Collection[Kind]) -> frozenset[Kind]:
    """What is wrong now, given what was wrong before. What is not known stays as it was."""
    return frozenset(kind for kind in Kind if _wrong(kind, facts, kind in standing))


def measured(kind: Kind, facts: Facts) -> float | None:
    """What the judgement about this went by; the greater the worse."""
    return _BOUNDS[kind].measure(facts)


def _wrong(kind: Kind, facts: Facts, before: bool) -> bool:
    bound, value = _BOUNDS[kind], measured(kind, facts)
    if value is None:
        return before
    return value > (bound.ends if before else bound.begins)


def _size(value: float | None) -> float | None:
    return None if value is None else abs(value)


def _less(value: int | None) -> float | None:
    return None if value is None else -float(value)
