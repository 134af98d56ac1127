"""A stage on which one bot accompanies two events."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlmodel import SQLModel, select

from bot.rehearsal.world import User
from bot.store import people
from bot.store.tables import Person
from bot.wing import Wing
from tests.builders import Stage, local, staged
from tests.stores import database_url

Row = TypeVar("Row", bound=SQLModel)
_HEAD = "id,nama,jabatan,OPD,eselon,kelompok,no HP,peran\n"
RETREAT, MEETING = 0, 1
_AGENDAS = {
    "retret": """
event: {id: retret, name: Retret Magelang, timezone: Asia/Jakarta, start: 2025-11-04,
        end: 2025-11-05, place: Magelang}
sessions:
  - {id: s1, title: Pembukaan Retret, start: 2025-11-04 09:00, end: 2025-11-04 10:00, kind: talk}
  - {id: s2, title: Penutupan Retret, start: 2025-11-05 09:00, end: 2025-11-05 10:00, kind: talk}
""",
    "rakor": """
event: {id: rakor, name: Rakor Makassar, timezone: Asia/Makassar, start: 2025-11-05,
        end: 2025-11-06, place: Makassar}
sessions:
  - {id: s1, title: Pembukaan Rakor, start: 2025-11-05 10:00, end: 2025-11-05 11:00, kind: talk}
  - {id: s2, title: Penutupan Rakor, start: 2025-11-06 09:00, end: 2025-11-06 10:00, kind: talk}
""",
}
_ROSTERS = {
    "retret": {"both": "peserta", "only": "peserta", "chief": "panitia"},
    "rakor": {"both": "peserta", "other": "peserta", "chief": "peserta", "host": "panitia"},
}


def folders(tmp_path: Path) -> tuple[Path, ...]:
    """The folders of both events."""
    for name, agenda in _AGENDAS.items():
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        (folder / "agenda.yaml").write_text(agenda, encoding="utf-8")
        lines = (f"{key},{key.title()},,,,,,{role}" for key, role in _ROSTERS[name].items())
        (folder / "roster.csv").write_text(_HEAD + "\n".join(lines), encoding="utf-8")
    return tuple(tmp_path / name for name in _AGENDAS)


@asynccontextmanager
async def two_events(
    tmp_path: Path, *, now: str = "2025-11-03 20:00", **settings: Any
) -> AsyncIterator[Stage]:
    """The retreat, and a meeting that begins on its last day."""
    url = database_url(tmp_path)
    if url.startswith("sqlite"):
        database_url(tmp_path, "rakor.db")  # one that is migrated is quicker than migrating
    async with staged(
        tmp_path,
        now=local(now),
        event_dirs=folders(tmp_path),
        database_url=url,
        **settings,
    ) as stage:
        yield stage


def wing(stage: Stage, number: int) -> Wing:
    """One of the events."""
    return stage.house.wings[number]


async def rows(stage: Stage, number: int, table: type[Row]) -> list[Row]:
    """Everything in a table of one event's store."""
    return await wing(stage, number).db.read(lambda db: list(db.exec(select(table)).all()))


async def person(stage: Stage, number: int, key: str) -> Person:
    """Somebody on the roster of an event."""
    everyone = await wing(stage, number).db.read(people.everyone)
    return next(each for each in everyone if each.key == key)


async def join(stage: Stage, user: User, number: int, key: str) -> None:
    """Opens the invite of an event."""
    code = wing(stage, number).desk.invite_code(await person(stage, number, key))
    user.start(code)
    await stage.calm()
