"""A Telegram that only counts: ``python -m benchmarks.delivery_server LIMIT LATENCY_MS``.

It takes messages as fast as one process can, enforces LIMIT a second in a sliding window (0: none)
with 429 and ``retry_after``, and tells what came at ``/report``. Leaner than the embedded Bot API,
so that it is the senders that are measured. Answers take LATENCY_MS to 3 x LATENCY_MS.
"""

import asyncio
import json
import random
import sys
import time
from collections import Counter, deque

from aiohttp import web

ANSWERS_FROM = 9_000_000
"""Chats from this number on get answers, the others the broadcast."""
ME = {"id": 1, "is_bot": True, "first_name": "B", "username": "b_bot"}


class Telegram:
    """Counts messages and when they came."""

    def __init__(self, limit: int, latency_ms: float) -> None:
        self.limit = limit
        self.latency_s = latency_ms / 1000
        self.arrivals: list[float] = []
        self.delivered: Counter[str] = Counter()
        self.accepted: list[tuple[float, bool]] = []
        self.refused = 0
        self._window: deque[float] = deque()
        self._chance = random.Random(1)

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Any call of any bot."""
        method = request.path.rpartition("/")[2].lower()
        if method == "report":
            return web.json_response(self.report())
        if method != "sendmessage":
            result = ME if method == "getme" else True
            return web.json_response({"ok": True, "result": result})
        now = time.monotonic()
        chat = str((await request.post())["chat_id"])
        accepted = self._admit(now)
        if self.latency_s:
            await asyncio.sleep(self._chance.uniform(1, 3) * self.latency_s)
        if not accepted:
            body = {
                "ok": False,
                "error_code": 429,
                "description": "Too Many Requests: retry after 1",
                "parameters": {"retry_after": 1},
            }
            return web.json_response(body, status=429)
        self.delivered[chat] += 1
        self.accepted.append((now, int(chat) < ANSWERS_FROM))
        message = {
            "message_id": len(self.arrivals),
            "date": 0,
            "chat": {"id": int(chat), "type": "private", "first_name": "P"},
            "text": "x",
        }
        return web.json_response({"ok": True, "result": message})

    def _admit(self, now: float) -> bool:
        self.arrivals.append(now)
        if not self.limit:
            return True
        window = self._window
        while window and window[0] <= now - 1.0:
            window.popleft()
        if len(window) >= self.limit:
            self.refused += 1
            return False
        window.append(now)
        return True

    def report(self) -> dict[str, float]:
        """Figures since the start.

        ``rate`` is all messages accepted from the first of the broadcast to its last, a second;
        ``worst`` counts every call, refused ones too.
        """
        broadcast = [at for at, mass in self.accepted if mass]
        first, last = min(broadcast), max(broadcast)
        during = sum(first <= at <= last for at, _ in self.accepted)
        return {
            "rate": (during - 1) / (last - first),
            "worst": worst_second(self.arrivals),
            "refused": self.refused,
            "recipients": len(self.delivered),
            "duplicates": sum(count - 1 for count in self.delivered.values()),
        }


def worst_second(times: list[float]) -> int:
    """Most calls in any half-open window of one second."""
    start = most = 0
    for end, at in enumerate(times):
        while times[start] <= at - 1.0:
            start += 1
        most = max(most, end - start + 1)
    return most


async def serve(limit: int, latency_ms: float) -> None:
    """Serves on a free port and prints the base URL."""
    runner = web.ServerRunner(web.Server(Telegram(limit, latency_ms).answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=2048).start()
    print(json.dumps(f"http://127.0.0.1:{runner.addresses[0][1]}"), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2])))
