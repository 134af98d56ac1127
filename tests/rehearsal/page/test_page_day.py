"""A day of the event as people live it, on the page, with the real bot behind it."""

import re

import pytest
from playwright.async_api import FilePayload, expect

from tests.rehearsal.page.desktop import Desktop

pytestmark = pytest.mark.asyncio(loop_scope="module")
ORGANIZER = "Panitia BKPSDM 1"
FIRST = "Asisten Pemerintahan dan Kesejahteraan Rakyat"
SECOND = "Asisten Perekonomian dan Pembangunan"
NEWCOMER = "Staf Ahli Bidang Pemerintahan, Hukum, dan Politik"


async def a_person_joins_by_their_invite_link(desktop: Desktop) -> None:
    phone = desktop.phone(NEWCOMER)
    await phone.get_by_role("button", name="Buka tautan undangan").click()
    await expect(desktop.newest(phone)).to_contain_text("Selamat datang")
    await expect(desktop.newest(phone).locator("b").first).to_have_text(NEWCOMER)
    await expect(desktop.page.get_by_text("6 dari 34 undangan sudah dibuka")).to_be_visible()


async def a_question_in_plain_words_is_answered(desktop: Desktop) -> None:
    phone = desktop.phone(FIRST)
    await desktop.write(phone, "besok jam berapa mulai?")
    await expect(desktop.newest(phone)).to_contain_text("04.15")


async def the_day_pager_turns_the_page_in_place(desktop: Desktop) -> None:
    phone = desktop.phone(FIRST)
    await phone.get_by_role("button", name="Menu perintah").click()
    await phone.get_by_role("button", name="/jadwal jadwal per hari").click()
    message = desktop.newest(phone)
    await expect(message).to_contain_text("Upacara Pembukaan")
    count = await phone.locator(".message").count()
    await message.get_by_role("button", name=re.compile("5 Nov")).click()
    await expect(message).to_contain_text("Senam Pagi")
    await expect(message).to_contain_text("diubah")
    await message.get_by_role("button", name=re.compile("6 Nov")).click()
    await expect(message).not_to_contain_text("Senam Pagi · Lapangan\n04.15")
    assert await phone.locator(".message").count() == count


async def a_reminder_comes_when_the_clock_is_moved_to_it(desktop: Desktop) -> None:
    planned = desktop.button("Pengingat 07.15: 6 terjadwal")
    await expect(planned.first).to_be_attached()
    await desktop.button("Peristiwa berikutnya").click()
    await expect(desktop.page.get_by_role("timer")).to_contain_text("07.15")
    for name in (ORGANIZER, FIRST, NEWCOMER):
        newest = desktop.newest(desktop.phone(name))
        await expect(newest).to_contain_text("Registrasi dan Pembagian Kamar")
        await expect(newest.locator("time")).to_have_text("07.15")
    told = desktop.button("Pengingat 07.15: 6 terkirim, 0 menunggu, 0 gagal")
    await expect(told.first).to_be_attached()
    others = desktop.page.get_by_role("navigation", name="Daftar orang")
    await expect(others.get_by_role("button", name=re.compile(SECOND))).to_contain_text("2")


async def the_clock_does_not_go_back(desktop: Desktop) -> None:
    await desktop.button("Lompat", exact=True).click()
    for past_or_none in ("06.00", "25.61", "pagi"):
        await desktop.page.get_by_label("Jam tujuan").fill(past_or_none)
        await desktop.page.get_by_role("button", name="Lompat", exact=True).last.click()
        await expect(desktop.page.get_by_role("alert")).to_contain_text("tidak dapat mundur")
    assert "07.15" in await desktop.page.get_by_role("timer").inner_text()
    await desktop.page.keyboard.press("Escape")


async def a_reflection_is_written_and_found_again(desktop: Desktop) -> None:
    phone = desktop.phone(FIRST)
    await desktop.write(phone, "/refleksi")
    await expect(desktop.newest(phone)).to_contain_text("Refleksi Selasa")
    await desktop.write(phone, "Kerja sama antar-OPD <b>perlu</b> & segera")
    await expect(desktop.newest(phone)).to_contain_text("Tersimpan")
    await desktop.write(phone, "/catatan")
    await expect(desktop.newest(phone)).to_contain_text("antar-OPD <b>perlu</b> & segera")


async def a_file_is_sent_to_the_bot_and_shown(desktop: Desktop) -> None:
    phone = desktop.phone(NEWCOMER)
    await phone.get_by_role("button", name="Lampirkan").click()
    chosen = FilePayload(name="surat.pdf", mimeType="application/pdf", buffer=b"%PDF-1.4")
    await phone.locator("input[data-kind=document]").set_input_files(chosen)
    sent = phone.locator(".message.own").last
    await expect(sent.get_by_role("link", name=re.compile("surat.pdf"))).to_be_visible()


async def an_announcement_is_confirmed_and_its_progress_shown(desktop: Desktop) -> None:
    organizer = desktop.phone(ORGANIZER)
    await desktop.announce(organizer, "Bus berangkat pukul 15.00 dari lobi.")
    await expect(desktop.newest(desktop.phone(FIRST))).to_contain_text("Bus berangkat")
    report = organizer.locator(".message.bot", has_text=re.compile("6/6|6 dari 6"))
    await expect(report.first).to_be_visible()
    await desktop.button("Jeda").click()


async def a_blocked_phone_stands_in_the_report(desktop: Desktop) -> None:
    blocked = desktop.phone(NEWCOMER)
    await blocked.get_by_role("button", name=f"Menu ponsel {NEWCOMER}").click()
    await blocked.get_by_role("button", name="Blokir bot", exact=True).click()
    await expect(blocked).to_contain_text("Bot diblokir")
    organizer = desktop.phone(ORGANIZER)
    await desktop.announce(organizer, "Makan siang pindah ke aula.")
    await expect(desktop.newest(desktop.phone(FIRST))).to_contain_text("Makan siang pindah")
    await expect(desktop.report(organizer)).to_contain_text(NEWCOMER)
    await expect(blocked.locator(".message", has_text="Makan siang pindah")).to_have_count(0)


STEPS = (
    a_person_joins_by_their_invite_link,
    a_question_in_plain_words_is_answered,
    the_day_pager_turns_the_page_in_place,
    a_reminder_comes_when_the_clock_is_moved_to_it,
    the_clock_does_not_go_back,
    a_reflection_is_written_and_found_again,
    a_file_is_sent_to_the_bot_and_shown,
    an_announcement_is_confirmed_and_its_progress_shown,
    a_blocked_phone_stands_in_the_report,
)


async def test_a_day_on_the_page(desktop: Desktop) -> None:
    """One test, since each step stands on what was done before."""
    for step in STEPS:
        await step(desktop)
