"""Thirty-two recipients, and every fault at every one of them."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.delivery import road
from bot.delivery.pacer import Limits
from bot.domain.outbox import Status
from bot.rehearsal.world import Fault
from tests.delivery.conftest import FIRST_CHAT, NOON, Office, Opening, row

RECIPIENTS = 32


async def test_one_429_and_one_403_deliver_thirty_one_and_report_one(office: Opening) -> None:
    async with office(recipients=RECIPIENTS) as o:
        o.world.faults.add(Fault("429", chat_id=FIRST_CHAT + 5, retry_after=2))
        o.world.faults.add(Fault("403", chat_id=FIRST_CHAT + 20))
        o.enqueue(*[row(n) for n in range(RECIPIENTS)])
        await o.deliver()
        assert o.received() == [1] * 20 + [0] + [1] * 11
        assert o.statuses() == {Status.DELIVERED: 31, Status.BLOCKED: 1}
        rows = o.rows()
        assert rows[20].status is Status.BLOCKED
        assert rows[20].error == "Forbidden: bot was blocked by the user"
        assert rows[5].attempts == 2
        counters = o.courier.counters
        assert (counters.delivered, counters.blocked, counters.retried) == (31, 1, 1)
        for user, sent in zip(o.users, rows, strict=True):
            if sent.status is Status.DELIVERED:
                assert [message["message_id"] for message in user.inbox] == [sent.message_id]


# fault: (how often its recipient has the broadcast, what the report says of it)
BROADCAST = {
    "429": (1, Status.DELIVERED),
    "403": (0, Status.BLOCKED),
    "400": (0, Status.NEVER_STARTED),
    "500": (1, Status.DELIVERED),
    "502": (1, Status.DELIVERED),
    "reset_before": (0, Status.UNKNOWN),
    "reset_after": (1, Status.UNKNOWN),
    "hang": (0, Status.UNKNOWN),
    "slow": (1, Status.DELIVERED),
    "malformed": (1, Status.UNKNOWN),
}
# A reminder is sent again where nobody can know; it may then be there twice.
REMINDER = BROADCAST | {
    "reset_before": (1, Status.DELIVERED),
    "reset_after": (2, Status.DELIVERED),
    "hang": (1, Status.DELIVERED),
    "malformed": (2, Status.DELIVERED),
}


@pytest.mark.parametrize("fault", BROADCAST)
async def test_a_fault_at_any_recipient_of_a_broadcast_concerns_no_other(
    office: Opening, fault: str
) -> None:
    async with office(recipients=RECIPIENTS, read_timeout=_patience(fault)) as o:
        for struck in _rounds(fault):
            await _one_round(o, fault, struck, "broadcast", BROADCAST[fault])


@pytest.mark.parametrize("fault", ["reset_before", "reset_after", "hang", "malformed"])
async def test_a_fault_at_any_recipient_of_a_reminder_doubles_no_other(
    office: Opening, fault: str
) -> None:
    async with office(recipients=RECIPIENTS, read_timeout=_patience(fault)) as o:
        for struck in _rounds(fault):
            await _one_round(o, fault, struck, "reminder", REMINDER[fault])


def _patience(fault: str) -> float:
    """Seconds to wait for an answer: only a call that hangs is worth waiting out."""
    return 1.5 if fault == "hang" else 10.0


def _rounds(fault: str) -> list[list[int]]:
    """Whom the fault strikes, round by round: one; of those that are waited out, four at once."""
    count = RECIPIENTS // 4 if fault == "hang" else RECIPIENTS
    return [list(range(first, RECIPIENTS, count)) for first in range(count)]


async def test_every_fault_at_every_recipient_of_a_copied_message(office: Opening) -> None:
    """As announcements go. In each round every recipient has another fault, so that all have all.

    Failures one after the other make pauses, and still concern nobody but their recipient.
    """
    kinds = [None, *BROADCAST]
    async with office(recipients=RECIPIENTS + 1, read_timeout=_patience("hang")) as o:
        source = o.users[-1].send_text("Pengumuman")["message_id"]
        copied = {"from_chat_id": o.users[-1].id, "message_id": source}
        for turn in range(len(kinds)):
            met = [kinds[(n + turn) % len(kinds)] for n in range(RECIPIENTS)]
            for n, kind in enumerate(met):
                if kind:
                    fault = Fault(kind, method="copyMessage", chat_id=FIRST_CHAT + n)
                    o.world.faults.add(replace(fault, retry_after=1, seconds=_seconds(kind)))
            before = o.received()
            keys = [f"broadcast:{turn}:{n}" for n in range(RECIPIENTS)]
            o.enqueue(
                *[
                    row(n, key=key, method="copyMessage", payload=copied)
                    for n, key in enumerate(keys)
                ]
            )
            await o.deliver()
            gained = [after - first for first, after in zip(before, o.received(), strict=True)]
            wanted = [BROADCAST.get(kind or "", (1, Status.DELIVERED)) for kind in met]
            assert gained == [*(times for times, _status in wanted), 0]
            assert o.ends(keys) == [status for _times, status in wanted]


async def _one_round(
    o: Office, fault: str, struck: list[int], kind: str, expected: tuple[int, Status]
) -> None:
    before = o.received()
    faults = [
        o.world.faults.add(
            Fault(fault, chat_id=FIRST_CHAT + index, retry_after=1, seconds=_seconds(fault))
        )
        for index in struck
    ]
    keys = [f"{kind}:{struck[0]}:{n}" for n in range(RECIPIENTS)]
    o.enqueue(*[row(n, kind=kind, key=key) for n, key in enumerate(keys)])
    await o.deliver()
    assert [each.struck for each in faults] == [1] * len(struck)
    gained = [after - first for first, after in zip(before, o.received(), strict=True)]
    times, status = expected
    assert gained == [times if n in struck else 1 for n in range(RECIPIENTS)]
    assert o.ends(keys) == [status if n in struck else Status.DELIVERED for n in range(RECIPIENTS)]


def _seconds(fault: str) -> float | None:
    return {"slow": 0.02, "hang": None}.get(fault)


@pytest.mark.parametrize("kind", ["broadcast", "reminder"])
async def test_a_chat_that_moves_at_any_recipient_gets_it_at_its_new_number(
    office: Opening, kind: str
) -> None:
    async with office(recipients=RECIPIENTS + 1) as o:
        moved_to = o.users[-1].id
        for index in range(RECIPIENTS):
            before = o.received()
            moving = Fault("migrated", chat_id=FIRST_CHAT + index, migrate_to=moved_to)
            o.world.faults.add(moving)
            keys = [f"{kind}:{index}:{n}" for n in range(RECIPIENTS)]
            o.enqueue(*[row(n, kind=kind, key=key) for n, key in enumerate(keys)])
            await o.deliver()
            assert moving.struck == 1
            gained = [after - first for first, after in zip(before, o.received(), strict=True)]
            assert gained == [int(n != index) for n in range(RECIPIENTS + 1)]
            assert o.ends(keys) == [Status.DELIVERED] * RECIPIENTS
            chats = {one.key: one.chat_id for one in o.rows()}
            assert chats[f"{kind}:{index}:{index}"] == moved_to


async def test_a_group_that_moved_gets_the_message_at_its_new_number(office: Opening) -> None:
    async with office(recipients=3) as o:
        group = o.world.add_group("Panitia", members=tuple(o.users))
        later = row(8, chat_id=group.id, ready_at=row(0).ready_at.replace(hour=9))
        o.enqueue(*[row(n) for n in range(3)], row(7, chat_id=group.id), later)
        new = group.upgrade()
        await o.deliver()
        assert o.statuses() == {Status.DELIVERED: 5}
        assert Counter(one.chat_id for one in o.rows())[new.id] == 2
        texts = [m.get("text") for m in new.messages if m["from"]["is_bot"]]
        assert texts.count("Pengumuman 7") == texts.count("Pengumuman 8") == 1


async def test_telegram_down_for_a_while_costs_nothing_but_time(office: Opening) -> None:
    async with office(recipients=RECIPIENTS) as o:
        o.enqueue(*[row(n) for n in range(RECIPIENTS)])
        down = o.world.faults.add(Fault("502", times=40))
        await o.deliver()
        assert down.struck == 40
        assert o.received() == [1] * RECIPIENTS
        assert o.statuses() == {Status.DELIVERED: RECIPIENTS}


async def test_no_connection_is_felt_for_with_one_row_at_a_time(office: Opening) -> None:
    async with office(recipients=RECIPIENTS) as o:
        o.enqueue(*[row(n) for n in range(RECIPIENTS)])
        reachable = o.bot._base_url
        o.bot._base_url = f"http://127.0.0.1:1/bot{o.bot.token}"
        courier = o.courier = o.new_courier(at_once=8)
        for _ in range(10):
            await courier.drain()
            o.clock.skip_to(courier.paused_until)
        assert courier.counters.retried <= 3 * 8 + 10
        o.bot._base_url = reachable
        await o.deliver()
        assert o.received() == [1] * RECIPIENTS


@pytest.mark.parametrize("method", ["sendMessage", None])
async def test_an_outage_of_a_minute_leaves_few_in_doubt(
    office: Opening, method: str | None
) -> None:
    """``method``: what fails; None: everything, which can be found out without risking a row."""
    async with office(recipients=300, limits=Limits(overall=200)) as o:
        o.courier = o.new_courier(at_once=8)
        o.enqueue(*[row(n) for n in range(300)])
        o.world.faults.add(Fault("reset_before", method=method, times=None))
        pauses = 0
        while o.clock.instant < NOON + timedelta(minutes=1):
            await o.courier.drain()
            o.clock.skip_to(o.courier.paused_until)
            pauses += 1
        in_doubt = o.statuses()[Status.UNKNOWN]
        late = 25  # in flight besides, on a machine that is slow to hear of the first failures
        assert in_doubt <= 5 + 8 + late + (pauses if method else 0)
        assert pauses <= 7
        o.world.faults.clear()
        await o.deliver()
        assert o.statuses() == {Status.DELIVERED: 300 - in_doubt, Status.UNKNOWN: in_doubt}
        assert sum(o.received()) == 300 - in_doubt


async def test_a_telegram_that_is_silent_is_not_talked_at(
    office: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(road, "_SILENCE_S", 0.1)
    async with office(recipients=300, limits=Limits(overall=400), read_timeout=0.5) as o:
        o.courier = o.new_courier(at_once=8)
        o.enqueue(*[row(n) for n in range(300)])
        o.world.faults.add(Fault("hang", times=None))
        while o.clock.instant < NOON + timedelta(minutes=1):
            await o.courier.drain()
            o.clock.skip_to(o.courier.paused_until)
        in_doubt = o.statuses()[Status.UNKNOWN]
        assert in_doubt <= 5 + 8 + 0.1 * 400 + 40, "forty for a machine that is late"
        o.world.faults.clear()
        await o.deliver()
        assert o.statuses() == {Status.DELIVERED: 300 - in_doubt, Status.UNKNOWN: in_doubt}


async def test_a_clock_that_is_set_back_ends_the_pause(office: Opening) -> None:
    async with office(recipients=RECIPIENTS) as o:
        o.enqueue(*[row(n, ready_at=NOON - timedelta(hours=2)) for n in range(RECIPIENTS)])
        down = o.world.faults.add(Fault("502", times=None))
        await o.courier.drain()
        struck = down.struck
        o.world.faults.clear()
        await o.courier.drain()
        assert down.struck == struck
        o.clock.instant = NOON - timedelta(hours=1)
        await o.courier.drain()
        assert o.statuses()[Status.DELIVERED] == RECIPIENTS - struck


async def test_a_correction_whose_answer_was_lost_is_made_again_and_counts(
    office: Opening,
) -> None:
    async with office(recipients=2) as o:
        o.enqueue(*[row(n) for n in range(2)])
        await o.deliver()
        sent = [one.message_id for one in o.rows()]
        o.world.faults.add(Fault("reset_after", method="editMessageText", chat_id=FIRST_CHAT))
        o.enqueue(
            *[
                row(
                    n,
                    key=f"correction:{n}",
                    method="editMessageText",
                    payload={"text": "Ralat", "message_id": sent[n]},
                )
                for n in range(2)
            ]
        )
        await o.deliver()
        assert o.ends(["correction:0", "correction:1"]) == [Status.DELIVERED] * 2
        assert [[one["text"] for one in user.inbox] for user in o.users] == [["Ralat"]] * 2
