"""When people are asked to reflect: close sessions together, never at night, never twice."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.domain.agenda import Agenda, Kind
from bot.domain.prompts import evening_key, falling, prompts, session_key, session_of
from bot.domain.reminders import Choice, Due, Subscriber, due, next_wake
from tests.builders import agenda, local, session

LONG_AGO = local("2025-10-01 00:00")
BEGIN, END = local("2025-11-03 12:00"), local("2025-11-09 12:00")


def asked(plan: Agenda) -> list[tuple[str, list[str], bool]]:
    """Instant in UTC, sessions, whether of the evening."""
    return [
        (f"{one.at + timedelta(hours=7):%d %H:%M}", [s.id for s in one.sessions], one.evening)
        for one in prompts(plan)
    ]


def due_to(
    plan: Agenda,
    *,
    since: datetime = LONG_AGO,
    after: datetime = BEGIN,
    now: datetime = END,
    told: frozenset[str] = frozenset(),
    prompt: bool = True,
) -> list[Due]:
    person = Subscriber(1, Choice(None, since), digest=False, prompt=prompt)
    return list(due(plan, [person], after=after, now=now, told=told))


def test_each_learning_session_is_asked_about_at_its_end_and_the_day_in_the_evening() -> None:
    plan = agenda(
        session("a", "2025-11-04 09:00"),
        session("lunch", "2025-11-04 12:00", kind=Kind.MEAL),
        session("b", "2025-11-04 13:00", 90),
        session("tea", "2025-11-05 10:00", kind=Kind.BREAK),
    )
    assert asked(plan) == [
        ("04 10:00", ["a"], False),
        ("04 14:30", ["b"], False),
        ("04 20:30", [], True),
    ]


def test_sessions_that_end_within_half_an_hour_are_asked_about_together_at_the_last_end() -> None:
    ends = {"a": 0, "b": 20, "c": 30, "d": 31}
    plan = agenda(*(session(name, f"2025-11-04 09:{late:02}", 60) for name, late in ends.items()))
    assert asked(plan)[:2] == [("04 10:30", ["a", "b", "c"], False), ("04 10:31", ["d"], False)]


def test_what_ends_close_to_the_evening_goes_into_that_of_the_evening() -> None:
    plan = agenda(
        session("early", "2025-11-04 18:45", 60),
        session("before", "2025-11-04 19:00", 75),
        session("after", "2025-11-04 20:00", 45),
    )
    assert asked(plan) == [
        ("04 19:45", ["early"], False),
        ("04 20:45", ["before", "after"], True),
    ]


def test_nobody_is_asked_in_quiet_hours() -> None:
    plan = agenda(
        session("late", "2025-11-04 21:00", 60),
        session("night", "2025-11-05 00:30", 60),
        session("next", "2025-11-05 03:30", 95),
        session("morning", "2025-11-05 09:00", 60),
    )
    assert asked(plan) == [
        ("04 20:30", [], True),
        ("05 05:05", ["late", "night", "next"], False),
        ("05 10:00", ["morning"], False),
        ("05 20:30", [], True),
    ]
    assert prompts(plan)[0].useful_until == local("2025-11-04 21:30"), "not into the night"
    assert prompts(plan)[2].useful_until == local("2025-11-05 13:00")
    never = replace(plan.event, quiet_from=time(5), quiet_until=time(5))
    assert asked(Agenda(never, plan.sessions))[1][0] == "04 22:00"


def test_an_event_may_ask_in_the_evening_only_and_a_person_never() -> None:
    plan = agenda(session("a", "2025-11-04 09:00"), session_prompts=False)
    assert asked(plan) == [("04 20:30", [], True)]
    assert due_to(plan, prompt=False) == []


def test_each_thing_asked_has_a_key_of_its_own() -> None:
    plan = agenda(session("a:b", "2025-11-04 19:15"), session("2025-11-04", "2025-11-04 19:30"))
    [message] = due_to(plan)
    first, second = plan.sessions
    assert message.keys == (
        evening_key(1, date(2025, 11, 4)),
        session_key(1, first),
        session_key(1, second),
    )
    assert [session_of(key) for key in message.keys] == [None, "a:b", "2025-11-04"]


def test_who_joined_later_is_not_asked_about_what_was_before() -> None:
    plan = agenda(
        session("a", "2025-11-04 09:00"),
        session("b", "2025-11-04 09:20"),
        session("c", "2025-11-04 13:00"),
    )
    found = due_to(plan, since=local("2025-11-04 10:10"))
    assert [[s.id for s in message.sessions] for message in found] == [["b"], ["c"], []]
    assert due_to(plan, since=local("2025-11-04 20:30")) == []


def test_a_session_that_moved_is_asked_about_at_its_new_end_and_never_twice() -> None:
    before = agenda(session("a", "2025-11-04 09:00"), session("b", "2025-11-04 11:00"))
    [first] = due_to(before, now=local("2025-11-04 10:00"))
    told = frozenset(first.keys)
    moved = agenda(session("a", "2025-11-04 10:00"), session("b", "2025-11-04 14:00"))
    rest = due_to(moved, after=local("2025-11-04 10:00"), told=told)
    assert [([s.id for s in m.sessions], m.due_at) for m in rest] == [
        (["b"], local("2025-11-04 15:00")),
        ([], local("2025-11-04 20:30")),
    ]


def test_a_session_that_was_shortened_or_left_alone_meanwhile_is_not_forgotten() -> None:
    changed = local("2025-11-04 10:10")
    now = changed + timedelta(seconds=1)
    alone = agenda(session("a", "2025-11-04 09:00"), session("b", "2025-11-04 10:00"))
    alone = replace(alone, changed_at=changed)
    [message] = due_to(alone, after=local("2025-11-04 10:05"), now=now)
    assert message.due_at == local("2025-11-04 10:00")
    assert due_to(alone, after=now, now=now + timedelta(minutes=5)) == []
    told = frozenset(message.keys)
    assert due_to(alone, after=local("2025-11-04 10:05"), now=now, told=told) == []
    long_past = agenda(session("a", "2025-11-04 06:00"), session("b", "2025-11-04 11:00"))
    long_past = replace(long_past, changed_at=changed)
    assert due_to(long_past, after=local("2025-11-04 10:05"), now=now) == []


def test_the_next_look_is_at_the_next_prompt() -> None:
    plan = agenda(session("a", "2025-11-04 09:00"))
    assert next_wake(plan, [], after=local("2025-11-04 06:00")) == local("2025-11-04 10:00")
    assert next_wake(plan, [], after=local("2025-11-04 10:00")) == local("2025-11-04 20:30")
    assert falling(plan, after=local("2025-11-04 10:00"), until=local("2025-11-04 20:29")) == []
