"""Saving a world as a JSON-able value and reading it back."""

from typing import Any

from bot.rehearsal.world.bots import BotAccount
from bot.rehearsal.world.chats import Chat, Json
from bot.rehearsal.world.faults import Faults
from bot.rehearsal.world.files import Files
from bot.rehearsal.world.people import Group, User
from bot.rehearsal.world.world import World


def snapshot(world: World) -> Json:
    """All state but the record of calls; nothing in it is shared with the world."""
    import json

    value = {
        "users": [
            {"profile": user.profile, "known": user.known, "deactivated": user.deactivated}
            for user in world.users.values()
        ],
        "groups": [group.chat.to_json() for group in world.groups.values()],
        "bots": [bot.to_json() for bot in world.bots.values()],
        "first_bot": world.bot.id,
        "files": world.files.to_json(),
        "faults": world.faults.to_json(),
        "network_down": world.network_down,
        "next_group_id": world.next_group_id,
        "last_query_id": world.last_query_id,
    }
    # A round trip through text cuts every reference to live objects.
    copied: Json = json.loads(json.dumps(value))
    return copied


def restore(saved: Json, **edges: Any) -> World:
    """A world with the state of ``snapshot``; ``edges`` are arguments of World."""
    world = World(**edges)
    world.bots = {}
    for row in saved["bots"]:
        bot = BotAccount.from_json(row, world.limits)
        world.bots[bot.id] = bot
    world.bot = world.bots[saved["first_bot"]]
    for row in saved["users"]:
        user = User(world, row["profile"], known=row["known"])
        user.deactivated = row["deactivated"]
        world.users[user.id] = user
    for row in saved["groups"]:
        chat = Chat.from_json(row)
        world.groups[chat.id] = Group(world, chat)
    world.files = Files.from_json(saved["files"])
    world.faults = Faults.from_json(saved["faults"])
    world.network_down = saved["network_down"]
    world.next_group_id = saved["next_group_id"]
    world.last_query_id = saved["last_query_id"]
    return world
