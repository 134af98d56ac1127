"""The real ``mandala run`` as a process of its own, on a store with people who have joined."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.rehearsal.world import User, World

TOKEN = "123456789:benchmark-token-for-the-embedded-api"
FIRST_CHAT = 1_000
ORGANIZER = 999
_ROOT = Path(__file__).resolve().parents[1]


def event(folder: Path, start: datetime, *, sessions: int = 1) -> None:
    """An event folder with a session that begins at ``start`` (UTC, whole seconds).

    Args:
        sessions: so many, one after the other, of five minutes each; one alone lasts an hour.
    """
    folder.mkdir()
    length = 60 if sessions == 1 else 5
    rows = "".join(
        f"  - {{id: s{n}, title: {'Pembukaan' if n == 0 else f'Sesi {n}'}, start:"
        f" {_wall(start, minutes=n * length)}, end: {_wall(start, minutes=(n + 1) * length)},"
        " kind: ceremony, room: Aula}\n"
        for n in range(sessions)
    )
    day = (start + timedelta(hours=7)).date()  # the zone below
    (folder / "agenda.yaml").write_text(
        f"event: {{id: bench, name: Bench, timezone: Asia/Jakarta, start: {day}, end: {day}}}\n"
        f"sessions:\n{rows}",
        encoding="utf-8",
    )


def _wall(start: datetime, *, minutes: int = 0) -> str:
    return f"{start + timedelta(hours=7, minutes=minutes):%Y-%m-%d %H:%M:%S}"


def joined(database: Path, world: World, count: int) -> list[User]:
    """That many participants and an organizer, on the roster as stored and on their phones."""
    from sqlmodel import Session

    from bot.domain.people import Role
    from bot.store.database import Database
    from bot.store.migrating import migrate
    from bot.store.tables import Person

    db = Database(f"sqlite:///{database}")
    migrate(db.engine)
    users = [
        world.add_user(ORGANIZER + n, f"Peserta {n}" if n else "Panitia") for n in range(count + 1)
    ]
    long_ago = datetime.now(UTC) - timedelta(days=1)

    def put(session: Session) -> None:
        for user in users:
            role = Role.ORGANIZER if user.id == ORGANIZER else Role.PARTICIPANT
            session.add(
                Person(
                    key=f"organizer:{user.id}" if role is Role.ORGANIZER else f"p{user.id}",
                    name=user.profile["first_name"],
                    role=role,
                    chat_id=user.id,
                    joined_at=long_ago,
                    digest=False,
                    prompt=False,
                )
            )

    db.write_now(put)
    db.close()
    for user in users:
        user.chat().state = "member"
    return users


@asynccontextmanager
async def bot(
    folder: Path, url: str, world: World, *, ready: str = "getUpdates", **settings: str
) -> AsyncIterator[int]:
    """The process on ``folder/bench.db`` and ``folder/event``; gives its id.

    Args:
        ready: the call by which it is known to be at work.
    """
    env = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(_ROOT),
        "BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": url,
        "DATABASE_URL": f"sqlite:///{folder}/bench.db",
        "EVENT_DIR": str(folder / "event"),
        "ORGANIZER_IDS": str(ORGANIZER),
        "LOG_LEVEL": "WARNING",
        "PERSON_BURST": "0",  # one person stands for many there
        **settings,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=folder, env=env
    )
    try:
        await until(lambda: any(call.method.lower() == ready.lower() for call in world.calls))
        yield process.pid
    finally:
        process.terminate()
        await process.wait()


async def until(true: Callable[[], object], seconds: float = 60) -> None:
    """Waits for something in the world that is told to nobody."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.002)


def resident(pid: int) -> float:
    """Memory of a process in MB, Linux's VmRSS."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("this system does not tell how much memory a process holds")
