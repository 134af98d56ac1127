"""Ahead of everything: somebody who writes faster than anybody can is stopped, politely and once.

What is not read is said not to be read, so nothing that was acknowledged is lost: the first
message that is left out is answered by a line under it, and the first one that passes again is
told how many were not.
"""

import asyncio

from telegram import Update
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop

from bot.texts.catalogue import language_or_default
from handlers.context import Context
from handlers.replies import reply, toast


async def admit(update: Update, context: Context) -> None:
    """Lets the update pass, or ends it here."""
    user = update.effective_user
    if user is None or update.my_chat_member is not None:
        return  # that somebody blocked the bot must never be missed
    throttle = context.desk.throttle
    passing = throttle.admit(user.id, asyncio.get_running_loop().time())
    if passing.passes and not passing.missed:
        return
    context.language = language_or_default(user.language_code)
    if passing.passes:
        await _say(update, context, context.say("general.unread", count=passing.missed))
        return
    if passing.tell:
        words = context.say("general.too_fast", seconds=round(throttle.pause_s))
        await _say(update, context, words)
    raise ApplicationHandlerStop


async def _say(update: Update, context: Context, words: str) -> None:
    try:
        if update.callback_query:
            await toast(update, words, alert=True)
        else:
            await reply(update, context, words, quote=True)
    except TelegramError:
        return  # it is a courtesy
