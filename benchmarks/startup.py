"""From process start to the first getUpdates, and memory when idle, of the real `mandala run`.

The embedded Bot API runs in this process. The first line is a new machine: no compiled modules, no
database. The second is every later start. Memory is what Linux calls VmRSS.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bot.rehearsal.api import running
from bot.rehearsal.world import World

TOKEN = "123456789:benchmark-token-for-the-embedded-api"
_ROOT = Path(__file__).resolve().parents[1]


def main(argv: list[str] | None = None) -> int:
    """Prints seconds (median, worst) and megabytes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--idle", type=float, default=3.0, help="seconds before memory is read")
    args = parser.parse_args(argv)
    print(f"{'start':22} {'median s':>9} {'worst s':>9} {'idle MB':>9}")
    with tempfile.TemporaryDirectory() as folder:
        for name, repeat in (("new machine", 1), ("every later start", args.repeat)):
            found = [asyncio.run(_measure(Path(folder), args.idle)) for _ in range(repeat)]
            seconds = [each[0] for each in found]
            memory = max(each[1] for each in found)
            median, worst = statistics.median(seconds), max(seconds)
            print(f"{name:22} {median:9.2f} {worst:9.2f} {memory:9.1f}")
    return 0


async def _measure(folder: Path, idle_s: float) -> tuple[float, float]:
    """Seconds to the first poll, megabytes when idle; processes share compiled modules."""
    world = World(token=TOKEN)
    async with running(world, token=TOKEN) as url:
        env = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(_ROOT),
            "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
            "BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": url,
            "DATABASE_URL": f"sqlite:///{folder}/mandala.db",
            "LOG_LEVEL": "ERROR",
        }
        begun = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", cwd=folder, env=env
        )
        try:
            async with asyncio.timeout(60):
                while not (polls := [c for c in world.calls if c.method == "getUpdates"]):  # noqa: ASYNC110 - a poll that waits is told to nobody
                    await asyncio.sleep(0.001)
            await asyncio.sleep(idle_s)
            return polls[0].monotonic - begun, _resident(process.pid)
        finally:
            process.terminate()
            await process.wait()


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("this system does not tell how much memory a process holds")


if __name__ == "__main__":
    sys.exit(main())
