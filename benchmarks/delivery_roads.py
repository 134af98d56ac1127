"""The HTTP road: PTB's httpx request object against ours on aiohttp, same bot, same server.

Each sender is a process of its own, as is the server. CPU time is the client's alone and hardly
changes with what else the machine does; calls a second do.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import time

from benchmarks.delivery import server
from benchmarks.delivery_senders import TOKEN

ROADS = {"httpx": "HTTPXRequest (PTB's own)", "aiohttp": "AiohttpRequest (ours)"}
AT_ONCE = (1, 8, 64)


def main(argv: list[str]) -> None:
    """Prints the table; ``--help`` names the options."""
    parser = argparse.ArgumentParser(prog="delivery_roads", description=__doc__)
    parser.add_argument("--calls", type=int, default=2000)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args(argv)
    print(f"sendMessage, calls a second (client CPU in ms a call), median of {options.repeat}")
    print(f"{'':26}" + "".join(f"{f'{n} at once':>20}" for n in AT_ONCE))
    for road, name in ROADS.items():
        cells = []
        for at_once in AT_ONCE:
            runs = [_run(road, options.calls, at_once) for _ in range(options.repeat)]
            rate, cpu = (statistics.median(column) for column in zip(*runs, strict=True))
            cells.append(f"{rate:11.0f} ({cpu:.2f})")
        print(f"{name:26}" + "".join(f"{cell:>20}" for cell in cells), flush=True)


def _run(road: str, calls: int, at_once: int) -> tuple[float, float]:
    with server(0, 0) as url:
        said = subprocess.run(
            [
                sys.executable,
                "-m",
                "benchmarks.delivery_roads",
                road,
                url,
                str(calls),
                str(at_once),
            ],
            check=True,
            stdout=subprocess.PIPE,
        )
    rate, cpu = json.loads(said.stdout)
    return rate, cpu


async def _call(road: str, url: str, calls: int, at_once: int) -> tuple[float, float]:
    """Calls a second, and client CPU in milliseconds a call."""
    from telegram import Bot
    from telegram.request import BaseRequest, HTTPXRequest

    from bot.delivery.request import AiohttpRequest

    def made() -> BaseRequest:
        return HTTPXRequest() if road == "httpx" else AiohttpRequest()

    bot = Bot(TOKEN, base_url=f"{url}/bot", request=made(), get_updates_request=made())
    left = iter(range(calls))

    async def worker() -> None:
        for number in left:
            await bot.send_message(10_000 + number, "x")

    async with bot:
        await asyncio.gather(*[bot.send_message(1, "x") for _ in range(at_once)])
        start, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*[worker() for _ in range(at_once)])
        took = time.perf_counter() - start
        return calls / took, 1000 * (time.process_time() - cpu) / calls


if __name__ == "__main__":
    which, base_url, count, together = sys.argv[1:]
    print(json.dumps(asyncio.run(_call(which, base_url, int(count), int(together)))))
