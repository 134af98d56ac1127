"""Whatever tells of sessions names the version of the rundown that it was told from."""

import pytest

from tests.announcing import Hall
from tests.builders import local, plain, texts

ASKED = (
    "/jadwal", "/sekarang", "/berikutnya", "/besok", "/lewat", "/papan", "jadwal hari ini",
    "sekarang acara apa?", "abis ini apa?", "besok jam berapa mulai?", "diskusi jam berapa?",
    "penutupan di mana?", "apa yang saya lewatkan?", "siapa narasumber diskusi?",
    "pakai baju apa?",
    "acara terakhir apa?", "berapa lama diskusi?", "jam 14 acara apa?", "what is next?",
)  # fmt: skip


@pytest.fixture
async def changed(hall: Hall) -> Hall:
    await hall.stage.step(local("2025-11-05 09:00"))
    await hall.stage.say(hall.colleague, "Diskusi pindah ke Aula B")
    await hall.stage.press(hall.colleague, "Terapkan")
    return hall


async def test_every_answer_about_sessions_names_the_version(changed: Hall) -> None:
    for words in ASKED:
        shown = plain(await changed.stage.say(changed.organizer, words))
        assert "versi 2" in shown, (words, shown)


async def test_what_is_sent_unasked_names_it_too(changed: Hall) -> None:
    session = changed.stage.house.desk.agenda.find("b")
    assert session is not None
    await changed.forge(changed.organizer, f"mt:a:{session.ref}")
    await changed.stage.say(changed.organizer, "Rekaman https://contoh.go.id/v")
    await changed.stage.press(changed.organizer, "Beri tahu peserta")
    await changed.stage.step(local("2025-11-06 06:00"))
    told = [plain(text) for text in texts(changed.third)]
    for sign in ("⏰", "☀️", "Materi baru", "Perubahan jadwal"):
        (found,) = [text for text in told if sign in text][-1:]
        assert "versi 2" in found, found
    await changed.forge(changed.third, f"mt:s:{session.ref}")
    assert "versi 2" in plain(texts(changed.third)[-1])
