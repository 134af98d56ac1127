"""``/control/``: the world from outside, for programs in any language.

Every answer is JSON. An action of a person is POSTed as an object whose keys are the arguments of
the method of ``User`` of that name; files are given as ``data`` in base64.
"""

import base64
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.rehearsal.world import CallbackQuery, Fault, Json, User, World

ACTIONS = frozenset(
    {"start", "send", "send_text", "send_photo", "send_document", "send_voice", "send_location",
     "send_contact", "edit", "press", "vote", "react", "block", "unblock", "deactivate"}
)  # fmt: skip
Handler = Callable[[web.Request], Awaitable[web.Response]]


def add_control(app: web.Application, world: World) -> None:
    """Mounts the endpoints. They let anybody who reaches them do anything in the world."""
    control = _Control(world)
    routes: dict[tuple[str, str], Callable[[web.Request], Awaitable[Any]]] = {
        ("GET", "users"): control.users,
        ("POST", "users"): control.add_user,
        ("POST", "groups"): control.add_group,
        ("POST", "users/{user_id}/{action}"): control.act,
        ("GET", "chats/{chat_id}"): control.chat,
        ("GET", "faults"): control.faults,
        ("POST", "faults"): control.add_fault,
        ("DELETE", "faults"): control.clear_faults,
        ("POST", "switches"): control.switch,
        ("GET", "calls"): control.calls,
        ("GET", "snapshot"): control.snapshot,
    }
    for (verb, path), handler in routes.items():
        app.router.add_route(verb, f"/control/{path}", _answering(handler))


def _answering(handler: Callable[[web.Request], Awaitable[Any]]) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        # A web page of another origin cannot send this type without asking first.
        if request.can_read_body and request.content_type != "application/json":
            return web.json_response({"error": "the body must be application/json"}, status=415)
        try:
            return web.json_response(await handler(request))
        except (ValueError, TypeError, KeyError) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)

    return answer


class _Control:
    def __init__(self, world: World) -> None:
        self.world = world

    async def users(self, request: web.Request) -> list[Json]:
        """Everybody, with the state of their chat with the first bot."""
        return [
            user.profile | {"state": user.chat().state, "messages": len(user.messages)}
            for user in self.world.users.values()
        ]

    async def add_user(self, request: web.Request) -> Json:
        """``{"id", "first_name", "last_name"?, "username"?, "language_code"?, "known"?}``"""
        return self.world.add_user(**await request.json()).profile

    async def add_group(self, request: web.Request) -> Json:
        """``{"title", "members": [user ids], "supergroup"?}``"""
        body = await request.json()
        members = tuple(self.world.users[one] for one in body.pop("members", []))
        return self.world.add_group(**body, members=members).chat.profile

    async def act(self, request: web.Request) -> Any:
        """What a person does: any of ``ACTIONS``; ``chat`` is a group's id."""
        action = request.match_info["action"]
        if action not in ACTIONS:
            raise ValueError(f"unknown action {action!r}, expected one of {sorted(ACTIONS)}")
        body: Json = await request.json() if request.can_read_body else {}
        if "data" in body and action.startswith("send_"):
            body["data"] = base64.b64decode(body["data"])
        if "chat" in body:
            body["chat"] = self.world.groups[body["chat"]]
        options = body.pop("option_ids", [])
        result = getattr(self._user(request), action)(*_numbers(body, action), *options, **body)
        if isinstance(result, CallbackQuery):
            return {"query_id": result.id}
        return result if result is not None else {}

    async def chat(self, request: web.Request) -> Json:
        """A chat with all its messages and state."""
        chat_id = int(request.match_info["chat_id"])
        if chat_id in self.world.groups:
            return self.world.groups[chat_id].chat.to_json()
        return self.world.users[chat_id].chat().to_json()

    async def faults(self, request: web.Request) -> Json:
        """What waits to go wrong."""
        return self.world.faults.to_json()

    async def add_fault(self, request: web.Request) -> Json:
        """A ``Fault`` by its fields."""
        self.world.faults.add(Fault(**await request.json()))
        return self.world.faults.to_json()

    async def clear_faults(self, request: web.Request) -> Json:
        """Nothing goes wrong any more."""
        self.world.faults.clear()
        self.world.network_down = False
        return self.world.faults.to_json()

    async def switch(self, request: web.Request) -> Json:
        """``{"network_down"?, "duplicate_updates"?, "reorder_updates"?}``"""
        for name, value in (await request.json()).items():
            if name == "network_down":
                self.world.network_down = bool(value)
            elif name in ("duplicate_updates", "reorder_updates"):
                setattr(self.world.faults, name, bool(value))
            else:
                raise ValueError(f"unknown switch {name!r}")
        return self.world.faults.to_json() | {"network_down": self.world.network_down}

    async def calls(self, request: web.Request) -> list[Json]:
        """The record of calls, oldest first; ``?method=`` narrows it."""
        wanted = request.query.get("method")
        return [
            {
                "at": call.at.isoformat(),
                "monotonic": call.monotonic,
                "method": call.method,
                "chat_id": call.chat_id,
                "params": call.params,
                "status": call.status,
                "description": call.description,
                "fault": call.fault,
            }
            for call in self.world.calls
            if wanted is None or call.method.lower() == wanted.lower()
        ]

    async def snapshot(self, request: web.Request) -> Json:
        """All state."""
        return self.world.snapshot()

    def _user(self, request: web.Request) -> User:
        return self.world.users[int(request.match_info["user_id"])]


def _numbers(body: Json, action: str) -> list[Any]:
    """``vote`` takes its options as further arguments, so the message comes before them."""
    return [body.pop("message_id")] if action == "vote" else []
