"""Starts couriers as real processes that a test may kill: ``python driver.py DATABASE BASE_URL``.

For each line read it forks a child that delivers what the outbox holds, and prints its number.
Forking spares each of them the second that importing takes.
"""

import asyncio
import os
import sys
from datetime import timedelta
from functools import partial

from telegram.ext import ExtBot

from bot.delivery.courier import Courier
from bot.delivery.paced_calls import PacedCalls
from bot.delivery.pacer import Limits, Pacer
from bot.delivery.request import AiohttpRequest
from bot.delivery.telegram import send
from bot.domain.clock import system_now
from bot.domain.outbox import Lane, Outcome, Status
from bot.store import claims, outbox
from bot.store.claims import Result
from bot.store.database import Database
from tests.delivery.conftest import FAST, NOON, TOKEN


async def deliver(db: Database, base_url: str, limits: Limits = FAST) -> None:
    """A courier as the bot runs it, until it is killed."""
    db.engine.dispose(close=False)  # the connections are the parent's
    bot: ExtBot[Lane] = ExtBot(
        TOKEN,
        base_url=f"{base_url}/bot",
        request=AiohttpRequest(),
        get_updates_request=AiohttpRequest(),  # PTB would build one with httpx, slowly
        rate_limiter=PacedCalls(Pacer(limits)),
    )
    async with bot._request[1]:
        await Courier(db, partial(send, bot), now=system_now, worker="main").run()


def warm_up(db: Database) -> None:
    """Has every statement compiled once, in this thread: no other would live through a fork."""
    nothing = Result(-1, None, 0, Outcome(Status.DELIVERED))
    db.write_now(claims.recover, worker="main", now=NOON)
    db.write_now(claims.claim, worker="main", now=NOON - timedelta(days=1), limit=1)
    db.write_now(claims.record, [nothing], worker="main", now=NOON)
    db.read_now(outbox.next_ready)


def main() -> None:
    url, base_url = sys.argv[1:]
    db = Database(url)
    warm_up(db)
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            asyncio.run(deliver(db, base_url))
            os._exit(0)
        print(child, flush=True)
        os.waitpid(child, 0)
        print("ended", flush=True)


if __name__ == "__main__":
    main()
