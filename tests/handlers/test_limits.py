"""Floods are stopped politely, and whoever tries codes is locked out."""

from datetime import timedelta

import pytest

from bot.domain import presence
from bot.domain.throttle import Throttle
from bot.services import locking
from bot.store.tables import Note, WrongInvite
from tests.acting import silence
from tests.announcing import Hall
from tests.builders import last, texts
from tests.kept_notes import everything


@pytest.fixture
def seconds(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time that the limit goes by; 8 messages at once, one every two seconds."""
    now = [1000.0]
    hall.stage.house.desk.throttle = Throttle(8, 0.5)
    admit = hall.stage.house.desk.throttle.admit
    monkeypatch.setattr(
        hall.stage.house.desk.throttle, "admit", lambda who, _at: admit(who, now[0])
    )
    return now


async def test_a_flood_gets_one_polite_line_and_others_do_not_notice(
    hall: Hall, seconds: list[float]
) -> None:
    before = len(hall.first.inbox)
    for _ in range(40):
        hall.first.send_text("/bantuan")
    await silence(hall.stage)
    answers = texts(hall.first)[before:]
    assert len(answers) == 9
    assert "terlalu cepat" in answers[-1]
    assert "tidak saya simpan" in answers[-1]
    assert "/jadwal" in await hall.stage.say(hall.second, "/bantuan")


async def test_what_is_left_out_of_notes_is_told_and_what_was_acknowledged_is_kept(
    hall: Hall, seconds: list[float]
) -> None:
    await hall.stage.say(hall.first, "/refleksi Potongan 0")
    sent = [f"Potongan {number}" for number in range(1, 15)]
    messages = [hall.first.send_text(words) for words in sent]
    await silence(hall.stage)
    [note] = await everything(hall.stage, Note)
    assert [words for words in sent if words in note.text] == sent[:7]
    shown = hall.first.inbox[-1]
    assert "Mulai pesan ini tidak saya baca" in last(hall.first)
    assert shown["reply_to_message"]["message_id"] == messages[7]["message_id"]
    seconds[0] += 60
    await hall.stage.say(hall.first, "Potongan 99")
    assert any("7 pesan sebelum ini tidak terbaca" in text for text in texts(hall.first))
    [note] = await everything(hall.stage, Note)
    assert "Potongan 99" in note.text


async def test_presses_are_limited_too_and_organizers_may_more(
    hall: Hall, seconds: list[float]
) -> None:
    await hall.stage.say(hall.organizer, "/status")
    for _ in range(30):
        hall.organizer.send_text("/status")
    await silence(hall.stage)
    assert not any("terlalu cepat" in text for text in texts(hall.organizer))
    await hall.stage.say(hall.first, "/jadwal")
    message = hall.first.inbox[-1]
    data = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    pressed = [hall.first.press(message["message_id"], data) for _ in range(20)]
    await silence(hall.stage)
    told = [query for query in pressed if query.answer and "terlalu cepat" in str(query.answer)]
    assert len(told) == 1


async def test_that_somebody_blocked_the_bot_is_never_missed(
    hall: Hall, seconds: list[float]
) -> None:
    for _ in range(20):
        hall.first.send_text("/bantuan")
    hall.first.block()
    await silence(hall.stage)
    assert (await hall.stage.person("p01")).blocked_at is not None


async def test_wrong_invites_lock_the_account_out_and_the_organizers_hear_of_it_once(
    hall: Hall,
) -> None:
    stage = hall.stage
    stranger = stage.world.add_user(5, "Somebody")
    good = stage.house.desk.invite_code(await stage.person("p30"))
    for number in range(locking.TRIES):
        assert "tidak berlaku" in await stage.say(stranger, f"/start 1-{number:024}")
    for code in ("1-wrong", good):
        assert "Terlalu banyak kode" in await stage.say(stranger, f"/start {code}")
    told = [text for text in texts(hall.organizer) if "tidak berlaku" in text]
    assert len(told) == 1
    assert "nomor Telegram 5" in told[0]
    stage.clock.instant += timedelta(minutes=15)
    assert "Selamat datang" in await stage.say(stranger, f"/start {good}")


async def test_forged_scans_lock_out_and_old_ones_do_not(hall: Hall) -> None:
    stage, desk = hall.stage, hall.stage.house.desk
    call = desk.agenda.sessions[0].ref
    facts = {"event_id": desk.agenda.event.id, "call_id": call}
    old = presence.scan_code(
        desk.invite_secret, at=stage.clock.instant - timedelta(hours=1), **facts
    )
    for _ in range(locking.TRIES + 1):
        assert "sudah berganti" in await stage.say(hall.first, f"/start {old}")
    forged = presence.scan_code(b"another secret", at=stage.clock.instant, **facts)
    for _ in range(locking.TRIES):
        await stage.say(hall.first, f"/start {forged}")
    assert "Terlalu banyak kode" in await stage.say(hall.first, f"/start {forged}")
    name = (await stage.person("p01")).name
    assert any("tidak berlaku" in text and name in text for text in texts(hall.organizer))
    rows = await everything(stage, WrongInvite)
    assert [(row.chat_id, row.count) for row in rows] == [(hall.first.id, locking.TRIES)]
    stage.clock.instant += timedelta(minutes=30)
    await stage.house.db.write(locking.tidy, now=stage.clock.instant)
    assert await everything(stage, WrongInvite) == []
