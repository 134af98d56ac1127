"""Broadcasts side by side: this bot, PTB's own rate limiter, aiogram's usual loop.

Every run has fresh processes for the sender and for a server that counts and enforces the limit.
"""

import argparse
import json
import statistics
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

NAMES = {
    "ours": "this bot",
    "ptb": "PTB + AIORateLimiter",
    "aiogram": "aiogram + gather and sleep",
}


@dataclass(frozen=True)
class Figures:
    """One run. Rates are messages a second, times milliseconds, memory MB, CPU ms a message."""

    rate: float
    worst: int
    refused: int
    lost: int
    duplicates: int
    idle: float
    busy: float
    cpu: float
    memory: float


HEAD = (
    f"{'':28}{'rate':>8}{'of limit':>9}{'worst s':>8}{'429s':>6}{'lost':>6}{'twice':>6}"
    f"{'idle p99':>10}{'busy p99':>10}{'cpu each':>9}{'memory':>8}"
)


def main(argv: list[str]) -> int:
    """Prints the table; ``--help`` names the options."""
    parser = argparse.ArgumentParser(prog="delivery", description=__doc__)
    parser.add_argument("--limit", type=int, default=300, help="messages a second")
    parser.add_argument("--recipients", type=int, default=3000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--latency", type=float, default=0.0, help="ms, the shortest answer")
    parser.add_argument("--only", choices=list(NAMES), action="append")
    options = parser.parse_args(argv)
    print(
        f"{options.recipients} recipients at {options.limit}/s enforced, answers after "
        f"{options.latency:g} to {3 * options.latency:g} ms, median of {options.repeat}"
    )
    print(HEAD)
    for who in options.only or NAMES:
        runs = [run(who, options) for _ in range(options.repeat)]
        print(line(NAMES[who], median(runs), options.limit), flush=True)
    return 0


def run(who: str, options: argparse.Namespace) -> Figures:
    """One broadcast by ``who``."""
    with server(options.limit, options.latency) as url:
        said = subprocess.run(
            [
                sys.executable,
                "-m",
                "benchmarks.delivery_senders",
                who,
                url,
                str(options.recipients),
                str(options.limit),
            ],
            check=True,
            stdout=subprocess.PIPE,
        )
        own = json.loads(said.stdout)
        with urllib.request.urlopen(f"{url}/report") as answer:  # noqa: S310 - our own
            seen = json.load(answer)
    messages = options.recipients + own["answers"]
    return Figures(
        rate=seen["rate"],
        worst=seen["worst"],
        refused=seen["refused"],
        lost=int(messages - seen["recipients"]),
        duplicates=seen["duplicates"],
        idle=own["idle"],
        busy=own["busy"],
        cpu=1000 * own["cpu"] / options.recipients,
        memory=own["memory"],
    )


def median(runs: list[Figures]) -> Figures:
    """The median of each figure."""
    names = Figures.__dataclass_fields__
    return Figures(
        **{name: statistics.median(getattr(one, name) for one in runs) for name in names}
    )


def line(name: str, one: Figures, limit: int) -> str:
    """A row of the table."""
    return (
        f"{name:28}{one.rate:8.1f}{one.rate / limit:9.1%}{one.worst:8.0f}{one.refused:6.0f}"
        f"{one.lost:6.0f}{one.duplicates:6.0f}{one.idle:8.1f}ms{one.busy:8.1f}ms{one.cpu:7.2f}ms"
        f"{one.memory:6.1f}MB"
    )


@contextmanager
def server(limit: int, latency_ms: float) -> Iterator[str]:
    """The counting server in a process of its own; gives its base URL."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.delivery_server", str(limit), str(latency_ms)],
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()
