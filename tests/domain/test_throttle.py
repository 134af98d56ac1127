"""One person's flood is stopped, and ends by itself."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.throttle import Throttle


def passed(throttle: Throttle, who: object, count: int, at: float) -> int:
    return sum(throttle.admit(who, at).passes for _ in range(count))


def test_so_many_at_once_then_so_many_a_second() -> None:
    throttle = Throttle(20, 0.5)
    assert passed(throttle, 1, 100, 0) == 20
    assert passed(throttle, 1, 100, 8) == 0, "a little patience ends it, not a trickle"
    assert passed(throttle, 1, 100, 20) == 10
    assert passed(throttle, 1, 100, 1000) == 20


def test_it_is_said_once_and_what_was_missed_is_counted() -> None:
    throttle = Throttle(20, 0.5)
    said = [throttle.admit(1, 0) for _ in range(50)]
    assert sum(one.tell for one in said) == 1
    assert said.index(next(one for one in said if one.tell)) == 20
    after = [throttle.admit(1, 60) for _ in range(3)]
    assert [one.missed for one in after] == [30, 0, 0]


def test_others_are_not_concerned_and_organizers_have_five_times_as_much() -> None:
    throttle = Throttle(20, 0.5)
    assert passed(throttle, 1, 100, 0) == 20
    assert passed(throttle, 2, 1, 0) == 1
    throttle.trust(2, organizer=True)
    assert passed(throttle, 2, 200, 0) == 99
    throttle.trust(2, organizer=False)
    assert passed(throttle, 2, 200, 1000) == 20


def test_without_a_limit_everything_passes_and_nothing_is_kept() -> None:
    throttle = Throttle(0, 1)
    assert passed(throttle, 1, 10_000, 0) == 10_000
    assert len(throttle) == 0


def test_memory_is_bounded_however_many_come() -> None:
    throttle = Throttle(2, 0.5, most=100)
    for who in range(10_000):
        throttle.admit(who, 0)
    assert len(throttle) == 100


@given(st.lists(st.floats(0, 10), max_size=300))
def test_never_more_than_the_burst_and_what_came_back(pauses: list[float]) -> None:
    throttle, now, through = Throttle(20, 0.5), 0.0, 0
    for pause in pauses:
        now += pause
        through += throttle.admit(1, now).passes
    assert through <= 20 + now * 0.5 + 1


@given(st.lists(st.floats(2, 10), max_size=300))
def test_whoever_keeps_to_the_rate_is_never_stopped(pauses: list[float]) -> None:
    throttle, now = Throttle(20, 0.5), 0.0
    for pause in pauses:
        now += pause
        assert throttle.admit(1, now).passes


def test_a_clock_that_goes_back_does_no_harm() -> None:
    throttle = Throttle(20, 0.5)
    assert passed(throttle, 1, 20, 100) == 20
    assert passed(throttle, 1, 1, 0) == 0
