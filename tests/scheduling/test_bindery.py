"""Orders of documents: in order, tried again, given up, and never the end of the bot."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from telegram.ext import ExtBot

from bot.domain.document_orders import Order, What
from bot.rehearsal.world import Fault
from bot.services import booklets, ordering
from tests.builders import Stage, last, texts
from tests.handlers.test_booklets import received


async def _place(stage: Stage, key: str, form: str = "docx") -> bool:
    person = await stage.person(key)
    return await stage.house.db.write(
        ordering.place, person, what=What.BOOKLET, form=form, now=stage.clock.now()
    )


async def _waiting(stage: Stage) -> list[Order]:
    return list(await stage.house.db.read(ordering.waiting))


def _quick(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Booklets are made at once; gives the names of those for whom."""
    made: list[str] = []

    async def do(_work: object, own: Any, *_: object, **__: object) -> bytes:
        made.append(own.name)
        return b"x"

    monkeypatch.setattr(stage.house.bindery._workshop, "do", do)
    return made


def _uploads(stage: Stage) -> int:
    return sum(call.method == "sendDocument" for call in stage.world.calls)


async def test_the_first_to_ask_is_the_first_to_get(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, names = _quick(stage, monkeypatch), []
    async with stage.house.bindery._working:
        for key in ("p31", "p30", "p02"):
            await stage.user(key, joined=False)
            await _place(stage, key)
            names.append((await stage.person(key)).name)
            stage.clock.instant += timedelta(seconds=1)
        assert not await _place(stage, "p30"), "asked for already"
    await stage.house.bindery.carry_out()
    assert made == names
    assert not await _waiting(stage)


async def test_what_telegram_did_not_take_is_sent_later(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    _quick(stage, monkeypatch)
    user = await stage.user("p30")
    stage.world.faults.add(Fault("502", method="sendDocument", times=4))
    await _place(stage, "p30")
    for pause in (10, 60, 300, 300):
        assert not await stage.house.bindery.carry_out()
        assert not await stage.house.bindery.carry_out(), "its time has not come"
        stage.clock.instant += timedelta(seconds=pause)
    assert await stage.house.bindery.carry_out()
    assert len(await received(stage, user)) == 1
    assert _uploads(stage) == 5
    assert len(texts(user)) == 2, "nothing else is said than the welcome"


async def test_one_that_is_never_taken_keeps_no_other_waiting_and_comes_twice_at_most(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    _quick(stage, monkeypatch)
    first, second = await stage.user("p30"), await stage.user("p31")
    lost = Fault("reset_after", method="sendDocument", chat_id=first.id, times=None)
    stage.world.faults.add(lost)
    async with stage.house.bindery._working:
        await _place(stage, "p30")
        stage.clock.instant += timedelta(seconds=1)
        await _place(stage, "p31")
    assert not await stage.house.bindery.carry_out()
    assert len(await received(stage, second)) == 1, "the other one is not kept waiting"
    for _ in range(3):
        stage.clock.instant += timedelta(minutes=5)
        await stage.house.bindery.carry_out()
    assert not await _waiting(stage)
    assert lost.struck == 2
    assert "terputus" in last(first)
    assert not any("terputus" in text for text in texts(second))


async def test_what_a_killed_process_was_sending_comes_once_more_and_not_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = await stage.user("p30")
    begun = 0
    never = asyncio.Event()

    async def hangs(*_: object, **__: object) -> None:
        nonlocal begun
        begun += 1
        await never.wait()

    with monkeypatch.context() as patch:
        patch.setattr(ExtBot, "send_document", hangs)
        await _place(stage, "p30")
        for attempt in (1, 2):
            _quick(stage, monkeypatch)
            stage.house.bindery.look()
            async with asyncio.timeout(10):
                while begun < attempt:  # noqa: ASYNC110  # a row that changes is no event
                    await asyncio.sleep(0.01)
            await stage.restart(crash=True)
    await stage.calm()
    assert begun == 2
    assert "terputus" in last(user)
    assert not await _waiting(stage)


async def test_a_fault_of_ours_is_told_and_ends_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = await stage.user("p30")

    def wrong(*_: object, **__: object) -> None:
        raise KeyError("anything")

    with monkeypatch.context() as patch:
        patch.setattr(booklets, "gather", wrong)
        await _place(stage, "p30")
        stage.house.bindery.look()
        async with asyncio.timeout(10):
            while await _waiting(stage):  # noqa: ASYNC110  # a row that goes is no event
                await asyncio.sleep(0.01)
        await stage.calm()
    assert "belum berhasil" in last(user)
    assert stage.house.failed is not None
    assert not stage.house.failed.done()
    await _place(stage, "p30")
    await stage.look()
    assert len(await received(stage, user)) == 1


async def test_what_was_asked_for_long_ago_is_not_sent_but_told_of_and_nothing_after_blocking(
    stage: Stage,
) -> None:
    user, gone = await stage.user("p30"), await stage.user("p31")
    async with stage.house.bindery._working:
        await _place(stage, "p30")
        stage.clock.instant += timedelta(hours=7)
        await _place(stage, "p31")
        gone.block()
    await stage.house.bindery.carry_out()
    assert not await received(stage, user)
    assert "terlalu lama tertunda" in last(user)
    assert not await received(stage, gone)
    assert not await _waiting(stage)


async def test_a_form_that_does_not_exist_is_refused(stage: Stage) -> None:
    await stage.user("p30")
    with pytest.raises(ValueError, match="exe"):
        await _place(stage, "p30", "exe")
