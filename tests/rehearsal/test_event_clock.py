"""The event's clock: speeds, holding, jumping, never back."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.rehearsal.event_clock import EventClock

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


class Real:
    """Real seconds that pass only when told."""

    def __init__(self) -> None:
        self.seconds = 50.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def real() -> Real:
    return Real()


@pytest.fixture
def clock(real: Real) -> EventClock:
    return EventClock(START, real=real)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_it_stands_still_until_played(clock: EventClock, real: Real) -> None:
    real.seconds += 10
    assert clock.now() == START
    clock.play(60)
    real.seconds += 2
    assert clock.now() == after(120)


def test_a_change_of_speed_counts_from_now_on(clock: EventClock, real: Real) -> None:
    clock.play(600)
    real.seconds += 1
    clock.play(1)
    real.seconds += 5
    assert clock.now() == after(605)
    clock.pause()
    real.seconds += 100
    assert clock.now() == after(605)
    assert clock.speed == 0


def test_it_never_passes_the_instant_it_is_held_at(clock: EventClock, real: Real) -> None:
    clock.play(600)
    clock.hold_at(after(900))
    real.seconds += 1
    assert not clock.held
    real.seconds += 9
    assert clock.held
    assert clock.now() == after(900)


def test_time_spent_at_the_hold_is_not_made_up_for(clock: EventClock, real: Real) -> None:
    clock.play(60)
    clock.hold_at(after(60))
    real.seconds += 30
    clock.hold_at(None)
    assert clock.now() == after(60)
    real.seconds += 1
    assert clock.now() == after(120)


def test_a_jump_goes_past_a_hold_and_on_from_there(clock: EventClock, real: Real) -> None:
    clock.play(1)
    clock.hold_at(after(10))
    clock.jump(after(3600))
    real.seconds += 4
    assert clock.now() == after(3604)


def test_a_hold_in_the_past_holds_now(clock: EventClock, real: Real) -> None:
    clock.jump(after(100))
    clock.play(1)
    clock.hold_at(after(20))
    real.seconds += 5
    assert clock.now() == after(100)


def test_time_does_not_run_backward(clock: EventClock) -> None:
    clock.jump(after(60))
    with pytest.raises(ValueError, match="backward"):
        clock.jump(after(59))
    with pytest.raises(ValueError, match="backward"):
        clock.play(-1)


def test_it_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="aware"):
        EventClock(datetime(2026, 3, 2))
