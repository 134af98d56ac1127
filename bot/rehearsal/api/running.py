"""A served world for tests and for the rehearsal."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.rehearsal.api.server import create_app
from bot.rehearsal.world import World


@asynccontextmanager
async def running(
    world: World,
    *,
    token: str | None = None,
    control: bool = False,
    host: str = "127.0.0.1",
    port: int = 0,
) -> AsyncIterator[str]:
    """Serves ``world`` and gives the base URL, ``http://127.0.0.1:<port>``.

    The Bot API is at ``<base URL>/bot<token>/<method>``. ``port`` 0 takes a free one.
    """
    app = create_app(world, token, control=control)
    # A handler ends with its client, so that a poll of a bot that died waits for nothing.
    runner = web.AppRunner(
        app,
        access_log=None,
        handle_signals=False,
        handler_cancellation=True,
        shutdown_timeout=0.1,
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port, backlog=1024)
        await site.start()
        bound = runner.addresses[0]
        shown = f"[{host}]" if ":" in host else host
        yield f"http://{shown}:{bound[1]}"
    finally:
        for bot in world.bots.values():
            bot.wake("dropped")
        await runner.cleanup()
