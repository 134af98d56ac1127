"""A rehearsal as seen in a browser."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, Locator, Page, expect

from bot.rehearsal.rehearse import Rehearsal

PATIENCE_MS = 15_000
"""Longest wait for anything to show; it costs nothing when all is well."""
expect.set_options(timeout=PATIENCE_MS)


@dataclass
class Desktop:
    """A page on which a rehearsal is open, and what went wrong on it."""

    page: Page
    rehearsal: Rehearsal
    wrong: list[str] = field(default_factory=list)

    def phone(self, name: str) -> Locator:
        """The phone of the person of that name."""
        return self.page.get_by_role("region", name=f"Ponsel {name}", exact=True)

    def button(self, name: str, **options: Any) -> Locator:
        """A button of the page itself."""
        return self.page.get_by_role("button", name=name, **options)

    async def write(self, phone: Locator, text: str) -> None:
        """Types and sends."""
        await phone.get_by_role("textbox").fill(text)
        await phone.get_by_role("textbox").press("Enter")

    async def open_faults(self) -> None:
        """Shows the panel of faults if it is hidden."""
        switch = self.button("Gangguan", exact=True)
        if await switch.get_attribute("aria-expanded") != "true":
            await switch.click()

    async def announce(self, phone: Locator, text: str) -> None:
        """Composes and confirms an announcement; it may be taken back for some seconds."""
        await self.write(phone, "/umumkan")
        await expect(self.newest(phone)).to_contain_text("isi pengumuman")
        await self.write(phone, text)
        await self.newest(phone).get_by_role("button", name="Kirim").first.click()
        await self.button("Jalankan 60 kali kecepatan biasa").click()

    def report(self, phone: Locator) -> Locator:
        """The report of the last announcement."""
        return phone.locator(".message.bot", has_text="Laporan pengumuman").last

    def newest(self, phone: Locator) -> Locator:
        """The last message of the bot on a phone."""
        return phone.locator(".message.bot").last


@asynccontextmanager
async def opened(browser: Browser, running: Rehearsal, **screen: Any) -> AsyncIterator[Desktop]:
    """A page on ``running``; at the end it must have shown no error in its console."""
    options = {"viewport": {"width": 1440, "height": 900}, "locale": "id-ID"} | screen
    context = await browser.new_context(**options)
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    desktop = Desktop(page, running)
    page.on("pageerror", lambda error: desktop.wrong.append(str(error)))
    page.on(
        "console",
        lambda said: (
            desktop.wrong.append(said.text) if said.type in ("error", "warning") else None
        ),
    )
    await page.goto(running.url)
    await expect(page.locator(".person").first).to_be_attached()
    try:
        yield desktop
    finally:
        await context.close()
    assert desktop.wrong == []
