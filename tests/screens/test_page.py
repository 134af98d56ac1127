"""The page for the projector in a real browser."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, expect
from sqlmodel import Session, select

from bot.domain.polls import State as PollState
from bot.domain.speaker_questions import State
from bot.store.tables import Person, Poll, QuestionVote, SpeakerQuestion
from tests.rehearsal.page.conftest import browser
from tests.rehearsal.page.test_page_look import axe
from tests.screening import screened

__all__ = ["axe", "browser"]
pytestmark = pytest.mark.asyncio(loop_scope="module")
EVIL = '<img src=x onerror="document.title=1"><b>tebal</b>'
SIZES = {"projector": (1280, 720), "old": (1024, 768), "phone": (390, 844), "large": (3840, 2160)}


async def test_the_page_counts_along_rotates_and_tells_when_it_is_cut_off(
    browser: Browser, tmp_path: Path
) -> None:
    async with screened(tmp_path) as (stage, organizer, link):
        context = await browser.new_context(viewport={"width": 1280, "height": 720})
        page = await context.new_page()
        wrong: list[str] = []
        asked: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text))
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(link)
        await expect(page.locator("#count")).to_contain_text("Hadir 0 dari")
        drawn = await page.locator("#qr").inner_html()
        code = await page.locator("#code").inner_text()
        person = await stage.user("p01")
        await stage.say(person, code)
        await expect(page.locator("#count")).to_contain_text("Hadir 1 dari")
        stage.clock.instant += timedelta(minutes=5)
        await expect(page.locator("#code")).not_to_have_text(code)
        assert await page.locator("#qr").inner_html() != drawn
        await stage.press(organizer, "Tutup")
        await expect(page.locator("#status")).to_have_text("Presensi sudah ditutup")
        await expect(page.locator("#codes")).to_be_hidden()
        base = str(stage.house.desk.screens)
        assert all(url.startswith((base, "data:")) for url in asked), asked
        assert wrong == []
        assert stage.house.screens is not None
        await stage.house.screens.stop()
        await expect(page.locator("#status")).to_contain_text("Sambungan terputus")
        await context.close()


def _ask(db: Session, session_id: str) -> None:
    """Three questions, two of them shown with a vote more or less, one answered."""
    long = "Bagaimana pendanaan program ini sesudah tahun pertama, bila APBD berkurang? " * 3
    for key, words, state in (
        ("a", long, State.SHOWN), ("b", EVIL, State.SHOWN), ("c", "Kapan?", State.ANSWERED),
        ("d", "Rahasia?", State.WAITING),
    ):  # fmt: skip
        db.add(SpeakerQuestion(key=key, session_id=session_id, text=words.strip(), state=state))
    db.add(QuestionVote(question="a", voter="x"))


@pytest.mark.parametrize("asked", [False, True], ids=["alone", "with questions"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everything_is_on_the_screen_at_every_size_and_axe_finds_nothing(
    browser: Browser, axe: str, tmp_path: Path, scheme: Literal["light", "dark"], asked: bool
) -> None:
    async with screened(tmp_path) as (stage, _, link):
        if asked:
            await stage.house.db.write(_ask, stage.house.desk.agenda.sessions[0].id)
        context = await browser.new_context(color_scheme=scheme, bypass_csp=True)
        page = await context.new_page()
        for name, (width, height) in SIZES.items():
            await page.set_viewport_size({"width": width, "height": height})
            await page.goto(link)
            await expect(page.locator("#code")).to_be_visible()
            over = "document.documentElement.scrollWidth - innerWidth"
            assert await page.evaluate(over) <= 0, name
            if name != "phone":
                down = "document.documentElement.scrollHeight - innerHeight"
                assert await page.evaluate(down) <= 0, name
                box = await page.locator("#qr").bounding_box()
                assert box is not None and box["height"] > height * 0.25, name
        assert await page.locator("#list li").count() == (3 if asked else 0)
        if asked:
            await expect(page.locator(".text").nth(1)).to_have_text(EVIL)
            assert await page.locator("#list img, #list b").count() == 0
        await page.evaluate(axe)
        found = await page.evaluate("axe.run()")
        assert [one["id"] for one in found["violations"]] == []
        await context.close()


def _poll(db: Session, now: datetime, *, options: int = 3, long: bool = False) -> None:
    """An open poll on the wall, nobody has answered it."""
    asked = "Bagaimana kecepatan penyampaian materi hari ini? " * (5 if long else 1)
    more = "sangat panjang " * 3 if long else ""
    words = [f"{EVIL if n == 1 else 'Pilihan'} {n} {more}".strip() for n in range(options)]
    author = db.exec(select(Person).where(Person.key == "o1")).one()
    db.add(
        Poll(
            author_id=author.id or 0, question=asked.strip(), options={"options": words},
            state=PollState.OPEN, on_wall=True, created_at=now, opened_at=now,
        )
    )  # fmt: skip


async def test_bars_of_a_poll_grow_while_people_answer_without_internet(
    browser: Browser, tmp_path: Path
) -> None:
    async with screened(tmp_path) as (stage, organizer, link):
        context = await browser.new_context(viewport={"width": 1280, "height": 720})
        page = await context.new_page()
        wrong: list[str] = []
        asked: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text))
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(link)
        await expect(page.locator("#count")).to_contain_text("Hadir")
        await expect(page.locator("#poll")).to_be_hidden()
        await stage.say(organizer, "/jajak Pas?\nYa\nTidak")
        await stage.press(organizer, "Kirim ke")
        await stage.press(organizer, "Tampilkan di layar")
        await expect(page.locator("#polled")).to_have_text("Pas?")
        person = await stage.user("p01")
        bar = page.locator("#bars .bar").first
        grown = "bar => getComputedStyle(bar).getPropertyValue('--share')"
        assert await bar.evaluate(grown) == "0%"
        await stage.press(person, "Ya")
        await expect(page.locator("#bars .shown").first).to_have_text("100% (1)")
        assert await bar.evaluate(grown) == "100%"
        await expect(page.locator("#answered")).to_have_text("1 orang sudah menjawab")
        await stage.press(organizer, "⏹ Tutup")
        await expect(page.locator("#answered")).to_have_text("Ditutup · 1 orang menjawab")
        await stage.press(organizer, "Sembunyikan")
        await expect(page.locator("#poll")).to_be_hidden()
        base = str(stage.house.desk.screens)
        assert all(url.startswith((base, "data:")) for url in asked), asked
        assert wrong == []
        await context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_ten_long_options_are_on_the_screen_at_every_size_and_axe_finds_nothing(
    browser: Browser, axe: str, tmp_path: Path, scheme: Literal["light", "dark"]
) -> None:
    async with screened(tmp_path) as (stage, _, link):
        await stage.house.db.write(_poll, stage.clock.now(), options=10, long=True)
        context = await browser.new_context(color_scheme=scheme, bypass_csp=True)
        page = await context.new_page()
        for name, (width, height) in SIZES.items():
            await page.set_viewport_size({"width": width, "height": height})
            await page.goto(link)
            await expect(page.locator("#bars li")).to_have_count(10)
            over = "document.documentElement.scrollWidth - innerWidth"
            assert await page.evaluate(over) <= 0, name
            if name != "phone":
                down = "document.documentElement.scrollHeight - innerHeight"
                assert await page.evaluate(down) <= 0, name
                last = await page.locator("#bars li").last.bounding_box()
                foot = await page.locator("footer").bounding_box()
                assert last is not None and foot is not None
                assert last["y"] + last["height"] <= foot["y"], name
        assert await page.locator("#bars img, #bars b").count() == 0
        await page.evaluate(axe)
        found = await page.evaluate("axe.run()")
        assert [one["id"] for one in found["violations"]] == []
        await context.close()
