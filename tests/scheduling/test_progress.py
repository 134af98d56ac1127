"""The progress board as it runs by itself: nothing settles the stage before it is looked at."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, func, select

from bot.scheduling.progress import ProgressBoard
from bot.services import broadcasting, posting
from bot.store.tables import Outbox
from tests.announcing import Hall, hall_of
from tests.builders import texts


@pytest.fixture
async def hall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hall]:
    monkeypatch.setattr(posting, "BATCH", 2)
    monkeypatch.setattr("bot.scheduling.progress._EVERY_S", 0.05)
    async with hall_of(tmp_path) as ready:
        yield ready


def rows(db: Session) -> int:
    """Copies of the first announcement that have a row."""
    return db.exec(select(func.count()).where(Outbox.broadcast_id == 1)).one()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.01)


async def test_a_press_that_cannot_be_answered_leaves_nobody_out(hall: Hall) -> None:
    await hall.compose()
    hall.fault("400", method="answerCallbackQuery", times=None, description="query is too old")
    hall.fault("reset_before", method="editMessageText", times=1)
    hall.organizer.press(*hall.label("Kirim"))
    await until(lambda: hall.stage.house.db.read_now(rows) == 5)


async def test_a_deed_whose_words_cannot_be_shown_is_done_for_all(hall: Hall) -> None:
    await hall.announce()
    await hall.stage.press(hall.organizer, "Tarik")
    hall.fault("reset_before", method="editMessageText", times=1)
    hall.organizer.press(*hall.label("Tarik dari"))
    await until(lambda: not any(hall.copies(user) for user in hall.everybody))


async def test_who_joins_while_the_store_is_out_of_reach_still_gets_what_is_valid(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hall.announce()
    real, calls = broadcasting.catch_up, 0

    def failing(*args: Any) -> int:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise OperationalError("locked", None, Exception())
        return real(*args)

    monkeypatch.setattr(broadcasting, "catch_up", failing)
    user = hall.stage.world.add_user(77_777, "Terlambat")
    user.start(hall.stage.house.desk.invite_code(await hall.stage.person("p09")))
    await until(lambda: hall.copies(user) == 1)


async def test_a_chat_that_takes_no_report_now_keeps_no_other_announcement_waiting(
    hall: Hall,
) -> None:
    await hall.compose()
    await hall.stage.press(hall.organizer, "Kirim")
    hall.fault("429", hall.organizer, method="editMessageText", retry_after=200)
    hall.fault("429", hall.organizer, method="copyMessage", retry_after=200)
    async with asyncio.timeout(10):
        await hall.wait()
        await hall.stage.say(hall.colleague, "/umumkan Makan malam pukul 19.00.")
        await hall.stage.press(hall.colleague, "Kirim")
        await hall.wait()
    assert hall.copies(hall.third) == hall.copies(hall.third, "Makan malam pukul 19.00.") == 1
    assert any("Terkirim 4" in text for text in texts(hall.colleague))


async def test_a_report_is_edited_every_two_seconds_at_most_however_often_it_is_asked_for(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    board = ProgressBoard(hall.stage.house.desk, hall.stage.house.application.bot)
    edits, now, sleep = [], 0.0, asyncio.sleep

    async def shown() -> bool:
        edits.append(now)
        board.look()
        return True

    async def step(seconds: float) -> None:
        nonlocal now
        now += seconds
        await sleep(0)

    with monkeypatch.context() as patched:
        patched.setattr(board, "_show", shown)
        patched.setattr(asyncio, "sleep", step)
        showing = asyncio.create_task(board._keep_showing())
        while len(edits) < 5:
            await sleep(0)
        showing.cancel()
    assert all(after - before >= 2 for before, after in itertools.pairwise(edits))
