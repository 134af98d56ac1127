"""What organizers see of commitments: what owners shared, and totals that point at nobody."""

import pytest

from bot.domain.commitments import Standing
from bot.rehearsal.world import User
from bot.store import commitments
from tests.acting import press_data
from tests.builders import Stage, buttons, last, texts
from tests.handlers.test_follow_ups import keep


async def test_nothing_is_shared_without_agreement_and_nothing_private_is_seen(
    stage: Stage,
) -> None:
    user, organizer = await stage.user("p30"), await stage.user("o1")
    number = await keep(stage, "p30", "Menyusun peta & <b>", "2025-12-15", goal_id="asta-7")
    assert "Menyusun peta" not in await stage.say(organizer, "/komitmenbersama")
    await press_data(stage, user, f"c:s:{number}:2")
    assert "Menyusun peta" not in await stage.say(organizer, "/komitmenbersama")
    await stage.press(user, "Saya setuju")
    assert "Panitia akan melihat" in await stage.press(user, "Lanjut")
    assert "Dibagikan kepada panitia" in await stage.press(user, "Ya, bagikan")
    shown = await stage.say(organizer, "/komitmenbersama")
    person = await stage.person("p30")
    for words in ("Menyusun peta & <b>", person.name, "Belum mulai 1", "Asta Cita: ", "15 Des"):
        assert words in shown
    await stage.press(user, "Selesai")
    assert "Selesai 1" in await stage.say(organizer, "/komitmenbersama")
    assert "Hanya Bapak/Ibu" in await stage.press(user, "Tarik kembali")
    assert "Menyusun peta" not in await stage.say(organizer, "/komitmenbersama")


async def test_only_organizers_see_what_was_shared(stage: Stage) -> None:
    user, other = await stage.user("p30"), await stage.user("p01")
    number = await keep(stage, "p30", "Menyusun peta", "2025-12-15", shared=True)
    assert "khusus panitia" in await stage.say(other, "/komitmenbersama")
    assert "khusus panitia" in (await press_data(stage, other, "c:o:0"))["text"]
    assert "komitmenbersama" not in await stage.say(user, "/bantuan")
    for person in (other, await stage.user("o1")):
        for data in (f"c:v:{number}", f"c:V:{number}", f"c:t:{number}:d", f"c:x:{number}",
                     f"c:s:{number}:0", f"c:s:{number}:1", f"c:s:{number}:2", f"c:e:{number}",
                     f"c:u:{number}", f"c:f:c{number}:p", f"c:dd:c{number}:2025-12-30",
                     f"c:k:c{number}:p", f"c:d:c{number}", f"c:go:c{number}",
                     f"c:no:c{number}:1"):  # fmt: skip
            await press_data(stage, person, data)
        assert not any("Menyusun peta" in text for text in texts(person)), person
    assert "Menyusun peta" in await stage.say(user, "/komitmen")
    assert "15 Des 2025" in last(user)


async def test_shared_ones_are_listed_by_goal_and_standing_over_pages(stage: Stage) -> None:
    organizer = await stage.user("o1")
    await keep(stage, "p01", "Tanpa kaitan", "2025-12-01", shared=True)
    await keep(stage, "p02", "Usaha kecil", "2025-12-02", shared=True, goal_id="rpjmd-ekonomi")
    for n in range(1, 8):
        standing = Standing.DONE if n < 3 else Standing.UNDER_WAY
        await keep(stage, f"p{n:02}", f"Hal {n}", f"2025-12-{n:02}", shared=True,
                   goal_id="asta-1", standing=standing)  # fmt: skip
    shown = await stage.say(organizer, "/komitmenbersama")
    assert "(1–8 dari 9)" in shown
    order = [shown.index(words) for words in ("Asta Cita: ", "Hal 3", "Hal 7", "Hal 1", "Hal 2",
                                              "Program RPJMD", "Usaha kecil")]  # fmt: skip
    assert order == sorted(order)
    assert shown.count("Asta Cita: ") == 1
    shown = await stage.press(organizer, "Berikutnya")
    assert "Tidak dikaitkan" in shown
    assert "Tanpa kaitan" in shown
    assert "Hal 3" not in shown
    await stage.press(organizer, "Sebelumnya")
    assert "Berikutnya →" in buttons(organizer)
    assert "Tanpa kaitan" in (await _page(stage, organizer, "c:o:9999"))


@pytest.mark.parametrize(("owners", "told"), [(4, False), (6, True)])
async def test_how_unshared_ones_stand_is_told_only_of_five_people(
    stage: Stage, owners: int, told: bool
) -> None:
    organizer = await stage.user("o1")
    for n in range(1, owners + 6):
        standing = Standing.UNDER_WAY if n <= owners else Standing.NOT_BEGUN
        await keep(stage, f"p{n:02}", "Rahasia", "2025-12-01", standing=standing)
    shown = await stage.say(organizer, "/komitmenbersama")
    assert f"{owners + 5} komitmen lain tidak dibagikan" in shown
    assert "Rahasia" not in shown
    assert (f"Berjalan {owners}" in shown) is told


async def test_that_a_few_keep_theirs_to_themselves_is_not_told(stage: Stage) -> None:
    organizer = await stage.user("o1")
    before = await stage.say(organizer, "/komitmenbersama")
    for n in range(1, 5):
        await keep(stage, f"p{n:02}", "Rahasia", "2025-12-01")
        await keep(stage, f"p{n:02}", "Rahasia juga", "2025-12-01")
        assert await stage.say(organizer, "/komitmenbersama") == before
    await keep(stage, "p05", "Rahasia", "2025-12-01")
    assert "9 komitmen lain tidak dibagikan" in await stage.say(organizer, "/komitmenbersama")


async def test_one_who_stands_apart_among_unshared_ones_is_not_told_of(stage: Stage) -> None:
    organizer = await stage.user("o1")
    for n in range(1, 12):
        standing = Standing.DROPPED if n == 1 else Standing.UNDER_WAY
        await keep(stage, f"p{n:02}", "Rahasia", "2025-12-01", standing=standing)
    assert "Tidak dilanjutkan" not in await stage.say(organizer, "/komitmenbersama")


async def test_commitments_go_with_an_entry_of_the_roster_that_becomes_another(
    stage: Stage,
) -> None:
    organizer, heir = await stage.user("o1"), await stage.user("p01")
    owner, other = await stage.person("o1"), await stage.person("p01")
    await keep(stage, "o1", "Menyusun laporan", "2025-12-01")
    await stage.house.db.write(commitments.hand_over, owner.id or 0, other.id or 0)
    assert "Belum ada komitmen" in await stage.say(organizer, "/komitmen")
    assert "Menyusun laporan" in await stage.say(heir, "/komitmen")


async def _page(stage: Stage, organizer: User, data: str) -> str:
    await press_data(stage, organizer, data)
    return next(text for text in reversed(texts(organizer)) if "Komitmen bersama" in text)
