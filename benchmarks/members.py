"""One reminder for 1,000 to 100,000 members on SQLite: planning, answers meanwhile, memory.

Each size has processes of its own, and of the repeats the quickest counts: others use the machine.
The sending is the broadcast of ``delivery`` to fewer recipients, since its pace is the limit.
Exit status 1: a limit is broken.
"""

import argparse
import asyncio
import gc
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

_LONGEST_S = 5.0
_MOST_MB = 500
_DEARER = 1.5
"""So much more than for a thousand may each of a hundred thousand cost."""
_SHARE = 0.9
"""Of the limit that sending keeps up with at least."""
_HEAD = (
    f"{'members':>8} {'plan s':>7} {'CPU s':>6} {'us each':>8} {'longest write ms':>17}"
    f" {'answer p50 ms':>14} {'p99':>6} {'idle look ms':>13} {'MB':>5}"
)


def main(argv: list[str] | None = None) -> int:
    """Prints the table; gives the exit status."""
    parser = argparse.ArgumentParser(prog="members", description=__doc__)
    parser.add_argument("--members", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--limit", type=int, default=1_000, help="messages a second")
    parser.add_argument("--recipients", type=int, default=5_000, help="of the sending; 0: none")
    parser.add_argument("--picture", type=Path, help="where to put the cost of each as PNG")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.one is not None:
        print(json.dumps(asyncio.run(_measure(options.one))))
        return 0
    print(_HEAD)
    found = {}
    for members in options.members:
        runs = [_run(members) for _ in range(options.repeat)]
        found[members] = {name: min(run[name] for run in runs) for name in runs[0]}
        print(_line(members, found[members]), flush=True)
    broken = _broken(found)
    if options.recipients:
        broken += _sending(options.limit, options.recipients)
    if options.picture is not None:
        options.picture.write_bytes(_picture(found))
    for words in broken:
        print(f"broken: {words}")
    return 1 if broken else 0


def _run(members: int) -> dict[str, float]:
    said = subprocess.run(
        [sys.executable, "-m", "benchmarks.members", "--one", str(members)],
        check=True,
        stdout=subprocess.PIPE,
    )
    found: dict[str, float] = json.loads(said.stdout)
    return found


def _line(members: int, one: dict[str, float]) -> str:
    return (
        f"{members:8d} {one['plan']:7.2f} {one['cpu']:6.2f} {one['each']:8.1f}"
        f" {one['longest']:17.0f} {one['p50']:14.1f} {one['p99']:6.1f} {one['idle']:13.1f}"
        f" {one['memory']:5.0f}"
    )


def _broken(found: dict[int, dict[str, float]]) -> list[str]:
    most, least = max(found), min(found)
    broken = []
    if found[most]["plan"] > _LONGEST_S:
        broken.append(f"planning for {most} takes longer than {_LONGEST_S} s")
    if found[most]["memory"] > _MOST_MB:
        broken.append(f"planning for {most} takes more than {_MOST_MB} MB")
    if found[most]["each"] > _DEARER * found[least]["each"]:
        broken.append(f"each of {most} costs {_DEARER} times what each of {least} does")
    return broken


def _sending(limit: int, recipients: int) -> list[str]:
    from benchmarks import delivery

    options = argparse.Namespace(limit=limit, recipients=recipients, latency=0.0)
    sent = delivery.run("ours", options)
    print(f"sent to {recipients} at {limit}/s enforced: {sent.rate:.0f}/s, + {sent.memory:.1f} MB")
    broken = [] if sent.rate >= _SHARE * limit else [f"less than {_SHARE:.0%} of {limit}/s sent"]
    if sent.lost or sent.duplicates:
        broken.append(f"{sent.lost} lost, {sent.duplicates} twice")
    return broken


def _picture(found: dict[int, dict[str, float]]) -> bytes:
    from bot.documents.pictures import Columns, Mark, png

    marks = tuple(
        Mark(f"{members:,}", one["each"], f"{one['each']:.0f} µs")
        for members, one in sorted(found.items())
    )
    return png(
        Columns("A reminder: cost of each member", marks, "CPU time, by how many there are")
    )


async def _measure(members: int) -> dict[str, float]:
    from bot.services import planning
    from bot.services.desk import Desk
    from bot.store import people, settings
    from bot.store.attachments import Attachments
    from bot.store.database import Database
    from bot.store.migrating import migrate
    from tests.builders import agenda, local, session

    start = local("2025-11-04 09:00")
    with tempfile.TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{folder}/members.db")
        migrate(db.engine)
        long_ago = f"{start - timedelta(days=1):%Y-%m-%d %H:%M:%S}"
        sessions = (session(f"s{hour}", f"2025-11-04 {hour:02}:00", 50) for hour in (8, 9, 13))
        desk = Desk(db, lambda: now, agenda(*sessions), b"secret", Attachments(Path(folder)))
        now = start - timedelta(minutes=75)
        _fill(db.engine.raw_connection, range(1, 2), long_ago)
        await db.write(planning.plan, desk)  # for one: everything is loaded and compiled
        now = start - timedelta(minutes=15)
        _fill(db.engine.raw_connection, range(2, members + 1), long_ago)
        await db.write(settings.set_planned_until, now - timedelta(minutes=5))
        gc.freeze()  # as the bot does once it has started
        waits: list[float] = []
        longest = 0.0

        async def answers() -> None:
            while True:
                begun = time.perf_counter()
                await db.read(people.recall, 10_000 + members)
                waits.append(1000 * (time.perf_counter() - begun))
                await asyncio.sleep(0.005)

        asking = asyncio.create_task(answers())
        begun, cpu = time.perf_counter(), time.process_time()
        look = None
        while look is None or not look.done:
            at = time.perf_counter()
            look = await db.write(planning.plan, desk, look)
            longest = max(longest, time.perf_counter() - at)
        seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
        asking.cancel()
        assert look.count == members
        now += timedelta(seconds=30)
        begun = time.perf_counter()
        await db.write(planning.plan, desk)
        await db.read(planning.next_due, desk)
        idle = time.perf_counter() - begun
        db.close()
    waits.sort()
    return {
        "plan": seconds,
        "cpu": cpu,
        "each": 1e6 * cpu / members,
        "longest": 1000 * longest,
        "p50": waits[len(waits) // 2],
        "p99": waits[int(len(waits) * 0.99)],
        "idle": 1000 * idle,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _fill(connect: Callable[[], object], numbers: range, joined: str) -> None:
    """Members as the bot stores them, without its objects, which would stay in memory."""
    import sqlite3

    raw = connect()
    cursor = raw.cursor()  # type: ignore[attr-defined]  # a connection of the driver's
    assert isinstance(cursor, sqlite3.Cursor)
    cursor.execute("BEGIN")
    cursor.executemany(
        "INSERT INTO person (key, name, role, chat_id, joined_at, removed, invite_generation,"
        " language, reminder_minutes, digest, prompt)"
        " VALUES ('p' || ?1, 'Peserta ' || ?1, 'participant', 10000 + ?1, ?2, 0, 1, 'id', 15,"
        " 1, 1)",
        ((number, joined) for number in numbers),
    )
    cursor.execute("COMMIT")
    raw.close()  # type: ignore[attr-defined]  # as above


if __name__ == "__main__":
    sys.exit(main())
