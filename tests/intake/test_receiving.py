"""Updates are stored before they are confirmed, handled in order, and marked."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import SQLModel
from telegram import Update
from telegram.error import InvalidToken, NetworkError, RetryAfter

from bot.intake import polling
from bot.intake.polling import Poller
from bot.intake.receiving import Intake, StoreAwayError
from bot.store import inbox
from bot.store.database import Database
from tests.builders import local
from tests.stores import database_url

NOW = local("2025-11-04 09:00")


def update(number: int, chat: int = 1) -> dict[str, Any]:
    message = {
        "message_id": number,
        "date": 1,
        "chat": {"id": chat, "type": "private", "first_name": "A"},
        "from": {"id": chat, "is_bot": False, "first_name": "A"},
        "text": f"text {number}",
    }
    return {"update_id": number, "message": message}


class Handling:
    """Notes what was handled in which order; chats in ``held`` wait, others find no store."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.given_up: list[int] = []
        self.held: dict[int, asyncio.Event] = {}
        self.away: dict[int, int] = {}
        """How often an update finds no store."""

    async def __call__(self, one: Update) -> None:
        assert one.effective_chat is not None
        if gate := self.held.get(one.effective_chat.id):
            await gate.wait()
        if self.away.get(one.update_id, 0) > 0:
            self.away[one.update_id] -= 1
            raise StoreAwayError
        self.done.append(one.update_id)

    async def give_up(self, one: Update) -> None:
        self.given_up.append(one.update_id)


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(database_url(tmp_path))
    SQLModel.metadata.create_all(database.engine)
    yield database
    database.close()


@pytest.fixture
def handling() -> Handling:
    return Handling()


@pytest.fixture
def intake(db: Database, handling: Handling) -> Intake:
    return Intake(db, handling, now=lambda: NOW, give_up=handling.give_up)


async def test_each_chat_keeps_its_order_and_a_slow_one_delays_no_other(
    intake: Intake, handling: Handling
) -> None:
    gate = handling.held[1] = asyncio.Event()
    await intake.accept([update(1, chat=1), update(2, chat=2), update(3, chat=1), update(4, 2)])
    await intake.accept([update(5, chat=1), update(6, chat=3)])
    await until(lambda: len(handling.done) == 3)
    assert sorted(handling.done) == [2, 4, 6]
    gate.set()
    await intake.settle()
    assert [number for number in handling.done if number in (1, 3, 5)] == [1, 3, 5]


async def test_a_number_seen_before_is_not_handled_again(
    intake: Intake, handling: Handling
) -> None:
    await intake.accept([update(1), update(1), update(2)])
    await intake.settle()
    await intake.accept([update(2), update(1), update(3)])
    await intake.settle()
    assert handling.done == [1, 2, 3]


async def test_what_was_stored_but_not_finished_is_taken_up_by_the_next_process(
    db: Database, intake: Intake, handling: Handling
) -> None:
    handling.held[1] = asyncio.Event()
    await intake.accept([update(2, chat=1), update(1, chat=2)])
    await asyncio.sleep(0)
    await intake._flush()
    intake.drop()
    later = Handling()
    again = Intake(db, later, now=lambda: NOW, give_up=later.give_up)
    again.look()
    await again.settle()
    assert 2 in later.done
    assert not await db.read(inbox.unhandled)


async def test_an_update_that_finds_no_store_is_handled_again_before_others_of_its_chat(
    db: Database, intake: Intake, handling: Handling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.intake.receiving._AGAIN_S", (0.01, 0.02))
    handling.away = {1: 3}
    await intake.accept([update(1, chat=1), update(2, chat=1), update(3, chat=2)])
    await intake.settle()
    assert handling.done == [3, 1, 2]
    assert handling.given_up == []
    assert not await db.read(inbox.unhandled)


async def test_when_the_store_stays_away_the_person_is_told_and_it_is_over(
    db: Database, intake: Intake, handling: Handling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.intake.receiving._AGAIN_S", (0.01, 0.02))
    monkeypatch.setattr("bot.intake.receiving._PATIENCE_S", 0.05)
    handling.away = {1: 1000}
    await intake.accept([update(1), update(2)])
    await intake.settle()
    assert (handling.given_up, handling.done) == ([1], [2])
    assert not await db.read(inbox.unhandled)


async def test_what_another_process_took_meanwhile_is_left_to_it(
    db: Database, handling: Handling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.intake.receiving._AGAIN_S", (0.01, 0.02))
    intake = Intake(db, handling, now=lambda: NOW, give_up=handling.give_up, worker="r1")
    handling.away = {1: 1}
    gate = handling.held[1] = asyncio.Event()
    await intake.accept([update(1)])
    await db.write(inbox.hand_over, ["r1"], to="r2")
    gate.set()
    await intake.settle()
    assert handling.done == []
    assert [row.taken_by for row in await db.read(inbox.unhandled)] == ["r2"]


async def test_nothing_is_accepted_that_could_not_be_stored(
    db: Database, intake: Intake, handling: Handling, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(inbox, "put", failing)
        with pytest.raises(OperationalError):
            await intake.accept([update(1)])
    await intake.settle()
    assert handling.done == []
    await intake.accept([update(1)])
    await intake.settle()
    assert handling.done == [1]


async def test_marks_that_could_not_be_written_are_written_later(
    db: Database, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.intake.receiving._AFTER_FAILURE_S", 0.01)
    with monkeypatch.context() as patch:
        patch.setattr(inbox, "handled", failing)
        await intake.accept([update(1)])
        await intake.settle()
        await asyncio.sleep(0.08)
    assert len(await db.read(inbox.unhandled)) == 1
    await until(lambda: not db.read_now(inbox.unhandled))


async def test_an_update_handled_while_others_are_being_marked_is_marked_too(
    db: Database, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, begun, gate = db.write, asyncio.Event(), asyncio.Event()

    async def slowly(work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if work is inbox.handled and not gate.is_set():
            begun.set()
            await gate.wait()
        return await write(work, *args, **kwargs)

    monkeypatch.setattr(db, "write", slowly)
    await intake.accept([update(1)])
    await begun.wait()
    await intake.accept([update(2)])
    await until(lambda: not intake.waiting)
    gate.set()
    await until(lambda: not db.read_now(inbox.unhandled))


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110 - what is awaited tells nobody
            await asyncio.sleep(0.001)


def failing(*args: object, **kwargs: object) -> Any:
    raise OperationalError("insert", {}, Exception("disk full"))


class FakeBot:
    """Hands over what it is given; an exception is raised instead."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.offsets: list[int] = []

    async def do_api_request(
        self, endpoint: str, api_kwargs: dict[str, Any], **rest: object
    ) -> Any:
        self.offsets.append(api_kwargs["offset"])
        if not self.answers:
            await asyncio.Event().wait()
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


async def poll(intake: Intake, fake: FakeBot, calls: int) -> None:
    poller = Poller(fake, intake, allowed=["message"])  # type: ignore[arg-type]
    task = asyncio.create_task(poller.run())
    await until(lambda: len(fake.offsets) >= calls or task.done())
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_polling_confirms_what_is_stored_and_waits_out_trouble(
    intake: Intake, handling: Handling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "_FIRST_PAUSE_S", 0.001)
    fake = FakeBot(
        [update(7), update(9)],
        [],
        NetworkError("x"),
        RetryAfter(0),
        NetworkError("y"),
        [update(8)],
    )
    await poll(intake, fake, 7)
    await intake.settle()
    assert fake.offsets == [0, 10, 10, 10, 10, 10, 9]
    assert handling.done == [7, 9, 8]


async def test_what_the_database_did_not_take_is_not_confirmed(
    intake: Intake, handling: Handling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "_FIRST_PAUSE_S", 0.001)
    put, left = inbox.put, [True]
    monkeypatch.setattr(
        inbox, "put", lambda *a, **k: failing() if left and left.pop() else put(*a, **k)
    )
    fake = FakeBot([update(7)], [update(7)])
    await poll(intake, fake, 3)
    await intake.settle()
    assert fake.offsets == [0, 0, 8]
    assert handling.done == [7]


async def test_a_refused_token_ends_the_polling(intake: Intake) -> None:
    poller = Poller(FakeBot(InvalidToken()), intake, allowed=[])  # type: ignore[arg-type]
    with pytest.raises(InvalidToken):
        await poller.run()
