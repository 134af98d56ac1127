"""When owners of commitments are asked: each occasion once, however the time is cut up."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import clock
from bot.domain.agenda import Agenda, Event
from bot.domain.follow_ups import (
    FollowUp,
    Undertaking,
    after_quiet,
    any_moment,
    commitment_of,
    due,
    moment,
    next_wake,
)
from tests.builders import ZONE, local

END = date(2025, 11, 7)
MADE = local("2025-11-06 14:00")


def agenda(zone: str = ZONE, **facts: time) -> Agenda:
    return Agenda(Event("e", "E", zone, date(2025, 11, 4), END, **facts), ())  # type: ignore[arg-type] # only times are given


def undertaking(id: int = 1, due_on: str = "2025-12-20", person: int = 1) -> Undertaking:
    return Undertaking(id, person, date.fromisoformat(due_on), MADE)


def asked(*undertakings: Undertaking, place: Agenda | None = None) -> list[FollowUp]:
    """Everything of a year, morning by morning."""
    place = place or agenda()
    found: list[FollowUp] = []
    after = MADE
    while wake := next_wake(
        place,
        due_days=[each.due_on for each in undertakings],
        ask_days=[each.ask_on for each in undertakings if each.ask_on],
        after=after,
    ):
        found += due(place, undertakings, after=after, now=wake)
        after = wake
    return found


def test_owners_are_reminded_before_the_date_and_asked_on_it_and_after_the_event() -> None:
    days = [
        clock.local(each.due_at, ZONE).strftime("%m-%d %H.%M") for each in asked(undertaking())
    ]
    assert days == [
        "12-07 08.00",  # 30 days after the event
        "12-13 08.00",  # a week before the date
        "12-19 08.00",
        "12-20 08.00",
        "01-06 08.00",
        "02-05 08.00",
    ]
    assert [each.mark for each in asked(undertaking())] == [30, None, None, None, 60, 90]


def test_what_falls_on_one_morning_is_one_message_a_person() -> None:
    first = undertaking(1, "2025-12-07")
    second = undertaking(2, "2025-12-14")
    other = undertaking(3, "2025-12-08", person=2)
    at = local("2025-12-07 08:00")
    morning = [each for each in asked(first, second, other) if each.due_at == at]
    assert [(each.person_id, each.commitments) for each in morning] == [(1, (1, 2)), (2, (3,))]
    assert len(morning[0].keys) == 4
    assert {commitment_of(key) for key in morning[0].keys} == {1, 2}


def test_a_new_date_is_a_new_occasion_and_a_mark_is_not() -> None:
    before = {key for each in asked(undertaking()) for key in each.keys}
    after = {key for each in asked(undertaking(due_on="2025-12-22")) for key in each.keys}
    assert before & after == {f"commitment:1:after:{n}" for n in (30, 60, 90)}


def test_nothing_is_asked_that_was_due_before_the_commitment_was_made() -> None:
    late = Undertaking(1, 1, date(2025, 11, 13), MADE)
    found = list(due(agenda(), [late], after=local("2025-11-01 00:00"), now=MADE))
    assert found == []
    made = Undertaking(1, 1, date(2026, 6, 1), local("2026-01-06 08:00"))
    keys = [key for each in asked(made) for key in each.keys]
    assert "commitment:1:after:60" not in keys
    assert "commitment:1:after:90" in keys


def test_a_snoozed_question_comes_again_and_what_was_told_does_not() -> None:
    again = Undertaking(1, 1, date(2026, 3, 1), MADE, date(2025, 12, 10))
    told = {"commitment:1:after:30"}
    after, now = local("2025-12-01 00:00"), local("2025-12-11 00:00")
    [found] = due(agenda(), [again], after=after, now=now)
    assert found.keys == ("commitment:1:after:30", "commitment:1:again:2025-12-10")
    assert found.mark == 30
    [found] = due(agenda(), [again], after=after, now=now, told=told)
    assert found.keys == ("commitment:1:again:2025-12-10",)
    assert list(due(agenda(), [again], after=after, now=now, told=told | set(found.keys))) == []


def test_during_the_event_questions_come_with_the_digest_and_never_in_quiet_hours() -> None:
    place = agenda(digest_at=time(5, 30), quiet_from=time(22), quiet_until=time(6))
    assert moment(place, date(2025, 11, 5)) == local("2025-11-05 06:00")
    assert moment(place, date(2025, 12, 5)) == local("2025-12-05 08:00")
    late_sleepers = agenda(quiet_from=time(22), quiet_until=time(9))
    assert moment(late_sleepers, date(2025, 12, 5)) == local("2025-12-05 09:00")
    assert after_quiet(place, local("2025-12-05 23:30")) == local("2025-12-06 06:00")
    assert after_quiet(place, local("2025-12-05 07:00")) == local("2025-12-05 07:00")


def test_without_open_commitments_nothing_wakes() -> None:
    assert next_wake(agenda(), due_days=[], ask_days=[], after=MADE) is None


@pytest.mark.parametrize("zone", [ZONE, "Pacific/Auckland", "America/Santiago", "Asia/Kathmandu"])
def test_every_morning_is_noticed_also_where_clocks_change(zone: str) -> None:
    place = agenda(zone)
    for n in range(200):
        at = moment(place, END + timedelta(days=n))
        assert any_moment(place, after=at - timedelta(seconds=1), now=at)
        assert not any_moment(place, after=at, now=at + timedelta(hours=1))


MOMENTS = st.integers(0, 200 * 24).map(lambda hours: MADE + timedelta(hours=hours))
WALLS = st.times(min_value=time(0)).map(lambda wall: wall.replace(second=0, microsecond=0))
UNDERTAKINGS = st.lists(
    st.builds(
        Undertaking,
        id=st.integers(1, 6),
        person_id=st.just(1),
        due_on=st.dates(date(2025, 11, 6), date(2026, 4, 1)),
        since=MOMENTS,
        ask_on=st.none() | st.dates(date(2025, 11, 7), date(2026, 3, 1)),
    ).map(lambda made: Undertaking(made.id, made.id % 3, made.due_on, made.since, made.ask_on)),
    max_size=6,
    unique_by=lambda each: each.id,
)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(
    UNDERTAKINGS,
    st.lists(MOMENTS, max_size=12),
    WALLS,
    WALLS,
    st.sampled_from([ZONE, "Pacific/Auckland"]),
)
def test_however_time_is_cut_up_every_occasion_comes_once(
    undertakings: list[Undertaking], cuts: list[datetime], since: time, until: time, zone: str
) -> None:
    place = agenda(zone, quiet_from=since, quiet_until=until)
    start, end = MADE, MADE + timedelta(days=250)
    whole = {key for each in due(place, undertakings, after=start, now=end) for key in each.keys}
    pieces: list[str] = []
    for after, now in pairwise(sorted({start, end, *cuts})):
        messages = list(due(place, undertakings, after=after, now=now))
        assert len({each.person_id for each in messages}) == len(messages)
        if messages:
            assert any_moment(place, after=after, now=now)
        for each in messages:
            assert after < each.due_at <= now < each.useful_until + (now - each.due_at)
            pieces += each.keys
    assert sorted(pieces) == sorted(whole)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(UNDERTAKINGS, MOMENTS)
def test_nothing_falls_due_before_the_next_waking(
    undertakings: list[Undertaking], after: datetime
) -> None:
    place = agenda()
    wake = next_wake(
        place,
        due_days=[each.due_on for each in undertakings],
        ask_days=[each.ask_on for each in undertakings if each.ask_on],
        after=after,
    )
    before = (wake or datetime(2030, 1, 1, tzinfo=UTC)) - timedelta(seconds=1)
    assert list(due(place, undertakings, after=after, now=before)) == []
