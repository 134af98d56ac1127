"""The rehearsal of the example event with a real browser in front of it."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from bot.rehearsal.rehearse import Rehearsal, rehearsing
from tests.rehearsal.page.desktop import Desktop, opened

EVENT = Path(__file__).parents[3] / "data" / "mandala-magelang"
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str:
    """The browser's path; skips where there is none, unless one is required."""
    found = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))
    )
    return str(found)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    try:
        path = chromium()
    except StopIteration:
        if os.environ.get("MANDALA_REQUIRE_BROWSER") == "1":
            pytest.fail("no Chromium on this machine, and MANDALA_REQUIRE_BROWSER=1")
        pytest.skip("no Chromium on this machine: install it to test the rehearsal page")
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    flags = (*FLAGS, "--no-sandbox") if root else FLAGS
    async with async_playwright() as driver:
        running = await driver.chromium.launch(executable_path=path, args=flags)
        yield running
        await running.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rehearsal() -> AsyncIterator[Rehearsal]:
    """The example event, its clock standing still, with three participants in."""
    with tempfile.TemporaryDirectory() as folder:
        async with rehearsing(
            event_dir=EVENT, state_dir=Path(folder), port=0, speed=0, joined=3
        ) as running:
            yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desktop(browser: Browser, rehearsal: Rehearsal) -> AsyncIterator[Desktop]:
    async with opened(browser, rehearsal) as desktop:
        joined = desktop.page.locator(".phone[data-state=member]")
        await expect(joined.nth(1).locator(".message.bot").first).to_contain_text("Selamat")
        yield desktop
