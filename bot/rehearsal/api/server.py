"""The HTTP side: ``/bot<token>/<method>`` and ``/file/bot<token>/<path>``."""

import asyncio
import json
import logging
import re
import socket
import struct
from typing import Any

from aiohttp import web

from bot.rehearsal.api.errors import ApiError, bad
from bot.rehearsal.api.methods import HANDLERS, Context
from bot.rehearsal.api.methods.account import (
    OTHER_GETUPDATES,
    SET_WEBHOOK,
    allow_updates,
    batch,
    set_webhook,
)
from bot.rehearsal.api.parameters import Raw, Upload, checker, raw_parameters
from bot.rehearsal.api.spec import MethodSpec, methods
from bot.rehearsal.api.striking import Dropped, before, strike_answer
from bot.rehearsal.api.webhooks import Deliveries
from bot.rehearsal.world import BotAccount, Call, Fault, Json, World

log = logging.getLogger(__name__)
MAX_BODY = 60 * 1024 * 1024
MAX_POLL_S = 50
_TOKEN = re.compile(r"\d{1,19}:[A-Za-z0-9_-]{24,64}")


def create_app(
    world: World, token: str | None = None, *, control: bool = False
) -> web.Application:
    """The application that plays Telegram for ``world``.

    With ``token`` only the bot of that token is let in (401 for any other); without, any token of
    the right form has its own account. ``control`` mounts ``/control/`` for black-box use.
    """
    app = web.Application(client_max_size=MAX_BODY)
    server = Server(world, token)
    app.router.add_route("*", "/bot{token}/{method}", server.call)
    app.router.add_get("/file/bot{token}/{path:.+}", server.download)
    if control:
        from bot.rehearsal.api.control import add_control

        add_control(app, world)
    app.router.add_route("*", "/{anything:.*}", _nothing_here)
    app.cleanup_ctx.append(server.deliveries.running)
    return app


async def _nothing_here(request: web.Request) -> web.Response:
    return _json_response(404, ApiError(404, "Not Found").to_json())


class Server:
    """Answers the calls of bots in one world."""

    def __init__(self, world: World, token: str | None = None) -> None:
        self.world = world
        self.token = token
        if token is not None and world.bot_of(token, admit=True) is None:
            raise ValueError("the token's id belongs to another bot of this world")
        self.deliveries = Deliveries(world, self.dispatch)

    async def call(self, request: web.Request) -> web.StreamResponse:
        """One call of a method."""
        world = self.world
        if world.network_down:
            return drop(request)
        name = request.match_info["method"]
        try:
            bot = self._bot(request.match_info["token"])
            raw = await raw_parameters(request)
        except ApiError as error:
            return _json_response(error.code, error.to_json())
        except web.HTTPRequestEntityTooLarge:
            return _json_response(413, ApiError(413, "Request Entity Too Large").to_json())
        call = self._record(bot, name, raw)
        fault = world.faults.strike(name, call.chat_id)
        try:
            status, body = await self._answer(request, bot, call, raw, fault)
        except Dropped:
            call.status = 0
            self._told(call)
            return drop(request)
        call.status = status
        self._told(call)
        if fault is not None:
            try:
                odd = await strike_answer(fault, body)
            except Dropped:
                call.status = 0
                return drop(request)
            if odd is not None:
                return odd
        if world.network_down:
            call.status = 0
            return drop(request)
        return _json_response(status, body)

    def dispatch(self, bot: BotAccount, name: str, raw: Raw) -> tuple[int, Json]:
        """Checks and runs a method other than getUpdates: HTTP status and body."""
        call = self._record(bot, name, raw)
        status, body = self._run(bot, call, name, raw)
        call.status = status
        self._told(call)
        return status, body

    async def _answer(
        self, request: web.Request, bot: BotAccount, call: Call, raw: Raw, fault: Fault | None
    ) -> tuple[int, Json]:
        if fault is not None:
            call.fault = fault.kind
            try:
                await before(fault, request, self.world)
            except ApiError as error:
                call.description = error.description
                return error.code, error.to_json()
        if call.method == "getUpdates":
            return await self._updates(request, bot, call, raw)
        return self._run(bot, call, call.method, raw)

    def _run(self, bot: BotAccount, call: Call, name: str, raw: Raw) -> tuple[int, Json]:
        try:
            spec = _spec(name)
            handler = HANDLERS.get(name.lower())
            params, uploads = checker(spec, strict=self.world.strict)(raw)
            call.params = params
            if handler is None:
                raise bad(f'the embedded server does not play method "{spec.name}"')
            result = handler(Context(self.world, bot, params, uploads))
        except ApiError as error:
            call.description = error.description
            return error.code, error.to_json()
        except UnicodeEncodeError:  # half a surrogate pair, which JSON can hold and UTF-8 cannot
            refusal = bad("strings must be encoded in UTF-8")
            call.description = refusal.description
            return refusal.code, refusal.to_json()
        except Exception:
            log.exception("the embedded server failed on %s", call.method)
            return 500, ApiError(500, "Internal Server Error").to_json()
        call.result = result
        if handler is set_webhook:
            self.deliveries.start(bot)
        return 200, {"ok": True, "result": result}

    async def _updates(
        self, request: web.Request, bot: BotAccount, call: Call, raw: Raw
    ) -> tuple[int, Json]:
        try:
            params, uploads = checker(_spec("getupdates"), strict=self.world.strict)(raw)
            call.params = params
            ctx = Context(self.world, bot, params, uploads)
            allow_updates(bot, params.get("allowed_updates"))
            updates = batch(ctx)
            timeout = min(max(params.get("timeout", 0), 0), MAX_POLL_S)
            if not updates and timeout:
                await self._wait(request, bot, timeout)
                updates = batch(ctx)
        except ApiError as error:
            call.description = error.description
            return error.code, error.to_json()
        call.result = updates
        return 200, {"ok": True, "result": updates}

    async def _wait(self, request: web.Request, bot: BotAccount, timeout: float) -> None:  # noqa: ASYNC109 - Telegram's parameter
        """Until an update comes or ``timeout`` seconds passed.

        Raises:
            ApiError: 409, another getUpdates or a webhook took over.
        """
        bot.wake("other")
        waiter: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        bot.waiter = waiter
        try:
            async with asyncio.timeout(timeout):
                reason = await waiter
        except TimeoutError:
            return
        finally:
            if bot.waiter is waiter:
                bot.waiter = None
        if reason == "other":
            raise ApiError(409, OTHER_GETUPDATES)
        if reason == "webhook":
            raise ApiError(409, SET_WEBHOOK)
        if reason == "dropped":
            raise Dropped

    def _bot(self, token: str) -> BotAccount:
        if not _TOKEN.fullmatch(token):
            raise ApiError(404, "Not Found")
        bot = None
        if self.token is None or token == self.token:
            bot = self.world.bot_of(token, admit=True)
        if bot is None:
            raise ApiError(401, "Unauthorized")
        return bot

    def _record(self, bot: BotAccount, name: str, raw: Raw) -> Call:
        spec = methods().get(name.lower())
        call = Call(
            at=self.world.now(),
            monotonic=self.world.monotonic(),
            bot_id=bot.id,
            method=spec.name if spec else name,
            chat_id=_chat_id(raw),
            params={
                key: f"attach://{key}" if isinstance(value, Upload) else value
                for key, value in raw.items()
            },
        )
        self.world.calls.append(call)
        return call

    def _told(self, call: Call) -> None:
        if self.world.watched:
            self.world.emit(
                {
                    "type": "call",
                    "at": call.at.isoformat(),
                    "method": call.method,
                    "chat_id": call.chat_id,
                    "status": call.status,
                    "description": call.description,
                    "fault": call.fault,
                }
            )

    async def download(self, request: web.Request) -> web.StreamResponse:
        """A file's bytes."""
        if self.world.network_down:
            return drop(request)
        try:
            self._bot(request.match_info["token"])
        except ApiError as error:
            return _json_response(error.code, error.to_json())
        fault = self.world.faults.strike("download", None)
        if fault is not None:
            try:
                await before(fault, request, self.world)
                odd = await strike_answer(fault, {})
            except Dropped:
                return drop(request)
            except ApiError as error:
                return _json_response(error.code, error.to_json())
            if odd is not None:
                return odd
        file = self.world.files.at(request.match_info["path"])
        if file is None:
            return _json_response(404, ApiError(404, "Not Found").to_json())
        return web.Response(body=file.data, content_type="application/octet-stream")


def _spec(name: str) -> MethodSpec:
    spec = methods().get(name.lower())
    if spec is None:
        raise ApiError(404, "Not Found: method not found")
    return spec


def _chat_id(raw: Raw) -> int | None:
    value: Any = raw.get("chat_id")
    try:
        return int(value) if value is not None else None
    except (TypeError, ValueError):
        return None


def _json_response(status: int, body: Json) -> web.Response:
    data = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return web.Response(
        body=data.encode("utf-8", "replace"), status=status, content_type="application/json"
    )


def drop(request: web.Request) -> web.Response:
    """Cuts the connection with a reset, so that the client gets no answer at all."""
    transport = request.transport
    if transport is not None:
        raw = transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response(status=503)  # goes nowhere
