"""The last net: the person hears that it failed, the log hears why, nobody hears the token."""

import logging

from telegram import Update
from telegram.error import NetworkError, TelegramError

from handlers.context import Context
from handlers.replies import reply, toast

log = logging.getLogger(__name__)


async def on_error(update: object, context: Context) -> None:
    """Logs the error without texts or names, and tells the person to try again."""
    error = context.error
    number = update.update_id if isinstance(update, Update) else None
    log.error("update %s failed: %s", number, type(error).__name__, exc_info=error)
    if not isinstance(update, Update) or update.effective_chat is None:
        return
    if isinstance(error, NetworkError) and type(error) is NetworkError:
        return  # Telegram is out of reach, so an apology would not arrive either
    try:
        if update.callback_query:
            await toast(update, context.say("general.failed"), alert=True)
        elif update.effective_chat.type == "private":
            await reply(update, context, context.say("general.failed"))
    except TelegramError as second:
        log.warning("update %s: apology failed: %s", number, type(second).__name__)
