"""How long a whole rehearsal takes: ``python -m benchmarks.headless``.

The shipped event with its roster, then with 1,000 participants; each in a process of its own, so
that the memory is its own too. Seconds by the clock on the wall and of processor time, interpreter
start apart; peak memory of the process in MB.
"""

import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

EVENT = Path(__file__).parents[1] / "data" / "mandala-magelang"
ROSTERS = (None, 1000)
_KIB = 1024 if sys.platform != "darwin" else 1024 * 1024


def main(_argv: Sequence[str] = ()) -> None:
    """Prints one table."""
    print("| participants | messages | planned, once each | wall s | processor s | peak MB |")
    print("|---|---|---|---|---|---|")
    for people in ROSTERS:
        command = [sys.executable, "-m", "benchmarks.headless", str(people or 0)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found = json.loads(done.stdout.splitlines()[-1])
        print(
            f"| {found['participants']} | {found['messages']} |"
            f" {found['fulfilled']} of {found['expected']} | {found['wall']:.1f} |"
            f" {found['processor']:.1f} | {found['peak']:.0f} |"
        )


def measure(people: int | None) -> None:
    """Runs one rehearsal with its report and prints a JSON object."""
    wall, processor = time.perf_counter(), time.process_time()
    from bot.rehearsal.headless import run_headless
    from bot.rehearsal.headless.report import FINDINGS

    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder)
        asyncio.run(run_headless(event_dir=EVENT, report=report, people=people))
        totals = json.loads((report / FINDINGS).read_text("utf-8"))["totals"]
    spent = {
        "wall": time.perf_counter() - wall,
        "processor": time.process_time() - processor,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB,
    }
    print(json.dumps(totals | spent))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(int(sys.argv[1]) or None)
    else:
        main()
