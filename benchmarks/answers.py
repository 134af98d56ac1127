"""Questions answered a second: this bot on a real question, against bare echo bots.

Each bot is a process of its own, polling the embedded Bot API in another process; the clock runs
from the first poll to the last answer. This bot stores every update before confirming it, looks up
who asks, understands the question and remembers what it was about; the others echo.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

TOKEN = "123456789:benchmark-token-for-the-embedded-api"
QUESTION = "5 november pagi acara apa pak?"
BOTS = ("mandala", "ptb", "aiogram")
_ROOT = Path(__file__).resolve().parents[1]


def main(argv: list[str] | None = None) -> int:
    """Prints one line a bot: median answers a second over the repetitions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=3000)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--bot", choices=BOTS, action="append")
    parser.add_argument("--as", dest="role", choices=("server", *BOTS), help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.role == "server":
        return asyncio.run(_serve(args.questions, args.people))
    if args.role:
        asyncio.run({"mandala": _mandala, "ptb": _ptb, "aiogram": _aiogram}[args.role](args))
        return 0
    found = rates(args, args.bot or BOTS)
    print(f"{'bot':<10}{'answers/s':>12}   (median of {args.repeat}, {args.questions} questions)")
    for bot, rate in found.items():
        print(f"{bot:<10}{rate:>12.0f}")
    return 0


def rates(args: argparse.Namespace, bots: Iterable[str]) -> dict[str, float]:
    """Answers a second, the median of ``args.repeat`` runs; the bots take turns."""
    runs: dict[str, list[float]] = {bot: [] for bot in bots}
    for _ in range(args.repeat):
        for bot, found in runs.items():
            found.append(_measure(bot, args))
    return {bot: statistics.median(found) for bot, found in runs.items()}


def _measure(bot: str, args: argparse.Namespace) -> float:
    common = ["--questions", str(args.questions), "--people", str(args.people)]
    command = [sys.executable, "-m", "benchmarks.answers", *common]
    server = subprocess.Popen(
        [*command, "--as", "server"], stdout=subprocess.PIPE, text=True, cwd=_ROOT
    )
    assert server.stdout is not None
    url = server.stdout.readline().strip()
    client = subprocess.Popen([*command, "--as", bot, "--url", url], cwd=_ROOT)
    try:
        found = json.loads(server.stdout.readline())
        # The session that opens the morning; an echo bot says the question.
        wanted = "Senam Pagi" if bot == "mandala" else QUESTION
        assert all(wanted in words for words in found["said"]), found["said"]
        return float(found["rate"])
    finally:
        client.kill()
        client.wait()
        server.wait()


async def _serve(questions: int, people: int) -> int:
    from bot.rehearsal.api import running
    from bot.rehearsal.world import World

    world = World(token=TOKEN, username="benchmark_bot", call_log=questions * 4)
    users = [world.add_user(1000 + n, f"Person {n}") for n in range(1, people + 1)]
    for number in range(questions):
        users[number % people].send_text(QUESTION)
    async with running(world, token=TOKEN) as url:
        print(url, flush=True)

        def answers() -> list[float]:
            if len(world.calls) < questions:
                return []
            return [c.monotonic for c in world.calls if c.method.lower() == "sendmessage"]

        def complete() -> list[float] | None:
            return found if len(found := answers()) >= questions else None

        done = await world.until(complete, seconds=300)
        assert done is not None
        begun = next(c.monotonic for c in world.calls if c.method == "getUpdates")
        said = {str(c.params["text"]) for c in world.calls if c.method.lower() == "sendmessage"}
        found = {"rate": questions / (max(done) - begun), "said": sorted(said)[:3]}
        print(json.dumps(found), flush=True)
    return 0


async def _mandala(args: argparse.Namespace) -> None:
    from bot.app import build
    from bot.config import Settings
    from bot.delivery.pacer import Limits
    from bot.domain.people import Role
    from bot.services import privacy
    from bot.store.tables import Person

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            _env_file=None,
            person_burst=0,
            bot_token=TOKEN,  # type: ignore[arg-type]  # pydantic makes a secret of it
            telegram_api_url=args.url,
            database_url=f"sqlite:///{folder}/bench.db",
            log_level="WARNING",
            # Organizers by id stay when the roster is loaded, so these people are known.
            organizer_ids=tuple(range(1001, 1001 + args.people)),
        )
        house = build(settings, limits=Limits(overall=10**6, private=10**6, burst=10**6))

        def join(db: Any) -> None:
            now = house.desk.now()
            for n in range(1, args.people + 1):
                name = f"Person {n}"
                db.add(
                    Person(
                        key=f"organizer:{1000 + n}",
                        name=name,
                        role=Role.PARTICIPANT,
                        chat_id=1000 + n,
                        joined_at=now,
                        language="id",
                        consent_version=privacy.version(house.desk.agenda.event),
                    )
                )

        from bot.store.migrating import migrate

        migrate(house.db.engine)
        house.db.write_now(join)
        await house.start()
        await asyncio.Event().wait()


async def _ptb(args: argparse.Namespace) -> None:
    from telegram import Update
    from telegram.ext import Application, MessageHandler, filters

    async def echo(update: Update, context: Any) -> None:
        assert update.message is not None
        await update.message.reply_text(update.message.text or "")

    application = Application.builder().token(TOKEN).base_url(f"{args.url}/bot").build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    await application.initialize()
    await application.start()
    assert application.updater is not None
    await application.updater.start_polling(poll_interval=0)
    await asyncio.Event().wait()


async def _aiogram(args: argparse.Namespace) -> None:
    from aiogram import Bot, Dispatcher
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.types import Message

    session = AiohttpSession(api=TelegramAPIServer.from_base(args.url))
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> None:
        await message.answer(message.text or "")

    await dispatcher.start_polling(Bot(TOKEN, session=session), handle_signals=False)


if __name__ == "__main__":
    raise SystemExit(main())
