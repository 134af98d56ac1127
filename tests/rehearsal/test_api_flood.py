"""Flood limits in sliding windows, counted on the world's own clock."""

from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rehearsal.world import Limits, User, World
from bot.rehearsal.world.limits import FloodGate
from tests.rehearsal.conftest import Api, SteppedClock

EIGHTHS = st.integers(0, 6).map(lambda count: count / 8)  # seconds that add up exactly


async def statuses(api: Api, count: int, chat_id: int = 42, **params: bool) -> list[int]:
    return [
        (await api("sendMessage", chat_id=chat_id, text="x", **params)).status
        for _ in range(count)
    ]


async def test_no_more_than_the_limit_passes_in_any_second(
    api: Api, world: World, ani: User, clock: SteppedClock
) -> None:
    world.limits = Limits(overall=3)
    assert await statuses(api, 4) == [200, 200, 200, 429]
    answer = await api("sendMessage", chat_id=42, text="x")
    assert answer.body["parameters"] == {"retry_after": 1}
    assert answer.refusal[1] == "Too Many Requests: retry after 1"
    clock.step(0.999)
    assert await statuses(api, 1) == [429]
    clock.step(0.001)
    assert await statuses(api, 4) == [200, 200, 200, 429]


async def test_only_new_messages_count(api: Api, world: World, ani: User) -> None:
    world.limits = Limits(overall=1)
    sent = (await api("sendMessage", chat_id=42, text="x")).result
    where = {"chat_id": 42, "message_id": sent["message_id"]}
    assert (await api("editMessageText", **where, text="y")).status == 200
    assert (await api("sendChatAction", chat_id=42, action="typing")).status == 200
    assert (await api("getChat", chat_id=42)).status == 200
    copied = await api("copyMessage", chat_id=42, from_chat_id=42, message_id=1)
    assert copied.status == 429


async def test_a_private_chat_takes_a_burst_and_then_one_a_second(
    api: Api, world: World, ani: User, clock: SteppedClock
) -> None:
    world.add_user(43, "Budi").start()
    world.limits = Limits(overall=None, private=1.0, private_burst=3)
    assert await statuses(api, 4) == [200, 200, 200, 429]
    assert await statuses(api, 1, chat_id=43) == [200]
    clock.step(3)
    assert await statuses(api, 1) == [200]


async def test_a_group_takes_twenty_a_minute(
    api: Api, world: World, ani: User, clock: SteppedClock
) -> None:
    group = world.add_group("Panitia", members=(ani,))
    world.limits = Limits.telegram()
    assert await statuses(api, 21, chat_id=group.id) == [200] * 20 + [429]
    answer = await api("sendMessage", chat_id=group.id, text="x")
    assert answer.body["parameters"] == {"retry_after": 60}
    clock.step(60)
    assert await statuses(api, 1, chat_id=group.id) == [200]


@pytest.mark.parametrize("enabled", [True, False])
async def test_a_paid_broadcast_has_its_own_limit_where_it_is_on(
    api: Api, world: World, ani: User, *, enabled: bool
) -> None:
    world.limits = Limits(overall=2, paid=5)
    world.paid_broadcast = enabled
    expected = [200] * 5 + [429] if enabled else [200] * 2 + [429] * 4
    assert await statuses(api, 6, allow_paid_broadcast=True) == expected


@settings(derandomize=True, deadline=None)
@given(st.lists(EIGHTHS, max_size=60), st.integers(1, 5))
def test_no_window_ever_holds_more_than_its_limit(steps: list[float], most: int) -> None:
    gate = FloodGate(Limits(overall=most))
    now, passed = 0.0, deque[float]()
    for step in steps:
        now += step
        retry = gate.retry_after(now, chat_id=1, private=True)
        if retry == 0:
            passed.append(now)
            assert sum(1 for at in passed if at > now - 1.0) <= most
        else:
            assert retry >= 1
            assert sum(1 for at in passed if at > now - 1.0) == most
