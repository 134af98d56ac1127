"""Telegram's errors understood, and the pacer in the way of every call that sends."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from telegram import Bot
from telegram._utils.strings import to_camel_case
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.delivery import paced_calls, telegram
from bot.delivery.paced_calls import in_lane, is_free
from bot.delivery.pacer import Limits
from bot.delivery.request import LateAnswer, LostAnswer, NotSent, ServerFailure
from bot.delivery.telegram import outcome_of, send
from bot.domain.outbox import Lane, Status
from bot.rehearsal.api.spec import methods
from bot.rehearsal.world import Fault
from handlers import replies
from tests.delivery.conftest import FAST, FIRST_CHAT, Office, Opening, row

CASES: list[tuple[TelegramError, Status]] = [
    (Forbidden("Forbidden: bot was blocked by the user"), Status.BLOCKED),
    (Forbidden("Forbidden: user is deactivated"), Status.BLOCKED),
    (Forbidden("Forbidden: bot can't initiate conversation with a user"), Status.NEVER_STARTED),
    (Forbidden("Forbidden: bot was kicked from the group chat"), Status.REFUSED),
    (BadRequest("Chat not found"), Status.NEVER_STARTED),
    (BadRequest("Message text is empty"), Status.REFUSED),
    (RetryAfter(3), Status.PENDING),
    (ChatMigrated(-100), Status.PENDING),
    (InvalidToken("the token 123:abc was rejected"), Status.PENDING),
    (Conflict("terminated by other getUpdates request"), Status.PENDING),
    (ServerFailure("Bad Gateway (502)"), Status.PENDING),
    (NetworkError("Request Entity Too Large (413)"), Status.REFUSED),
    (NotSent("nothing was sent"), Status.PENDING),
    (LostAnswer("reset"), Status.UNKNOWN),
    (LateAnswer("late"), Status.UNKNOWN),
    (TelegramError("Invalid server response"), Status.UNKNOWN),
]


@pytest.mark.parametrize(("error", "status"), CASES)
def test_each_error_has_its_outcome(error: TelegramError, status: Status) -> None:
    outcome = outcome_of(error)
    assert outcome.status is status
    assert "123:abc" not in (outcome.error or "")


def test_a_late_answer_is_a_timeout_to_the_library() -> None:
    assert isinstance(LateAnswer("late"), TimedOut)


def test_what_telegram_asks_for_is_in_the_outcome() -> None:
    wait = outcome_of(RetryAfter(7)).retry_in
    assert wait is not None
    assert wait.total_seconds() == 7
    assert outcome_of(ChatMigrated(-1005)).new_chat_id == -1005
    assert outcome_of(BadRequest("Message is too long")).error == "Message is too long"


@pytest.mark.parametrize(
    ("endpoint", "free"),
    [
        ("sendMessage", False),
        ("copyMessage", False),
        ("forwardMessages", False),
        ("editMessageText", False),
        ("deleteMessages", False),
        ("somethingOfTomorrow", False),
        ("answerCallbackQuery", True),
        ("getMe", True),
        ("sendChatAction", True),
        ("setMyCommands", True),
        ("deleteWebhook", True),
    ],
)
def test_what_is_not_known_to_be_free_takes_a_turn(endpoint: str, *, free: bool) -> None:
    assert is_free(endpoint) is free


async def test_every_method_of_the_outbox_arrives(office: Opening) -> None:
    async with office(recipients=1) as o:
        chat = FIRST_CHAT
        text = row(0, payload={"text": "<b>Halo</b>", "parse_mode": "HTML"})
        sent = await send(o.bot, text)
        assert o.users[0].inbox[-1]["text"] == "Halo"
        await send(
            o.bot,
            row(
                0,
                method="editMessageText",
                payload={"text": "Ralat", "message_id": sent.message_id},
            ),
        )
        assert o.users[0].inbox[-1]["text"] == "Ralat"
        copied = await send(
            o.bot,
            row(
                0,
                method="copyMessage",
                payload={"from_chat_id": chat, "message_id": sent.message_id},
            ),
        )
        assert copied.message_id == o.users[0].inbox[-1]["message_id"] != sent.message_id
        gone = {"message_ids": [sent.message_id, copied.message_id]}
        assert (
            await send(o.bot, row(0, method="deleteMessages", payload=gone))
        ).message_id is None
        assert o.users[0].inbox == []
        file = o.users[0].send_document(b"isi", "laporan.xlsx")["document"]["file_id"]
        await send(o.bot, row(0, method="sendDocument", payload={"document": file}))
        assert o.users[0].inbox[-1]["document"]["file_name"] == "laporan.xlsx"
        other = await send(o.bot, row(0, method="banChatMember", payload={}))
        assert other.status is Status.REFUSED


async def test_an_answer_that_is_refused_waits_and_arrives_in_order(office: Opening) -> None:
    async with office(recipients=2) as o:
        o.world.faults.add(Fault("429", chat_id=FIRST_CHAT, retry_after=1, times=1))
        task = asyncio.create_task(o.bot.send_message(FIRST_CHAT, "jawaban"))
        chat = o.pacer._chat(FIRST_CHAT)
        while chat.held_until < 0:  # noqa: ASYNC110 - the refusal has no event to wait for
            await asyncio.sleep(0.01)
        second = asyncio.create_task(o.bot.send_message(FIRST_CHAT, "berikutnya"))
        await asyncio.sleep(0.01)
        assert o.received() == [0, 0]
        o.clock.skip_to(o.clock.instant.replace(second=1))
        await o.bot.delete_messages(FIRST_CHAT + 1, [1])  # anything that looks at the clock
        await asyncio.gather(task, second)
        assert [one["text"] for one in o.users[0].inbox] == ["jawaban", "berikutnya"]


async def test_an_answer_refused_for_longer_than_anyone_waits_is_given_up(
    office: Opening,
) -> None:
    async with office(recipients=1) as o:
        o.world.faults.add(Fault("429", chat_id=FIRST_CHAT, retry_after=4000))
        with pytest.raises(RetryAfter):
            await o.bot.send_message(FIRST_CHAT, "jawaban")


async def test_an_answer_that_did_not_get_through_is_sent_again(
    office: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paced_calls, "_AGAIN_S", (0.01, 0.01, 0.01))
    async with office(recipients=1) as o:
        o.world.faults.add(Fault("502", method="sendMessage", times=3))
        await o.bot.send_message(FIRST_CHAT, "jawaban")
        assert o.received() == [1]
        pressed = o.world.faults.add(Fault("500", method="answerCallbackQuery", times=1))
        with pytest.raises(BadRequest):  # it arrived: nobody pressed anything
            await o.bot.answer_callback_query("1")
        assert pressed.struck == 1
        down = o.world.faults.add(Fault("502", method="sendMessage", times=None))
        with pytest.raises(ServerFailure):
            await o.bot.send_message(FIRST_CHAT, "jawaban")
        assert down.struck == 4


@pytest.mark.parametrize("fault", ["reset_after", "malformed"])
async def test_an_answer_that_may_have_arrived_is_not_sent_twice(
    office: Opening, fault: str
) -> None:
    async with office(recipients=1) as o:
        o.world.faults.add(Fault(fault, method="sendMessage"))
        with pytest.raises(TelegramError):
            await o.bot.send_message(FIRST_CHAT, "jawaban")
        assert o.received() == [1]


async def test_the_lane_comes_from_the_call_or_from_its_surroundings(office: Opening) -> None:
    async with office(recipients=3, limits=FAST) as o:
        lanes = _watch_lanes(o)
        await o.bot.send_message(FIRST_CHAT, "a")
        await o.bot.send_message(FIRST_CHAT, "b", rate_limit_args=Lane.CHANGE)
        with in_lane(Lane.BROADCAST):
            await o.bot.send_message(FIRST_CHAT, "c")
        await send(o.bot, row(0, kind="reminder"))
        await o.bot.send_message(str(FIRST_CHAT), "d")
        await o.bot.get_me()
        await o.bot.send_chat_action(FIRST_CHAT, "typing")
        assert lanes == [Lane.ANSWER, Lane.CHANGE, Lane.BROADCAST, Lane.REMINDER, Lane.ANSWER]
        assert set(o.pacer._chats) == {FIRST_CHAT}


def _watch_lanes(o: Office) -> list[Lane]:
    lanes: list[Lane] = []
    turn = o.pacer.turn

    def watched(chat_id: Any, lane: Lane = Lane.ANSWER, **options: Any) -> Any:
        lanes.append(lane)
        return turn(chat_id, lane, **options)

    o.pacer.turn = watched  # type: ignore[method-assign]
    return lanes


async def test_an_album_counts_as_many_messages_as_it_has(office: Opening) -> None:
    limits = Limits(overall=4, private=1000, burst=1000, window_s=30.0)
    async with office(recipients=2, limits=limits) as o:
        for text in "abcd":
            await o.bot.send_message(FIRST_CHAT, text)
        waiting = asyncio.create_task(o.bot.copy_messages(FIRST_CHAT + 1, FIRST_CHAT, [2, 3, 4]))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        waiting.cancel()
        await asyncio.wait([waiting])


async def test_paid_calls_use_the_paid_limit(office: Opening) -> None:
    limits = Limits(overall=1, paid=100, private=1000, burst=1000, window_s=30.0)
    async with office(recipients=4, limits=limits) as o:
        async with asyncio.timeout(5):
            await asyncio.gather(*[send(o.bot, row(n)) for n in range(4)])
        assert o.received() == [1, 1, 1, 1]
        assert all(call.params["allow_paid_broadcast"] for call in list(o.world.calls)[-4:])


async def test_only_announcements_are_paid_for_and_only_where_that_is_on(office: Opening) -> None:
    for paid in (0, 100):
        async with office(recipients=1, limits=replace(FAST, paid=paid)) as o:
            sent = await send(o.bot, row(0))
            await send(o.bot, row(0, kind="reminder"))
            edit = {"text": "Ralat", "message_id": sent.message_id}
            await send(o.bot, row(0, method="editMessageText", payload=edit))
            flags = ["allow_paid_broadcast" in call.params for call in o.world.calls]
            assert flags[-3:] == [paid > 0, False, False]


async def test_a_row_kept_back_at_the_last_moment_is_not_sent(office: Opening) -> None:
    class KeptError(Exception):
        pass

    def keep() -> None:
        raise KeptError

    async with office(recipients=1, limits=Limits(overall=1, window_s=30.0)) as o:
        with pytest.raises(KeptError):
            await send(o.bot, row(0), departing=keep)
        assert o.received() == [0]
        async with asyncio.timeout(5):  # its place was given back
            assert (await send(o.bot, row(0))).status is Status.DELIVERED


def test_calls_carry_the_names_of_the_documentation() -> None:
    """Telegram takes them in any case; whoever checks our calls need not."""
    names = {method.name for method in methods().values()}
    for method in telegram._METHODS:
        assert method in names
        assert to_camel_case(telegram._spelt(method)) == method
        assert not hasattr(Bot, telegram._spelt(method)), "the library would warn"
    assert (to_camel_case(replies._SEND), hasattr(Bot, replies._SEND)) == ("sendMessage", False)
