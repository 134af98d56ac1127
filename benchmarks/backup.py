"""What a backup costs: ``./mandala benchmark backup [--rows N]``.

A store with so many delivered messages is backed up and verified, beside a loop that looks at its
watch all the time: how long that is held up is what somebody who asks meanwhile would feel.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import Session

from bot.domain.outbox import Lane, Status
from bot.store import outbox
from bot.store.backups import Backups
from bot.store.database import Database
from bot.store.migrating import migrate
from bot.store.tables import Outbox

_NOW = datetime(2025, 11, 4, tzinfo=UTC)
_TICK_S = 0.002


def main(argv: Sequence[str] | None = None) -> int:
    """Prints one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_run(Path(folder), args.rows))
    return 0


async def _run(folder: Path, rows: int) -> None:
    store = Database(f"sqlite:///{folder / 'store.db'}")
    migrate(store.engine)
    store.write_now(_fill, rows)
    late: list[float] = []
    watching = asyncio.create_task(_watch(late))
    cpu, wall = time.process_time(), time.perf_counter()
    made = await asyncio.to_thread(
        Backups(folder / "backups").make, store, folder / "attachments", at=_NOW
    )
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    watching.cancel()
    late.sort()
    size = made.path.stat().st_size / 1024**2
    print(
        f"{rows} rows, {size:.0f} MB: {wall:.1f} s ({cpu:.1f} s of CPU); the loop held up"
        f" {1000 * late[len(late) * 99 // 100]:.0f} ms at 99 %, {1000 * late[-1]:.0f} ms at most"
    )
    store.close()


async def _watch(late: list[float]) -> None:
    while True:
        before = time.perf_counter()
        await asyncio.sleep(_TICK_S)
        late.append(max(0.0, time.perf_counter() - before - _TICK_S))


def _fill(db: Session, rows: int) -> None:
    facts = {"lane": Lane.REMINDER, "kind": "reminder", "status": Status.DELIVERED}
    times = {"created_at": _NOW, "due_at": _NOW, "ready_at": _NOW, "finished_at": _NOW}
    payload = {"text": "x" * 300, "parse_mode": "HTML"}
    outbox.enqueue(
        db,
        [
            Outbox(key=f"k{number}", chat_id=number, payload=payload, **facts, **times)
            for number in range(rows)
        ],
    )


if __name__ == "__main__":
    raise SystemExit(main())
