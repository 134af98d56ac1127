"""What is different between two agendas: the facts of a change notice and of an import's preview.

Sessions are compared by id; `bot/domain/matching.py` gives those of a foreign file their ids.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from functools import cached_property

from bot.domain.agenda import Agenda, Event, Session

_TIMES = ("start", "end")
_NOT_COMPARED = ("id", "cancelled")
_GRAVE = ("timezone", "keep_until", "consent_version")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of the event: its name, what it was and what it is now."""

    name: str
    was: object
    now: object


@dataclass(frozen=True)
class SessionChange:
    """A session that is in both agendas, and the names of its fields that differ, in their order.

    Attributes:
        was: as it stood in the old agenda.
        now: as it stands in the new one; its id is the same.
        fields: names of fields of ``Session``; never empty.
    """

    was: Session
    now: Session
    fields: tuple[str, ...]

    @property
    def id(self) -> str:
        """The session's id."""
        return self.now.id

    @property
    def moved(self) -> bool:
        """Whether it starts or ends at another time."""
        return any(name in _TIMES for name in self.fields)

    @property
    def shift(self) -> timedelta:
        """How much later it starts; negative: earlier."""
        return self.now.start - self.was.start

    @property
    def relocated(self) -> bool:
        """Whether it is in another room."""
        return "room" in self.fields

    @property
    def retitled(self) -> bool:
        """Whether it has another title."""
        return "title" in self.fields

    @property
    def others(self) -> tuple[str, ...]:
        """The changed fields beside time, room and title."""
        return tuple(n for n in self.fields if n not in {*_TIMES, "room", "title"})


@dataclass(frozen=True)
class Changes:
    """Everything that leads from the old agenda to the new one; each in the order of time.

    Attributes:
        added: sessions that only the new agenda has.
        changed: sessions that take place in both and differ in anything.
        cancelled: sessions that took place in the old agenda alone; as they were.
        restored: sessions that were cancelled in the old agenda and take place after all.
        event: fields of the event itself that differ.
        before: how many sessions there were.
    """

    added: tuple[Session, ...] = ()
    changed: tuple[SessionChange, ...] = ()
    cancelled: tuple[Session, ...] = ()
    restored: tuple[Session, ...] = ()
    event: tuple[FieldChange, ...] = ()
    before: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.cancelled or self.restored or self.event)

    @cached_property
    def moved(self) -> tuple[SessionChange, ...]:
        """Those at another time; they may differ in more."""
        return tuple(c for c in self.changed if c.moved)

    @cached_property
    def relocated(self) -> tuple[SessionChange, ...]:
        """Those in another room."""
        return tuple(c for c in self.changed if c.relocated)

    @cached_property
    def retitled(self) -> tuple[SessionChange, ...]:
        """Those with another title."""
        return tuple(c for c in self.changed if c.retitled)

    @cached_property
    def edited(self) -> tuple[SessionChange, ...]:
        """Those with another speaker, description, dress or whatever else."""
        return tuple(c for c in self.changed if c.others)

    @cached_property
    def key(self) -> tuple[object, ...]:
        """The same for changes that read alike, within those to one agenda."""
        was = tuple((c.id, c.was.start, c.was.end, c.fields) for c in self.changed)
        parts = (self.added, self.cancelled, self.restored)
        return was, *(tuple(s.id for s in sessions) for sessions in parts)

    @property
    def until(self) -> datetime | None:
        """When the last session that it is about is over, as it was or is; None without any."""
        ends = [end for c in self.changed for end in (c.was.end, c.now.end)]
        ends += [s.end for s in (*self.added, *self.cancelled, *self.restored)]
        return max(ends, default=None)

    def with_others(self, more: "Changes") -> "Changes":
        """These, and of ``more`` what is about sessions that are untouched here."""
        every = (*self.added, *self.cancelled, *self.restored)
        known = {c.id for c in self.changed} | {s.id for s in every}
        rest = more.only(lambda session: session.id not in known)
        return replace(
            self,
            added=self.added + rest.added,
            changed=self.changed + rest.changed,
            cancelled=self.cancelled + rest.cancelled,
            restored=self.restored + rest.restored,
        )

    def only(self, concerns: Callable[[Session], bool]) -> "Changes":
        """The part about sessions of which this is true, as they were or as they are now."""
        return replace(
            self,
            added=tuple(s for s in self.added if concerns(s)),
            changed=tuple(c for c in self.changed if concerns(c.was) or concerns(c.now)),
            cancelled=tuple(s for s in self.cancelled if concerns(s)),
            restored=tuple(s for s in self.restored if concerns(s)),
        )

    @property
    def grave(self) -> tuple[str, ...]:
        """What of the event changes that moves every time, or touches people's data."""
        return tuple(change.name for change in self.event if change.name in _GRAVE)

    @property
    def deletes_half(self) -> bool:
        """Whether half of what there was, or more, is gone."""
        return bool(self.cancelled) and 2 * len(self.cancelled) >= self.before


def diff(old: Agenda, new: Agenda) -> Changes:
    """What has to change in ``old`` to become ``new``; empty (false) if nothing has.

    Version and time of loading are no changes: they say when, not what. Nor is anything about a
    session that takes place in neither.
    """
    before = {s.id: s for s in old.sessions}
    after = {s.id for s in new.sessions}
    called_off = {s.id for s in old.cancelled}
    changed = ((before[s.id], s) for s in new.sessions if s.id in before)
    differing = ((was, now, tuple(_differing(was, now))) for was, now in changed)
    fresh = [s for s in new.sessions if s.id not in before]
    return Changes(
        added=tuple(s for s in fresh if s.id not in called_off),
        changed=tuple(SessionChange(was, now, names) for was, now, names in differing if names),
        cancelled=tuple(s for s in old.sessions if s.id not in after),
        restored=tuple(s for s in fresh if s.id in called_off),
        event=tuple(
            FieldChange(name, getattr(old.event, name), getattr(new.event, name))
            for name in _differing(old.event, new.event)
        ),
        before=len(old.sessions),
    )


def _differing(was: Session | Event, now: Session | Event) -> Iterator[str]:
    for field in fields(was):
        if field.name in _NOT_COMPARED and isinstance(was, Session):
            continue
        if getattr(was, field.name) != getattr(now, field.name):
            yield field.name
