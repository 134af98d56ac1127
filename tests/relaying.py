"""A proxy in front of several bots, as nginx in a cluster: updates go to one after the other."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from bot.intake.webhook import SECRET_HEADER
from bot.listening import Listener


class Relay:
    """Passes posts on; one that nobody takes is answered with 502 and comes again."""

    def __init__(self) -> None:
        self.ports: list[int] = []
        self.url = ""
        self.passed: list[int] = []
        """To which port each update went in the end."""
        self._turn = itertools.count()
        self._client: aiohttp.ClientSession | None = None

    async def handle(self, request: web.Request) -> web.Response:
        """One post, to the next bot, or to the one after that."""
        assert self._client is not None
        body = await request.read()
        headers = {SECRET_HEADER: request.headers.get(SECRET_HEADER, "")}
        first = next(self._turn)
        for step in range(len(self.ports)):
            port = self.ports[(first + step) % len(self.ports)]
            url = f"http://127.0.0.1:{port}{request.path}"
            try:
                async with self._client.post(url, data=body, headers=headers) as answer:
                    if answer.status == 200:
                        self.passed.append(port)
                        return web.Response()
            except aiohttp.ClientError:
                continue
        return web.Response(status=502)


@asynccontextmanager
async def relaying() -> AsyncIterator[Relay]:
    """A relay that listens."""
    relay = Relay()
    app = web.Application()
    app.router.add_post("/telegram", relay.handle)
    listener = Listener(app, host="127.0.0.1", port=0)
    await listener.start()
    relay.url = f"http://{listener.address}/telegram"
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as client:
        relay._client = client
        yield relay
    await listener.stop()
