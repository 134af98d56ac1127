"""Orders of documents: in order, tried again, given up, and never the end of the bot."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from telegram.error import NetworkError

from bot.domain.document_orders import Order, What
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


async def test_the_first_to_ask_is_the_first_to_get(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    async def quick(_work: object, own: Any, *_: object, **__: object) -> bytes:
        made.append(own.name)
        return b"x"

    monkeypatch.setattr(stage.house.bindery._workshop, "do", quick)
    names = []
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
    user = await stage.user("p30")
    failures = 0

    async def broken(*_: object, **__: object) -> None:
        nonlocal failures
        failures += 1
        raise NetworkError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(stage.house.bindery, "_send", broken)
        await _place(stage, "p30")
        assert not await stage.house.bindery.carry_out()
        assert failures == 1
        assert len(await _waiting(stage)) == 1
    assert await stage.house.bindery.carry_out()
    assert len(await received(stage, user)) == 1
    assert not any("belum berhasil" in text for text in texts(user))


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
    await stage.calm()
    assert len(await received(stage, user)) == 1


async def test_nobody_is_sent_what_they_asked_for_long_ago_or_after_blocking(
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
    assert not await received(stage, gone)
    assert not await _waiting(stage)


async def test_a_form_that_does_not_exist_is_refused(stage: Stage) -> None:
    await stage.user("p30")
    with pytest.raises(ValueError, match="exe"):
        await _place(stage, "p30", "exe")
