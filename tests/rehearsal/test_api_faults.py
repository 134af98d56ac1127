"""Every fault does what it says, to the calls it is meant for, and no other."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from bot.rehearsal.world import Fault, User, World
from tests.rehearsal.conftest import Api, SteppedClock

CUT = (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError)


async def send(api: Api, chat_id: int = 42, **params: Any) -> Any:
    return await api("sendMessage", chat_id=chat_id, text="x", **params)


@pytest.mark.parametrize(
    ("fault", "code", "words", "parameters"),
    [
        (Fault("429", retry_after=7), 429, "Too Many Requests: retry after 7", {"retry_after": 7}),
        (Fault("403"), 403, "Forbidden: bot was blocked by the user", None),
        (Fault("403", description="user is deactivated"), 403,
         "Forbidden: user is deactivated", None),
        (Fault("400", description="PEER_ID_INVALID"), 400, "Bad Request: PEER_ID_INVALID", None),
        (Fault("migrated", migrate_to=-100), 400,
         "Bad Request: group chat was upgraded to a supergroup chat",
         {"migrate_to_chat_id": -100}),
        (Fault("500"), 500, "Internal Server Error", None),
    ],
)  # fmt: skip
async def test_refusals_have_telegrams_form(
    api: Api, world: World, ani: User, *,
    fault: Fault, code: int, words: str, parameters: dict[str, int] | None,
) -> None:  # fmt: skip
    world.faults.add(fault)
    answer = await send(api)
    assert answer.refusal == (code, words)
    assert answer.body.get("parameters") == parameters
    assert ani.inbox == []
    assert world.calls[-1].fault == fault.kind
    assert (await send(api)).status == 200
    assert fault.struck == 1


async def test_a_bad_gateway_is_a_page_of_html(api: Api, world: World, ani: User) -> None:
    world.faults.add(Fault("502"))
    async with api.session.post(api.url("sendMessage"), json={"chat_id": 42, "text": "x"}) as got:
        assert (got.status, got.content_type) == (502, "text/html")
        assert "nginx" in await got.text()
    assert ani.inbox == []


@pytest.mark.parametrize(("kind", "arrived"), [("reset_before", 0), ("reset_after", 1)])
async def test_a_reset_comes_before_or_after_the_work(
    api: Api, world: World, ani: User, kind: str, *, arrived: int
) -> None:
    world.faults.add(Fault(kind))
    with pytest.raises(CUT):
        await send(api)
    assert len(ani.inbox) == arrived
    assert world.calls[-1].status == 0


async def test_a_hanging_call_is_never_answered(api: Api, world: World, ani: User) -> None:
    world.faults.add(Fault("hang"))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await send(api)
    assert ani.inbox == []
    world.faults.add(Fault("hang", seconds=0.01))
    with pytest.raises(CUT):
        await send(api)


async def test_a_slow_call_is_done_at_once_and_answered_later(
    api: Api, world: World, ani: User
) -> None:
    world.faults.add(Fault("slow", seconds=0.2))
    sending = asyncio.create_task(send(api))
    await asyncio.sleep(0.05)
    assert len(ani.inbox) == 1
    assert not sending.done()
    assert (await sending).status == 200


async def test_a_malformed_answer_is_half_a_json_text(api: Api, world: World, ani: User) -> None:
    world.faults.add(Fault("malformed"))
    async with api.session.post(api.url("sendMessage"), json={"chat_id": 42, "text": "x"}) as got:
        body = await got.text()
    assert got.status == 200
    with pytest.raises(json.JSONDecodeError):
        json.loads(body)
    assert len(ani.inbox) == 1


async def test_a_fault_waits_for_its_method_its_person_and_its_turn(
    api: Api, world: World, ani: User
) -> None:
    world.add_user(43, "Budi").start()
    fault = Fault("500", method="SENDMESSAGE", chat_id=43, after=1, times=2)
    world.faults.add(fault)
    assert (await send(api, 42)).status == 200
    assert (await api("sendDice", chat_id=43)).status == 200
    assert [(await send(api, 43)).status for _ in range(4)] == [200, 500, 500, 200]


async def test_a_fault_without_a_count_strikes_until_it_is_removed(
    api: Api, world: World, ani: User
) -> None:
    fault = world.faults.add(Fault("500", times=None))
    assert [(await send(api)).status for _ in range(3)] == [500] * 3
    assert (await api("getUpdates")).status == 200
    world.faults.remove(fault)
    assert (await send(api)).status == 200


async def test_a_network_that_is_down_drops_everything(api: Api, world: World, ani: User) -> None:
    polling = asyncio.create_task(api("getUpdates", timeout=20))
    await asyncio.sleep(0.05)
    world.network_down = True
    with pytest.raises(CUT):
        await polling
    with pytest.raises(CUT):
        await send(api)
    world.network_down = False
    assert (await send(api)).status == 200
    assert len(ani.inbox) == 1


async def test_the_fetching_of_files_can_fail_too(api: Api, world: World, ani: User) -> None:
    document = ani.send_document(b"isi")["document"]
    path = (await api("getFile", file_id=document["file_id"])).result["file_path"]
    address = f"{api.base_url}/file/bot{api.token}/{path}"
    for kind, status in (("500", 500), ("502", 502)):
        world.faults.add(Fault(kind, method="download"))
        async with api.session.get(address) as response:
            assert response.status == status
    # The client tries a GET again on a fresh connection, so the fault must stay.
    fault = world.faults.add(Fault("reset_before", method="download", times=None))
    with pytest.raises(CUT):
        await api.session.get(address)
    world.faults.remove(fault)
    async with api.session.get(address) as response:
        assert await response.read() == b"isi"
    world.network_down = True
    with pytest.raises(CUT):
        await api.session.get(address)


async def test_an_answer_on_its_way_is_lost_when_the_network_goes_down(
    api: Api, world: World, ani: User
) -> None:
    world.faults.add(Fault("slow", seconds=0.05))
    sending = asyncio.create_task(send(api))
    await asyncio.sleep(0.02)
    world.network_down = True
    with pytest.raises(CUT):
        await sending
    assert len(ani.inbox) == 1


async def test_polling_can_be_struck_as_well(api: Api, world: World, ani: User) -> None:
    world.faults.add(Fault("502", method="getUpdates"))
    async with api.session.get(api.url("getUpdates")) as response:
        assert response.status == 502
    world.faults.add(Fault("500", also_updates=True))
    assert (await api("getUpdates")).status == 500


def test_an_unknown_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        Fault("earthquake")


async def test_every_call_is_recorded_with_its_time(
    api: Api, world: World, ani: User, clock: SteppedClock
) -> None:
    await send(api)
    clock.step(5)
    await api("sendMessage", chat_id=99, text="x")
    first, second = world.calls
    assert (second.at - first.at).total_seconds() == 5
    assert second.monotonic - first.monotonic == 5
    assert (first.method, first.chat_id, first.ok) == ("sendMessage", 42, True)
    assert (second.status, second.description) == (400, "Bad Request: chat not found")
    assert second.params == {"chat_id": 99, "text": "x"}
