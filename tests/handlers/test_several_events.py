"""One bot, two events: which is meant, whose a button is, who may do what."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.app import build
from bot.config import SettingsError, load
from bot.delivery.pacer import Limits
from bot.domain.outbox import Status
from bot.domain.several import mark_for, mark_of
from bot.rehearsal.world import User
from bot.store.tables import Favourite, Note, Outbox
from tests.acting import press_data
from tests.builders import TOKEN, Stage, buttons, last, local, plain, texts
from tests.screens.test_calendars import _get
from tests.two_events import MEETING, RETREAT, join, person, rows, two_events, wing

STRANGER = "khusus peserta"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with two_events(tmp_path) as ready:
        yield ready


@pytest.fixture
async def both(stage: Stage) -> User:
    """A member of both events."""
    user = stage.world.add_user(501, "Bu Both")
    await join(stage, user, RETREAT, "both")
    await join(stage, user, MEETING, "both")
    return user


async def _say(stage: Stage, user: User, words: str) -> str:
    return plain(await stage.say(user, words))


def _data(user: User) -> list[str]:
    """The data of all buttons on the phone."""
    rows = [m.get("reply_markup", {}).get("inline_keyboard", []) for m in user.messages]
    return [b["callback_data"] for row in rows for line in row for b in line]


async def test_each_invite_leads_to_its_event_and_nobody_hears_of_another(stage: Stage) -> None:
    only, other = stage.world.add_user(502, "A"), stage.world.add_user(503, "B")
    await join(stage, only, RETREAT, "only")
    assert "Retret Magelang" in last(only)
    await join(stage, other, MEETING, "other")
    assert "Rakor Makassar" in last(other)
    assert "Pembukaan Retret" in await _say(stage, only, "/jadwal")
    assert "Pembukaan Rakor" in await _say(stage, other, "/jadwal")
    assert not any("Rakor" in text for text in texts(only))
    assert not any("Retret" in text for text in texts(other))
    assert "Acara lain" not in "".join(buttons(only))
    stranger = stage.world.add_user(504, "C")
    assert STRANGER in await _say(stage, stranger, "/jadwal")
    stranger.start("1-" + "A" * 24)
    await stage.calm()
    assert "tidak berlaku" in last(stranger)


async def test_a_member_of_both_deals_with_the_one_whose_day_it_is(
    stage: Stage, both: User
) -> None:
    async def day() -> str:
        return "Retret" if "Retret" in await _say(stage, both, "/jadwal") else "Rakor"

    assert await day() == "Retret"
    await stage.step(local("2025-11-04 12:00"))
    assert await day() == "Retret"
    await stage.step(local("2025-11-05 12:00"))
    assert await day() == "Rakor", "the one that began last"
    await stage.step(local("2025-11-20 12:00"))
    assert await day() == "Rakor", "the last there was"


async def test_the_event_is_chosen_and_remembered_until_another_begins(
    stage: Stage, both: User
) -> None:
    shown = await _say(stage, both, "/jadwal")
    assert "Pembukaan Retret" in shown
    await stage.press(both, "Acara lain")
    shown = plain(await stage.press(both, "Rakor Makassar"))
    assert "✓ Rakor Makassar" in shown and "• Retret Magelang" in shown
    assert "Pembukaan Rakor" in await _say(stage, both, "/jadwal")
    assert "Pembukaan Rakor" in await _say(stage, both, "pembukaan jam berapa?")
    await stage.restart(crash=True)
    assert "Pembukaan Rakor" in await _say(stage, both, "/jadwal")
    await stage.step(local("2025-11-04 07:00"))
    assert "Pembukaan Retret" in await _say(stage, both, "/jadwal")


async def test_a_button_acts_on_the_event_of_its_message_whatever_is_open(
    stage: Stage, both: User
) -> None:
    await _say(stage, both, "pembukaan jam berapa?")
    card = both.inbox[-1]
    await _say(stage, both, "/acara")
    await stage.press(both, "Rakor Makassar")
    await _say(stage, both, "pembukaan jam berapa?")
    ids = [each.desk.agenda.event.id for each in stage.house.wings]
    assert {mark_of(data) for data in _data(both)} == {"", mark_for(ids[MEETING])}
    await stage.press(both, "☆ Favorit")
    assert await rows(stage, RETREAT, Favourite) == []
    assert [row.session_id for row in await rows(stage, MEETING, Favourite)] == ["s1"]
    await stage.press(both, "⭐ Favorit")
    shown = [b for row in card["reply_markup"]["inline_keyboard"] for b in row]
    star = next(button for button in shown if "☆" in button["text"])
    both.press(card["message_id"], star["callback_data"])
    await stage.calm()
    assert await rows(stage, MEETING, Favourite) == []
    assert [row.session_id for row in await rows(stage, RETREAT, Favourite)] == ["s1"]
    answer = await press_data(stage, both, "zzzz~s:aaaaaaaa")
    assert "tidak berlaku" in str(answer["text"])


async def test_rows_of_the_same_number_are_never_mistaken(stage: Stage, both: User) -> None:
    host, chief = stage.world.add_user(505, "Host"), stage.world.add_user(506, "Chief")
    await join(stage, host, MEETING, "host")
    await join(stage, chief, RETREAT, "chief")
    await join(stage, chief, MEETING, "chief")
    for user, words in ((chief, "Kabar retret"), (host, "Kabar rakor")):
        await stage.say(user, "/umumkan")
        await stage.say(user, words)
        await stage.press(user, "Kirim")
        stage.clock.instant = stage.clock.instant.replace(second=stage.clock.instant.second + 20)
        await stage.calm()
    heard = [text for text in texts(both) if "Kabar" in text]
    assert heard == ["Kabar retret", "Kabar rakor"]
    assert "Kabar rakor" not in "".join(texts(chief)[:-1])
    data = next(d for d in _data(host) if "~b:" in d)
    answer = await press_data(stage, chief, data)
    assert "khusus panitia" in str(answer.get("text", ""))


async def test_who_organizes_one_event_is_a_participant_of_the_other(stage: Stage) -> None:
    chief = stage.world.add_user(506, "Chief")
    await join(stage, chief, RETREAT, "chief")
    await join(stage, chief, MEETING, "chief")
    assert "khusus panitia" not in await _say(stage, chief, "/peserta")
    menu = [entry["command"] for entry in stage.world.bot.menu_for(chief.chat())]
    assert "umumkan" in menu and "acara" in menu
    await _say(stage, chief, "/acara")
    await stage.press(chief, "Rakor Makassar")
    assert "khusus panitia" in await _say(stage, chief, "/peserta")
    assert "khusus panitia" in await _say(stage, chief, "/umumkan")


async def test_an_answer_goes_to_the_event_that_asked_and_a_reply_to_the_one_that_wrote(
    stage: Stage, both: User
) -> None:
    await stage.step(local("2025-11-05 09:30"))
    await _say(stage, both, "/acara")
    await stage.press(both, "Retret Magelang")
    await stage.step(local("2025-11-05 10:30"))
    prompt = next(m for m in reversed(both.inbox) if "Pembukaan Rakor" in m.get("text", ""))
    await stage.say(both, "Rakor ini membuka mata saya tentang banjir", prompt["message_id"])
    assert await rows(stage, RETREAT, Note) == []
    assert len(await rows(stage, MEETING, Note)) == 1
    note = both.messages[-2]["message_id"]
    both.edit(note, "Rakor ini membuka mata saya tentang banjir bandang")
    await stage.calm()
    [kept] = await rows(stage, MEETING, Note)
    assert kept.text.endswith("bandang")


async def test_reminders_of_both_arrive_under_one_pacer_and_a_kill_loses_none(
    tmp_path: Path,
) -> None:
    limits = Limits(overall=30, private=1000.0, burst=1000)
    async with two_events(tmp_path, limits=limits) as stage:
        user = stage.world.add_user(501, "Bu Both")
        await join(stage, user, RETREAT, "both")
        await join(stage, user, MEETING, "both")
        await stage.step(local("2025-11-05 08:00"))
        await stage.restart(crash=True)
        await stage.step(local("2025-11-05 08:46"))
        reminders = [plain(t) for t in texts(user) if "⏰" in t and "mulai" in t]
        assert sum("Penutupan Retret" in text for text in reminders) == 1
        assert sum("Pembukaan Rakor" in text for text in reminders) == 1
        for number in (RETREAT, MEETING):
            assert all(
                row.status is not Status.SENDING for row in await rows(stage, number, Outbox)
            )


async def test_what_a_dead_process_had_in_hand_of_the_second_event_is_taken_over(
    stage: Stage, both: User
) -> None:
    def claim(db: Session) -> None:
        row = db.exec(select(Outbox)).first()
        assert row is not None
        row.status, row.claimed_by = Status.SENDING, "r1"
        db.add(row)

    await stage.step(local("2025-11-05 08:46"))
    await wing(stage, MEETING).db.write(claim)
    await stage.restart(crash=True)
    left = await rows(stage, MEETING, Outbox)
    assert left and all(row.status is not Status.SENDING for row in left)


async def test_personal_data_commands_say_which_event_and_leave_the_other(
    stage: Stage, both: User
) -> None:
    await _say(stage, both, "/refleksi Catatan retret")
    assert "Ini tentang Retret Magelang" in await _say(stage, both, "/hapus")
    await stage.press(both, "Hapus semua data saya")
    await stage.press(both, "Ya, hapus untuk selamanya")
    assert "Pembukaan Rakor" in await _say(stage, both, "/jadwal")
    assert "Acara Bapak/Ibu" in await _say(stage, both, "/acara")
    user = stage.world.users[501]
    menu = [entry["command"] for entry in stage.world.bot.menu_for(user.chat())]
    assert "jadwal" in menu


async def test_who_blocks_the_bot_is_out_of_reach_of_both(stage: Stage, both: User) -> None:
    both.block()
    await stage.calm()
    for number in (RETREAT, MEETING):
        assert (await person(stage, number, "both")).blocked_at is not None
    both.unblock()
    both.start()
    await stage.calm()
    for number in (RETREAT, MEETING):
        assert (await person(stage, number, "both")).blocked_at is None


async def test_calendars_and_screens_are_of_the_event_in_their_link(tmp_path: Path) -> None:
    async with two_events(tmp_path, web_port=0) as stage:
        host = stage.world.add_user(505, "Host")
        await join(stage, host, MEETING, "host")
        desk = wing(stage, MEETING).desk
        for each in stage.house.wings:
            each.desk.reachable_at = each.desk.screens
        await stage.say(host, "/agendaku")
        words = plain(await stage.press(host, "Kalender otomatis"))
        link = re.search(r"http://\S+", words)
        assert link is not None
        status, body, _ = await _get(link[0])
        assert status == 200 and b"Pembukaan Rakor" in body and b"Retret" not in body
        await stage.say(host, "/presensi")
        await stage.press(host, "10.00")
        await stage.press(host, "Buka presensi")
        words = plain(await stage.press(host, "Layar"))
        link = re.search(r"http://\S+", words)
        assert link is not None
        state = link[0].replace("&amp;", "&").replace("?", "/keadaan?")
        status, body, _ = await _get(state)
        assert status == 200 and b"Pembukaan Rakor" in body
        assert desk.agenda.sessions[0].ref == stage.house.desk.agenda.sessions[0].ref


async def test_another_order_of_the_folders_does_not_mix_the_stores(tmp_path: Path) -> None:
    async with two_events(tmp_path) as stage:
        await stage.house.stop()
        settings = stage.house._settings
        turned = settings.model_copy(update={"event_dirs": settings.event_dirs[::-1]})
        house = build(turned, now=stage.clock.now)
        with pytest.raises(RuntimeError, match="holds the event 'retret'"):
            await house.start()
        await house.stop()


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="EVENT_DIRS"):
        load(_env_file=None, bot_token=TOKEN, event_dirs=f"{tmp_path},/no/where")


async def test_figures_are_of_all_events_together(tmp_path: Path) -> None:
    async with two_events(tmp_path, ops_port=0) as stage:
        user = stage.world.add_user(501, "Bu Both")
        await join(stage, user, RETREAT, "both")
        await join(stage, user, MEETING, "both")
        await stage.step(local("2025-11-05 08:46"))
        assert stage.house.ops is not None
        _, body, _ = await _get(f"http://{stage.house.ops.address}/metrics")
        figure = re.search(rb'mandala_outbox{state="delivered"} (\d+)', body)
        kept = [*await rows(stage, RETREAT, Outbox), *await rows(stage, MEETING, Outbox)]
        delivered = sum(row.status is Status.DELIVERED for row in kept)
        assert figure is not None
        assert int(figure[1]) == delivered > 2
