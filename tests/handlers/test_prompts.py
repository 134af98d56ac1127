"""Prompts and what answers them: by reply, by button, by just typing; ratings by buttons."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlmodel import select

from bot.domain import clock
from bot.domain.agenda import Agenda
from bot.rehearsal.world import User
from bot.store.tables import Outbox, Rating
from tests.acting import press_data
from tests.builders import ZONE, Stage, buttons, last, local, texts
from tests.noting import TALK, TALK_END, TALK_TITLE, prompted, stored

DAY = date(2025, 11, 4)


def prompts_of(user: User) -> list[str]:
    return [text for text in texts(user) if "Cukup balas pesan ini" in text]


def rows_of(message: dict[str, Any]) -> list[list[str]]:
    return [[b["text"] for b in row] for row in message["reply_markup"]["inline_keyboard"]]


def change(stage: Stage, id: str, **facts: Any) -> None:
    """Another version of the agenda, in which one session is otherwise; None: it is gone."""
    desk = stage.house.desk
    sessions = tuple(
        replace(one, **facts) if one.id == id else one
        for one in desk.agenda.sessions
        if one.id != id or facts
    )
    desk.agenda = Agenda(
        desk.agenda.event,
        sessions,
        version=desk.agenda.version + 1,
        changed_at=stage.clock.now(),
    )


async def ratings(stage: Stage) -> list[tuple[str, int]]:
    def everything(db: Any) -> list[Rating]:
        return list(db.exec(select(Rating)).all())

    return [(one.session_id, one.value) for one in await stage.house.db.read(everything)]


# -------------------------------------------------------------------------------- being asked


async def test_one_day_brings_one_prompt_a_session_and_one_in_the_evening(stage: Stage) -> None:
    user = await stage.user("p30")
    await stage.step(local("2025-11-05 04:00"))
    sent = [m["date"] for m in user.inbox if "Cukup balas pesan ini" in m.get("text", "")]
    asked = [f"{clock.local(datetime.fromtimestamp(at, UTC), ZONE):%H.%M}" for at in sent]
    assert asked == ["11.45", "14.45", "16.45", "20.30"]
    first, second, third, evening = prompts_of(user)
    assert "Prioritas daerah mana yang paling bergantung" in first
    assert "Peluang apa di unit kerja" in second
    assert "Masalah mana yang tidak dapat" in third
    assert "Refleksi Selasa, 4 November 2025" in evening


async def test_who_wants_no_prompts_gets_none_and_who_wants_them_again_only_later_ones(
    stage: Stage,
) -> None:
    user = await stage.user("p30")
    await stage.say(user, "/pengingat")
    await stage.press(user, "Ajakan refleksi")
    await stage.step(local("2025-11-04 12:00"))
    assert prompts_of(user) == []
    await stage.press(user, "Ajakan refleksi")
    await stage.step(local("2025-11-04 15:00"))
    assert len(prompts_of(user)) == 1
    assert "Kewirausahaan" in prompts_of(user)[0]


async def test_a_session_that_moves_is_asked_about_at_its_new_end_only(stage: Stage) -> None:
    user = await stage.user("p30")
    await stage.step(local("2025-11-04 11:30"))
    change(stage, TALK, end=local("2025-11-04 12:20"))
    await stage.step(local("2025-11-04 12:19"))
    assert prompts_of(user) == []
    await stage.step(local("2025-11-04 12:20"))
    assert len(prompts_of(user)) == 1
    change(stage, TALK, end=local("2025-11-04 12:50"))
    await stage.step(local("2025-11-04 13:00"))
    assert len(prompts_of(user)) == 1


async def test_a_prompt_that_could_not_be_sent_for_hours_is_not_sent(stage: Stage) -> None:
    user = await stage.user("p30")
    await stage.step(local("2025-11-04 11:44"))
    stage.clock.instant = local("2025-11-04 11:45")
    await stage.house.planner.wake()
    await stage.house.settle()
    assert len(prompts_of(user)) == 1

    def rows(db: Any) -> list[Outbox]:
        return list(db.exec(select(Outbox).where(Outbox.kind == "prompt")).all())

    found = await stage.house.db.read(rows)
    assert {row.useful_until for row in found} == {local("2025-11-04 14:45")}


# --------------------------------------------------------------------------------- answering


async def test_a_reply_to_the_prompt_is_a_note_on_its_session_also_days_later(
    stage: Stage,
) -> None:
    user = await stage.user("p30")
    prompt = await prompted(stage, user)
    await stage.restart(crash=True)
    assert TALK_TITLE in await stage.say(user, "Lewat balasan.", prompt["message_id"])
    stage.clock.instant = local("2025-11-06 09:00")
    await stage.calm()
    await stage.say(user, "Dua hari kemudian.", prompt["message_id"])
    assert [(n.session_id, n.day, n.text) for n in await stored(stage)] == [
        (TALK, DAY, "Lewat balasan."),
        (TALK, DAY, "Dua hari kemudian."),
    ]


async def test_the_evening_prompt_is_answered_by_reply_or_button_after_a_restart(
    stage: Stage,
) -> None:
    user = await stage.user("p30")
    await stage.step(local("2025-11-04 20:31"))
    prompt = user.inbox[-1]
    assert "Refleksi" in prompt["text"]
    await stage.restart(crash=True)
    assert "Tersimpan" in await stage.say(user, "Lewat balasan.", prompt["message_id"])
    user.press(prompt["message_id"], f"f:{DAY}")
    await stage.calm()
    await stage.restart(crash=True)
    assert "Tersimpan" in await stage.say(user, "Lewat tombol.")
    assert [(note.session_id, note.day, note.text) for note in await stored(stage)] == [
        (None, DAY, "Lewat balasan."),
        (None, DAY, "Lewat tombol."),
    ]


async def test_what_is_typed_right_after_the_prompt_is_the_note(stage: Stage) -> None:
    user = await stage.user("p30")
    await prompted(stage, user, after=timedelta(minutes=5))
    await stage.restart(crash=True)
    assert TALK_TITLE in await stage.say(user, "Data perlu satu pintu.")
    assert "Ditambahkan" in await stage.say(user, "Mulai dari perencanaan.")
    [note] = await stored(stage)
    assert (note.session_id, note.text) == (
        TALK,
        "Data perlu satu pintu.\nMulai dari perencanaan.",
    )


async def test_a_question_right_after_the_prompt_is_answered_and_ends_the_offer(
    stage: Stage,
) -> None:
    user = await stage.user("p30")
    await prompted(stage, user)
    assert "13.00" in await stage.say(user, "habis ini acara apa?")
    await stage.say(user, "Data perlu satu pintu.")
    assert await stored(stage) == []


async def test_an_organizers_order_right_after_the_prompt_or_amid_a_note_is_no_note(
    stage: Stage,
) -> None:
    organizer = await stage.user("o1")
    await prompted(stage, organizer)
    await stage.say(organizer, "materi 2 mundur 15 menit")
    assert await stored(stage) == []
    await stage.say(organizer, "/refleksi Catatan panitia.")
    await stage.say(organizer, "materi 2 mundur 30 menit")
    [note] = await stored(stage)
    assert note.text == "Catatan panitia."


async def test_long_after_the_prompt_a_text_is_no_note(stage: Stage) -> None:
    user = await stage.user("p30")
    await prompted(stage, user, after=timedelta(minutes=31))
    await stage.say(user, "Data perlu satu pintu.")
    assert await stored(stage) == []


async def test_after_an_announcement_a_text_is_no_answer_to_the_prompt(stage: Stage) -> None:
    user, organizer = await stage.user("p30"), await stage.user("o1")
    await prompted(stage, user)
    await stage.say(organizer, "/umumkan")
    await stage.say(organizer, "Bus berangkat pukul 13.00.")
    await stage.press(organizer, "Kirim")
    await stage.step(TALK_END + timedelta(minutes=2))
    assert "Bus" in last(user)
    await stage.say(user, "Rombongan kami menyusul")
    assert await stored(stage) == []


async def test_a_prompt_does_not_take_the_place_of_what_is_awaited(stage: Stage) -> None:
    user, organizer = await stage.user("p30"), await stage.user("o1")
    await stage.step(TALK_END - timedelta(minutes=2))
    await stage.say(user, "/refleksi Catatan lain sejak tadi.")
    await stage.say(organizer, "/umumkan")
    await stage.step(TALK_END)
    await stage.say(organizer, "Isi pengumuman")
    assert any("Kirim" in label for label in buttons(organizer))
    assert "Ditambahkan" in await stage.say(user, "Tambahannya.")
    [note] = await stored(stage)
    assert (note.session_id, note.text) == (None, "Catatan lain sejak tadi.\nTambahannya.")


async def test_a_reply_about_another_session_begins_another_note(stage: Stage) -> None:
    user = await stage.user("p30")
    first = await prompted(stage, user)
    await stage.step(local("2025-11-04 14:45"))
    second = user.inbox[-1]
    await stage.say(user, "Pertama.", first["message_id"])
    await stage.say(user, "Kedua.", second["message_id"])
    await stage.say(user, "Kedua, lanjutan.", second["message_id"])
    assert [(n.session_id, n.text) for n in await stored(stage)] == [
        (TALK, "Pertama."),
        ("d1-kewirausahaan", "Kedua.\nKedua, lanjutan."),
    ]


async def test_cancelling_after_a_prompt_has_nothing_to_cancel(stage: Stage) -> None:
    user = await stage.user("p30")
    await prompted(stage, user)
    assert "Tidak ada yang perlu" in await stage.say(user, "/batal")
    await stage.say(user, "Data perlu satu pintu.")
    assert await stored(stage) == []


async def test_a_prompt_about_a_session_that_is_gone_since_leads_to_a_note_of_its_day(
    stage: Stage,
) -> None:
    user = await stage.user("p30")
    prompt = await prompted(stage, user)
    change(stage, TALK)
    assert "sudah tidak ada di rundown" in await stage.say(
        user, "Tetap saya catat.", prompt["message_id"]
    )
    await stage.press(user, "Tulis refleksi")
    assert "Selasa, 4 November" in last(user)
    await stage.say(user, "Lewat tombol.")
    assert [(n.session_id, n.day) for n in await stored(stage)] == [(None, DAY), (None, DAY)]


async def test_a_reply_to_a_prompt_on_several_sessions_is_assigned_by_a_button(
    stage: Stage,
) -> None:
    user = await stage.user("p30")
    change(stage, "d1-kewirausahaan", start=local("2025-11-04 10:15"), end=TALK_END)
    await stage.step(TALK_END)
    prompt = user.inbox[-1]
    assert len(prompts_of(user)) == 1
    assert [row[0][:1] for row in rows_of(prompt)] == ["📝", "1", "📝", "1"]
    await stage.say(user, "Untuk salah satu.", prompt["message_id"])
    await stage.press(user, TALK_TITLE)
    assert TALK_TITLE in last(user)
    await stage.say(user, "Dan tambahan.")
    [note] = await stored(stage)
    assert (note.session_id, note.text) == (TALK, "Untuk salah satu.\nDan tambahan.")


# ------------------------------------------------------------------------------------- rating


async def test_a_rating_is_shown_on_its_button_and_can_be_changed(stage: Stage) -> None:
    user = await stage.user("p30")
    prompt = await prompted(stage, user)
    assert rows_of(prompt)[0] == ["1", "2", "3", "4", "5"]
    for value in (4, 4, 5):
        answer = user.press(prompt["message_id"], _rating(stage, value))
        await stage.calm()
        assert answer.answer is not None
        assert f"Nilai {value} tersimpan" in answer.answer["text"]
    shown = next(m for m in user.inbox if m["message_id"] == prompt["message_id"])
    assert rows_of(shown)[0] == ["1", "2", "3", "4", "✓ 5"]
    assert rows_of(shown)[1] == rows_of(prompt)[1]
    assert await ratings(stage) == [(TALK, 5)]


async def test_rating_does_not_take_the_note_away(stage: Stage) -> None:
    user = await stage.user("p30")
    await prompted(stage, user)
    await stage.press(user, "4")
    assert TALK_TITLE in await stage.say(user, "Data perlu satu pintu.")


async def test_who_gets_no_prompts_rates_on_the_card_of_a_session_that_is_over(
    stage: Stage,
) -> None:
    user = await stage.user("p30")
    session = stage.house.desk.agenda.find(TALK)
    assert session is not None
    stage.clock.instant = TALK_END - timedelta(minutes=1)
    await press_data(stage, user, f"s:{session.ref}")
    assert not any("⭐ Nilai sesi" in row for row in rows_of(user.inbox[-1]))
    stage.clock.instant = TALK_END
    await press_data(stage, user, f"s:{session.ref}")
    for value, shown in (("4", "✓ 4"), ("2", "✓ 2")):
        assert TALK_TITLE in await stage.press(user, "Nilai sesi")
        await stage.press(user, value)
        assert shown in rows_of(user.inbox[-1])[0]
    await stage.press(user, "Nilai sesi")
    assert rows_of(user.inbox[-1]) == [["1", "✓ 2", "3", "4", "5"]]
    assert await ratings(stage) == [(TALK, 2)]


async def test_only_what_has_begun_and_is_in_the_rundown_is_rated(stage: Stage) -> None:
    user = await stage.user("p30")
    assert "belum dimulai" in (await press_data(stage, user, _rating(stage, 3)))["text"]
    await prompted(stage, user)
    data = _rating(stage, 3)
    change(stage, TALK)
    assert "tidak ada di rundown" in (await press_data(stage, user, data))["text"]
    assert await ratings(stage) == []
    for odd in ("r:aaaaaaaa:9", "r:aaaaaaaa:0", f"{data}0"):
        assert "tidak berlaku" in (await press_data(stage, user, odd))["text"]


def _rating(stage: Stage, value: int) -> str:
    session = stage.house.desk.agenda.find(TALK)
    assert session is not None
    return f"r:{session.ref}:{value}"
