"""What organizers are told of an event when it is over: figures without a few people in them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import fmean, median

from bot.domain import disclosure
from bot.domain.agenda import Agenda
from bot.domain.commitments import Standing
from bot.domain.disclosure import People
from bot.domain.notes import FEWEST_ANSWERS

STARS = (1, 2, 3, 4, 5)


# ---------------------------------------------------------------------------- as they are stored


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody on the roster who is no organizer."""

    person_id: int
    group: str | None
    joined: bool


@dataclass(frozen=True, slots=True)
class Rated:
    """One person's rating of one session, 1 to 5."""

    person_id: int
    session_id: str
    value: int


@dataclass(frozen=True, slots=True)
class Unshared:
    """What is known here of a commitment that its owner keeps: never its words."""

    person_id: int
    standing: Standing


@dataclass(frozen=True, slots=True)
class SharedNote:
    """A note that its writer gave to the organizers; ``name`` None: without a name."""

    text: str
    session_id: str | None
    name: str | None = None
    office: str | None = None


@dataclass(frozen=True, slots=True)
class SharedPlan:
    """A commitment that its owner gave to the organizers. ``due_on`` is a local day."""

    name: str
    what: str
    partner: str
    goal_id: str | None
    due_on: date
    standing: Standing


@dataclass(frozen=True, slots=True)
class Reach:
    """How far an announcement came. ``at``: UTC; ``read`` None: nobody was asked to confirm."""

    title: str
    at: datetime
    total: int
    delivered: int
    read: int | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """All that the report is made of."""

    participants: Sequence[Participant]
    written: Sequence[tuple[int, str | None]]
    """Who wrote about which session; None: about none."""
    ratings: Sequence[Rated]
    notes: Sequence[SharedNote]
    plans: Sequence[SharedPlan]
    unshared: Sequence[Unshared]
    reached: Sequence[Reach]
    present: Mapping[str, People] = field(default_factory=dict)
    """Who was there, by session; those whose attendance was taken."""


# -------------------------------------------------------------------------- as they may be shown


@dataclass(frozen=True, slots=True)
class Spread:
    """Ratings of five people at least: ``counts`` is how many gave 1, 2, 3, 4 and 5."""

    counts: tuple[int, int, int, int, int]
    mean: float
    median: float

    @property
    def total(self) -> int:
        """How many ratings."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class SessionFigures:
    """Of one session; ``session_id`` None: of the notes about no session. None: withheld."""

    session_id: str | None
    writers: int | None
    raters: int | None
    spread: Spread | None
    called: bool = False
    """Whether its attendance was taken."""
    present: int | None = None


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """Of one group of the roster; ``group`` None: of those without one. None: withheld."""

    group: str | None
    members: int
    writers: int | None
    raters: int | None


@dataclass(frozen=True, slots=True)
class Report:
    """The figures, every one of which may be shown. None: withheld, under five people."""

    participants: int
    joined: int
    writers: int | None
    raters: int | None
    spread: Spread | None
    sessions: tuple[SessionFigures, ...]
    groups: tuple[GroupFigures, ...]
    notes: tuple[SharedNote, ...]
    plans: tuple[SharedPlan, ...]
    unshared: int | None
    unshared_by_standing: Mapping[Standing, int | None]
    reached: tuple[Reach, ...]


def report(stored: Stored, agenda: Agenda) -> Report:
    """The figures. Sessions come in the agenda's order, without those that nobody could write on.

    Only what participants did is counted; what was written about a session that the agenda no
    longer has counts as written about none.
    """
    known = {person.person_id for person in stored.participants}
    writers: dict[str | None, set[int]] = {}
    for person_id, session_id in stored.written:
        if person_id in known:
            place = session_id if session_id and agenda.find(session_id) else None
            writers.setdefault(place, set()).add(person_id)
    ratings = [r for r in stored.ratings if r.person_id in known and agenda.find(r.session_id)]
    raters: dict[str | None, set[int]] = {}
    for rated in ratings:
        raters.setdefault(rated.session_id, set()).add(rated.person_id)
    wrote = disclosure.counted(_frozen(writers))
    rated_by = disclosure.counted(_frozen(raters))
    present = {each: people & known for each, people in stored.present.items()}
    sessions = _sessions(agenda, writers, raters, ratings, present)
    return Report(
        participants=len(stored.participants),
        joined=sum(person.joined for person in stored.participants),
        writers=disclosure.number(len(wrote)),
        raters=disclosure.number(len(rated_by)),
        spread=_whole_spread(ratings, raters),
        sessions=sessions,
        groups=_groups(stored.participants, wrote, rated_by),
        notes=_placed(stored.notes, agenda),
        plans=tuple(stored.plans),
        unshared=unshared_total(stored.unshared),
        unshared_by_standing=unshared_by_standing(stored.unshared),
        reached=tuple(stored.reached),
    )


def spread(values: Sequence[int]) -> Spread | None:
    """Of ratings from 1 to 5; None if they are too few to show."""
    if len(values) < FEWEST_ANSWERS:
        return None
    counts = Counter(values)
    one, two, three, four, five = (counts[star] for star in STARS)
    return Spread((one, two, three, four, five), fmean(values), median(values))


def unshared_total(plans: Sequence[Unshared]) -> int | None:
    """How many commitments are kept by their owners; None if those are too few people to tell."""
    owners = {plan.person_id for plan in plans}
    return len(plans) if len(owners) >= FEWEST_ANSWERS else None


def unshared_by_standing(plans: Sequence[Unshared]) -> dict[Standing, int | None]:
    """How they stand; None: not to be told.

    The parts are people, not plans: five plans of one owner would point at that owner.
    """
    owners = {
        standing: frozenset(plan.person_id for plan in plans if plan.standing is standing)
        for standing in Standing
    }
    hidden = disclosure.withheld(owners)
    return {
        standing: None if standing in hidden else sum(p.standing is standing for p in plans)
        for standing in Standing
    }


def _frozen(parts: Mapping[str | None, set[int]]) -> dict[str | None, People]:
    return {key: frozenset(people) for key, people in parts.items()}


def _sessions(
    agenda: Agenda,
    writers: Mapping[str | None, set[int]],
    raters: Mapping[str | None, set[int]],
    ratings: Sequence[Rated],
    present: Mapping[str, People],
) -> tuple[SessionFigures, ...]:
    wanted: list[str | None] = [
        session.id
        for session in agenda.sessions
        if session.kind.learning or any(session.id in each for each in (writers, raters, present))
    ]
    if None in writers:
        wanted.append(None)
    values: dict[str | None, list[int]] = {}
    for rated in ratings:
        values.setdefault(rated.session_id, []).append(rated.value)
    return tuple(
        SessionFigures(
            each,
            disclosure.number(len(writers.get(each, ()))),
            disclosure.number(len(raters.get(each, ()))),
            spread(values.get(each, ())),
            each in present,
            disclosure.number(len(present.get(each or "", ()))),
        )
        for each in wanted
    )


def _whole_spread(
    ratings: Sequence[Rated], raters: Mapping[str | None, set[int]]
) -> Spread | None:
    """Over the sessions that are shown; over the others too if those hold enough people."""
    small = {key for key, people in raters.items() if len(people) < FEWEST_ANSWERS}
    few = len(disclosure.together(frozenset(raters[key]) for key in small)) < FEWEST_ANSWERS
    return spread([r.value for r in ratings if not (few and r.session_id in small)])


def _groups(
    participants: Iterable[Participant], wrote: People, rated: People
) -> tuple[GroupFigures, ...]:
    members: dict[str | None, set[int]] = {}
    for person in participants:
        members.setdefault(person.group or None, set()).add(person.person_id)
    names = sorted(members, key=lambda name: (name is None, _natural(name or "")))
    writing = {name: frozenset(members[name]) & wrote for name in names}
    rating = {name: frozenset(members[name]) & rated for name in names}
    no_writers, no_raters = disclosure.withheld(writing), disclosure.withheld(rating)
    return tuple(
        GroupFigures(
            name,
            len(members[name]),
            None if name in no_writers else len(writing[name]),
            None if name in no_raters else len(rating[name]),
        )
        for name in names
    )


def _natural(name: str) -> list[tuple[int, int, str]]:
    """Kelompok 2 before Kelompok 10."""
    return [
        (0, int(word), "") if word.isdecimal() else (1, 0, word.casefold())
        for word in name.split()
    ]


def _placed(notes: Iterable[SharedNote], agenda: Agenda) -> tuple[SharedNote, ...]:
    """In the agenda's order. Without a name, a session is told only where five notes share it."""
    order = {session.id: number for number, session in enumerate(agenda.sessions)}
    known = [
        SharedNote(n.text, n.session_id if n.session_id in order else None, n.name, n.office)
        for n in notes
    ]
    nameless = Counter(note.session_id for note in known if note.name is None)
    told = {session for session, count in nameless.items() if count >= FEWEST_ANSWERS}
    shown = [
        SharedNote(note.text, None) if note.name is None and note.session_id not in told else note
        for note in known
    ]
    return tuple(sorted(shown, key=lambda note: order.get(note.session_id or "", len(order))))
