"""The pacer on a clock that steps: limits, lanes, fairness and Telegram's refusals."""

import asyncio
import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.pacer import Limits, Pacer
from bot.domain.outbox import Lane


class SteppedTimer:
    """Time that moves to the next sleeper when everyone else has had a chance to run."""

    def __init__(self) -> None:
        self.now = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._numbers), done))
        await done

    async def run_until(self, finished: Callable[[], bool], *, latest: float = 1e6) -> None:
        while not finished():
            for _ in range(6):
                await asyncio.sleep(0)
            while self._sleepers and self._sleepers[0][2].done():
                heapq.heappop(self._sleepers)
            if finished():
                return
            assert self._sleepers, "everyone waits and nobody sleeps"
            at, _number, done = heapq.heappop(self._sleepers)
            assert at <= latest, f"still not finished at {at}"
            self.now = max(self.now, at)
            done.set_result(None)


@dataclass
class Line:
    """A wire with a delay each way for each call; it notes when calls leave and arrive."""

    pacer: Pacer
    timer: SteppedTimer
    departed: list[tuple[float, int | str | None, Lane, int]] = field(default_factory=list)
    arrived: list[tuple[float, int | str | None, int]] = field(default_factory=list)

    async def call(
        self,
        chat: int | str | None,
        lane: Lane = Lane.ANSWER,
        *,
        there: float = 0.0,
        back: float = 0.0,
        number: int = 0,
        count: int = 1,
        paid: bool = False,
    ) -> None:
        async with self.pacer.turn(chat, lane, count=count, paid=paid):
            self.departed.append((self.timer.now, chat, lane, number))
            await self.timer.sleep(there)
            self.arrived.append((self.timer.now, chat, count))
            await self.timer.sleep(back)


@dataclass(frozen=True)
class Planned:
    """A call of a made-up day; ``there`` and ``back`` are what the wire takes beyond the least."""

    at: float
    chat: int | str | None
    lane: Lane
    there: float
    back: float
    count: int


@pytest.fixture
def timer() -> SteppedTimer:
    return SteppedTimer()


async def finish(timer: SteppedTimer, *tasks: asyncio.Task[None], latest: float = 1e6) -> None:
    together = asyncio.gather(*tasks)
    await timer.run_until(together.done, latest=latest)
    await together


def most_in_any(times: list[float], seconds: float) -> int:
    """The fullest half-open window."""
    times = sorted(times)
    start = most = 0
    for end, at in enumerate(times):
        while times[start] <= at - seconds + 1e-9:
            start += 1
        most = max(most, end - start + 1)
    return most


async def test_a_broadcast_leaves_evenly_at_the_full_rate(timer: SteppedTimer) -> None:
    line = Line(Pacer(Limits(overall=30), timer=timer), timer)
    tasks = [asyncio.create_task(line.call(n, Lane.BROADCAST)) for n in range(1, 301)]
    await finish(timer, *tasks)
    times = [at for at, *_ in line.departed]
    gaps = [after - before for before, after in itertools.pairwise(times)]
    assert max(gaps) < 0.035
    assert min(gaps) > 0.032
    assert times[-1] == pytest.approx(299 / 30, abs=0.1)
    assert most_in_any(times, 1.0) == 30


async def test_ten_thousand_waiting_turns_are_cheap(timer: SteppedTimer) -> None:
    line = Line(Pacer(Limits(overall=1000), timer=timer), timer)
    tasks = [asyncio.create_task(line.call(n, Lane.BROADCAST)) for n in range(1, 10_001)]
    await finish(timer, *tasks)
    times = [at for at, *_ in line.departed]
    assert most_in_any(times, 1.0) <= 1000
    assert 9999 / times[-1] >= 0.99 * 1000
    assert [chat for _, chat, *_ in line.departed] == list(range(1, 10_001))


async def test_an_answer_waits_one_place_at_most_behind_a_broadcast(timer: SteppedTimer) -> None:
    line = Line(Pacer(Limits(overall=30), timer=timer), timer)
    broadcast = [
        asyncio.create_task(line.call(n, Lane.BROADCAST, back=0.05)) for n in range(1, 200)
    ]
    await timer.run_until(lambda: timer.now >= 3.0)
    asked = timer.now
    answer = asyncio.create_task(line.call(5000))
    await finish(timer, answer)
    assert line.departed[-1][0] - asked <= 1 / 30 + 0.003
    await finish(timer, *broadcast)


async def test_lanes_go_in_their_order(timer: SteppedTimer) -> None:
    line = Line(Pacer(Limits(overall=2), timer=timer), timer)
    wanted = [Lane.BROADCAST, Lane.REMINDER, Lane.CHANGE, Lane.ANSWER]
    tasks = [
        asyncio.create_task(line.call(10 * lane + n + 1, lane))
        for lane in wanted
        for n in range(3)
    ]
    await finish(timer, *tasks)
    lanes = [lane for _at, _chat, lane, _ in line.departed]
    # The very first found nobody else waiting; from then on the order is that of the lanes.
    assert lanes[1:] == sorted(lanes[1:])


async def test_a_chat_that_must_wait_holds_nobody_up(timer: SteppedTimer) -> None:
    line = Line(Pacer(Limits(overall=30, burst=2), timer=timer), timer)
    tasks = [asyncio.create_task(line.call(1, number=n)) for n in range(6)]
    tasks += [asyncio.create_task(line.call(n)) for n in range(2, 12)]
    await finish(timer, *tasks)
    others = [at for at, chat, *_ in line.departed if chat != 1]
    talk = [(at, number) for at, chat, _, number in line.departed if chat == 1]
    assert max(others) < 0.1
    assert [number for _, number in talk] == [0, 1, 2, 3, 4, 5]
    assert most_in_any([at for at, _ in talk], 2.0) == 2


async def test_a_group_gets_twenty_a_minute(timer: SteppedTimer) -> None:
    line = Line(Pacer(Limits(), timer=timer), timer)
    tasks = [asyncio.create_task(line.call(-100, number=n)) for n in range(45)]
    await finish(timer, *tasks)
    times = [at for at, *_ in line.departed]
    assert most_in_any(times, 60.0) == 20
    assert times[-1] == pytest.approx(120, abs=10)


async def test_paid_calls_have_a_limit_of_their_own(timer: SteppedTimer) -> None:
    line = Line(Pacer(Limits(overall=10, paid=100), timer=timer), timer)
    free = [asyncio.create_task(line.call(n, Lane.BROADCAST)) for n in range(1, 31)]
    paid = [
        asyncio.create_task(line.call(n, Lane.BROADCAST, paid=True)) for n in range(1001, 1201)
    ]
    await finish(timer, *paid)
    assert timer.now == pytest.approx(2.0, abs=0.1)
    await finish(timer, *free)
    assert timer.now == pytest.approx(2.9, abs=0.1)


async def test_an_album_takes_as_many_places_as_it_has_messages(timer: SteppedTimer) -> None:
    line = Line(Pacer(Limits(overall=10, burst=10), timer=timer), timer)
    tasks = [asyncio.create_task(line.call(n, count=4)) for n in range(1, 6)]
    await finish(timer, *tasks)
    counted = [at for at, _, count in line.arrived for _ in range(count)]
    assert most_in_any(counted, 1.0) <= 10


async def test_a_refusal_holds_that_chat_alone(timer: SteppedTimer) -> None:
    pacer = Pacer(Limits(), timer=timer)
    line = Line(pacer, timer)
    async with pacer.turn(1) as turn:
        pass
    pacer.refused(turn, 5.0)
    other, same = asyncio.create_task(line.call(2)), asyncio.create_task(line.call(1))
    await finish(timer, other, same)
    assert line.departed[0][:2] == (0.0, 2)
    assert line.departed[1][0] >= 5.0


async def test_refusals_of_two_chats_in_a_row_hold_everything(timer: SteppedTimer) -> None:
    pacer = Pacer(Limits(), timer=timer)
    line = Line(pacer, timer)
    for chat in (1, 2):
        async with pacer.turn(chat) as turn:
            pass
        pacer.refused(turn, 4.0)
    await finish(timer, asyncio.create_task(line.call(3)))
    assert line.departed[0][0] >= 4.0


async def test_a_success_between_two_refusals_shows_that_each_chat_was_meant(
    timer: SteppedTimer,
) -> None:
    pacer = Pacer(Limits(), timer=timer)
    line = Line(pacer, timer)
    for chat in (1, 2):
        async with pacer.turn(chat) as turn:
            pass
        pacer.refused(turn, 4.0)
        timer.now += 0.1
        await finish(timer, asyncio.create_task(line.call(chat + 10)))
    assert timer.now < 1.0


async def test_a_turn_refused_goes_before_later_ones_of_its_chat(timer: SteppedTimer) -> None:
    pacer = Pacer(Limits(), timer=timer)
    line = Line(pacer, timer)
    first = pacer.turn(1)
    async with first:
        pass
    pacer.refused(first, 3.0)
    later = asyncio.create_task(line.call(1, number=2))
    await asyncio.sleep(0)

    async def again() -> None:
        async with first:
            line.departed.append((timer.now, 1, Lane.ANSWER, 1))

    await finish(timer, asyncio.create_task(again()), later)
    assert [number for *_, number in line.departed] == [1, 2]


async def test_giving_up_while_waiting_frees_the_place_for_others(timer: SteppedTimer) -> None:
    line = Line(Pacer(Limits(overall=1), timer=timer), timer)
    first = asyncio.create_task(line.call(1))
    await finish(timer, first)
    gone = [asyncio.create_task(line.call(n)) for n in range(2, 6)]
    last = asyncio.create_task(line.call(9))
    await asyncio.sleep(0)
    for task in gone:
        task.cancel()
    await finish(timer, last)
    assert timer.now < 1.1


async def test_a_call_that_never_left_gives_its_place_back(timer: SteppedTimer) -> None:
    pacer = Pacer(Limits(overall=1), timer=timer)
    line = Line(pacer, timer)
    async with pacer.turn(1) as turn:
        turn.unused()
    await finish(timer, asyncio.create_task(line.call(2)))
    assert line.departed[0][0] == 0.0


async def test_calls_that_hang_do_not_stop_the_others(timer: SteppedTimer) -> None:
    line = Line(Pacer(Limits(overall=10), timer=timer), timer)
    hung = [asyncio.create_task(line.call(n, back=600.0)) for n in range(1, 11)]
    await asyncio.sleep(0)
    others = [asyncio.create_task(line.call(n)) for n in range(20, 40)]
    await finish(timer, *others)
    assert timer.now < 5.0
    for task in hung:
        task.cancel()
    await asyncio.wait(hung)


async def test_chats_of_the_past_are_forgotten(timer: SteppedTimer) -> None:
    pacer = Pacer(Limits(overall=1000), timer=timer)
    line = Line(pacer, timer)
    for start in range(1, 20_001, 500):
        chats = range(start, start + 500)
        await finish(timer, *[asyncio.create_task(line.call(n)) for n in chats])
    assert len(pacer._chats) < 8_000


async def test_closing_stops_the_clockwork(timer: SteppedTimer) -> None:
    pacer = Pacer(Limits(overall=1), timer=timer)
    line = Line(pacer, timer)
    tasks = [asyncio.create_task(line.call(n)) for n in (1, 2)]
    await finish(timer, tasks[0])
    await pacer.close()
    tasks[1].cancel()
    await asyncio.wait(tasks)
    assert len(asyncio.all_tasks()) == 1


def plans(longest_trip: float) -> st.SearchStrategy[list[Planned]]:
    """Calls with the time they are asked for and how long they take beyond the quickest."""
    return st.lists(
        st.builds(
            Planned,
            at=st.floats(0, 3),
            chat=st.sampled_from([1, 2, 3, -7, "@kanal", None]),
            lane=st.sampled_from(list(Lane)),
            there=st.floats(0, longest_trip),
            back=st.floats(0, longest_trip),
            count=st.integers(1, 3),
        ),
        min_size=1,
        max_size=60,
    )


async def play(plan: list[Planned], limits: Limits, *, there: float, known: int) -> Line:
    """Runs ``plan`` on a wire that takes ``there`` each way or more; ``known`` calls showed it."""
    timer = SteppedTimer()
    line = Line(Pacer(limits, timer=timer), timer)
    await finish(
        timer,
        *[
            asyncio.create_task(line.call(n, there=there, back=there))
            for n in range(100, 100 + known)
        ],
    )
    line.departed.clear()
    line.arrived.clear()
    start = timer.now

    async def later(number: int, call: Planned) -> None:
        await timer.sleep(start + call.at - timer.now)
        await line.call(
            call.chat,
            call.lane,
            there=there + call.there,
            back=there + call.back,
            number=number,
            count=call.count,
        )

    tasks = [asyncio.create_task(later(*entry)) for entry in enumerate(plan)]
    await finish(timer, *tasks, latest=start + 1000)
    return line


def check(line: Line, plan: list[Planned], limits: Limits) -> None:
    """Everyone had a turn, and no window was overfull where the server counts."""
    assert sorted(number for *_, number in line.departed) == list(range(len(plan)))
    assert most_in_any([at for at, _, n in line.arrived for _ in range(n)], 1.0) <= limits.overall
    for chat in {chat for _, chat, _ in line.arrived} - {None}:
        times = [at for at, other, n in line.arrived if other == chat for _ in range(n)]
        assert most_in_any(times, float(limits.burst)) <= limits.burst
        if chat in (-7, "@kanal"):
            assert most_in_any(times, limits.group_window_s) <= limits.group


@settings(derandomize=True, max_examples=40, deadline=None)
@given(plan=plans(0.4), overall=st.integers(3, 12), burst=st.integers(3, 4))
def test_no_window_is_overfull_on_arrival_whatever_the_wire_does(
    plan: list[Planned], overall: int, burst: int
) -> None:
    limits = Limits(overall=overall, burst=burst, group=6, group_window_s=10.0)
    check(asyncio.run(play(plan, limits, there=0.0, known=0)), plan, limits)


@settings(derandomize=True, max_examples=40, deadline=None)
@given(plan=plans(0.3), overall=st.integers(3, 12), burst=st.integers(3, 4))
def test_no_window_is_overfull_on_arrival_once_the_quickest_trip_is_known(
    plan: list[Planned], overall: int, burst: int
) -> None:
    limits = Limits(overall=overall, burst=burst, group=6, group_window_s=10.0)
    check(asyncio.run(play(plan, limits, there=0.1, known=60)), plan, limits)


async def test_a_steady_wire_costs_no_rate_however_long_it_is(timer: SteppedTimer) -> None:
    line = Line(Pacer(Limits(overall=30), timer=timer), timer)
    tasks = [
        asyncio.create_task(line.call(n, Lane.BROADCAST, there=0.1, back=0.1))
        for n in range(1, 601)
    ]
    await finish(timer, *tasks)
    later = [at for at, *_ in line.arrived][100:]
    assert most_in_any(later, 1.0) == 30
    assert (len(later) - 1) / (later[-1] - later[0]) >= 0.99 * 30
