"""A stage on which organizers announce, and the moves they make."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.rehearsal.world import User
from bot.rehearsal.world.faults import Fault
from bot.services import broadcasting
from tests.builders import EVENT, Stage, local, staged, texts

BUS = "Bus berangkat pukul 13.00 dari lobi."
_AGENDA = """
event:
  {id: hall, name: Hall, timezone: Asia/Jakarta, start: 2025-11-04, end: 2025-11-06}
sessions:
  - {id: a, title: Pembukaan, start: 2025-11-04 09:00, end: 2025-11-04 10:00, kind: ceremony}
  - {id: b, title: Diskusi, start: 2025-11-05 14:00, end: 2025-11-05 15:00, kind: ceremony}
  - {id: c, title: Penutupan, start: 2025-11-06 14:00, end: 2025-11-06 15:00, kind: ceremony}
"""
"""Little goes on, so that moving the clock is quick."""


@dataclass
class Hall:
    """Three participants of two groups and two organizers, all joined."""

    stage: Stage
    first: User
    second: User
    third: User
    organizer: User
    colleague: User

    @property
    def everybody(self) -> list[User]:
        """All five, participants first."""
        return [self.first, self.second, self.third, self.organizer, self.colleague]

    async def compose(self, words: str = BUS) -> str:
        """Up to the question before sending, which is returned."""
        await self.stage.say(self.organizer, "/umumkan")
        return await self.stage.say(self.organizer, words)

    async def wait(self, seconds: float = 10) -> None:
        """Lets time pass."""
        await self.stage.step(self.stage.clock.instant + timedelta(seconds=seconds))

    async def announce(self, words: str = BUS) -> str:
        """The short road to its end; gives the report."""
        await self.send(words)
        return self.report()

    async def send(self, words: str = BUS) -> None:
        """The short road until the first copies have left."""
        await self.compose(words)
        await self.stage.press(self.organizer, "Kirim")
        await self.wait()

    async def block(self, user: User, *, blocked: bool = True) -> None:
        """Stops the bot, or lets it in again. The colleague's words afterwards get an answer, and
        that is how we know that the bot has heard of it."""
        (user.block if blocked else user.unblock)()
        await self.stage.say(self.colleague, "/bantuan")

    def report(self) -> str:
        """The newest report on the organizer's phone."""
        return next(text for text in reversed(texts(self.organizer)) if "Laporan" in text)

    def label(self, words: str, user: User | None = None) -> tuple[int, str]:
        """Message and data of the newest button whose label contains ``words``."""
        for message in reversed((user or self.organizer).messages):
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    if words in button["text"]:
                        return message["message_id"], button["callback_data"]
        raise AssertionError(f"no button {words!r}")

    async def forge(self, user: User, data: str) -> str:
        """A press with data of one's own, on any message; gives the words of the answer."""
        message = user.inbox[-1]
        query = self.stage.world.press(user, user.chat(), message, data, bot=None)
        await self.stage.calm()
        assert query.answer is not None
        return str(query.answer.get("text", ""))

    def fault(self, kind: str, user: User | None = None, **facts: Any) -> Fault:
        """What befalls copies to this user."""
        facts.setdefault("method", "copyMessage")
        chat_id = user.id if user else None
        return self.stage.world.faults.add(Fault(kind, chat_id=chat_id, **facts))

    def copies(self, user: User, words: str = BUS) -> int:
        """How often this phone has the announcement; the composer's own and the preview aside."""
        shown = sum(text == words for text in texts(user))
        return shown - 1 if user is self.organizer else shown

    async def delivered(self, broadcast_id: int = 1) -> int:
        """How many copies the store knows to have arrived."""
        report = await self.stage.house.db.read(broadcasting.report, broadcast_id)
        return report.delivered if report else 0

    def calls(self, method: str, user: User | None = None) -> list[dict[str, Any]]:
        """Parameters of the calls of this method, to this user."""
        return [
            call.params
            for call in self.stage.world.calls
            if call.method.lower() == method.lower() and (user is None or call.chat_id == user.id)
        ]


@asynccontextmanager
async def hall_of(tmp_path: Path, *, at: str = "2025-11-04 12:00") -> AsyncIterator[Hall]:
    """The hall at a local instant."""
    event = tmp_path / "event"
    event.mkdir()
    (event / "agenda.yaml").write_text(_AGENDA, encoding="utf-8")
    shutil.copy(EVENT / "roster.csv", event)
    async with staged(tmp_path, now=local(at), event=event) as stage:
        keys = ("p01", "p02", "p05", "o1", "o2")
        users = [await stage.user(key, joined=False) for key in keys]
        for key, user in zip(keys, users, strict=True):
            user.start(stage.house.desk.invite_code(await stage.person(key)))
        await stage.calm()
        yield Hall(stage, *users)
