"""The rehearsal's web page: its files, its live stream and what people do on it.

Bound to this machine unless asked otherwise, it still guards against other sites open in the same
browser: a request must name this server by address (a name can be pointed anywhere), and one that
changes something must come from the page itself.
"""

import asyncio
import ipaddress
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import hdrs, web

from bot.rehearsal.acting import Acting
from bot.rehearsal.api.server import MAX_BODY, Server
from bot.rehearsal.live import Live
from bot.texts.catalogue import LANGUAGES, sources

PAGE = Path(__file__).parent / "page"
HEARTBEAT_S = 15.0
_TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
}
_PICTURES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp",
             "gif": "image/gif"}  # fmt: skip
_SOUNDS = {"ogg": "audio/ogg", "oga": "audio/ogg", "opus": "audio/ogg", "mp3": "audio/mpeg",
           "m4a": "audio/mp4", "wav": "audio/wav", "webm": "audio/webm"}  # fmt: skip
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def create_app(live: Live, server: Server, *, host: str) -> web.Application:
    """The page at ``/`` and the Bot API below ``/bot<token>/``, on one port.

    ``host`` is the address or name that it is bound to.
    """
    app = web.Application(client_max_size=MAX_BODY, middlewares=[_guard(host)])
    page = _Page(live)
    acting = Acting(live)
    app.router.add_get("/", page.index)
    app.router.add_get("/page/{name}", page.file)
    app.router.add_get("/texts/{language}", page.texts)
    app.router.add_get("/live", page.stream)
    app.router.add_get("/people/{id}", page.chat)
    app.router.add_get("/files/{file_id}", page.download)
    app.router.add_post("/people/{id}/upload", acting.upload)
    app.router.add_post("/people/{id}/{action}", acting.act)
    app.router.add_post("/clock/{action}", acting.clock)
    app.router.add_post("/switches/{name}", acting.switch)
    app.router.add_route("*", "/bot{token}/{method}", server.call)
    app.router.add_get("/file/bot{token}/{path:.+}", server.download)
    app.cleanup_ctx.append(server.deliveries.running)
    app.on_shutdown.append(page.close)
    return app


def _guard(bound_to: str) -> Any:
    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not _known(request.host, bound_to):
            return web.Response(status=421, text="open this page by its address\n")
        origin = request.headers.get(hdrs.ORIGIN)
        reading = request.method in (hdrs.METH_GET, hdrs.METH_HEAD)
        if origin is not None and not reading and origin != f"http://{request.host}":
            return web.Response(status=403, text="this came from another site\n")
        return await handler(request)

    return guard


def _known(host: str, bound_to: str) -> bool:
    """Whether a Host header names this server beyond doubt: by number, localhost, or as bound."""
    name = re.sub(r":\d*$", "", host).strip("[]")
    if name in ("localhost", bound_to):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


class _Page:
    """What the page reads."""

    def __init__(self, live: Live) -> None:
        self.live = live
        self._streams: set[asyncio.Queue[str | None]] = set()

    async def index(self, request: web.Request) -> web.Response:
        """The page itself."""
        return _static("index.html")

    async def file(self, request: web.Request) -> web.Response:
        """One of its files."""
        return _static(request.match_info["name"])

    async def texts(self, request: web.Request) -> web.Response:
        """The page's words in one language."""
        language = request.match_info["language"]
        if language not in LANGUAGES:
            raise web.HTTPNotFound
        words = {
            key.removeprefix("page."): source
            for key, source in sources(language).items()
            if key.startswith("page.")
        }
        return web.json_response(words, headers=_HEADERS)

    async def chat(self, request: web.Request) -> web.Response:
        """A person's screen."""
        number = request.match_info["id"]
        part = self.live.cast.get(int(number)) if number.isdecimal() else None
        if part is None:
            raise web.HTTPNotFound
        return web.json_response(self.live.chat(part), headers=_HEADERS)

    async def download(self, request: web.Request) -> web.Response:
        """A file out of a chat: pictures and sounds to show, everything else to save."""
        file = self.live.world.files.get(request.match_info["file_id"])
        if file is None:
            raise web.HTTPNotFound
        suffix = file.name.rpartition(".")[2].lower()
        shown = (_PICTURES | _SOUNDS).get(suffix)
        response = web.Response(body=file.data, headers=_HEADERS)
        response.content_type = shown or "application/octet-stream"
        if shown is None:
            response.headers[hdrs.CONTENT_DISPOSITION] = _attachment(file.name)
        return response

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """All that happens, as server-sent events."""
        response = web.StreamResponse(headers=_HEADERS)
        response.content_type = "text/event-stream"
        await response.prepare(request)
        events = self.live.open()
        self._streams.add(events)
        try:
            await _pour(events, response)
        except ConnectionError:
            pass  # the page was closed
        finally:
            self._streams.discard(events)
            self.live.leave(events)
        return response

    async def close(self, app: web.Application) -> None:
        """Ends the streams, which would otherwise hold up the end of the server."""
        for events in tuple(self._streams):
            events.put_nowait(None)


async def _pour(events: "asyncio.Queue[str | None]", response: web.StreamResponse) -> None:
    while True:
        try:
            async with asyncio.timeout(HEARTBEAT_S):
                lines = [await events.get()]
        except TimeoutError:
            await response.write(b":\n\n")
            continue
        while not events.empty():
            lines.append(events.get_nowait())
        told = [line for line in lines if line is not None]
        await response.write("".join(f"data: {line}\n\n" for line in told).encode())
        if len(told) < len(lines):
            return


def _static(name: str) -> web.Response:
    suffix = Path(name).suffix
    path = PAGE / name
    if suffix not in _TYPES or path.parent != PAGE or not path.is_file():
        raise web.HTTPNotFound
    return web.Response(
        body=path.read_bytes(), content_type=_TYPES[suffix], charset="utf-8", headers=_HEADERS
    )


def _attachment(name: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    return f'attachment; filename="{plain}"'
