"""How the page behaves: speed, faults, narrow screens, languages, accessibility."""

import hashlib
import re
import shutil
import statistics
import subprocess
import tarfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.rehearsal.rehearse import Rehearsal
from tests.rehearsal.page.desktop import Desktop, opened

pytestmark = pytest.mark.asyncio(loop_scope="module")
ORGANIZER = "Panitia BKPSDM 1"
FIRST = "Asisten Pemerintahan dan Kesejahteraan Rakyat"
AXE = "4.14.1"
AXE_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
STAMP_ARRIVALS = """() => {
  window.arrivals = [];
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const node of addedNodes) {
      if (!node.matches?.(".message.bot")) continue;
      requestAnimationFrame(() => window.arrivals.push(Date.now()));
    }
  }).observe(document.getElementById("wall"), { childList: true, subtree: true });
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def narrow(browser: Browser, rehearsal: Rehearsal) -> AsyncIterator[Desktop]:
    screen = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    async with opened(browser, rehearsal, **screen) as page:
        yield page


async def test_a_new_message_shows_within_200_milliseconds(desktop: Desktop) -> None:
    world = desktop.rehearsal.world
    part = desktop.rehearsal.live.cast.opening(1)[-1]
    await expect(desktop.phone(FIRST).locator(".message").first).to_be_attached()
    await desktop.page.evaluate(STAMP_ARRIVALS)
    delays = []
    for number in range(7):
        sent = await desktop.page.evaluate("Date.now()")
        chat = part.user.chat()
        content = {"text": f"Pesan ke-{number}"}
        world.keep(chat, world.compose(chat, world.bot.profile, content, bot=world.bot))
        await desktop.page.wait_for_function("(n) => window.arrivals.length > n", arg=number)
        delays.append((await desktop.page.evaluate("window.arrivals"))[number] - sent)
    assert statistics.median(delays) < 200, delays


async def test_text_from_chats_is_never_markup(desktop: Desktop) -> None:
    part = desktop.rehearsal.live.cast.opening(1)[-1]
    part.user.send_text('<img src=x onerror="document.title=1"><b>tebal</b> javascript:alert(1)')
    own = desktop.phone(FIRST).locator(".message.own").last
    await expect(own.locator(".text")).to_contain_text("<b>tebal</b> javascript:alert(1)")
    assert await own.locator("img, b, a").count() == 0


async def test_what_is_written_while_the_bot_is_dead_is_answered_after(desktop: Desktop) -> None:
    page, phone = desktop.page, desktop.phone(FIRST)
    await desktop.open_faults()
    # What a killed bot had not finished is done again after it, so nothing may be under way here.
    house = desktop.rehearsal.director.house
    assert house is not None
    await house.settle()
    await desktop.button("Matikan paksa").click()
    await expect(page.get_by_text("Bot mati. Pesan yang ditulis menunggu")).to_be_visible()
    before = await phone.locator(".message.bot").count()
    await desktop.write(phone, "/sekarang")
    await expect(phone.locator(".message.own").last).to_contain_text("/sekarang")
    assert await phone.locator(".message.bot").count() == before
    await desktop.button("Nyalakan lagi").click()
    await expect(phone.locator(".message.bot")).to_have_count(before + 1)
    await expect(page.get_by_text("Bot berjalan (dinyalakan 2 kali)")).to_be_visible()


async def test_a_network_that_was_down_is_made_up_for(desktop: Desktop) -> None:
    page, phone = desktop.page, desktop.phone(FIRST)
    await desktop.open_faults()
    switch = page.get_by_role("switch", name=re.compile("Jaringan putus"))
    await switch.click()
    await expect(page.get_by_text("Jaringan bot ke Telegram putus")).to_be_visible()
    before = await phone.locator(".message.bot").count()
    await desktop.write(phone, "/besok")
    await switch.click()
    await expect(switch).to_have_attribute("aria-checked", "false")
    await expect(phone.locator(".message.bot")).to_have_count(before + 1)


async def test_a_429_is_seen_in_the_traffic_and_waited_out(desktop: Desktop) -> None:
    page, phone = desktop.page, desktop.phone(FIRST)
    await desktop.open_faults()
    switch = page.get_by_role("switch", name=re.compile("Telegram menjawab 429"))
    await switch.click()
    before = await phone.locator(".message.bot").count()
    await desktop.write(phone, "/berikutnya")
    refused = page.get_by_role("list", name="Panggilan bot ke Telegram").locator(".bad")
    await expect(refused.first).to_contain_text("429")
    await switch.click()
    await expect(phone.locator(".message.bot")).to_have_count(before + 1)


async def test_on_a_narrow_screen_one_thing_is_shown_at_a_time(narrow: Desktop) -> None:
    page = narrow.page
    await expect(narrow.phone(FIRST)).to_have_count(0)
    await page.get_by_role("button", name=re.compile(FIRST)).click()
    phone = narrow.phone(FIRST)
    await expect(phone).to_be_visible()
    await expect(page.locator("#people")).to_be_hidden()
    box = await phone.bounding_box()
    assert box is not None
    assert box["width"] == 390
    await narrow.write(phone, "/sekarang")
    await expect(phone.locator(".message.own").last).to_contain_text("/sekarang")
    await phone.get_by_role("button", name="Kembali ke daftar orang").click()
    await page.get_by_role("button", name="Waktu", exact=True).click()
    await expect(page.locator(".day-list .line").first).to_be_visible()
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not await page.evaluate(wide)
    await page.get_by_role("button", name="Ponsel", exact=True).click()


async def test_the_page_speaks_english_too(browser: Browser, rehearsal: Rehearsal) -> None:
    async with opened(browser, rehearsal) as desktop:
        await desktop.button("EN – English").click()
        await expect(desktop.button("Next event")).to_be_visible()
        assert await desktop.page.evaluate("document.documentElement.lang") == "en"
        await expect(
            desktop.page.get_by_role("region", name=f"Phone of {ORGANIZER}")
        ).to_be_visible()


@pytest.fixture(scope="module")
def axe(request: pytest.FixtureRequest) -> str:
    """axe-core's source, fetched once with npm and kept in pytest's cache."""
    cache = request.config.cache
    assert cache is not None
    folder = cache.mkdir("axe-core")
    script = Path(folder) / f"axe-{AXE}.min.js"
    if not script.is_file():
        if shutil.which("npm") is None:
            pytest.skip("npm is not installed: axe-core's accessibility checks are left out")
        packed = subprocess.run(
            ["npm", "pack", "--silent", f"axe-core@{AXE}"],
            cwd=folder, capture_output=True, check=False, timeout=60,
        )  # fmt: skip
        archive = Path(folder) / f"axe-core-{AXE}.tgz"
        if packed.returncode or not archive.is_file():
            pytest.skip("npm could not fetch axe-core: accessibility checks are left out")
        with tarfile.open(archive) as files:
            member = files.extractfile("package/axe.min.js")
            assert member is not None
            script.write_bytes(member.read())
    content = script.read_bytes()
    assert hashlib.sha256(content).hexdigest() == AXE_SHA256
    return content.decode()


async def violations(desktop: Desktop, axe: str) -> list[str]:
    await desktop.page.evaluate(axe)
    found = await desktop.page.evaluate("axe.run()")
    return [
        f"{one['id']}: {node['html'][:120]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_on_the_wide_page(
    desktop: Desktop, axe: str, scheme: Literal["light", "dark"]
) -> None:
    await desktop.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    await desktop.page.reload()
    await expect(desktop.phone(FIRST).locator(".message").first).to_be_attached()
    await desktop.open_faults()
    await desktop.phone(FIRST).get_by_role("button", name="Menu perintah").click()
    assert await violations(desktop, axe) == []


async def test_axe_finds_nothing_on_the_narrow_page(narrow: Desktop, axe: str) -> None:
    await narrow.page.emulate_media(color_scheme="light", reduced_motion="reduce")
    for view in ("Ponsel", "Waktu", "Gangguan"):
        await narrow.page.get_by_role("button", name=view, exact=True).click()
        assert await violations(narrow, axe) == [], view
