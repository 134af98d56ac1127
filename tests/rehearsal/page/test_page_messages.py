"""Whatever a bot may send is shown as the messenger shows it."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from bot.rehearsal.world import User
from tests.rehearsal.page.desktop import Desktop

pytestmark = pytest.mark.asyncio(loop_scope="module")
FIRST = "Asisten Pemerintahan dan Kesejahteraan Rakyat"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c494441"
    "54789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
FORMATTED = (
    "<b>tebal <i>miring</i></b> <u>garis</u> <s>coret</s> <tg-spoiler>rahasia</tg-spoiler> 🎯 "
    '<code>kode</code> <a href="https://example.org/">tautan</a> /jadwal @seseorang '
    "<blockquote>kutipan</blockquote><pre>a\n  b</pre>"
)


class Sender:
    """Sends in the bot's name over the Bot API, as any bot would."""

    def __init__(self, desktop: Desktop, http: aiohttp.ClientSession) -> None:
        self.desktop = desktop
        self.http = http
        part = desktop.rehearsal.live.cast.opening(1)[-1]
        self.user: User = part.user
        self.phone: Locator = desktop.phone(part.name)
        self.newest: Locator = desktop.newest(self.phone)

    async def __call__(
        self, method: str, files: dict[str, bytes] | None = None, **params: Any
    ) -> Any:
        form = aiohttp.FormData()
        for key, value in (params | {"chat_id": self.user.id}).items():
            form.add_field(key, value if isinstance(value, str) else json.dumps(value))
        for name, data in (files or {}).items():
            form.add_field(name.partition(".")[0], data, filename=name.replace("_", "."))
        token = self.desktop.rehearsal.world.bot.token
        url = f"{self.desktop.rehearsal.url}/bot{token}/{method}"
        async with self.http.post(url, data=form) as response:
            answer = await response.json()
            assert answer["ok"], answer
            return answer["result"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def send(desktop: Desktop) -> AsyncIterator[Sender]:
    async with aiohttp.ClientSession() as http:
        sender = Sender(desktop, http)
        await expect(sender.newest).to_contain_text("Selamat datang")
        yield sender


async def test_text_is_formatted_as_its_entities_say(send: Sender) -> None:
    await send("sendMessage", text=FORMATTED, parse_mode="HTML")
    text = send.newest.locator(".text")
    await expect(text).to_contain_text("tebal miring")
    await expect(text.locator("b")).to_have_text("tebal miring")
    await expect(text.locator("b i")).to_have_text("miring")
    for tag, words in (("u", "garis"), ("s", "coret"), ("blockquote", "kutipan")):
        await expect(text.locator(tag)).to_have_text(words)
    await expect(text.locator("pre code")).to_have_text("a\n  b")
    link = text.get_by_role("link", name="tautan")
    assert await link.get_attribute("href") == "https://example.org/"
    assert "noopener" in (await link.get_attribute("rel") or "")
    await text.get_by_role("button", name="rahasia").click()
    await expect(text.locator(".spoiler.shown")).to_have_text("rahasia")


async def test_a_command_in_the_text_is_sent_by_a_press(send: Sender) -> None:
    await send("sendMessage", text="Lihat /jadwal")
    await send.newest.get_by_role("button", name="/jadwal").click()
    await expect(send.phone.locator(".message.own").last).to_contain_text("/jadwal")
    await expect(send.newest).to_contain_text("Upacara Pembukaan")


async def test_an_edit_and_a_deletion_show_live(send: Sender) -> None:
    sent = await send("sendMessage", text="pertama")
    await expect(send.newest).to_contain_text("pertama")
    await send("editMessageText", message_id=sent["message_id"], text="kedua")
    await expect(send.newest).to_contain_text("kedua")
    await expect(send.newest).to_contain_text("diubah")
    await send("deleteMessage", message_id=sent["message_id"])
    await expect(send.phone.locator(f"[data-id='{sent['message_id']}']")).to_have_count(0)


async def test_files_places_and_polls_have_their_own_look(send: Sender) -> None:
    await send("sendPhoto", files={"photo.png": PNG}, caption="papan nama")
    await expect(send.newest.get_by_role("img", name="Foto")).to_be_visible()
    await expect(send.newest).to_contain_text("papan nama")
    await send("sendDocument", files={"document.ics": b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"})
    file = send.newest.get_by_role("link", name=re.compile(r"document\.ics"))
    async with send.desktop.page.expect_download() as saved:
        await file.click()
    assert (await saved.value).suggested_filename == "document.ics"
    await send("sendVenue", latitude=-7.05, longitude=110.41, title="Aula", address="Jl. Contoh")
    await expect(send.newest.get_by_role("link", name=re.compile("Aula"))).to_be_visible()
    await send("sendPoll", question="Setuju?", options=[{"text": "Ya"}, {"text": "Tidak"}])
    await send.newest.get_by_role("button", name="Ya").click()
    await expect(send.newest.get_by_role("button", name="Ya")).to_contain_text("100 %")


async def test_a_typing_bot_is_seen_typing(send: Sender) -> None:
    await send("sendChatAction", action="typing")
    await expect(send.phone.get_by_text("sedang mengetik")).to_be_visible()
    await send("sendMessage", text="selesai")
    await expect(send.phone.get_by_text("sedang mengetik")).to_have_count(0)


async def test_a_reply_keyboard_writes_for_the_person(send: Sender) -> None:
    keys = {"keyboard": [[{"text": "/sekarang"}, {"text": "Tidak"}]], "one_time_keyboard": True}
    await send("sendMessage", text="Pilih", reply_markup=keys)
    board = send.phone.get_by_role("group", name="Papan tombol")
    await board.get_by_role("button", name="/sekarang").click()
    await expect(send.phone.locator(".message.own").last).to_contain_text("/sekarang")
    await expect(board).to_be_hidden()
    await send("sendMessage", text="Cukup", reply_markup={"remove_keyboard": True})


async def test_a_forced_reply_quotes_what_it_answers(send: Sender) -> None:
    await send("sendMessage", text="Apa kesan Anda?", reply_markup={"force_reply": True})
    await expect(send.phone.locator(".replying")).to_contain_text("Apa kesan Anda?")
    await send.desktop.write(send.phone, "Sangat baik")
    own = send.phone.locator(".message.own").last
    await expect(own.locator(".quoted")).to_contain_text("Apa kesan Anda?")
    await send("sendMessage", text="Terima kasih", reply_markup={"remove_keyboard": True})


async def test_an_own_message_is_edited_from_its_menu(send: Sender) -> None:
    await send.desktop.write(send.phone, "salah tuls")
    own = send.phone.locator(".message.own").last
    await expect(own).to_contain_text("salah tuls")
    await own.hover()
    await own.get_by_role("button", name="Menu pesan").click()
    await own.get_by_role("button", name="Ubah").click()
    field = send.phone.get_by_role("textbox")
    await expect(field).to_have_value("salah tuls")
    await send.desktop.write(send.phone, "salah tulis")
    await expect(send.phone.locator(".message.own", has_text="salah tulis")).to_be_visible()


async def test_an_alert_answers_a_press_until_it_is_put_away(send: Sender) -> None:
    events: list[str] = []
    world = send.desktop.rehearsal.world
    buttons = {"inline_keyboard": [[{"text": "Tekan", "callback_data": "uji:lama"}]]}
    await send("sendMessage", text="Tombol", reply_markup=buttons)
    stop = world.subscribe(lambda event: events.append(event["type"]))
    await send.newest.get_by_role("button", name="Tekan").click()
    # The real bot answers a button it does not know, too.
    alert = send.phone.get_by_role("alertdialog")
    await alert.get_by_role("button", name="OK").click()
    await expect(alert).to_have_count(0)
    stop()
    assert "callback_answer" in events


async def test_a_link_to_the_bot_is_opened_on_the_phone(send: Sender) -> None:
    username = send.desktop.rehearsal.world.bot.profile["username"]
    url = f"https://t.me/{username}?start=bukan-kode"
    await send("sendMessage", text="Undangan", reply_markup={
        "inline_keyboard": [[{"text": "Buka", "url": url}]]
    })  # fmt: skip
    await send.newest.get_by_role("button", name="Buka").click()
    await expect(send.phone.locator(".message.own").last).to_contain_text("/start bukan-kode")
