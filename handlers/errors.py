"""The last net: the person hears that it failed, the log hears why, nobody hears the token."""

import logging
from typing import Any

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from telegram import Update
from telegram.error import BadRequest, NetworkError, TelegramError
from telegram.ext import Application, ApplicationHandlerStop

from bot.texts.catalogue import language_or_default
from handlers.context import Context
from handlers.replies import reply, toast

log = logging.getLogger(__name__)

AnyApplication = Application[Any, Context, Any, Any, Any, Any]
_STORE_AWAY = "store_away"
"""Key in the application's ``bot_data`` of the numbers of updates that met no store."""


async def on_error(update: object, context: Context) -> None:
    """Logs the error without texts or names, and tells the person to try again.

    Where the store was out of reach nobody is told yet: whoever had the update handled learns it
    by ``store_was_away`` and has it handled again.

    No other handler sees the update any more: after a failed ``guards.identify`` it would not
    know who is writing.
    """
    error = context.error
    number = update.update_id if isinstance(update, Update) else None
    if isinstance(update, Update) and _store_is_away(error):
        log.warning("update %s met no store: %s", number, type(error).__name__)
        context.bot_data.setdefault(_STORE_AWAY, set()).add(number)
        raise ApplicationHandlerStop
    ours = isinstance(error, BadRequest) or not isinstance(error, TelegramError)
    trace = error if ours else None
    log.error("update %s failed: %s", number, type(error).__name__, exc_info=trace)
    try:
        if isinstance(update, Update) and not _out_of_reach(error):
            await _apologize(update, context)
    except TelegramError as second:
        log.warning("update %s: apology failed: %s", number, type(second).__name__)
    raise ApplicationHandlerStop


def store_was_away(application: AnyApplication, update: Update) -> bool:
    """Whether the handling of this update ended because there was no store; told once."""
    met: set[int] = application.bot_data.get(_STORE_AWAY, set())
    away = update.update_id in met
    met.discard(update.update_id)
    return away


async def give_up(application: AnyApplication, update: Update) -> None:
    """Tells the person that it failed, long after they asked."""
    chat = update.effective_chat
    if chat is None or chat.type != "private":
        return
    context = Context.from_update(update, application)
    try:
        context.language = await _language(update, context)
        await reply(update, context, context.say("general.failed"))
    except TelegramError as error:
        log.warning("update %s: apology failed: %s", update.update_id, type(error).__name__)


def _store_is_away(error: Exception | None) -> bool:
    """It may be back in a moment. A full disk will not, so that is told at once."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    full = getattr(getattr(error, "orig", None), "sqlite_errorname", "") == "SQLITE_FULL"
    return isinstance(error, OperationalError | InterfaceError | NoConnection) and not full


def _out_of_reach(error: Exception | None) -> bool:
    """Telegram does not answer, so an apology would not arrive either."""
    return isinstance(error, NetworkError) and not isinstance(error, BadRequest)


async def _apologize(update: Update, context: Context) -> None:
    if update.effective_chat is None:
        return
    context.language = await _language(update, context)
    if update.callback_query:
        await toast(update, context.say("general.failed"), alert=True)
    elif update.effective_chat.type == "private":
        await reply(update, context, context.say("general.failed"))


async def _language(update: Update, context: Context) -> str:
    """The person's, looked up anew: the library hands a fresh context to this handler."""
    assert update.effective_chat is not None
    try:
        places = await context.lobby.places(update.effective_chat.id)
    except Exception:  # the store may be what failed in the first place
        places = []
    if places:
        return places[0].person.language
    user = update.effective_user
    return language_or_default(user.language_code if user is not None else None)
