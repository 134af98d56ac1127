"""What is due when: however time is cut into wake-ups, everybody is told once of everything."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.agenda import Agenda, Event, Kind, Session
from bot.domain.reminders import (
    CHOICES,
    LATE_AFTER,
    MERGE_WITHIN,
    Choice,
    Due,
    Subscriber,
    due,
    next_wake,
    reminder_key,
    session_of,
)
from tests.builders import ZONE, agenda, local, session

BEGIN = local("2025-11-03 12:00")
END = local("2025-11-07 12:00")
LONG_AGO = BEGIN - timedelta(days=30)
minutes_of_days = st.integers(0, 2 * 24 * 60)
leads = st.sampled_from((None, *CHOICES))
run = settings(derandomize=True, max_examples=60, deadline=None)


def at(minute: float) -> datetime:
    return local("2025-11-04 00:00") + timedelta(minutes=minute)


@st.composite
def agendas(draw: st.DrawFn) -> Agenda:
    """Up to twelve sessions, many of them close together."""
    starts = draw(st.lists(minutes_of_days, min_size=1, max_size=12))
    if draw(st.booleans()):
        starts = [600 + start % 40 for start in starts]
    kinds = st.sampled_from((Kind.TALK, Kind.MEAL))
    sessions = tuple(
        Session(f"s{n}", f"S{n}", at(start), at(start + 45), draw(kinds))
        for n, start in enumerate(starts)
    )
    return Agenda(Event("e", "E", ZONE, date(2025, 11, 4), date(2025, 11, 6)), sessions)


@st.composite
def subscribers(draw: st.DrawFn) -> list[Subscriber]:
    def choice() -> Choice:
        since = draw(st.one_of(st.just(LONG_AGO), minutes_of_days.map(at)))
        return Choice(draw(leads), since)

    return [
        Subscriber(
            person_id=number,
            general=choice(),
            digest=draw(st.booleans()),
            prompt=draw(st.booleans()),
            by_session={f"s{n}": choice() for n in draw(st.sets(st.integers(0, 5), max_size=3))},
        )
        for number in range(1, draw(st.integers(1, 3)) + 1)
    ]


class Outbox:
    """Plans as the service does, and keeps the keys as the store does."""

    def __init__(self, plan: Agenda) -> None:
        self.agenda = plan
        self.planned = BEGIN
        self.told: Counter[str] = Counter()
        self.messages: list[Due] = []

    def plan(self, people: Sequence[Subscriber], now: datetime) -> None:
        after = min(self.planned, now)
        for message in due(self.agenda, people, after=after, now=now, told=set(self.told)):
            if message.keys[0] in self.told:
                assert message.kind != "reminder", "a new key would go down with an old message"
                continue
            self.messages.append(message)
            self.told.update(message.keys)
        self.planned = now

    def walk(self, people: Sequence[Subscriber], to: datetime) -> None:
        """From one next instant to the other, as the planner does."""
        while (instant := next_wake(self.agenda, people, after=self.planned)) is not None:
            if instant > to:
                break
            assert instant > self.planned
            self.plan(people, instant)
        self.plan(people, to)


def keys(plan: Agenda, people: Sequence[Subscriber], wakes: Iterable[datetime]) -> Counter[str]:
    outbox = Outbox(plan)
    for instant in wakes:
        outbox.plan(people, instant)
    return outbox.told


def expected(plan: Agenda, people: Sequence[Subscriber]) -> set[str]:
    """Keys of every reminder that is owed, straight from the rule."""
    found = set()
    for person in people:
        for each in plan.sessions:
            choice = person.choice(each)
            if choice.minutes is not None and choice.since < each.start:
                found.add(reminder_key(person.person_id, each))
    return found


@run
@given(agendas(), subscribers(), st.lists(minutes_of_days, max_size=20))
def test_any_cutting_of_time_into_wake_ups_tells_the_same_once(
    plan: Agenda, people: list[Subscriber], cuts: list[int]
) -> None:
    whole = keys(plan, people, [END])
    cut = keys(plan, people, [*(at(minute) for minute in sorted(cuts)), END])
    assert cut == whole
    assert set(whole.values()) <= {1}
    assert {key for key in whole if key.startswith("reminder")} == expected(plan, people)


@run
@given(agendas(), subscribers())
def test_going_from_one_next_instant_to_the_other_misses_nothing(
    plan: Agenda, people: list[Subscriber]
) -> None:
    outbox = Outbox(plan)
    outbox.walk(people, END)
    assert outbox.told == keys(plan, people, [END])


@run
@given(agendas(), subscribers())
def test_at_each_next_instant_the_message_is_due_then_and_not_late(
    plan: Agenda, people: list[Subscriber]
) -> None:
    early = [
        Subscriber(p.person_id, Choice(p.general.minutes, LONG_AGO), p.digest, p.prompt)
        for p in people
    ]
    instant, outbox = BEGIN, Outbox(plan)
    while (following := next_wake(plan, early, after=instant)) is not None:
        outbox.plan(early, following)
        assert all(message.due_at == following for message in outbox.messages)
        outbox.messages.clear()
        instant = following


@run
@given(agendas(), subscribers(), st.lists(minutes_of_days, max_size=12))
def test_a_clock_that_jumps_back_and_forth_doubles_nothing(
    plan: Agenda, people: list[Subscriber], jumps: list[int]
) -> None:
    told = keys(plan, people, [*(at(minute) for minute in jumps), END])
    assert set(told.values()) <= {1}
    assert {key for key in told if key.startswith("reminder")} == expected(plan, people)


@run
@given(agendas(), st.lists(st.tuples(minutes_of_days, leads), max_size=8), leads)
def test_whoever_changes_their_mind_is_still_told_once_of_what_they_want_in_the_end(
    plan: Agenda, changes: list[tuple[int, int | None]], first: int | None
) -> None:
    outbox = Outbox(plan)
    choice = Choice(first, LONG_AGO)
    history = [choice]
    for minute, lead in sorted(changes, key=lambda pair: pair[0]):
        outbox.walk([_person(choice)], at(minute))
        choice = Choice(lead, at(minute))
        history.append(choice)
        outbox.plan([_person(choice)], at(minute))
    outbox.walk([_person(choice)], END)
    assert set(outbox.told.values()) <= {1}
    for each in plan.sessions:
        final = [choice for choice in history if choice.since < each.start][-1]
        if final.minutes is not None:
            assert reminder_key(1, each) in outbox.told


def _person(choice: Choice) -> Subscriber:
    return Subscriber(1, choice, digest=False, prompt=False)


def reminders(
    plan: Agenda, choice: Choice, *, after: datetime, now: datetime, told: Iterable[str] = ()
) -> list[Due]:
    return list(due(plan, [_person(choice)], after=after, now=now, told=set(told)))


def test_sessions_that_start_within_five_minutes_are_one_message() -> None:
    plan = agenda(*(session(f"s{n}", f"2025-11-04 09:{n:02}") for n in (0, 4, 5, 6)))
    [first] = reminders(plan, Choice(15, LONG_AGO), after=BEGIN, now=local("2025-11-04 08:45"))
    assert [each.id for each in first.sessions] == ["s0", "s4", "s5"]
    assert len(first.keys) == 3
    assert first.useful_until == local("2025-11-04 09:05"), "of use until the last of them begins"
    rest = reminders(
        plan,
        Choice(15, LONG_AGO),
        after=local("2025-11-04 08:45"),
        now=local("2025-11-04 08:51"),
        told=first.keys,
    )
    assert [each.id for message in rest for each in message.sessions] == ["s6"]


def test_a_new_session_never_goes_down_with_one_that_was_told_before() -> None:
    old, new = session("old", "2025-11-04 10:00"), session("new", "2025-11-04 10:02")
    plan = agenda(old, new)
    hurried = Choice(10, local("2025-11-04 09:50"))
    told = [reminder_key(1, old)]
    now = local("2025-11-04 09:55")
    [message] = reminders(plan, hurried, after=local("2025-11-04 09:49"), now=now, told=told)
    assert message.keys == (reminder_key(1, new),)


def test_a_choice_made_in_the_very_instant_of_the_last_planning_counts() -> None:
    plan = agenda(session("s", "2025-11-04 09:00"))
    now = local("2025-11-04 08:50")
    assert len(reminders(plan, Choice(15, now), after=now, now=now)) == 1
    begun = local("2025-11-04 09:00")
    assert not reminders(plan, Choice(15, begun), after=now, now=begun)


def test_a_moved_session_is_a_new_reminder_and_an_old_key_names_its_session() -> None:
    before, after = session("a:b", "2025-11-04 09:00"), session("a:b", "2025-11-04 09:30")
    assert reminder_key(1, before) != reminder_key(1, after)
    assert session_of(reminder_key(1, before)) == "a:b"
    assert session_of(f"snooze:{reminder_key(1, before)[9:]}:0910") == "a:b"
    assert session_of("digest:1:2025-11-04") is None


def test_digest_and_prompt_come_on_days_that_have_something_to_tell() -> None:
    plan = agenda(
        session("talk", "2025-11-04 09:00"),
        session("lunch", "2025-11-05 12:00", kind=Kind.MEAL),
        session("last", "2025-11-07 09:00"),
    )
    person = Subscriber(1, Choice(None, LONG_AGO), digest=True, prompt=True)
    found = list(due(plan, [person], after=BEGIN, now=END + timedelta(days=2)))
    assert [(m.kind, m.day.day) for m in sorted(found, key=lambda m: m.due_at)] == [
        ("digest", 4),
        ("prompt", 4),
        ("prompt", 4),
        ("digest", 5),
        ("digest", 7),
        ("prompt", 7),
        ("prompt", 7),
    ]
    assert found[0].due_at == local("2025-11-04 05:30")
    assert not found[0].late(found[0].due_at + LATE_AFTER)
    assert found[0].late(found[0].due_at + LATE_AFTER + timedelta(seconds=1))


def test_who_joins_later_does_not_get_this_mornings_digest() -> None:
    plan = agenda(session("talk", "2025-11-04 09:00"))
    late = Subscriber(1, Choice(15, local("2025-11-04 08:00")), digest=True, prompt=True)
    now = local("2025-11-04 08:46")
    found = list(due(plan, [late], after=BEGIN, now=now))
    assert [message.kind for message in found] == ["reminder"]


def test_nothing_is_due_after_the_event() -> None:
    plan = agenda(session("talk", "2025-11-04 09:00"))
    people = [Subscriber(1, Choice(15, LONG_AGO), digest=True, prompt=True)]
    assert next_wake(plan, people, after=END) is None
    assert next_wake(plan, [], after=BEGIN) == local("2025-11-04 05:30")
    instants = []
    instant: datetime | None = BEGIN
    while instant is not None:
        instants.append(instant)
        instant = next_wake(plan, people, after=instant)
    assert all(a < b for a, b in pairwise(instants))
    assert instants[-1].tzinfo is UTC
    assert timedelta(minutes=5) == MERGE_WITHIN
