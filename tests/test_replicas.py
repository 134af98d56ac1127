"""Several real processes on one PostgreSQL: one leads, and any of them may be killed."""

import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.domain.outbox import Lane
from bot.rehearsal.world import User
from bot.store import outbox
from bot.store.database import Database
from bot.store.tables import Note, Outbox
from tests.builders import texts
from tests.stores import database_url
from tests.test_process import Ground, Process, _enough, _ground, _reminders, write_event

pytestmark = pytest.mark.postgresql

TAKEN_OVER_S = 10.0
_SLOWLY = "20"


@pytest.fixture
async def ground(tmp_path: Path) -> AsyncIterator[Ground]:
    """A reminder for 24 people is due as soon as somebody looks."""
    write_event(tmp_path, datetime.now(UTC) + timedelta(minutes=14), people=24)
    async with _ground(tmp_path) as ready:
        yield ready


async def three(ground: Ground) -> list[Process]:
    """Three processes, all up: one leads."""
    made = [await ground.start(MESSAGES_PER_SECOND=_SLOWLY)]  # alone, so that it compiles for all
    made += [await ground.start(ready=False, MESSAGES_PER_SECOND=_SLOWLY) for _ in range(2)]
    await ground.until(lambda: all("running as" in one.said or one.ended for one in made))
    return made


def leaders(processes: Sequence[Process]) -> list[Process]:
    """Those that have come to lead and have not ended."""
    return [one for one in processes if " leading" in one.said and not one.ended]


async def successor(ground: Ground, processes: Sequence[Process]) -> float:
    """Waits until one of them leads; how many seconds that took."""
    begun = time.monotonic()
    await ground.until(lambda: len(leaders(processes)) == 1)
    return time.monotonic() - begun


async def test_of_three_one_leads_and_when_it_is_killed_another_goes_on_at_once(
    ground: Ground,
) -> None:
    users = ground.joined()
    processes = await three(ground)
    [first] = leaders(processes)
    assert sum("standing by" in one.said for one in processes) == 2
    await ground.until(lambda: _enough(users, 4))
    written = _write(users, "satu")
    await first.kill()
    written += _write(users, "dua")
    assert await successor(ground, processes) < TAKEN_OVER_S
    [second] = leaders(processes)
    await ground.until(lambda: _enough(users, 12))
    await second.kill()
    assert await successor(ground, processes) < TAKEN_OVER_S
    await ground.until(lambda: all(_reminders(user) for user in users))
    await ground.until(lambda: not ground.world.bot.pending and not ground.unhandled())
    await ground.until(lambda: not _open(ground))
    assert Counter(note.text for note in ground.read(select(Note))) == Counter(written)
    rows = [row for row in ground.read(select(Outbox)) if row.kind == "reminder"]
    assert Counter(row.status.value for row in rows) == {"delivered": len(users)}
    doubled = sum(_reminders(user) - 1 for user in users)
    assert doubled <= 2 * _IN_FLIGHT
    [last] = leaders(processes)
    assert (await last.stop())[0] == 0


_IN_FLIGHT = 8
"""Most messages that one process can have under way at this pace."""


async def test_no_announcement_is_doubled_or_forgotten_whoever_is_killed(ground: Ground) -> None:
    users = ground.joined()
    _announce(ground, users)
    processes = await three(ground)
    for wanted in (5, 15):
        await ground.until(lambda wanted=wanted: _announced(users) >= wanted)  # type: ignore[misc]  # bound now
        [leader] = leaders(processes)
        await leader.kill()
        assert await successor(ground, processes) < TAKEN_OVER_S
    await ground.until(lambda: not _open(ground))
    rows = {row.chat_id: row.status.value for row in ground.read(select(Outbox)) if _ours(row)}
    assert set(rows.values()) <= {"delivered", "unknown"}
    for user in users:
        copies = sum(text.startswith("Siaran") for text in texts(user))
        assert copies == 1 if rows[user.id] == "delivered" else copies <= 1


async def test_a_standby_that_dies_or_comes_disturbs_nobody(ground: Ground) -> None:
    users = ground.joined()
    processes = await three(ground)
    [leader] = leaders(processes)
    await ground.until(lambda: _enough(users, 4))
    idle = next(one for one in processes if one is not leader)
    await idle.kill()
    processes.append(await ground.start(ready=False, MESSAGES_PER_SECOND=_SLOWLY))
    await ground.until(lambda: "running as" in processes[-1].said)
    await ground.until(lambda: all(_reminders(user) for user in users))
    await ground.until(lambda: not _open(ground))
    assert [_reminders(user) for user in users] == [1] * len(users)
    assert leaders(processes) == [leader]


async def test_a_leader_that_stops_hands_over_at_once(ground: Ground) -> None:
    users = ground.joined()
    processes = await three(ground)
    [leader] = leaders(processes)
    await ground.until(lambda: _enough(users, 4))
    assert (await leader.stop())[0] == 0
    assert await successor(ground, processes) < TAKEN_OVER_S
    await ground.until(lambda: not _open(ground))
    assert [_reminders(user) for user in users] == [1] * len(users)


async def test_a_leader_that_hangs_is_replaced_and_steps_down_when_it_comes_to(
    ground: Ground,
) -> None:
    users = ground.joined()
    processes = await three(ground)
    [first] = leaders(processes)
    await ground.until(lambda: _enough(users, 4))
    first._child.send_signal(signal.SIGSTOP)
    others = [one for one in processes if one is not first]
    assert await successor(ground, others) < TAKEN_OVER_S
    first._child.send_signal(signal.SIGCONT)
    await ground.until(lambda: "leading no more" in first.said)
    await ground.until(lambda: not _open(ground))
    rows = [row for row in ground.read(select(Outbox)) if row.kind == "reminder"]
    assert Counter(row.status.value for row in rows) == {"delivered": len(users)}
    assert all(_reminders(user) for user in users)
    doubled = sum(_reminders(user) - 1 for user in users)
    assert doubled <= _IN_FLIGHT
    assert (await first.stop())[0] == 0


def _write(users: Sequence[User], word: str) -> list[str]:
    written = [f"{word} {user.id}" for user in users[:5]]
    for user, words in zip(users, written, strict=False):
        user.send_text(f"/refleksi {words}")
    return written


def _announce(ground: Ground, users: Sequence[User]) -> None:
    now = datetime.now(UTC)
    rows = [
        Outbox(
            key=f"broadcast:{user.id}",
            lane=Lane.BROADCAST,
            kind="broadcast",
            chat_id=user.id,
            payload={"text": "Siaran untuk semua."},
            created_at=now,
            due_at=now,
            ready_at=now,
        )
        for user in users
    ]

    def enqueue(db: Session) -> int:
        return outbox.enqueue(db, rows)

    store = Database(database_url(ground.folder))
    store.write_now(enqueue)
    store.close()


def _announced(users: Sequence[User]) -> int:
    return sum(text.startswith("Siaran") for user in users for text in texts(user))


def _ours(row: Outbox) -> bool:
    return row.key.startswith("broadcast:")


def _open(ground: Ground) -> bool:
    rows = ground.read(select(Outbox))
    return not rows or any(row.status.value in ("pending", "sending") for row in rows)
