"""What each kind of fault does to a call."""

import asyncio
import json

from aiohttp import web

from bot.rehearsal.api.errors import ApiError, forbidden, migrated, too_many
from bot.rehearsal.world import Fault, Json, World

BAD_GATEWAY = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    "<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.18.0</center>\r\n"
    "</body>\r\n</html>\r\n"
)
FOREVER_S = 3600.0


class Dropped(Exception):  # noqa: N818 - no error of ours: the connection is cut on purpose
    """The connection is to be cut."""


async def before(fault: Fault, request: web.Request, world: World) -> None:
    """What a fault does before a call is processed; returning means: go on.

    Raises:
        ApiError: the refusal that the fault plays.
        Dropped: the connection is to be cut.
    """
    if fault.kind == "429":
        raise too_many(fault.retry_after)
    if fault.kind == "403":
        raise forbidden(fault.description or "bot was blocked by the user")
    if fault.kind == "400":
        words = fault.description or "chat not found"
        raise ApiError(400, f"Bad Request: {words.removeprefix('Bad Request: ')}")
    if fault.kind == "migrated":
        raise migrated(fault.migrate_to or world.next_group_id)
    if fault.kind == "500":
        raise ApiError(500, "Internal Server Error")
    if fault.kind == "502":
        raise ApiError(502, "Bad Gateway")
    if fault.kind == "reset_before":
        raise Dropped
    if fault.kind == "hang":
        await _hang(fault, request)
        raise Dropped


async def _hang(fault: Fault, request: web.Request) -> None:
    """Until the client hangs up, or the fault's seconds are over."""
    loop = asyncio.get_running_loop()
    end = loop.time() + (FOREVER_S if fault.seconds is None else fault.seconds)
    while loop.time() < end and request.transport and not request.transport.is_closing():  # noqa: ASYNC110
        # The transport has no event for "the other side left": it must be looked at.
        await asyncio.sleep(min(0.05, max(0.0, end - loop.time())))


async def strike_answer(fault: Fault, body: Json) -> web.Response | None:
    """What a fault does to an answer that is ready; None leaves it as it is.

    Raises:
        Dropped: the connection is to be cut.
    """
    if fault.kind == "502":
        return web.Response(status=502, text=BAD_GATEWAY, content_type="text/html")
    if fault.kind == "reset_after":
        raise Dropped
    if fault.kind == "slow":
        await asyncio.sleep(fault.seconds if fault.seconds is not None else 1.0)
    if fault.kind == "malformed":
        text = json.dumps(body)
        return web.Response(text=text[: len(text) // 2], content_type="application/json")
    return None
