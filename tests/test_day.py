"""One day with the bot, over real HTTP: join, ask, be reminded, reflect, be told."""

from datetime import timedelta

from bot.domain import clock
from tests.builders import ZONE, Stage, last, local, texts


async def test_a_participant_asks_is_reminded_reflects_and_hears_announcements(
    stage: Stage,
) -> None:
    camat = await stage.user("p30")
    others = [await stage.user(key) for key in ("p01", "p02")]
    organizer = await stage.user("o1")
    first = stage.house.desk.agenda.sessions[0]
    begins = clock.local(first.start, ZONE).strftime("%H.%M")

    answer = await stage.say(camat, "besok jam berapa mulai?")
    assert begins in answer.splitlines()[0] + answer.splitlines()[1]

    await stage.step(local("2025-11-04 05:31"))
    assert "Selamat pagi" in last(camat)
    before = len(camat.inbox)
    await stage.step(local("2025-11-04 07:14"))
    assert len(camat.inbox) == before
    await stage.step(local("2025-11-04 07:15"))
    assert len(camat.inbox) == before + 1
    assert first.title in last(camat)
    assert begins in last(camat)
    assert "15 menit lagi" in last(camat)

    await stage.say(camat, "/refleksi Sinkronkan RPJMD & <Asta Cita> 🙏")
    assert "Sinkronkan RPJMD & <Asta Cita> 🙏" in await stage.say(camat, "/catatan")

    await stage.say(organizer, "/umumkan")
    await stage.say(organizer, "Bus berangkat pukul 13.00 dari lobi.")
    await stage.press(organizer, "Kirim")
    assert "10 detik" in last(organizer)
    await stage.step(local("2025-11-04 07:15") + timedelta(seconds=10))
    for user in (camat, *others):
        assert last(user) == "Bus berangkat pukul 13.00 dari lobi."
    report = next(text for text in texts(organizer) if "Laporan" in text)
    assert "Terkirim: 4 dari 4" in report
