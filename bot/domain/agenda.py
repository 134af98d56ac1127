"""The event and its sessions, as read from the event folder. Pure values; instants are UTC."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from weakref import WeakValueDictionary

from bot.domain import clock
from bot.domain.refs import ref


class Kind(StrEnum):
    """What sort of session it is. Only `learning` kinds ask for a reflection afterwards."""

    REGISTRATION = "registration"
    CEREMONY = "ceremony"
    TALK = "talk"
    WORKSHOP = "workshop"
    SIMULATION = "simulation"
    DISCUSSION = "discussion"
    REFLECTION = "reflection"
    ASSEMBLY = "assembly"
    EXERCISE = "exercise"
    BREAK = "break"
    MEAL = "meal"
    PRAYER = "prayer"
    SOCIAL = "social"
    TRAVEL = "travel"
    OTHER = "other"

    @property
    def learning(self) -> bool:
        """Whether participants learn or work in it, so that a reflection makes sense."""
        return self in _LEARNING

    @property
    def pause(self) -> bool:
        """Whether it is a pause of the programme: coffee, meal, prayer."""
        return self in _PAUSES


_LEARNING = {Kind.TALK, Kind.WORKSHOP, Kind.SIMULATION, Kind.DISCUSSION}
_PAUSES = {Kind.BREAK, Kind.MEAL, Kind.PRAYER}


@dataclass(frozen=True, slots=True)
class Material:
    """A hand-out of a session: what it is called and where it is."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Goal:
    """Something a commitment can serve: a programme of a plan, a point of a mission."""

    id: str
    title: str
    source: str
    """The list it stands in, such as the name of the plan."""


@dataclass(frozen=True)
class Session:
    """One line of the rundown. ``start`` and ``end`` are aware UTC instants, end exclusive."""

    id: str
    title: str
    start: datetime
    end: datetime
    kind: Kind = Kind.OTHER
    room: str | None = None
    speakers: tuple[str, ...] = ()
    description: str | None = None
    dress: str | None = None
    bring: str | None = None
    aliases: tuple[str, ...] = ()
    materials: tuple[Material, ...] = ()
    question: str | None = None
    """Guiding question of the reflection prompt; None: the event's default."""
    cancelled: bool = False
    """It does not take place: still found by name, but no part of the rundown any more."""
    groups: tuple[str, ...] = ()
    """Names of the roster's groups that it is for; none: it is for everybody."""

    def meant_for(self, group: str | None) -> bool:
        """Whether it is for somebody of this group; capitals and blanks make no difference."""
        return not self.groups or _plain(group) in {_plain(each) for each in self.groups}

    @cached_property
    def ref(self) -> str:
        """Eight characters that stand for the id in button data, which holds 64 bytes."""
        return ref(self.id)

    @property
    def duration(self) -> timedelta:
        """From start to end."""
        return self.end - self.start

    def running(self, now: datetime) -> bool:
        """Whether it is going on at ``now`` (start included, end not)."""
        return self.start <= now < self.end

    def overlaps(self, other: "Session") -> bool:
        """Whether there is a moment at which both go on."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Event:
    """The event itself. ``start`` and ``end`` are its first and last local day."""

    id: str
    name: str
    timezone: str
    start: date
    end: date
    short_name: str | None = None
    organizer: str | None = None
    place: str | None = None
    address: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    example: bool = False
    """The rundown is an example and every answer from it says so."""
    dress: str | None = None
    """Default dress code of sessions that name none."""
    reflection_questions: tuple[str, ...] = ()
    digest_at: time = time(5, 30)
    prompt_at: time = time(20, 30)
    quiet_from: time = time(21, 30)
    """From then on messages come without sound, until ``quiet_until``; equal times: never."""
    quiet_until: time = time(5)
    session_prompts: bool = True
    """Whether people are asked to reflect after each learning session, not only in the evening."""
    goals: tuple[Goal, ...] = ()
    """What commitments can be linked to, in the order of the file."""
    consent_version: str = "1"
    """Counted up when the privacy text changes: everybody is shown the new one."""
    consent_text: str | None = None
    """What the event adds to the bot's own privacy text."""
    keep_until: date | None = None
    """Local day after which personal data is deleted and only totals stay; None: kept."""
    shared_rooms: tuple[str, ...] = ()
    """Places where several sessions may go on at once: a courtyard, a hotel lobby, "online"."""
    free_days: tuple[date, ...] = ()
    """Days of the event on which nothing happens on purpose."""


@dataclass(frozen=True)
class Agenda:
    """All sessions of an event, sorted by start, with the version they were loaded as.

    Those that were cancelled are kept apart: ``find`` and ``by_ref`` know them, the rest does not.
    """

    event: Event
    sessions: tuple[Session, ...]
    version: int = 1
    changed_at: datetime | None = None
    """When this version was loaded first, UTC; None where nothing has recorded it."""
    cancelled: tuple[Session, ...] = ()
    _by_id: dict[str, Session] = field(init=False, repr=False, compare=False)
    _by_ref: dict[str, Session] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        given = (*self.sessions, *self.cancelled)
        ordered = sorted(given, key=lambda s: (s.start, s.end, s.id))
        object.__setattr__(self, "sessions", tuple(s for s in ordered if not s.cancelled))
        object.__setattr__(self, "cancelled", tuple(s for s in ordered if s.cancelled))
        object.__setattr__(self, "_by_id", {s.id: s for s in ordered})
        object.__setattr__(self, "_by_ref", {s.ref: s for s in ordered})

    @property
    def timezone(self) -> str:
        """IANA name of the event's zone."""
        return self.event.timezone

    @cached_property
    def days(self) -> tuple[date, ...]:
        """Every local day of the event, first to last."""
        count = (self.event.end - self.event.start).days + 1
        return tuple(self.event.start + timedelta(days=n) for n in range(count))

    @cached_property
    def _by_day(self) -> dict[date, tuple[Session, ...]]:
        grouped: dict[date, list[Session]] = {}
        for session in self.sessions:
            grouped.setdefault(clock.local_day(session.start, self.timezone), []).append(session)
        return {day: tuple(found) for day, found in grouped.items()}

    def quiet(self, instant: datetime) -> bool:
        """Whether people are asleep at ``instant``, so that a phone should make no sound."""
        wall = clock.local(instant, self.timezone).time()
        since, until = self.event.quiet_from, self.event.quiet_until
        if since <= until:
            return since <= wall < until
        return wall >= since or wall < until

    def find(self, session_id: str) -> Session | None:
        """The session with this id, if any."""
        return self._by_id.get(session_id)

    def by_ref(self, ref: str) -> Session | None:
        """The session whose button reference this is, if any."""
        return self._by_ref.get(ref)

    @cached_property
    def uncancelled(self) -> "Agenda":
        """The agenda as if nothing had been cancelled; itself where nothing was."""
        if not self.cancelled:
            return self
        restored = (replace(s, cancelled=False) for s in self.cancelled)
        return replace(self, sessions=(*self.sessions, *restored), cancelled=())

    @cached_property
    def _groups(self) -> frozenset[str]:
        every = (*self.sessions, *self.cancelled)
        return frozenset(_plain(group) for session in every for group in session.groups)

    @cached_property
    def _views(self) -> dict[str, "Agenda"]:
        return {}

    def for_group(self, group: str | None) -> "Agenda":
        """The rundown of somebody of this group: what is for everybody and what is for them.

        The same object each time; where no session is for a group, the agenda itself.
        """
        if not self._groups:
            return self
        key = _plain(group) if _plain(group) in self._groups else ""
        if key not in self._views:
            self._views[key] = replace(
                self,
                sessions=tuple(s for s in self.sessions if s.meant_for(key)),
                cancelled=tuple(s for s in self.cancelled if s.meant_for(key)),
            )
        return self._views[key]

    @cached_property
    def _personal(self) -> "WeakValueDictionary[tuple[str | None, frozenset[str]], Agenda]":
        return WeakValueDictionary()

    def for_person(self, group: str | None, favourites: Iterable[str]) -> "Agenda":
        """The rundown of the group, with the sessions of others that the person has starred.

        The same object for the same choice as long as anybody holds it; where nothing is starred
        but what is for the group anyway, that of the group.

        Args:
            favourites: ids of sessions; those that the agenda does not know count for nothing.
        """
        own = self.for_group(group)
        extra = frozenset(s for s in favourites if s in self._by_id and s not in own._by_id)
        if not extra:
            return own
        key = (group, extra)
        found = self._personal.get(key)
        if found is None:
            more = [self._by_id[each] for each in extra]
            found = replace(own, sessions=(*own.sessions, *more))
            self._personal[key] = found
        return found

    def goal(self, goal_id: str | None) -> Goal | None:
        """The goal with this id, if any."""
        return next((goal for goal in self.event.goals if goal.id == goal_id), None)

    def day_of(self, session: Session) -> date:
        """The local day on which the session starts."""
        return clock.local_day(session.start, self.timezone)

    def on_day(self, day: date) -> tuple[Session, ...]:
        """Sessions that start on this local day, in order."""
        return self._by_day.get(day, ())

    def day_number(self, day: date) -> int | None:
        """1 for the event's first day; None outside the event."""
        number = (day - self.event.start).days + 1
        return number if 1 <= number <= len(self.days) else None

    def running(self, now: datetime) -> tuple[Session, ...]:
        """Sessions going on at ``now``."""
        return tuple(s for s in self.sessions if s.running(now))

    def starting(self, since: datetime, until: datetime) -> tuple[Session, ...]:
        """Sessions that begin in ``[since, until)``."""
        low, high = (bisect_left(self.sessions, i, key=lambda s: s.start) for i in (since, until))
        return self.sessions[low:high]

    def upcoming(self, now: datetime) -> tuple[Session, ...]:
        """Sessions that begin after ``now``, in order."""
        return tuple(s for s in self.sessions if s.start > now)

    def next_up(self, now: datetime) -> tuple[Session, ...]:
        """The next session, or all that begin together at that next instant."""
        later = self.upcoming(now)
        return tuple(s for s in later if s.start == later[0].start)


def local_times(agenda: Agenda, session: Session) -> tuple[datetime, datetime]:
    """Start and end of the session as wall time of the event."""
    return clock.local(session.start, agenda.timezone), clock.local(session.end, agenda.timezone)


def _plain(group: str | None) -> str:
    return " ".join((group or "").split()).casefold()
