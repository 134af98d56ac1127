"""Two bots on one PostgreSQL, their updates by webhook in turn: one event, as if they were one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import func
from sqlmodel import Session, col, select

from bot.app import House, build
from bot.config import Settings
from bot.domain import shares
from bot.rehearsal.api import running
from bot.rehearsal.world import World
from bot.scheduling import leadership
from bot.store.tables import Inbox
from tests import test_day
from tests.builders import EVENT, FAST, TOKEN, Stage, SteppedClock, last, local, texts
from tests.hooking import SECRET, free_port
from tests.relaying import Relay, relaying
from tests.stores import database_url

pytestmark = pytest.mark.postgresql


class Cluster(Stage):
    """A stage on which several bots play; ``house`` is the one that leads."""

    def __init__(self, world: World, clock: SteppedClock, houses: list[House]) -> None:
        super().__init__(world, clock, lambda: houses[0])
        self.houses = houses

    async def calm(self) -> None:
        """Until nothing is left to handle, to plan or to send for any of them."""
        async with asyncio.timeout(30):
            while True:
                while self.world.bot.pending:  # noqa: ASYNC110  # a poll is no event
                    await asyncio.sleep(0.002)
                for house in self.houses:
                    await house.settle()
                if await self.house.db.read(_unhandled):
                    await asyncio.sleep(0.005)  # another was told of them, and is about to begin
                    continue
                await self.house.wake()
                for house in self.houses:
                    await house.settle()
                due = await self.house.next_instant()
                if not await self.house.db.read(_unhandled) and (
                    due is None or due > self.clock.now()
                ):
                    return


def _unhandled(db: Session) -> int:
    waiting = select(func.count()).select_from(Inbox).where(col(Inbox.chat_id).is_not(None))
    return int(db.execute(waiting).scalar_one())


@asynccontextmanager
async def cluster(
    folder: Path, count: int, monkeypatch: pytest.MonkeyPatch, *, now: str = "2025-11-03 20:00"
) -> AsyncIterator[tuple[Cluster, Relay]]:
    """So many bots, all of them at work."""
    monkeypatch.setattr(shares, "LEASE_S", 1.5)
    monkeypatch.setattr(shares, "_WINDOW_S", 0.0)
    monkeypatch.setattr(leadership, "_BEAT_S", 0.4)
    folder.mkdir()  # noqa: ASYNC240  # a moment
    clock = SteppedClock(local(now))
    world = World(token=TOKEN, username="mandala_test_bot", now=clock.now)
    world.webhook_retry_s = 0.02
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(running(world, token=TOKEN))
        relay = await stack.enter_async_context(relaying())
        houses = []
        for _ in range(count):
            relay.ports.append(free_port())
            settings = Settings(
                _env_file=None,
                bot_token=TOKEN,
                telegram_api_url=url,
                database_url=database_url(folder),
                attachments_dir=folder / "attachments",
                state_dir=folder,
                event_dir=EVENT,
                webhook_url=relay.url,
                webhook_port=relay.ports[-1],
                webhook_secret=SECRET,
            )
            house = build(settings, now=clock.now, limits=FAST)
            await house.start()
            stack.push_async_callback(house.stop)
            houses.append(house)
        async with asyncio.timeout(20):
            for house in houses:
                while house.leadership.share.slice()[1] != count:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
        yield Cluster(world, clock, houses), relay


async def _played(
    folder: Path, count: int, monkeypatch: pytest.MonkeyPatch
) -> dict[int, list[str]]:
    async with cluster(folder, count, monkeypatch) as (stage, relay):
        await test_day.test_a_participant_asks_is_reminded_reflects_and_hears_announcements(stage)
        organizer = await stage.user("o1")
        await stage.say(organizer, "mundur 15 menit")
        await stage.press(organizer, "Terapkan")
        await stage.step(local("2025-11-04 09:00"))
        assert set(relay.passed) == set(relay.ports)
        return {user.id: texts(user) for user in stage.world.users.values()}


async def test_two_bots_tell_everybody_what_one_bot_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = await _played(tmp_path / "one", 1, monkeypatch)
    together = await _played(tmp_path / "two", 2, monkeypatch)
    assert together == alone
    assert sum(map(len, alone.values())) > 20


async def test_each_chat_is_one_bots_and_what_one_changes_the_other_knows_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with cluster(tmp_path / "c", 2, monkeypatch, now="2025-11-04 09:00") as (stage, _):
        users = [await stage.user(key) for key in ("o1", "p01", "p02", "p03")]
        before = [house.intake.counters.handled for house in stage.houses]
        for _ in range(3):
            for user in users:
                await stage.say(user, "sekarang acara apa?")
        after = [house.intake.counters.handled for house in stage.houses]
        took = [b - a for a, b in zip(before, after, strict=True)]
        assert sum(took) == 12
        assert all(count % 3 == 0 and count > 0 for count in took), "a chat does not wander"
        follower = stage.houses[1]
        names = [house.leadership.name for house in stage.houses]
        home = follower.together.home(users[0].id)
        changer = stage.houses[names.index(home)]
        other = stage.houses[1 - names.index(home)]
        seen = other.desk.agenda.version
        await stage.say(users[0], "mundur 15 menit")
        await stage.press(users[0], "Terapkan")
        async with asyncio.timeout(5):
            while other.desk.agenda.version == seen:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        assert other.desk.agenda == changer.desk.agenda


async def test_all_messages_to_a_chat_leave_through_its_bot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with cluster(tmp_path / "c", 2, monkeypatch, now="2025-11-04 07:00") as (stage, _):
        users = [await stage.user(key) for key in ("p01", "p02", "p03", "p04")]
        await stage.step(local("2025-11-04 07:15"))
        assert all("15 menit lagi" in last(user) for user in users)
        sent = [house.courier.counters.delivered for house in stage.houses]
        mine = [sum(user.id % 2 == rest for user in users) for rest in (0, 1)]
        rests = [house.together.chats()[0] for house in stage.houses]
        assert sent == [mine[rest] for rest in rests]
