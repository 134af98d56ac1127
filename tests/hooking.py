"""A stage whose bot gets its updates by webhook, and posts of one's own to it."""

import io
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp

from bot.intake.webhook import SECRET_HEADER
from tests.builders import Stage, local, staged

SECRET = "rahasia-untuk-pengujian"
EVENING = local("2025-11-03 20:00")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def hooked(
    tmp_path: Path, *, now: datetime = EVENING, **settings: Any
) -> AsyncIterator[tuple[Stage, str]]:
    """The stage and the address at which its bot takes updates."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/telegram"
    chosen = {"webhook_url": url, "webhook_port": port, "webhook_secret": SECRET, **settings}
    async with staged(tmp_path, now=now, **chosen) as stage:
        stage.world.webhook_retry_s = 0.02
        yield stage, url


async def post(url: str, body: bytes, secret: str | None = SECRET) -> int:
    """Posts to a webhook; the status."""
    headers = {} if secret is None else {SECRET_HEADER: secret}
    async with (
        aiohttp.ClientSession() as client,
        client.post(url, data=io.BytesIO(body), headers=headers) as answer,
    ):
        return answer.status
