"""A reminder for 32 people in real time: how late the first one and the last one leave.

The real `mandala run` against the embedded Bot API with Telegram's limits enforced. The agenda's
session begins a quarter of an hour and a few seconds from now, so its reminder falls due soon.
"""

import argparse
import asyncio
import statistics
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks._process import TOKEN, bot, event, joined, until
from bot.rehearsal.api import running
from bot.rehearsal.world import World
from bot.rehearsal.world.limits import Limits

_LEAD = timedelta(minutes=15)
_RATE = 30
_FIRST_MS = 100


def main(argv: list[str] | None = None) -> int:
    """Prints a line for each run, and the medians; all in milliseconds after the due instant.

    Gives 1 where the medians, or anybody's copies, are not what is promised.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=32)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--wait", type=int, default=8, help="seconds before it falls due")
    args = parser.parse_args(argv)
    allowed = 1000 * args.people / _RATE + 200
    print(f"{'run':8}{'first':>8}{'last':>8}{'got it':>8}   ms; allowed: 100 and {allowed:.0f}")
    runs, lost = [], False
    for number in range(args.repeat):
        first, last, got = asyncio.run(_measure(args.people, args.wait))
        runs.append((first, last))
        lost |= got != args.people
        print(f"{number + 1:<8}{first:8.0f}{last:8.0f}{got:8}", flush=True)
    medians = [statistics.median(each) for each in zip(*runs, strict=True)]
    print(f"{'median':8}{medians[0]:8.0f}{medians[1]:8.0f}")
    return int(lost or medians[0] > _FIRST_MS or medians[1] > allowed)


async def _measure(people: int, wait_s: int) -> tuple[float, float, int]:
    """When the first and the last left, ms after the due instant, and how many got it once."""
    world = World(token=TOKEN, limits=Limits.telegram())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        users = joined(folder / "bench.db", world, people - 1)
        due = (datetime.now(UTC) + timedelta(seconds=wait_s)).replace(microsecond=0)
        event(folder / "event", due + _LEAD)
        async with running(world, token=TOKEN) as url, bot(folder, url, world):
            await until(lambda: all(user.inbox for user in users), seconds=wait_s + 30)
            await asyncio.sleep(1)
        sent = [call for call in world.calls if call.method.lower() == "sendmessage" and call.ok]
        lateness = sorted(1000 * (call.at - due).total_seconds() for call in sent)
        return lateness[0], lateness[-1], sum(len(user.inbox) == 1 for user in users)


if __name__ == "__main__":
    raise SystemExit(main())
