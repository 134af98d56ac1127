"""A small world with a served Bot API, and a client that checks every answer's form."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from bot.rehearsal.api import running
from bot.rehearsal.api.spec import methods, problems
from bot.rehearsal.world import User, World

TOKEN = "123456789:test-token-for-the-embedded-api-00"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c494441"
    "54789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
"""A picture of one pixel."""


class SteppedClock:
    """An instant in UTC and a counter of seconds that move only when told."""

    def __init__(self) -> None:
        self.instant = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
        self.seconds = 1000.0

    def now(self) -> datetime:
        return self.instant

    def monotonic(self) -> float:
        return self.seconds

    def step(self, seconds: float) -> None:
        self.instant += timedelta(seconds=seconds)
        self.seconds += seconds


@dataclass(frozen=True)
class Answer:
    """Status and body of one call."""

    status: int
    body: dict[str, Any]

    @property
    def result(self) -> Any:
        assert self.status == 200, self.body
        return self.body["result"]

    @property
    def refusal(self) -> tuple[int, str]:
        assert not self.body["ok"], self.body
        return self.body["error_code"], self.body["description"]


@dataclass(frozen=True)
class Api:
    """Calls methods as JSON; a good answer must fit the types of the Bot API exactly."""

    base_url: str
    session: aiohttp.ClientSession
    token: str = TOKEN

    def url(self, method: str) -> str:
        return f"{self.base_url}/bot{self.token}/{method}"

    async def __call__(self, method: str, /, **params: Any) -> Answer:
        async with self.session.post(self.url(method), json=params) as response:
            return self.checked(method, response.status, await response.json())

    def checked(self, method: str, status: int, body: dict[str, Any]) -> Answer:
        if status == 200:
            assert body["ok"] is True
            assert problems(body["result"], methods()[method.lower()].returns) == []
        else:
            assert body["ok"] is False
            assert body["error_code"] == status
            assert body["description"]
        return Answer(status, body)


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def world(clock: SteppedClock) -> World:
    return World(token=TOKEN, now=clock.now, monotonic=clock.monotonic)


@pytest.fixture
def ani(world: World) -> User:
    """A person who has pressed Start; the update of it is gone."""
    user = world.add_user(42, "Ani", "Lestari", username="ani_l", language_code="id")
    user.start()
    world.bot.pending.clear()
    return user


@pytest.fixture
def png() -> bytes:
    return PNG


@pytest.fixture
async def api(world: World) -> AsyncIterator[Api]:
    async with running(world) as base_url, aiohttp.ClientSession() as session:
        yield Api(base_url, session)
