"""The HTTP road: what PTB expects of it, what it may tell, and never the token."""

import asyncio
import io
import json
import logging
import socket
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from telegram import Bot, InputFile, InputMediaPhoto, Update
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import ApplicationBuilder, MessageHandler, filters

from bot.delivery.request import AiohttpRequest, LateAnswer, LostAnswer, NotSent, ServerFailure
from bot.rehearsal.api.running import running
from bot.rehearsal.world import World
from tests.delivery.conftest import TOKEN

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c494441"
    "54789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    """A server that answers everything with ``handler``; gives its base URL."""
    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def wired(handler: Handler, **options: Any) -> AsyncIterator[Bot]:
    """A bot whose calls go to ``handler``."""
    async with serving(handler) as url:
        bot = Bot(TOKEN, base_url=f"{url}/bot", request=AiohttpRequest(**options))
        async with bot._request[1]:
            yield bot


def answering(status: int, body: Any) -> Handler:
    async def handler(_request: web.Request) -> web.Response:
        text = body if isinstance(body, str) else json.dumps(body)
        return web.Response(status=status, text=text, content_type="application/json")

    return handler


async def cut(request: web.Request) -> web.Response:
    await request.read()
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def silent(_request: web.Request) -> web.Response:
    await asyncio.sleep(30)
    return web.Response()


REFUSALS: list[tuple[int, dict[str, Any], type[TelegramError]]] = [
    (400, {"description": "Bad Request: chat not found"}, BadRequest),
    (403, {"description": "Forbidden: bot was blocked by the user"}, Forbidden),
    (404, {"description": "Not Found"}, InvalidToken),
    (401, {"description": "Unauthorized"}, InvalidToken),
    (409, {"description": "Conflict"}, Conflict),
    (429, {"description": "Too Many", "parameters": {"retry_after": 5}}, RetryAfter),
    (400, {"description": "Up", "parameters": {"migrate_to_chat_id": -1}}, ChatMigrated),
    (500, {"description": "Internal Server Error"}, ServerFailure),
    (502, {"description": "Bad Gateway"}, ServerFailure),
    (504, {"description": "Gateway Timeout"}, LateAnswer),
    (599, {"description": "?"}, ServerFailure),
]


@pytest.mark.parametrize(("status", "body", "kind"), REFUSALS)
async def test_each_http_status_is_the_error_that_ptb_promises(
    status: int, body: dict[str, Any], kind: type[TelegramError]
) -> None:
    async with wired(answering(status, {"ok": False, "error_code": status, **body})) as bot:
        with pytest.raises(TelegramError) as caught:
            await bot.send_message(1, "x")
        assert type(caught.value) is kind
    assert issubclass(ServerFailure, NetworkError), "whom it is promised to catches it"


async def test_a_page_of_a_proxy_is_a_network_error() -> None:
    async with wired(answering(502, "<html>Bad Gateway</html>")) as bot:
        with pytest.raises(NetworkError, match=r"^Bad Gateway \(502\)$"):
            await bot.send_message(1, "x")


async def test_half_an_answer_is_neither_success_nor_failure() -> None:
    async with wired(answering(200, '{"ok": true, "resu')) as bot:
        with pytest.raises(TelegramError, match="Invalid server response"):
            await bot.send_message(1, "x")


async def test_a_refused_connection_means_that_nothing_was_sent() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody else gets this port
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/bot"
        async with AiohttpRequest() as request:
            with pytest.raises(NotSent):
                await Bot(TOKEN, base_url=url, request=request).send_message(1, "x")


async def test_a_full_pool_means_that_nothing_was_sent() -> None:
    async with wired(silent, pool_size=1, pool_timeout=0.05, connect_timeout=0.05) as bot:
        first = asyncio.create_task(bot.send_message(1, "x"))
        await asyncio.sleep(0.05)
        with pytest.raises(NotSent):
            await bot.send_message(1, "y")
        first.cancel()
        await asyncio.wait([first])


async def test_a_connection_cut_after_sending_is_uncertain() -> None:
    async with wired(cut) as bot:
        with pytest.raises(LostAnswer) as caught:
            await bot.send_message(1, "x")
        assert not isinstance(caught.value, TimedOut)


async def test_silence_after_sending_is_uncertain_and_a_timeout() -> None:
    async with wired(silent, read_timeout=0.05) as bot:
        with pytest.raises(LateAnswer) as caught:
            await bot.send_message(1, "x")
        assert isinstance(caught.value, TimedOut)


async def test_a_call_may_bring_its_own_timeout() -> None:
    async with wired(silent) as bot:
        with pytest.raises(TimedOut):
            await bot.send_message(1, "x", read_timeout=0.05)
        assert bot._request[1].read_timeout == 10.0


async def test_a_server_that_does_not_read_an_upload_is_given_up() -> None:
    quick = {"pool_timeout": 0.05, "connect_timeout": 0.05}
    async with wired(silent, read_timeout=0.05, media_write_timeout=0.1, **quick) as bot:
        with pytest.raises(TimedOut):
            await bot.send_document(1, b"x" * 30_000_000, filename="besar.bin")


async def test_it_must_be_initialized_and_may_be_twice_and_shut_down_twice() -> None:
    request = AiohttpRequest()
    bot = Bot(TOKEN, request=request)
    with pytest.raises(NetworkError, match="not initialized"):
        await bot.send_message(1, "x")
    await request.shutdown()
    await request.initialize()
    await request.initialize()
    await request.shutdown()
    await request.shutdown()


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1080", "127.0.0.1:8080"])
def test_a_proxy_that_cannot_work_is_refused_at_once(proxy: str) -> None:
    with pytest.raises(ValueError, match="proxy"):
        AiohttpRequest(proxy=proxy)


async def test_a_proxy_carries_the_calls() -> None:
    seen: list[str] = []

    async def proxy(request: web.Request) -> web.Response:
        seen.append(request.headers["Host"])
        return web.json_response({"ok": True, "result": True})

    async with serving(proxy) as url, AiohttpRequest(proxy=url) as request:
        bot = Bot(TOKEN, base_url="http://telegram.invalid/bot", request=request)
        assert await bot.delete_webhook()
    assert seen == ["telegram.invalid"]


async def test_files_go_up_come_down_and_can_be_sent_again() -> None:
    world = World(token=TOKEN)
    world.add_user(1, "Ani").start()
    async with running(world) as url:
        bot = Bot(
            TOKEN,
            base_url=f"{url}/bot",
            base_file_url=f"{url}/file/bot",
            request=AiohttpRequest(),
            get_updates_request=AiohttpRequest(),
        )
        async with bot:
            handle = io.BytesIO(b"isi berkas")
            file = InputFile(handle, "daftar hadir é.xlsx", read_file_handle=False)
            for _ in range(2):
                sent = await bot.send_document(1, file, caption="Daftar & hadir")
                assert sent.document is not None
                assert sent.document.file_name == "daftar hadir é.xlsx"
                assert sent.caption == "Daftar & hadir"
                got = await sent.document.get_file()
                assert bytes(await got.download_as_bytearray()) == b"isi berkas"
            pair = [InputMediaPhoto(PNG), InputMediaPhoto(PNG)]
            assert len(await bot.send_media_group(1, pair)) == 2


async def test_an_application_polls_over_it() -> None:
    world = World(token=TOKEN)
    ani = world.add_user(1, "Ani")
    ani.start()
    heard = asyncio.Event()

    async def hear(update: Update, _context: object) -> None:
        if update.message is not None and update.message.text == "halo":
            heard.set()

    async with running(world) as url:
        application = (
            ApplicationBuilder()
            .token(TOKEN)
            .base_url(f"{url}/bot")
            .request(AiohttpRequest())
            .get_updates_request(AiohttpRequest())
            .build()
        )
        application.add_handler(MessageHandler(filters.ALL, hear))
        async with application:
            await application.start()
            assert application.updater is not None
            await application.updater.start_polling()
            ani.send_text("halo")
            async with asyncio.timeout(5):
                await heard.wait()
            await application.updater.stop()
            await application.stop()


FAILURES: dict[str, tuple[Handler, dict[str, Any]]] = {
    "cut": (cut, {}),
    "silent": (silent, {"read_timeout": 0.05}),
    "malformed": (answering(200, "{"), {}),
    "server error": (answering(500, "oops"), {}),
    "refused": (answering(400, {"description": "Bad Request: x"}), {}),
}


@pytest.mark.parametrize("failure", [*FAILURES, "no connection", "no name", "bad address"])
async def test_the_token_shows_in_no_log_error_or_traceback(
    failure: str, caplog: pytest.LogCaptureFixture
) -> None:
    handler, options = FAILURES.get(failure, (cut, {}))
    async with serving(handler) as url:
        elsewhere = {
            "no connection": "http://127.0.0.1:1",
            "no name": "http://telegram.invalid",
            "bad address": "http://[::1",
        }
        base = elsewhere.get(failure, url)
        async with AiohttpRequest(**options) as request:
            bot = Bot(TOKEN, base_url=f"{base}/bot", request=request)  # PTB tells DEBUG its URL
            caplog.set_level(logging.DEBUG)
            with pytest.raises(TelegramError) as caught:
                await bot.send_message(1, "x")
    secret = TOKEN.partition(":")[2]
    assert secret not in "".join(traceback.format_exception(caught.value))
    assert secret not in caplog.text
    link: BaseException | None = caught.value
    while link is not None:
        assert secret not in repr(link)
        link = link.__cause__ or link.__context__
