"""The server by itself, so that any bot or library can be tried on it without Telegram."""

import asyncio
import sys
from collections.abc import Callable

from bot.rehearsal.api.running import running
from bot.rehearsal.world import Limits, World

EXAMPLE_USER_ID = 4_200_001


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def serve(
    host: str = "127.0.0.1",
    port: int = 8081,
    *,
    world: World | None = None,
    token: str | None = None,
    say: Callable[[str], None] = _print,
    stop: asyncio.Event | None = None,
) -> None:
    """Serves until ``stop`` is set or the task is cancelled.

    Control endpoints are on and one example person has pressed Start. ``token`` None lets any
    token of Telegram's form in. ``say`` gets the lines a person at the terminal should read.

    Raises:
        OSError: the port is taken.
    """
    place = world or World(limits=Limits())
    if EXAMPLE_USER_ID not in place.users:
        place.add_user(EXAMPLE_USER_ID, "Contoh", username="contoh", language_code="id").start()
    async with running(place, token=token, control=True, host=host, port=port) as base_url:
        say(f"Bot API:      {base_url}/bot<token>/<method>")
        say(f"Files:        {base_url}/file/bot<token>/<path>")
        say(f"Control:      {base_url}/control/users/{EXAMPLE_USER_ID}/send_text  (POST JSON)")
        say(f"Example chat: {EXAMPLE_USER_ID}")
        await (stop or asyncio.Event()).wait()
