"""Who belongs to the event, as the roster says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum


class Role(StrEnum):
    """What a person is at the event, and so what the bot lets them do."""

    PARTICIPANT = "participant"
    ORGANIZER = "organizer"
    AIDE = "aide"


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """One line of the roster. ``key`` is stable and unique; ``phone`` is ``+`` and digits.

    ``aide_of`` is the key of the person whom an aide goes with. ``coordinator`` says whose
    presence the person may put down: "bus" those on the same bus, "group" those of the same group,
    or both with a comma.
    """

    key: str
    name: str
    position: str | None = None
    agency: str | None = None
    echelon: str | None = None
    group: str | None = None
    phone: str | None = None
    role: Role = Role.PARTICIPANT
    aide_of: str | None = None
    bus: str | None = None
    room: str | None = None
    seat: str | None = None
    coordinator: str | None = None


@dataclass(frozen=True, slots=True)
class EntryChange:
    """Somebody who is on both rosters, and the names of what differs about them."""

    was: RosterEntry
    now: RosterEntry
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RosterChanges:
    """What leads from one roster to the next, each in the order of its roster."""

    added: tuple[RosterEntry, ...]
    changed: tuple[EntryChange, ...]
    removed: tuple[RosterEntry, ...]
    before: int
    """How many there were."""

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    @property
    def removes_half(self) -> bool:
        """Whether half of those there were, or more, would be gone."""
        return bool(self.removed) and 2 * len(self.removed) >= self.before


def compare(old: Sequence[RosterEntry], new: Iterable[RosterEntry]) -> RosterChanges:
    """What is different in the new roster; people are the same if their keys are."""
    before = {entry.key: entry for entry in old}
    after = {entry.key: entry for entry in new}
    changed = []
    for key, now in after.items():
        was = before.get(key)
        if was is not None and was != now:
            names = (f.name for f in fields(now) if getattr(was, f.name) != getattr(now, f.name))
            changed.append(EntryChange(was, now, tuple(names)))
    return RosterChanges(
        added=tuple(entry for key, entry in after.items() if key not in before),
        changed=tuple(changed),
        removed=tuple(entry for key, entry in before.items() if key not in after),
        before=len(before),
    )
