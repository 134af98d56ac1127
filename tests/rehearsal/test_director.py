"""The director: due instants are visited in order, whatever moves the clock; life and death."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta
from typing import cast

import pytest

from bot.domain.agenda import Agenda, Event, Session
from bot.rehearsal import director as module
from bot.rehearsal.director import Director
from bot.rehearsal.event_clock import EventClock
from bot.rehearsal.world import World
from bot.services.desk import Desk

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def minute(number: float) -> datetime:
    return START + timedelta(minutes=number)


class Plan:
    """What is due when, and what became of it; outlives every bot, as a store does."""

    def __init__(self, now: Callable[[], datetime], *minutes: float) -> None:
        self.now = now
        self.due = [minute(one) for one in minutes]
        self.sent: list[datetime] = []
        self.log: list[str] = []
        self.refusing = False


class FakeHouse:
    """A bot that sends what is due when woken."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    @property
    def desk(self) -> Desk:
        return cast(Desk, self.plan)

    async def start(self) -> None:
        self.plan.log.append("start")

    async def stop(self) -> None:
        self.plan.log.append("stop")

    async def crash(self) -> None:
        self.plan.log.append("crash")

    async def wake(self) -> None:
        now = self.plan.now()
        ready = [] if self.plan.refusing else [one for one in self.plan.due if one <= now]
        self.plan.due = [one for one in self.plan.due if one not in ready]
        self.plan.sent += [now for _ in ready]

    async def settle(self) -> None:
        await asyncio.sleep(0)

    async def next_ready(self) -> datetime | None:
        return None

    async def next_instant(self) -> datetime | None:
        return min(self.plan.due, default=None)


class Real:
    """Real seconds: they pass when the test says so."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> Real:
    monkeypatch.setattr(module, "TICK_S", 0.001)
    monkeypatch.setattr(module, "STUMBLE_S", 0.001)
    return Real()


@pytest.fixture
def clock(real: Real) -> EventClock:
    return EventClock(START, real=real)


@pytest.fixture
def plan(clock: EventClock) -> Plan:
    return Plan(clock.now, 10, 25, 25.5, 70)


@pytest.fixture
async def director(clock: EventClock, plan: Plan) -> AsyncIterator[Director]:
    day = date(2026, 3, 2)
    session = Session("one", "One", minute(40), minute(100))
    agenda = Agenda(Event("e", "Event", "UTC", day, day), (session,))

    async def look_ahead(desk: Desk) -> datetime | None:
        return min(cast(Plan, desk).due, default=None)

    directing = Director(
        world=World(now=clock.now),
        clock=clock,
        agenda=agenda,
        build=lambda: FakeHouse(plan),
        look_ahead=look_ahead,
    )
    await directing.start()
    yield directing
    await directing.stop()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110  # it asks about real time that the test moves
            await asyncio.sleep(0.001)


async def test_a_journey_visits_every_due_instant(director: Director, plan: Plan) -> None:
    await director.travel(minute(60))
    assert plan.sent == [minute(10), minute(25), minute(25.5)]
    assert director.clock.now() == minute(60)
    assert director.target is None


async def test_a_fast_clock_waits_at_every_due_instant(
    director: Director, plan: Plan, real: Real
) -> None:
    director.play(600)
    for _ in range(40):
        await asyncio.sleep(0.002)
        real.seconds += 0.3  # three minutes of the event
    await until(lambda: len(plan.sent) == 4)
    assert plan.sent == [minute(10), minute(25), minute(25.5), minute(70)]


async def test_the_clock_runs_free_when_nothing_is_due(
    director: Director, plan: Plan, real: Real
) -> None:
    plan.due.clear()
    director.play(60)
    real.seconds += 60
    assert director.clock.now() == minute(60)


async def test_time_goes_on_as_before_after_a_journey(director: Director) -> None:
    director.play(60)
    await director.travel(minute(30))
    assert director.clock.speed == 60


async def test_a_pause_ends_a_journey(director: Director, plan: Plan) -> None:
    def pause_at_first() -> None:
        if plan.sent and director.target is not None:
            director.pause()

    director.changed = pause_at_first
    await director.travel(minute(60))
    assert plan.sent[0] == minute(10)
    assert director.clock.now() < minute(60)
    assert director.clock.speed == 0


async def test_a_journey_to_the_past_is_refused(director: Director) -> None:
    await director.travel(minute(5))
    with pytest.raises(ValueError, match="backward"):
        director.set_out(minute(4))


async def test_a_journey_in_the_background_arrives(director: Director, plan: Plan) -> None:
    director.set_out(minute(30))
    await until(lambda: director.clock.now() == minute(30) and director.target is None)
    assert plan.sent == [minute(10), minute(25), minute(25.5)]


async def test_a_bot_that_cannot_send_does_not_stop_time(director: Director, plan: Plan) -> None:
    plan.refusing = True
    await director.travel(minute(20))
    assert director.clock.now() == minute(20)
    assert plan.sent == []


async def test_the_next_event_is_a_message_or_a_sessions_bound(
    director: Director, plan: Plan
) -> None:
    found = []
    while (instant := await director.next_event()) is not None:
        found.append(instant)
        await director.travel(instant)
    assert found == [minute(one) for one in (10, 25, 25.5, 40, 70, 100)]


async def test_time_goes_on_while_the_bot_is_dead_and_it_makes_up_for_it(
    director: Director, plan: Plan
) -> None:
    await director.kill()
    await director.travel(minute(30))
    assert plan.sent == []
    assert await director.next_event() == minute(40)
    await director.revive()
    await director.revive()
    await director.travel(minute(31))
    assert plan.log == ["start", "crash", "start"]
    assert len(plan.sent) == 3
    assert director.starts == 2


async def test_a_fault_of_the_bot_does_not_stop_the_ticking(
    director: Director, plan: Plan, real: Real, caplog: pytest.LogCaptureFixture
) -> None:
    house = director.house
    assert isinstance(house, FakeHouse)

    async def fail() -> None:
        raise RuntimeError("broken")

    working = house.wake
    house.wake = fail  # type: ignore[method-assign]
    director.play(60)
    real.seconds += 10
    await until(lambda: "stumbled" in caplog.text)
    house.wake = working  # type: ignore[method-assign]
    await until(lambda: plan.sent == [minute(10)])


async def test_a_journey_arrives_although_the_bot_fails_on_the_way(
    director: Director, plan: Plan, caplog: pytest.LogCaptureFixture
) -> None:
    house = director.house
    assert isinstance(house, FakeHouse)

    async def fail() -> None:
        raise RuntimeError("broken")

    house.wake = fail  # type: ignore[method-assign]
    await director.travel(minute(30))
    assert director.clock.now() == minute(30)
    assert "stumbled" in caplog.text
