"""Seven days of steady use, played on the headless rehearsal: memory and rows day by day.

Every day has the same sessions; everybody asks, notes, rates and reflects as in a rehearsal. The
phones are emptied every night, since they share the process. Exit status 1: on the last day the
process has more than 5 % more memory than on the second, or a table grows that nothing purges.
"""

import argparse
import asyncio
import ctypes
import gc
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlmodel import Session, SQLModel

_FIRST = date(2025, 11, 3)
_DAYS = 7
_MORE = 1.05
_PURGED = {"inbox", "outbox", "dialogue", "agenda_edit", "commitment_draft", "refusal"}
"""Tables that housekeeping keeps short."""
_WRITTEN = {
    "note", "note_message", "note_version", "note_index", "anonymous_note", "rating",
    "commitment", "commitment_step", "receipt", "attendance", "favourite", "open_question",
    "question_count", "broadcast", "session_reminder", "session_revision",
}  # fmt: skip
"""What people wrote or chose, kept until the event's end of data."""
_SESSIONS = (
    ("07:30", "08:30", "meal", "Sarapan"),
    ("09:00", "10:30", "talk", "Materi Pagi"),
    ("10:45", "12:00", "discussion", "Diskusi"),
    ("13:00", "14:45", "talk", "Materi Siang"),
    ("15:15", "16:45", "discussion", "Kelompok"),
    ("19:30", "20:30", "discussion", "Refleksi Malam"),
)


def main(argv: list[str] | None = None) -> int:
    """Prints the table; gives the exit status."""
    parser = argparse.ArgumentParser(prog="week", description=__doc__)
    parser.add_argument("--people", type=int, default=32)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        days = asyncio.run(_play(Path(folder), options.people))
    names = sorted(set().union(*(rows for _, rows in days)))
    print(f"{'':18}" + "".join(f"{f'day {number}':>9}" for number in range(1, len(days) + 1)))
    print(f"{'memory MB':18}" + "".join(f"{memory:9.1f}" for memory, _ in days))
    for name in names:
        print(f"{name:18}" + "".join(f"{rows.get(name, 0):9d}" for _, rows in days))
    (second, _), (last, _) = days[1], days[-1]
    print(f"last day against the second: {last / second:.1%}")
    broken = [f"memory: {last:.1f} MB after {second:.1f}"] if last > _MORE * second else []
    grown = {name for name in names if days[-1][1].get(name, 0) > days[1][1].get(name, 0)}
    broken += [f"{name} grows" for name in sorted(grown - _PURGED - _WRITTEN)]
    for words in broken:
        print(f"broken: {words}")
    return 1 if broken else 0


async def _play(folder: Path, people: int) -> list[tuple[float, dict[str, int]]]:
    from bot.domain import clock
    from bot.rehearsal.headless import running
    from bot.rehearsal.headless.playing import Stage
    from bot.rehearsal.headless.script import write_script

    found = []
    async with running._backstage(_event(folder / "event", people), folder, 0) as behind:
        stage = Stage(behind.world, behind.clock, behind.house, behind.players)
        acts = write_script(behind.agenda, behind.players, 0)
        for day in (_FIRST + timedelta(days=number) for number in range(_DAYS)):
            _, night = clock.day_bounds(day, behind.agenda.timezone)
            await stage.play([act for act in acts if act.at < night], until=night)
            acts = [act for act in acts if act.at >= night]
            await behind.house.planner._keep_house()
            stage.done.clear()
            stage.collected.take()
            behind.world.bot.callbacks.clear()
            for user in behind.world.users.values():
                user.chat().messages.clear()
            found.append((_memory(), await behind.house.db.read(_rows)))
    return found


def _event(folder: Path, people: int) -> Path:
    folder.mkdir()
    days = [_FIRST + timedelta(days=number) for number in range(_DAYS)]
    sessions = "".join(
        f"  - {{id: d{n}s{m}, title: {title} {n}, start: {day} {begin}, end: {day} {end},"
        f" kind: {kind}, room: Aula}}\n"
        for n, day in enumerate(days, 1)
        for m, (begin, end, kind, title) in enumerate(_SESSIONS)
    )
    (folder / "agenda.yaml").write_text(
        f"event: {{id: week, name: Pekan, timezone: Asia/Jakarta, start: {days[0]}, end:"
        f" {days[-1]}}}\nsessions:\n{sessions}",
        encoding="utf-8",
    )
    rows = [f"p{n},Peserta {n},participant" for n in range(1, people + 1)]
    roster = ["id,name,role", *rows, "o1,Panitia 1,organizer", "o2,Panitia 2,organizer"]
    (folder / "roster.csv").write_text("\n".join(roster), encoding="utf-8")
    return folder


def _rows(db: Session) -> dict[str, int]:
    tables = SQLModel.metadata.sorted_tables
    counts = {
        table.name: db.execute(select(func.count()).select_from(table)).scalar_one()
        for table in tables
    }
    return {name: count for name, count in counts.items() if count}


def _memory() -> float:
    """Of the process (MB), without what is only waiting to be given back to the system."""
    gc.collect()
    if sys.platform == "linux":
        ctypes.CDLL(None).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1024**2


if __name__ == "__main__":
    sys.exit(main())
