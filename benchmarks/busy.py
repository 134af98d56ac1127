"""Questions asked of the real bot, idle and while an announcement to thousands goes out.

The real `mandala run` against the embedded Bot API, which enforces the limit. An organizer writes
/umumkan and confirms; from that press on people ask questions, twenty a second, until the last
copy has left. An answer's time runs from the question to the bot's call, as Telegram sees it.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks._process import FIRST_CHAT, ORGANIZER, TOKEN, bot, event, joined, resident, until
from bot.rehearsal.api import running
from bot.rehearsal.world import User, World
from bot.rehearsal.world.limits import Limits

QUESTION = "besok pagi acara apa pak?"
_EVERY_S = 0.05
Asked = tuple[int, float]
"""Who asked, and the monotonic instant."""


@dataclass(frozen=True)
class Figures:
    """Milliseconds an answer took at the 99th percentile; messages a second; megabytes."""

    idle: float
    confirming: float
    """From the press to the first copy: when thousands of rows are written."""
    busy: float
    rate: float
    memory: float
    twice_or_lost: int


def main(argv: list[str] | None = None) -> int:
    """Prints one line a run and the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipients", type=int, default=10_000)
    parser.add_argument("--limit", type=int, default=1000, help="messages a second")
    parser.add_argument("--repeat", type=int, default=3)
    args = parser.parse_args(argv)
    print(f"{args.recipients} recipients at {args.limit}/s; answers' 99th percentile in ms")
    print(
        f"{'run':8}{'idle':>8}{'confirming':>12}{'busy':>8}{'rate':>8}{'memory':>10}{'amiss':>7}"
    )
    runs = []
    for number in range(args.repeat):
        runs.append(asyncio.run(_measure(args.recipients, args.limit)))
        print(_line(str(number + 1), runs[-1]), flush=True)
    names = Figures.__dataclass_fields__
    middle = {name: statistics.median(getattr(run, name) for run in runs) for name in names}
    print(_line("median", Figures(**middle)))
    return 0


def _line(name: str, one: Figures) -> str:
    return (
        f"{name:8}{one.idle:8.1f}{one.confirming:12.1f}{one.busy:8.1f}{one.rate:8.0f}"
        f"{one.memory:8.1f}MB{one.twice_or_lost:7.0f}"
    )


async def _measure(recipients: int, limit: int) -> Figures:
    world = World(token=TOKEN, limits=Limits(overall=limit), call_log=None)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        users = joined(folder / "bench.db", world, recipients - 1)
        event(folder / "event", datetime.now(UTC).replace(microsecond=0) + timedelta(days=1))
        settings = {"MESSAGES_PER_SECOND": str(limit)}
        async with running(world, token=TOKEN) as url, bot(folder, url, world, **settings) as pid:
            crowd = users[1:301]
            await _ask(crowd, for_s=1)  # whatever is loaded on first use
            await asyncio.sleep(1)
            idle = await _ask(crowd, for_s=5)
            before = peak = resident(pid)
            await _confirm(users[0])
            confirming = await _ask(crowd, for_s=9)
            await until(lambda: _copies(world) > 1, seconds=30)
            busy = []
            while _copies(world) < recipients + 1:
                busy += await _ask(crowd, for_s=0.5)
                peak = max(peak, resident(pid))
            await asyncio.sleep(2)
        left = [c.monotonic for c in world.calls if _is_copy(c.method)][1:]
        got = [sum(m.get("text") == "Pengumuman" for m in user.inbox) for user in users[1:]]
        return Figures(
            idle=_percentile(_took(world, idle)),
            confirming=_percentile(_took(world, confirming)),
            busy=_percentile(_took(world, busy)),
            rate=(len(left) - 1) / (left[-1] - left[0]),
            memory=peak - before,
            twice_or_lost=sum(count != 1 for count in got),
        )


async def _confirm(organizer: User) -> None:
    """The organizer's moves up to the press that confirms."""
    assert organizer.id == ORGANIZER < FIRST_CHAT
    organizer.send_text("/umumkan")
    await until(lambda: any("📢" in message.get("text", "") for message in organizer.inbox))
    organizer.send_text("Pengumuman")
    await until(lambda: _buttons(organizer))
    message, data = _buttons(organizer)[0]
    organizer.press(message, data)


def _buttons(user: User) -> list[tuple[int, str]]:
    """Message and data of every button that sends."""
    return [
        (message["message_id"], button["callback_data"])
        for message in user.inbox
        for row in message.get("reply_markup", {}).get("inline_keyboard", [])
        for button in row
        if button.get("callback_data", "").startswith("b:go:")
    ]


async def _ask(crowd: list[User], *, for_s: float) -> list[Asked]:
    """Questions by one person after the other; nobody asks twice within a few seconds."""
    end = time.monotonic() + for_s
    asked = []
    while (now := time.monotonic()) < end:
        user = crowd[int(now / _EVERY_S) % len(crowd)]
        asked.append((user.id, now))
        user.send_text(QUESTION)
        await asyncio.sleep(_EVERY_S)
    return asked


def _took(world: World, asked: list[Asked]) -> list[float]:
    """Milliseconds from each question to the next answer in that chat."""
    answers: dict[int | None, list[float]] = {}
    for call in world.calls:
        if call.method.lower() == "sendmessage":
            answers.setdefault(call.chat_id, []).append(call.monotonic)
    return [
        1000 * (next(at for at in answers[chat] if at >= asked_at) - asked_at)
        for chat, asked_at in asked
    ]


def _copies(world: World) -> int:
    return sum(_is_copy(call.method) for call in world.calls)


def _is_copy(method: str) -> bool:
    return method.lower() == "copymessage"


def _percentile(times: list[float], part: float = 0.99) -> float:
    """The value below which ``part`` of ``times`` lie."""
    return sorted(times)[min(len(times) - 1, int(part * len(times)))]


if __name__ == "__main__":
    raise SystemExit(main())
