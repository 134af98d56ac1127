"""Starts the real bot again and again for a test that kills it: ``mortal_bot.py URL FOLDER``.

For each line read it forks a child that is the whole bot, from taking up what an earlier one left
to polling, and prints its number. Forking spares each of them the second that importing takes.
"""

import asyncio
import logging
import os
import sys
from pathlib import Path

from pydantic import SecretStr

from bot.app import build
from bot.config import Settings
from bot.delivery.pacer import Limits
from tests.builders import TOKEN


async def live(settings: Settings) -> None:
    """The bot until it is killed."""
    house = build(settings, limits=Limits(overall=10**6, private=10**6, burst=10**6))
    await house.start()
    assert house.failed is not None
    await house.failed


def main() -> None:
    """Reads lines, forks bots."""
    logging.disable(logging.CRITICAL)
    url, folder = sys.argv[1:]
    settings = Settings(
        _env_file=None,
        person_burst=0,
        bot_token=SecretStr(TOKEN),
        telegram_api_url=url,
        database_url=f"sqlite:///{folder}/state/mandala.db",
        event_dir=Path(folder),
    )
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            asyncio.run(live(settings))
            os._exit(0)
        print(child, flush=True)
        os.waitpid(child, 0)
        print("ended", flush=True)


if __name__ == "__main__":
    main()
