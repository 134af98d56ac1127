"""One broadcast by one sender: ``python -m benchmarks.delivery_senders WHO URL RECIPIENTS LIMIT``.

Prints a line of JSON: growth of memory in MB, CPU seconds, and how long answers took before and
during the broadcast, in milliseconds at the 99th percentile.
"""

import asyncio
import gc
import itertools
import json
import logging
import resource
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks.delivery_server import ANSWERS_FROM

TOKEN = "123456789:benchmark-token-for-a-local-server-0"
FIRST_CHAT = 10_000
Say = Callable[[int], Awaitable[object]]
Broadcast = Callable[[], Awaitable[None]]


async def ours(url: str, recipients: int, limit: int) -> dict[str, float]:
    """The outbox in a SQLite file, the courier, the pacer, the aiohttp road."""
    from sqlmodel import SQLModel
    from telegram.ext import ExtBot

    from bot.delivery.courier import Courier, claimed_ahead
    from bot.delivery.paced_calls import PacedCalls
    from bot.delivery.pacer import Limits, Pacer
    from bot.delivery.request import AiohttpRequest
    from bot.delivery.telegram import send
    from bot.domain.clock import system_now
    from bot.domain.outbox import Lane
    from bot.store import outbox
    from bot.store.database import Database
    from bot.store.tables import Outbox

    def rows(numbers: range) -> list[Outbox]:
        now = datetime.now(UTC)
        return [
            Outbox(
                key=f"broadcast:1:{n}",
                lane=Lane.BROADCAST,
                kind="broadcast",
                chat_id=FIRST_CHAT + n,
                payload={"text": "Pengumuman"},
                created_at=now,
                due_at=now,
                ready_at=now,
            )
            for n in numbers
        ]

    with tempfile.TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{Path(folder) / 'outbox.sqlite'}")
        SQLModel.metadata.create_all(db.engine)
        for start in range(0, recipients, 1000):
            db.write_now(outbox.enqueue, rows(range(start, min(start + 1000, recipients))))
        limits = Limits(overall=limit)
        bot: ExtBot[Lane] = ExtBot(
            TOKEN,
            base_url=f"{url}/bot",
            request=AiohttpRequest(),
            get_updates_request=AiohttpRequest(),
            rate_limiter=PacedCalls(Pacer(limits)),
        )
        courier = Courier(
            db, partial(send, bot), now=system_now, worker="b", at_once=claimed_ahead(limits)
        )
        async with bot:
            gc.freeze()  # as ``bot/running.py`` does
            figures = await measured(lambda n: bot.send_message(n, "x"), courier.drain, limit)
        db.close()
    return figures


async def ptb(url: str, recipients: int, limit: int) -> dict[str, float]:
    """python-telegram-bot as it comes, with its own rate limiter at its defaults."""
    from telegram.error import TelegramError
    from telegram.ext import AIORateLimiter, ExtBot

    bot: ExtBot[int] = ExtBot(
        TOKEN, base_url=f"{url}/bot", rate_limiter=AIORateLimiter(overall_max_rate=limit)
    )

    async def one(chat: int) -> None:
        try:
            await bot.send_message(chat, "Pengumuman")
        except TelegramError:
            return  # that is what most bots do: log and go on

    async def broadcast() -> None:
        await asyncio.gather(*[one(FIRST_CHAT + n) for n in range(recipients)])

    async with bot:
        return await measured(one, broadcast, limit)


async def aiogram(url: str, recipients: int, limit: int) -> dict[str, float]:
    """aiogram 3 with the loop its users write: a batch side by side, then a second's sleep."""
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.exceptions import TelegramAPIError

    async with Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url))) as bot:

        async def one(chat: int) -> None:
            try:
                await bot.send_message(chat, "Pengumuman")
            except TelegramAPIError:
                return

        async def broadcast() -> None:
            for start in range(0, recipients, limit):
                numbers = range(start, min(start + limit, recipients))
                await asyncio.gather(*[one(FIRST_CHAT + n) for n in numbers])
                await asyncio.sleep(1)

        return await measured(one, broadcast, limit)


async def measured(say: Say, broadcast: Broadcast, limit: int) -> dict[str, float]:
    """Runs ``broadcast`` while answers are given, each to someone else.

    Answers take up to a sixth of the limit, twenty a second at most.
    """
    chats = itertools.count(ANSWERS_FROM)
    idle = []
    for _ in range(30):
        await asyncio.sleep(0.05)
        idle.append(await timed(say, next(chats)))
    await asyncio.sleep(1)
    before, cpu = peak_mb(), time.process_time()
    busy: list[asyncio.Task[float]] = []
    every_s = max(0.05, 6 / limit)
    task = asyncio.ensure_future(broadcast())
    while not task.done():
        busy.append(asyncio.create_task(timed(say, next(chats))))
        await asyncio.wait([task], timeout=every_s)
    await task
    cpu = time.process_time() - cpu
    times = await asyncio.gather(*busy)
    return {
        "cpu": cpu,
        "memory": peak_mb() - before,
        "idle": percentile(idle),
        "busy": percentile(times),
        "answers": len(idle) + len(times),
    }


def peak_mb() -> float:
    """The most memory that this process has had, in MB (Linux counts kilobytes)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


async def timed(say: Say, chat: int) -> float:
    """Milliseconds that one answer took."""
    start = time.monotonic()
    await say(chat)
    return 1000 * (time.monotonic() - start)


def percentile(times: list[float], part: float = 0.99) -> float:
    """The value below which ``part`` of ``times`` lie."""
    return sorted(times)[min(len(times) - 1, int(part * len(times)))]


SENDERS = {"ours": ours, "ptb": ptb, "aiogram": aiogram}

if __name__ == "__main__":
    who, base_url, count, rate = sys.argv[1:]
    logging.disable()  # peers write a traceback for each message they lose
    print(json.dumps(asyncio.run(SENDERS[who](base_url, int(count), int(rate)))))
