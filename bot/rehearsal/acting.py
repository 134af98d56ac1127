"""What one can do on the page: act as a person, move the clock, break things."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from bot.rehearsal.cast import Part
from bot.rehearsal.live import Live
from bot.rehearsal.world import Json

UPLOAD_LIMIT = 20 * 1024 * 1024
"""Bytes of a file; a bot may not fetch larger ones anyway (Bot API, getFile)."""
_MAX_SPEED = 3600


class Acting:
    """Handlers of POSTs. Each takes a JSON object and answers with one."""

    def __init__(self, live: Live) -> None:
        self.live = live
        self.director = live.director
        self._actions: dict[str, Callable[[Part, Json], object]] = {
            "text": lambda part, say: part.user.send_text(_text(say), say.get("reply_to")),
            "edit": lambda part, say: part.user.edit(say["message_id"], _text(say)),
            "press": lambda part, say: part.user.press(say["message_id"], say["data"]),
            "vote": lambda part, say: part.user.vote(say["message_id"], *say["options"]),
            "react": lambda part, say: part.user.react(say["message_id"], say["emoji"]),
            "start": lambda part, say: part.user.start(str(say.get("payload", ""))),
            "join": lambda part, say: part.follow_link(),
            "contact": lambda part, say: part.user.send_contact(),
            "block": lambda part, say: part.user.block(),
            "unblock": lambda part, say: part.user.unblock(),
        }

    async def act(self, request: web.Request) -> web.Response:
        """A person does something."""
        part = self._part(request)
        action = self._actions.get(request.match_info["action"])
        if action is None:
            raise web.HTTPNotFound
        say = await _body(request)
        return _did(lambda: action(part, say))

    async def upload(self, request: web.Request) -> web.Response:
        """A person sends a file: the body is its bytes; ``?kind=photo|document|voice&name=``."""
        part = self._part(request)
        send = {
            "photo": part.user.send_photo,
            "document": part.user.send_document,
            "voice": part.user.send_voice,
        }.get(request.query.get("kind", ""))
        if send is None:
            raise web.HTTPNotFound
        data = await request.read()
        if not data or len(data) > UPLOAD_LIMIT:
            return _refused("the file is empty or larger than 20 MB")
        name = request.query.get("name", "file")[:200]
        mime = request.query.get("mime") or "application/octet-stream"
        caption = request.query.get("caption", "")
        return _did(lambda: send(data, name, mime, caption))

    async def clock(self, request: web.Request) -> web.Response:
        """Moves time: ``play`` {speed}, ``pause``, ``next``, ``jump`` {to: milliseconds}."""
        action, say = request.match_info["action"], await _body(request)
        director = self.director
        if action == "play":
            speed = float(say.get("speed", 1))
            if not 0 < speed <= _MAX_SPEED:
                return _refused("no such speed")
            director.play(speed)
        elif action == "pause":
            director.pause()
        elif action == "next":
            instant = await director.next_event()
            if instant is not None:
                director.set_out(instant)
        elif action == "jump":
            instant = datetime.fromtimestamp(int(say["to"]) / 1000, UTC)
            return _did(lambda: director.set_out(instant))
        else:
            raise web.HTTPNotFound
        return web.json_response({})

    async def switch(self, request: web.Request) -> web.Response:
        """``network`` {down}, ``too_many`` {on}, ``kill``, ``revive``, ``restart``."""
        name, say = request.match_info["name"], await _body(request)
        if name == "network":
            self.live.world.network_down = bool(say.get("down"))
        elif name == "too_many":
            self.live.switch_too_many(bool(say.get("on")))
        elif name == "kill":
            await self.director.kill()
        elif name == "revive":
            await self.director.revive()
        elif name == "restart":
            self.live.restart.set()
        else:
            raise web.HTTPNotFound
        return web.json_response({})

    def _part(self, request: web.Request) -> Part:
        number = request.match_info["id"]
        part = self.live.cast.get(int(number)) if number.isdecimal() else None
        if part is None:
            raise web.HTTPNotFound
        return part


async def _body(request: web.Request) -> Json:
    # A page of another site cannot send this type without asking first.
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        body: Any = await request.json()
    except ValueError as error:
        raise web.HTTPBadRequest from error
    if not isinstance(body, dict):
        raise web.HTTPBadRequest
    return body


def _did(work: Callable[[], object]) -> web.Response:
    try:
        work()
    except (ValueError, TypeError, KeyError) as error:
        return _refused(str(error))
    return web.json_response({})


def _refused(reason: str) -> web.Response:
    # Not an error of the page, so not one in its console either.
    return web.json_response({"error": reason})


def _text(say: Json) -> str:
    text = say["text"]
    if not isinstance(text, str) or not text.strip():
        raise ValueError("there is nothing to send")
    return text
