"""Whatever Telegram hands over is taken in, and never keeps what comes behind it waiting."""

import asyncio
import logging
from pathlib import Path

import pytest

from tests.simulation.ground import PEOPLE, STRANGER, Ground, ground
from tests.simulation.running import Complaints
from tests.simulation.updates import Updates

_AT_ONCE = 50
pytestmark = pytest.mark.sqlite


async def _take_in(stage: Ground, drawn: list[dict[str, object]]) -> None:
    bot = stage.world.bot
    bot.pending.extend(drawn)
    bot.next_update_id = max(bot.next_update_id, int(str(drawn[-1]["update_id"])) + 1)
    bot.wake("update")
    async with asyncio.timeout(60):
        while bot.pending:  # noqa: ASYNC110 - being taken in is no event of the world
            await asyncio.sleep(0.002)
        await stage.house.intake.settle()


def _ours(complaints: Complaints, broken: set[int]) -> list[str]:
    """That Telegram knows no such chat is no wonder, nor that the last net catches broken ones."""
    caught = tuple(f"update {number} failed" for number in broken)
    known = ("error.BadRequest",)
    return [
        one
        for one in complaints.found
        if not one.startswith(caught) and not any(words in one for words in known)
    ]


async def test_an_update_that_cannot_be_read_keeps_nothing_waiting(tmp_path: Path) -> None:
    async with ground(tmp_path) as stage:
        user = stage.member("p1")
        user.start(stage.house.desk.invite_code(await stage.person("p1")))
        await stage.calm()
        first = stage.world.bot.next_update_id
        stage.world.bot.pending.append({"update_id": first, "message": {"text": "no chat"}})
        stage.world.bot.next_update_id += 1
        user.send_text("/bantuan")
        before = len(user.inbox)
        await stage.calm()
        assert len(user.inbox) == before + 1
        assert (await stage.snapshot()).unhandled == 0


@pytest.mark.parametrize("number", [None, "5", 2**70])
async def test_a_stranger_whose_number_is_none_does_not_stop_the_planning(
    tmp_path: Path, number: object
) -> None:
    complaints = Complaints()
    logging.getLogger().addHandler(complaints)
    async with ground(tmp_path) as stage:
        first = stage.world.bot.next_update_id
        stranger = {"id": number, "is_bot": False, "first_name": "A"}
        said = {"message_id": 1, "date": 1, "chat": {"id": number, "type": "private"},
                "from": stranger, "text": "halo"}  # fmt: skip
        await _take_in(stage, [{"update_id": first, "message": said}])
        await stage.look()
        assert _ours(complaints, {first}) == []
        assert (await stage.snapshot()).unhandled == 0
    logging.getLogger().removeHandler(complaints)


async def test_updates_of_all_kinds_neither_fail_nor_get_stuck(
    tmp_path: Path, updates: int
) -> None:
    complaints = Complaints()
    logging.getLogger().addHandler(complaints)
    async with ground(tmp_path) as stage:
        for key in PEOPLE[:-1]:
            user = stage.member(key)
            user.start(stage.house.desk.invite_code(await stage.person(key)))
        await stage.calm()
        stage.world.limits = None
        refs = tuple(session.ref for session in stage.house.desk.agenda.sessions)
        senders = (*(stage.member(key).id for key in PEOPLE), STRANGER)
        made = Updates(1, senders, refs)
        for begin in range(0, updates, _AT_ONCE):
            first = stage.world.bot.next_update_id
            await _take_in(stage, [made.draw(first + n) for n in range(_AT_ONCE)])
            stage.timer.pass_by(60)
            assert _ours(complaints, made.broken) == [], f"among {begin} to {begin + _AT_ONCE}"
        assert (await stage.snapshot()).unhandled == 0
        assert stage.house.failed is not None
        assert not stage.house.failed.done()
    logging.getLogger().removeHandler(complaints)
