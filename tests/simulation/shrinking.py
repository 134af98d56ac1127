"""The shortest history that still fails, by leaving moves out."""

import time
from collections.abc import Awaitable, Callable, Sequence

from tests.simulation.plan import Move

Fails = Callable[[Sequence[Move]], Awaitable[bool]]


async def shortest(moves: Sequence[Move], fails: Fails, *, seconds: float) -> list[Move]:
    """Drops runs of moves, halving their length, as long as there is time.

    Args:
        fails: whether a history fails.
    """
    left = list(moves)
    until = time.monotonic() + seconds
    size = max(1, len(left) // 2)
    while True:
        place, dropped = 0, False
        while place < len(left) and time.monotonic() < until:
            shorter = left[:place] + left[place + size :]
            if await fails(shorter):
                left, dropped = shorter, True
            else:
                place += size
        if time.monotonic() >= until or (size == 1 and not dropped):
            return left
        size = max(1, size // 2)
