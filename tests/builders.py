"""Things tests need: agendas, rosters, and a stage on which the real bot plays."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.app import House, build
from bot.config import Settings
from bot.delivery.pacer import Limits
from bot.domain import clock
from bot.domain.agenda import Agenda, Event, Kind, Session
from bot.rehearsal.api import running
from bot.rehearsal.api.spec import methods
from bot.rehearsal.world import User, World
from bot.store import people
from bot.store.tables import Person
from tests import stores
from tests.stores import database_url

TOKEN = "123456789:test-token-for-the-embedded-api-00"
EVENT = Path(__file__).parents[1] / "data" / "mandala-magelang"
NOTES_KEY = "c2VhbHMgd2hhdCBwZW9wbGUgd3JpdGUgaW4gdGVzdHM="
ZONE = "Asia/Jakarta"
FAST = Limits(overall=1000, private=1000.0, burst=1000)


def local(text: str, zone: str = ZONE) -> datetime:
    """The UTC instant of ``YYYY-MM-DD HH:MM`` in the zone."""
    return clock.localize(datetime.fromisoformat(text), zone)


def session(
    id: str, start: str, minutes: int = 60, *, kind: Kind = Kind.TALK, **facts: Any
) -> Session:
    """A session by its local start and its length in minutes."""
    begin = local(start)
    title = facts.pop("title", f"Session {id}")
    return Session(id, title, begin, begin + timedelta(minutes=minutes), kind, **facts)


def agenda(*sessions: Session, **facts: Any) -> Agenda:
    """An agenda of an invented event that lasts as long as its sessions."""
    days = sorted(clock.local_day(s.start, ZONE) for s in sessions)
    event = Event("test-event", "Test Event", ZONE, days[0], days[-1], **facts)
    return Agenda(event, sessions)


class SteppedClock:
    """An instant that moves only when told."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant.astimezone(UTC)

    def now(self) -> datetime:
        """The present of the stage."""
        return self.instant


class Stage:
    """The real bot against the embedded Bot API over HTTP, with people and their phones."""

    def __init__(self, world: World, clock: SteppedClock, make: Callable[[], House]) -> None:
        self.world = world
        self.clock = clock
        self._make = make
        self.house = make()
        self._woken_at: object = None

    async def user(self, key: str, *, joined: bool = True) -> User:
        """The phone of a roster member; joined through their own invite link unless told not."""
        person = await self.person(key)
        user = self.world.users.get(1000 + (person.id or 0)) or self.world.add_user(
            1000 + (person.id or 0), person.name
        )
        if joined and person.joined_at is None:
            user.start(self.house.desk.invite_code(person))
            await self.calm()
        return user

    async def person(self, key: str) -> Person:
        """The roster member as stored."""

        def find(db: Any) -> Person:
            return next(p for p in people.everyone(db) if p.key == key)

        return await self.house.db.read(find)

    async def calm(self) -> None:
        """Until everything sent to the bot is answered and everything due is delivered."""
        async with asyncio.timeout(10):
            while self.world.bot.pending:  # noqa: ASYNC110  # a poll that only confirms is no event
                await asyncio.sleep(0.002)
        await self.house.intake.settle()
        if self._woken_at != (moment := (self.house, self.clock.instant)):
            await self.house.wake()
            self._woken_at = moment
        await self.house.settle()

    async def look(self) -> None:
        """The look that comes within half a minute, whether or not anybody asked for it."""
        self._woken_at = None
        for wing in self.house.wings:
            wing.look()
        await self.calm()

    async def step(self, to: datetime) -> None:
        """Moves the clock on, stopping at every instant at which something is due."""
        while True:
            due = await self.house.next_instant()
            if due is None or due > to:
                break
            self.clock.instant = max(due, self.clock.instant)
            await self.calm()
        self.clock.instant = to
        await self.calm()

    async def outlast(self, seconds: float) -> None:
        """A pause that Telegram asked for: the pacer counts it by the host's clock."""
        await asyncio.sleep(seconds)
        await self.step(self.clock.instant + timedelta(seconds=seconds))

    async def say(self, user: User, text: str, reply_to: int | None = None) -> str:
        """Types a message and gives the text of the bot's last message afterwards."""
        user.send_text(text, reply_to)
        await self.calm()
        return last(user)

    async def press(self, user: User, label: str) -> str:
        """Presses the newest button whose label contains ``label``; gives the last text."""
        for message in reversed(user.messages):
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    if label in button["text"]:
                        query = user.press(message["message_id"], button["callback_data"])
                        await self.calm()
                        assert query.answer is not None, "the phone still waits for an answer"
                        return last(user)
        raise AssertionError(f"no button {label!r} in {buttons(user)}")

    async def restart(self, *, crash: bool = False) -> None:
        """Ends the bot, gracefully or as SIGKILL would, and starts another on the same store."""
        await (self.house.crash() if crash else self.house.stop())
        self.house = self._make()
        await self.house.start()


def last(user: User) -> str:
    """Text of the bot's newest message on this phone."""
    message = user.inbox[-1]
    return str(message.get("text") or message.get("caption") or "")


def texts(user: User) -> list[str]:
    """All texts the bot sent to this phone."""
    return [str(m.get("text") or m.get("caption") or "") for m in user.inbox]


def buttons(user: User) -> list[str]:
    """Labels of every inline button on this phone."""
    return [
        button["text"]
        for message in user.messages
        for row in message.get("reply_markup", {}).get("inline_keyboard", [])
        for button in row
    ]


@asynccontextmanager
async def staged(
    tmp_path: Path,
    *,
    now: datetime,
    event: Path = EVENT,
    limits: Limits = FAST,
    started: bool = True,
    **settings: Any,
) -> AsyncIterator[Stage]:
    """A stage at the instant ``now`` with the bot running and nobody joined."""
    stepped = SteppedClock(now)
    world = World(token=TOKEN, username="mandala_test_bot", now=stepped.now)
    async with running(world, token=TOKEN) as url:
        chosen = {
            "bot_token": TOKEN,
            "telegram_api_url": url,
            "database_url": settings.get("database_url") or database_url(tmp_path),
            "attachments_dir": tmp_path / "attachments",
            "state_dir": tmp_path,
            "person_burst": 0,
            "event_dir": event,
            "notes_key": NOTES_KEY if stores.sealed else None,
            **settings,
        }

        def make() -> House:
            return build(Settings(_env_file=None, **chosen), now=stepped.now, limits=limits)

        stage = Stage(world, stepped, make)
        if started:
            await stage.house.start()
        try:
            yield stage
            called = {call.method for call in world.calls}
            assert called <= {method.name for method in methods().values()}, "as documented"
        finally:
            await stage.house.stop()


def plain(html: str) -> str:
    """Text without tags."""
    return re.sub(r"<[^>]+>", "", html)
