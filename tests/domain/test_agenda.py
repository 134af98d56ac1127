"""The agenda: order, days, what runs and what comes, for any sessions."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import clock
from bot.domain.agenda import Agenda, Event, Kind, Session, local_times
from tests.builders import ZONE, agenda, local, session

FIRST = local("2025-11-04 00:00")
MINUTES = st.integers(0, 3 * 24 * 60)


def _start(each: Session) -> datetime:
    return each.start


@st.composite
def agendas(draw: st.DrawFn) -> Agenda:
    spans = draw(st.lists(st.tuples(MINUTES, st.integers(5, 180)), min_size=1, max_size=12))
    sessions = [
        Session(
            f"s{n}",
            f"Session {n}",
            FIRST + timedelta(minutes=at),
            FIRST + timedelta(minutes=at + long),
        )
        for n, (at, long) in enumerate(spans)
    ]
    event = Event("e", "Event", ZONE, date(2025, 11, 4), date(2025, 11, 7))
    return Agenda(event, tuple(sessions))


@settings(derandomize=True, max_examples=100)
@given(agendas())
def test_sessions_are_in_order_and_found_by_id_and_by_button(found: Agenda) -> None:
    assert all(a.start <= b.start for a, b in pairwise(found.sessions))
    for each in found.sessions:
        assert found.find(each.id) is each
        assert found.by_ref(each.ref) is each
        assert len(each.ref) == 8
    assert found.find("nothing") is None
    assert found.by_ref("nothing") is None


@settings(derandomize=True, max_examples=100)
@given(agendas())
def test_every_session_is_on_exactly_the_local_day_it_starts(found: Agenda) -> None:
    by_day = [each for day in found.days for each in found.on_day(day)]
    assert by_day == list(found.sessions)
    for day in found.days:
        first, after = clock.day_bounds(day, ZONE)
        assert all(first <= each.start < after for each in found.on_day(day))
        assert found.day_number(day) == found.days.index(day) + 1
    assert found.day_number(found.days[0] - timedelta(days=1)) is None
    assert found.day_number(found.days[-1] + timedelta(days=1)) is None


@settings(derandomize=True, max_examples=100)
@given(agendas(), MINUTES)
def test_at_any_moment_a_session_is_over_running_or_to_come(found: Agenda, minute: int) -> None:
    now = FIRST + timedelta(minutes=minute)
    running, coming = set(found.running(now)), set(found.upcoming(now))
    over = {each for each in found.sessions if each.end <= now}
    assert running | coming | over == set(found.sessions)
    assert not (running & coming or coming & over or running & over)
    next_up = found.next_up(now)
    assert bool(next_up) == bool(coming)
    assert {each.start for each in next_up} == {
        each.start for each in sorted(coming, key=_start)[:1]
    }


def test_kinds_tell_what_is_learned_and_what_is_a_pause() -> None:
    assert {kind for kind in Kind if kind.learning}.isdisjoint(k for k in Kind if k.pause)
    assert Kind.TALK.learning
    assert Kind.MEAL.pause


def test_a_session_late_at_night_belongs_to_the_local_day() -> None:
    night = session("night", "2025-11-04 23:30", 60)
    plan = agenda(night, session("dawn", "2025-11-05 04:00"))
    assert plan.on_day(date(2025, 11, 4)) == (night,)
    start, end = local_times(plan, night)
    assert (start.hour, end.hour, night.duration) == (23, 0, timedelta(hours=1))


@pytest.mark.parametrize(
    ("since", "until", "quiet"),
    [("21:30", "05:00", {"22:00", "00:00", "04:59"}), ("05:00", "05:00", set())],
)
def test_nights_are_quiet(since: str, until: str, quiet: set[str]) -> None:
    wall = datetime.strptime
    plan = agenda(
        session("a", "2025-11-04 09:00"),
        quiet_from=wall(since, "%H:%M").time(),
        quiet_until=wall(until, "%H:%M").time(),
    )
    asked = ("22:00", "00:00", "04:59", "05:00", "12:00", "21:29")
    assert {hour for hour in asked if plan.quiet(local(f"2025-11-04 {hour}"))} == quiet
    siesta = agenda(
        session("a", "2025-11-04 09:00"),
        quiet_from=wall("13:00", "%H:%M").time(),
        quiet_until=wall("14:00", "%H:%M").time(),
    )
    assert siesta.quiet(local("2025-11-04 13:30"))
    assert not siesta.quiet(local("2025-11-04 14:00"))
