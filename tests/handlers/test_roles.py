"""Who may do what: participants, organizers, strangers, groups; in both languages."""

from pathlib import Path

from bot.rehearsal.world import Fault, User
from handlers.menus import COMMANDS
from tests.acting import silence
from tests.builders import Stage, last, local, staged, texts

UNKNOWN = ("belum saya kenal", "do not know that command")
ONLY_ORGANIZERS = ("khusus panitia", "for organizers only")
STRANGER = ("khusus peserta", "for participants and organizers only")


def _has(text: str, words: tuple[str, ...]) -> bool:
    return any(word in text for word in words)


async def _english(stage: Stage, user: User) -> None:
    await stage.say(user, "/bahasa")
    await stage.press(user, "English")


async def test_every_command_works_in_both_languages_for_whom_it_is_meant(stage: Stage) -> None:
    participant, organizer = await stage.user("p30"), await stage.user("o1")
    for command in COMMANDS:
        for name in (command.id, command.en, command.en.upper(), f"{command.id}@mandala_test_bot"):
            before = len(participant.inbox)
            answer = await stage.say(participant, f"/{name}")
            assert len(participant.inbox) == before + 1, f"/{name} must be answered once"
            assert not _has(answer, UNKNOWN), name
            assert _has(answer, ONLY_ORGANIZERS) == command.organizers, name
            answer = await stage.say(organizer, f"/{name}")
            assert not _has(answer, UNKNOWN + ONLY_ORGANIZERS), name
        await stage.say(organizer, "/batal")


async def test_a_stranger_hears_that_it_is_private_and_nothing_else(stage: Stage) -> None:
    await stage.user("p30")
    stranger = stage.world.add_user(5, "Somebody", language_code="en")
    for command in COMMANDS:
        assert _has(await stage.say(stranger, f"/{command.id}"), STRANGER)
    for words in ("besok jam berapa mulai?", "/startx", "/apa", "halo"):
        assert _has(await stage.say(stranger, words), STRANGER)
    stranger.send_photo(b"x")
    stranger.edit(stranger.messages[0]["message_id"], "/start")
    await stage.calm()
    everything = "".join(texts(stranger))
    assert "Camat" not in everything
    assert "2025" not in everything


async def test_a_stranger_gets_nothing_even_when_the_notice_cannot_be_sent(stage: Stage) -> None:
    stranger = stage.world.add_user(5, "Somebody")
    stage.world.faults.add(Fault("400", method="sendMessage", chat_id=5, times=1))
    await stage.say(stranger, "/jadwal")
    assert all("Agenda" not in text and "Registrasi" not in text for text in texts(stranger))


async def test_a_stranger_who_presses_a_members_button_gets_nothing(stage: Stage) -> None:
    member = await stage.user("p30")
    await stage.say(member, "/jadwal")
    stranger = stage.world.add_user(5, "Somebody")
    stranger.send_text("halo")
    await stage.calm()
    message = dict(member.inbox[-1])
    stranger.chat().messages[999] = message | {"message_id": 999, "chat": stranger.chat().profile}
    button = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    query = stranger.press(999, button)
    await stage.calm()
    assert query.answer is not None
    assert _has(last(stranger), STRANGER)


async def test_menus_show_what_each_may_use_in_their_language(stage: Stage) -> None:
    participant, organizer = await stage.user("p30"), await stage.user("o1")
    bot = stage.world.bot

    def menu(user: User) -> list[str]:
        return [entry["command"] for entry in bot.menu_for(user.chat())]

    assert "umumkan" in menu(organizer)
    assert "umumkan" not in menu(participant)
    await _english(stage, organizer)
    assert "announce" in menu(organizer)
    assert "jadwal" not in menu(organizer)
    stranger = stage.world.add_user(5, "Somebody", language_code="en")
    assert next(entry["command"] for entry in bot.menu_for(stranger.chat(), "en")) == "schedule"


async def test_language_changes_everything_that_follows(stage: Stage) -> None:
    user = await stage.user("p30")
    await _english(stage, user)
    assert "I speak English" in last(user)
    assert "Example rundown" in await stage.say(user, "/schedule")
    assert "do not know" in await stage.say(user, "/whatever")
    await stage.step(local("2025-11-04 07:15"))
    assert "15 minutes" in last(user)
    await stage.say(user, "/language")
    await stage.press(user, "Bahasa Indonesia")
    assert "Contoh rundown" in await stage.say(user, "/jadwal")


async def test_groups_are_pointed_to_the_private_chat_and_talk_there_is_left_alone(
    stage: Stage,
) -> None:
    member = await stage.user("p30")
    group = stage.world.add_group("Panitia", members=(member,))
    stage.world.bot.reads_groups = True
    await silence(stage)

    async def said(text: str) -> int:
        before = len(group.messages)
        member.send_text(text, chat=group)
        await silence(stage)
        return len(group.messages) - before - 1

    assert await said("selamat pagi") == 0
    assert await said("/jadwal@another_bot") == 0
    assert await said("/refleksi rahasia saya") == 1
    shown = group.messages[-1]
    assert "obrolan pribadi" in shown["text"]
    [[button]] = shown["reply_markup"]["inline_keyboard"]
    assert button["url"] == "https://t.me/mandala_test_bot"
    assert await said("/jadwal@mandala_test_bot") == 1
    group.remove_bot(by=member)
    await silence(stage)
    assert "Belum ada catatan" in await stage.say(member, "/catatan")


async def test_organizers_by_number_begin_without_an_invite(tmp_path: Path) -> None:
    now = local("2025-11-03 20:00")
    async with staged(tmp_path, now=now, organizer_ids=(77, 1030)) as stage:
        chief = stage.world.add_user(77, "Chief")
        assert _has(await stage.say(chief, "/jadwal"), STRANGER)
        chief.start()
        await stage.calm()
        assert "Selamat datang" in last(chief)
        assert not _has(await stage.say(chief, "/umumkan"), ONLY_ORGANIZERS)
        await stage.say(chief, "/batal")
        assert "Panitia" in await stage.say(chief, "siapa saya?")
        await stage.restart()
        assert not _has(await stage.say(chief, "/umumkan"), ONLY_ORGANIZERS)
