"""One reminder planned for many members, then claimed and recorded, on SQLite and PostgreSQL.

PostgreSQL is a server of the benchmark's own in a temporary folder, without fsync; SQLite syncs.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlmodel import Session

from bot.domain.outbox import Outcome, Status
from bot.domain.people import Role
from bot.services import planning
from bot.services.desk import Desk
from bot.store import claims, settings
from bot.store.attachments import Attachments
from bot.store.claims import Claimed, Result
from bot.store.database import Database
from bot.store.migrating import migrate
from bot.store.tables import Person
from tests import postgres
from tests.builders import agenda, local, session

_START = local("2025-11-04 09:00")
_AT_ONCE = 32


def main(argv: list[str] | None = None) -> int:
    """Prints seconds for each step, median of the repeats."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=3)
    args = parser.parse_args(argv)
    print(f"{'store':12} {'plan s':>8} {'plan again s':>13} {'claim and record rows/s':>24}")
    with tempfile.TemporaryDirectory() as folder:
        stores: dict[str, Callable[[int], str]] = {
            "SQLite": lambda number: f"sqlite:///{folder}/{number}.db"
        }
        if postgres.programs() is not None:
            stores["PostgreSQL"] = lambda number: postgres.server().database(
                Path(folder), str(number), empty=True
            )
        try:
            for name, address in stores.items():
                found = [
                    _measure(address(number), Path(folder), args.members)
                    for number in range(args.repeat)
                ]
                plan, again, rate = (
                    statistics.median(column) for column in zip(*found, strict=True)
                )
                print(f"{name:12} {plan:8.2f} {again:13.2f} {rate:24.0f}")
        finally:
            postgres.stop()
    return 0


def _measure(url: str, folder: Path, members: int) -> tuple[float, float, float]:
    db = Database(url)
    migrate(db.engine)
    now = _START - timedelta(minutes=15)
    day = agenda(session("a", "2025-11-04 09:00"), session("b", "2025-11-04 13:00"))
    desk = Desk(db, lambda: now, day, b"secret", Attachments(folder))
    db.write_now(_fill, members)
    db.write_now(settings.set_planned_until, now - timedelta(minutes=5))
    plan = _seconds(lambda: _look(db, desk))
    db.write_now(settings.set_planned_until, now - timedelta(minutes=5))
    again = _seconds(lambda: _look(db, desk))
    done = 0
    begun = time.perf_counter()
    while rows := db.write_now(claims.claim, worker="w", now=now, limit=_AT_ONCE):
        db.write_now(claims.record, [_arrived(row) for row in rows], worker="w", now=now)
        done += len(rows)
    rate = done / (time.perf_counter() - begun)
    assert done == members
    db.close()
    return plan, again, rate


def _fill(db: Session, members: int) -> None:
    joined = _START - timedelta(days=1)
    for number in range(1, members + 1):
        db.add(
            Person(
                key=f"p{number}",
                name=f"Peserta {number}",
                role=Role.PARTICIPANT,
                chat_id=10_000 + number,
                joined_at=joined,
            )
        )


def _arrived(row: Claimed) -> Result:
    delivered = Outcome(Status.DELIVERED, message_id=row.id)
    return Result(row.id, row.person_id, row.chat_id, delivered)


def _look(db: Database, desk: Desk) -> None:
    look = None
    while look is None or not look.done:
        look = db.write_now(planning.plan, desk, look)


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
