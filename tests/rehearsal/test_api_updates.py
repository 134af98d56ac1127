"""Updates: long polling, webhooks, what a bot asks for, and what goes wrong with them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from bot.rehearsal.world import User, World
from tests.rehearsal.conftest import Api

Json = dict[str, Any]


def texts(updates: list[Json]) -> list[str]:
    return [one["message"]["text"] for one in updates]


async def test_a_poll_waits_for_the_next_update(api: Api, ani: User) -> None:
    polling = asyncio.create_task(api("getUpdates", timeout=20))
    await asyncio.sleep(0.05)
    assert not polling.done()
    ani.send_text("halo")
    assert texts((await polling).result) == ["halo"]


async def test_a_poll_ends_empty_after_its_timeout(api: Api, ani: User) -> None:
    assert (await api("getUpdates", timeout=1)).result == []


async def test_an_offset_confirms_what_came_before(api: Api, ani: User) -> None:
    for text in ("satu", "dua", "tiga"):
        ani.send_text(text)
    first = (await api("getUpdates", limit=1)).result
    assert texts(first) == ["satu"]
    rest = (await api("getUpdates", offset=first[0]["update_id"] + 1)).result
    assert texts(rest) == ["dua", "tiga"]
    assert texts((await api("getUpdates", offset=-1)).result) == ["tiga"]
    assert texts((await api("getUpdates")).result) == ["tiga"]


async def test_a_second_poll_ends_the_first_with_a_conflict(api: Api, ani: User) -> None:
    first = asyncio.create_task(api("getUpdates", timeout=20))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(api("getUpdates", timeout=20))
    assert (await first).refusal == (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance "
        "is running",
    )
    ani.send_text("halo")
    assert texts((await second).result) == ["halo"]


async def test_a_poll_ends_with_its_client(api: Api, world: World, ani: User) -> None:
    polling = asyncio.create_task(api("getUpdates", timeout=20))
    await asyncio.sleep(0.05)
    polling.cancel()
    async with asyncio.timeout(5):
        while world.bot.waiter is not None:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    ani.send_text("halo")
    assert texts((await api("getUpdates", timeout=20)).result) == ["halo"]
    assert [call.status for call in world.calls] == [0, 200]


async def test_only_the_kinds_asked_for_come_and_the_choice_is_kept(
    api: Api, world: World, ani: User
) -> None:
    await api("getUpdates", allowed_updates=["message", "no_such_kind"])
    ani.block()
    ani.start()
    assert [sorted(one) for one in (await api("getUpdates")).result] == [["message", "update_id"]]
    await api("getUpdates", offset=-1, allowed_updates=[])
    ani.block()
    assert "my_chat_member" in (await api("getUpdates")).result[-1]


async def test_two_bots_hear_only_what_is_said_to_them(api: Api, world: World, ani: User) -> None:
    other = world.add_bot("77:another-bot-with-a-token-of-its-own")
    ani.start(bot=other)
    ani.send_text("halo")
    assert texts((await api("getUpdates")).result) == ["halo"]
    assert len(other.pending) == 1


async def test_the_first_token_that_comes_takes_the_waiting_bot() -> None:
    world = World()
    world.add_user(42, "Ani").start()
    waiting = world.bot
    assert world.bot_of("55:some-other-bot-of-the-right-form-00", admit=True) is waiting
    assert (world.bot.id, len(waiting.pending)) == (55, 1)
    assert world.bot_of("66:a-third-bot-of-the-right-form-00000", admit=True) is not waiting
    assert world.bot_of("55:but-with-another-secret-part-000000", admit=True) is None


async def test_updates_can_come_twice(api: Api, world: World, ani: User) -> None:
    world.faults.duplicate_updates = True
    ani.send_text("satu")
    seen = (await api("getUpdates")).result
    again = (await api("getUpdates", offset=seen[-1]["update_id"] + 1)).result
    assert again == seen
    assert (await api("getUpdates", offset=seen[-1]["update_id"] + 1)).result == []


async def test_updates_can_come_out_of_order(api: Api, world: World, ani: User) -> None:
    world.faults.reorder_updates = True
    ani.send_text("satu")
    ani.send_text("dua")
    updates = (await api("getUpdates")).result
    assert texts(updates) == ["dua", "satu"]
    assert updates[0]["update_id"] < updates[1]["update_id"]


Reply = Callable[[Json], web.Response]


class Hook:
    """A bot's webhook, with what came to it."""

    def __init__(self) -> None:
        self.updates: list[Json] = []
        self.secrets: list[str | None] = []
        self.reply: Reply = lambda update: web.Response()
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.updates.append(update)
        return self.reply(update)

    async def until(self, count: int) -> list[Json]:
        async with asyncio.timeout(5):
            while len(self.updates) < count:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        return self.updates


@asynccontextmanager
async def hook() -> AsyncIterator[Hook]:
    served = Hook()
    app = web.Application()
    app.router.add_post("/hook", served.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    served.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield served
    finally:
        await runner.cleanup()


async def test_a_webhook_gets_updates_with_its_secret(api: Api, world: World, ani: User) -> None:
    ani.send_text("sebelum")
    async with hook() as hooked:
        await api("setWebhook", url=hooked.url, secret_token="rahasia_1", max_connections=1)
        ani.send_text("sesudah")
        assert texts(await hooked.until(2)) == ["sebelum", "sesudah"]
        assert set(hooked.secrets) == {"rahasia_1"}
        info = (await api("getWebhookInfo")).result
        assert (info["url"], info["max_connections"]) == (hooked.url, 1)
        refused = await api("getUpdates")
        assert refused.refusal[0] == 409
        assert "webhook is active" in refused.refusal[1]
        await api("deleteWebhook")
        ani.send_text("tanpa")
        assert texts((await api("getUpdates")).result) == ["tanpa"]


async def test_a_webhook_that_fails_is_tried_again(api: Api, world: World, ani: User) -> None:
    world.webhook_retry_s = 0.01
    async with hook() as hooked:
        hooked.reply = lambda update: web.Response(status=500 if len(hooked.updates) < 3 else 200)
        await api("setWebhook", url=hooked.url)
        ani.send_text("halo")
        assert texts(await hooked.until(3)) == ["halo"] * 3
        info = (await api("getWebhookInfo")).result
        expected = "Wrong response from the webhook: 500 Internal Server Error"
        assert info["last_error_message"] == expected


async def test_a_webhook_may_answer_with_a_call(api: Api, world: World, ani: User) -> None:
    async with hook() as hooked:
        hooked.reply = lambda update: web.json_response(
            {"method": "sendMessage", "chat_id": 42, "text": "balasan"}
        )
        await api("setWebhook", url=hooked.url)
        ani.send_text("halo")
        await hooked.until(1)
        await world.until(lambda: ani.inbox)
    assert ani.inbox[0]["text"] == "balasan"


async def test_setting_a_webhook_ends_a_waiting_poll(api: Api, ani: User) -> None:
    polling = asyncio.create_task(api("getUpdates", timeout=20))
    await asyncio.sleep(0.05)
    await api("setWebhook", url="http://127.0.0.1:9/hook", drop_pending_updates=True)
    assert (await polling).refusal == (409, "Conflict: terminated by setWebhook request")


async def test_a_webhook_sees_duplicates_and_disorder(api: Api, world: World, ani: User) -> None:
    world.faults.duplicate_updates = world.faults.reorder_updates = True
    ani.send_text("satu")
    ani.send_text("dua")
    async with hook() as hooked:
        await api("setWebhook", url=hooked.url)
        assert sorted(texts(await hooked.until(4))) == ["dua", "dua", "satu", "satu"]
