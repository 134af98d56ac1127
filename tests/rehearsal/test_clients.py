"""The clients of PTB and aiogram work against the embedded server as they are."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiogram import Bot as AiogramBot
from aiogram import Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter
from aiogram.filters import CommandStart
from aiogram.types import BotCommand, BufferedInputFile, CallbackQuery, Message
from aiogram.types import InlineKeyboardButton as AiogramButton
from aiogram.types import InlineKeyboardMarkup as AiogramMarkup
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import BadRequest, Forbidden, RetryAfter
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from bot.rehearsal.api import running
from bot.rehearsal.world import Fault, User, World
from tests.rehearsal.conftest import TOKEN

Context = ContextTypes.DEFAULT_TYPE


@pytest.fixture
async def base_url(world: World) -> AsyncIterator[str]:
    async with running(world) as url:
        yield url


# --- PTB -----------------------------------------------------------------------------------------


async def greet(update: Update, context: Context) -> None:
    assert update.message is not None
    button = InlineKeyboardButton("Jadwal", callback_data="jadwal")
    await update.message.reply_html(
        f"<b>Halo</b> {' '.join(context.args or [])}",
        reply_markup=InlineKeyboardMarkup([[button]]),
    )


async def pressed(update: Update, context: Context) -> None:
    query = update.callback_query
    assert query is not None
    await query.answer("Baik", show_alert=True)
    await query.edit_message_text("Jadwal hari ini")


async def keep(update: Update, context: Context) -> None:
    """Downloads a document and sends it back."""
    assert update.message is not None
    assert update.message.document is not None
    file = await update.message.document.get_file()
    data = bytes(await file.download_as_bytearray())
    await update.message.reply_document(data + b"!", filename="balik.txt", caption="kembali")


def ptb_application(base_url: str) -> Any:
    builder = Application.builder().token(TOKEN).job_queue(None)
    builder = builder.base_url(f"{base_url}/bot").base_file_url(f"{base_url}/file/bot")
    application = builder.build()
    application.add_handler(CommandHandler("start", greet))
    application.add_handler(CallbackQueryHandler(pressed))
    application.add_handler(MessageHandler(filters.Document.ALL, keep))
    return application


@asynccontextmanager
async def ptb_polling(base_url: str) -> AsyncIterator[Any]:
    application = ptb_application(base_url)
    async with application:
        await application.start()
        await application.updater.start_polling(timeout=10)
        yield application
        await application.updater.stop()
        await application.stop()


async def chat_as_a_person(world: World, user: User) -> None:
    """Start, a press, a file: what a bot of these tests must answer to."""
    user.start("undangan")
    await world.until(lambda: user.inbox)
    greeting = user.inbox[0]
    assert greeting["text"] == "Halo undangan"
    assert greeting["entities"] == [{"offset": 0, "length": 4, "type": "bold"}]
    query = user.press(greeting["message_id"], "jadwal")
    await world.until(lambda: user.inbox[0]["text"] == "Jadwal hari ini")
    assert query.answer == {"text": "Baik", "show_alert": True}
    user.send_document(b"isi", "a.txt", "text/plain")
    await world.until(lambda: len(user.inbox) == 2)
    document = user.inbox[1]["document"]
    assert (user.inbox[1]["caption"], document["file_name"]) == ("kembali", "balik.txt")
    stored = world.files.get(document["file_id"])
    assert stored is not None
    assert stored.data == b"isi!"


async def test_ptb_works_by_long_polling(base_url: str, world: World) -> None:
    user = world.add_user(42, "Ani")
    async with ptb_polling(base_url):
        await chat_as_a_person(world, user)


async def test_ptb_works_by_webhook(base_url: str, world: World) -> None:
    user = world.add_user(42, "Ani")
    application = ptb_application(base_url)

    async def hook(request: web.Request) -> web.Response:
        assert request.headers["X-Telegram-Bot-Api-Secret-Token"] == "rahasia"
        update = Update.de_json(await request.json(), application.bot)
        await application.update_queue.put(update)
        return web.Response()

    async with application, served(hook) as url:
        await application.start()
        await application.bot.set_webhook(url, secret_token="rahasia")
        await chat_as_a_person(world, user)
        info = await application.bot.get_webhook_info()
        assert info.url == url
        await application.bot.delete_webhook()
        await application.stop()


async def test_ptb_raises_its_own_errors(
    base_url: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # else PTB warns that retry_after will change
    user = world.add_user(42, "Ani")
    user.start()
    async with ptb_application(base_url) as application:
        bot = application.bot
        with pytest.raises(BadRequest, match="Chat not found"):
            await bot.send_message(99, "x")
        user.block()
        with pytest.raises(Forbidden, match="bot was blocked by the user"):
            await bot.send_message(42, "x")
        user.unblock()
        world.faults.add(Fault("429", retry_after=2))
        with pytest.raises(RetryAfter):
            await bot.send_message(42, "x")
        sent = await bot.send_message(42, "x")
        copied = await bot.copy_message(42, 42, sent.message_id)
        await bot.delete_messages(42, [sent.message_id, copied.message_id])
        await bot.set_my_commands([("jadwal", "Lihat jadwal")], language_code="id")
        assert (await bot.get_my_commands(language_code="id"))[0].command == "jadwal"
    assert user.inbox == []


# --- aiogram -------------------------------------------------------------------------------------


@asynccontextmanager
async def served(hook: Callable[[web.Request], Any]) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/hook", hook)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def aiogram_bot(base_url: str) -> AsyncIterator[AiogramBot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(base_url))
    bot = AiogramBot(TOKEN, session=session)
    try:
        yield bot
    finally:
        await session.close()


def aiogram_dispatcher() -> Dispatcher:
    dispatcher = Dispatcher()

    @dispatcher.message(CommandStart(deep_link=True))
    async def greet_them(message: Message, command: Any) -> None:
        button = AiogramButton(text="Jadwal", callback_data="jadwal")
        await message.answer(
            f"<b>Halo</b> {command.args}",
            parse_mode="HTML",
            reply_markup=AiogramMarkup(inline_keyboard=[[button]]),
        )

    @dispatcher.callback_query()
    async def answer_press(query: CallbackQuery) -> None:
        await query.answer("Baik", show_alert=True)
        assert isinstance(query.message, Message)
        await query.message.edit_text("Jadwal hari ini")

    @dispatcher.message(lambda message: message.document is not None)
    async def keep_it(message: Message, bot: AiogramBot) -> None:
        assert message.document is not None
        data = await bot.download(message.document)
        assert data is not None
        file = BufferedInputFile(data.read() + b"!", "balik.txt")
        await message.answer_document(file, caption="kembali")

    return dispatcher


async def test_aiogram_works_by_long_polling(base_url: str, world: World) -> None:
    user = world.add_user(42, "Ani")
    async with aiogram_bot(base_url) as bot:
        dispatcher = aiogram_dispatcher()
        polling = asyncio.create_task(
            dispatcher.start_polling(bot, handle_signals=False, close_bot_session=False)
        )
        await chat_as_a_person(world, user)
        await dispatcher.stop_polling()
        await polling


async def test_aiogram_works_by_webhook(base_url: str, world: World) -> None:
    user = world.add_user(42, "Ani")
    async with aiogram_bot(base_url) as bot:
        handler = SimpleRequestHandler(aiogram_dispatcher(), bot, secret_token="rahasia")
        async with served(handler.handle) as url:
            await bot.set_webhook(url, secret_token="rahasia")
            await chat_as_a_person(world, user)


async def test_aiogram_raises_its_own_errors(base_url: str, world: World) -> None:
    user = world.add_user(42, "Ani")
    user.start()
    async with aiogram_bot(base_url) as bot:
        assert (await bot.get_me()).username == "rehearsal_bot"
        with pytest.raises(TelegramBadRequest, match="chat not found"):
            await bot.send_message(99, "x")
        user.block()
        with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
            await bot.send_message(42, "x")
        user.unblock()
        world.faults.add(Fault("429", retry_after=2))
        with pytest.raises(TelegramRetryAfter):
            await bot.send_message(42, "x")
        command = BotCommand(command="jadwal", description="Lihat jadwal")
        assert await bot.set_my_commands([command])
        assert [one.command for one in await bot.get_my_commands()] == ["jadwal"]
