"""Who may pass. Runs before every other handler and again where an organizer is needed."""

import re
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.constants import ChatType
from telegram.ext import ApplicationHandlerStop

from bot.domain import refusals
from bot.domain.people import Role
from bot.services import talking
from bot.store.tables import Person
from bot.texts.catalogue import language_or_default
from handlers import arriving
from handlers.context import Context
from handlers.replies import reply, toast

Handler = Callable[[Update, Context], Coroutine[Any, Any, None]]
_LARGEST_ID = 2**63
_CANCELLING = ("/batal", "/cancel")
_START = re.compile(r"/start(@\w+)?(\s|$)")


async def identify(update: Update, context: Context) -> None:
    """Finds out who is writing; sends groups to the private chat and strangers away politely."""
    chat, user = update.effective_chat, update.effective_user
    if chat is None or user is None or user.is_bot:
        raise ApplicationHandlerStop
    if update.callback_query and not isinstance(update.callback_query.data or None, str):
        raise ApplicationHandlerStop  # a game's button, or none of ours: no handler could read it
    if chat.type != ChatType.PRIVATE:
        await _point_to_private_chat(update, context)
        raise ApplicationHandlerStop
    here = await arriving.enter(update, context)
    context.language = (
        context.known.language if context.known else language_or_default(user.language_code)
    )
    organizer = context.known is not None and context.known.role is Role.ORGANIZER
    context.desk.throttle.trust(user.id, organizer=organizer)
    if not here:
        await toast(update, context.say("general.expired_button"), alert=True)
        raise ApplicationHandlerStop
    await _leave_question(update, context)
    joined = context.known is not None and context.known.joined_at is not None
    if joined or update.my_chat_member or _is_start(update):
        return
    if update.callback_query:
        await toast(update)
    note_refusal(update, context, _kind(update))
    await reply(update, context, context.say("general.stranger"))
    raise ApplicationHandlerStop


def note_refusal(update: Update, context: Context, what: str) -> None:
    """Leaves a trace for organizers: in memory, and soon in the store."""
    assert update.effective_chat is not None
    chat_id = update.effective_chat.id
    # Of a broken update it may be anything; what the store cannot hold would be refused for ever.
    known = isinstance(chat_id, int) and abs(chat_id) < _LARGEST_ID
    context.desk.refusals.add(chat_id if known else refusals.NOBODY, what, context.desk.now())


def organizers_only(handler: Handler) -> Handler:
    """Lets organizers through; tells others that this is not for them, and notes the topic."""
    return _guarded(handler, lambda person: person.role is Role.ORGANIZER)


def coordinators_too(handler: Handler) -> Handler:
    """The same, but those pass as well who put down the presence of their own bus or group."""
    return _guarded(handler, lambda p: p.role is Role.ORGANIZER or p.coordinator is not None)


def _guarded(handler: Handler, may: Callable[[Person], bool]) -> Handler:
    topic = handler.__module__.rpartition(".")[2]

    @wraps(handler)
    async def guarded(update: Update, context: Context) -> None:
        if may(context.person):
            await handler(update, context)
            return
        note_refusal(update, context, topic)
        if update.callback_query:
            await toast(update, context.say("general.not_allowed"), alert=True)
        else:
            await reply(update, context, context.say("general.not_allowed"))

    return guarded


async def _leave_question(update: Update, context: Context) -> None:
    """A command ends what the bot was waiting for: the next text is no answer to it any more.

    The command that cancels does so itself, and says whether there was anything.
    """
    text = (update.message.text if update.message else None) or ""
    dialogue = context.dialogue
    if dialogue is None or dialogue.awaiting is None or not text.startswith("/"):
        return
    if text.split()[0].partition("@")[0] in _CANCELLING:
        return
    await context.desk.db.write(talking.forget, dialogue.chat_id)
    dialogue.awaiting = None


def _is_start(update: Update) -> bool:
    message = update.message
    return bool(message and message.text and _START.match(message.text))


def _kind(update: Update) -> str:
    """What a stranger sent; not a word of it."""
    if update.callback_query:
        return refusals.BUTTON
    text = (update.effective_message.text if update.effective_message else None) or ""
    return refusals.COMMAND if text.startswith("/") else refusals.MESSAGE


def _for_us(text: str, username: str) -> bool:
    """Whether it is a command, and not one that names another bot."""
    words = text.split(maxsplit=1)
    if not words or not words[0].startswith("/"):
        return False
    return words[0].partition("@")[2].lower() in ("", username.lower())


async def _point_to_private_chat(update: Update, context: Context) -> None:
    if update.callback_query:
        await toast(update)
    message = update.message
    if message is None or not _for_us(message.text or "", context.desk.username):
        return  # talk in a group is nobody's question to the bot
    assert update.effective_user is not None
    context.language = language_or_default(update.effective_user.language_code)
    button = InlineKeyboardButton(
        context.say("general.open_private"), url=f"https://t.me/{context.desk.username}"
    )
    await message.reply_html(
        context.say("general.private_only"), reply_markup=InlineKeyboardMarkup([[button]])
    )
