"""The world from the side of people and of those who watch; saving it; control from outside."""

import asyncio
import base64
import json
from typing import Any

import aiohttp
import pytest

from bot.rehearsal.api import running
from bot.rehearsal.api.alone import EXAMPLE_USER_ID, serve
from bot.rehearsal.world import Fault, User, World
from tests.rehearsal.conftest import TOKEN, Api

Json = dict[str, Any]


async def test_a_watcher_sees_every_change(api: Api, world: World, ani: User) -> None:
    seen: list[Json] = []
    stop = world.subscribe(seen.append)
    markup = {"inline_keyboard": [[{"text": "Ya", "callback_data": "y"}]]}
    sent = (await api("sendMessage", chat_id=42, text="x", reply_markup=markup)).result
    where = {"chat_id": 42, "message_id": sent["message_id"]}
    query = ani.press(sent["message_id"], "y")
    await api("answerCallbackQuery", callback_query_id=query.id, text="Baik")
    await api("editMessageText", **where, text="y")
    await api("deleteMessage", **where)
    await api("sendChatAction", chat_id=42, action="typing")
    await api("setMyCommands", commands=[{"command": "a", "description": "a"}])
    ani.block()
    kinds = [one["type"] for one in seen if one["type"] != "call"]
    assert kinds == ["message", "callback_answer", "edited", "deleted", "action", "menu",
                     "blocked"]  # fmt: skip
    json.dumps(seen)
    stop()
    count = len(seen)
    ani.unblock()
    assert len(seen) == count


async def test_waiting_for_what_does_not_happen_ends(world: World, ani: User) -> None:
    assert await world.until(lambda: ani.messages) == ani.messages
    with pytest.raises(TimeoutError):
        await world.until(lambda: ani.inbox, seconds=0.01)
    assert not world.watched


def test_people_cannot_do_what_a_phone_does_not_offer(world: World, ani: User) -> None:
    with pytest.raises(ValueError, match="no button"):
        ani.press(1, "y")
    with pytest.raises(ValueError, match="not a message of this person"):
        ani.edit(99, "x")
    with pytest.raises(ValueError, match="not an open poll"):
        ani.vote(1, 0)
    ani.block()
    with pytest.raises(ValueError, match="blocked the bot"):
        ani.send_text("x")


def test_starting_again_unblocks(world: World, ani: User) -> None:
    ani.block()
    assert ani.blocked
    ani.start("undangan")
    assert not ani.blocked
    kinds = [sorted(one.keys() - {"update_id"})[0] for one in world.bot.pending]
    assert kinds == ["my_chat_member", "my_chat_member", "message"]
    assert world.bot.pending[-1]["message"]["text"] == "/start undangan"


async def test_a_saved_world_reads_back_the_same(
    api: Api, world: World, ani: User, png: bytes
) -> None:
    group = world.add_group("Panitia", members=(ani,))
    ani.send_photo(png, reply_to=1, caption="foto")
    ani.send_text("halo", chat=group)
    await api("setMyCommands", commands=[{"command": "a", "description": "a"}])
    await api("setMyName", name="Acara", language_code="id")
    await api("setChatMenuButton", chat_id=42, menu_button={"type": "commands"})
    markup = {"inline_keyboard": [[{"text": "Ya", "callback_data": "y"}]]}
    sent = (await api("sendMessage", chat_id=42, text="x", reply_markup=markup)).result
    ani.press(sent["message_id"], "y")
    reaction = [{"type": "emoji", "emoji": "👍"}]
    await api("setMessageReaction", chat_id=42, message_id=1, reaction=reaction)
    await api("setWebhook", url="http://127.0.0.1:9/hook")
    world.faults.add(Fault("500", times=3))
    saved = json.loads(json.dumps(world.snapshot()))
    again = World.restore(saved)
    assert again.snapshot() == saved
    assert [one["text"] for one in again.users[42].inbox] == ["x"]
    async with running(again) as base_url:
        restored = Api(base_url, api.session)
        assert (await restored("sendMessage", chat_id=42, text="x")).status == 500
        again.faults.clear()
        fresh = (await restored("sendMessage", chat_id=42, text="y")).result
    assert fresh["message_id"] == sent["message_id"] + 1


async def test_control_lets_any_program_act_as_people(world: World) -> None:
    async with running(world, control=True) as base_url, aiohttp.ClientSession() as session:

        async def control(verb: str, path: str, body: Any = None, status: int = 200) -> Any:
            url = f"{base_url}/control/{path}"
            async with session.request(verb, url, json=body) as response:
                assert response.status == status, await response.text()
                return await response.json()

        person = {"id": 5, "first_name": "Citra", "language_code": "id"}
        assert await control("POST", "users", person) == person | {"is_bot": False}
        await control("POST", "users/5/start", {"payload": "kode"})
        data = base64.b64encode(b"isi").decode()
        document = await control(
            "POST", "users/5/send_document", {"data": data, "filename": "a.txt"}
        )
        assert document["document"]["file_name"] == "a.txt"
        group = await control("POST", "groups", {"title": "Panitia", "members": [5]})
        await control("POST", "users/5/send_text", {"text": "halo", "chat": group["id"]})
        api = Api(base_url, session)
        markup = {"inline_keyboard": [[{"text": "Ya", "callback_data": "y"}]]}
        sent = (await api("sendMessage", chat_id=5, text="x", reply_markup=markup)).result
        press = {"message_id": sent["message_id"], "data": "y"}
        assert "query_id" in await control("POST", "users/5/press", press)
        poll = await api("sendPoll", chat_id=5, question="?", options=[{"text": "a"}])
        vote = {"message_id": poll.result["message_id"], "option_ids": [0]}
        assert await control("POST", "users/5/vote", vote) == {}
        await control("POST", "faults", {"kind": "500"})
        assert len((await control("GET", "faults"))["waiting"]) == 1
        assert (await api("getMe")).status == 500
        await control("POST", "switches", {"network_down": True, "duplicate_updates": True})
        assert world.network_down
        await control("DELETE", "faults")
        calls = await control("GET", "calls?method=getme")
        assert [(one["status"], one["fault"]) for one in calls] == [(500, "500")]
        assert [one["id"] for one in await control("GET", "users")] == [5]
        assert (await control("GET", f"chats/{group['id']}"))["messages"][-1]["text"] == "halo"
        assert (await control("GET", "chats/5"))["state"] == "member"
        assert await control("GET", "snapshot") == world.snapshot()
        await control("POST", "users/5/fly", {}, status=400)
        await control("POST", "users/6/start", {}, status=400)
        await control("POST", "switches", {"sun": False}, status=400)
        url = f"{base_url}/control/users/5/start"
        async with session.post(url, data="{}") as response:
            assert response.status == 415


async def test_control_is_not_there_unless_asked_for(api: Api) -> None:
    async with api.session.get(f"{api.base_url}/control/snapshot") as response:
        assert response.status == 404


async def test_it_stands_alone_with_an_example_person() -> None:
    lines: list[str] = []
    ready, stop = asyncio.Event(), asyncio.Event()

    def say(line: str) -> None:
        lines.append(line)
        if "Example" in line:
            ready.set()

    serving = asyncio.create_task(serve(port=0, say=say, stop=stop))
    await ready.wait()
    base_url = lines[0].split()[-1].partition("/bot<")[0]
    async with aiohttp.ClientSession() as session:
        api = Api(base_url, session, TOKEN)
        updates = (await api("getUpdates")).result
        assert updates[0]["message"]["from"]["id"] == EXAMPLE_USER_ID
        sent = await api("sendMessage", chat_id=EXAMPLE_USER_ID, text="halo")
        assert sent.result["text"] == "halo"
    stop.set()
    await serving
