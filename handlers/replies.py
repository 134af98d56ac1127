"""Sending and editing answers. An answer goes out at once; it needs no outbox."""

import logging

from telegram import (
    InaccessibleMessage,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    Update,
)
from telegram.error import BadRequest, TelegramError

from bot.texts.rendered import Rendered
from handlers.context import Context

log = logging.getLogger(__name__)

_SEND = "send__message"
"""What the library turns into ``sendMessage``; in its usual spellings it warns that it has a
method of its own for that."""
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


async def reply(
    update: Update, context: Context, answer: Rendered | str, *, quote: bool | Message = False
) -> None:
    """Sends ``answer`` to the chat of the update.

    As plain parameters, and Telegram's answer is not looked at: the library's objects of both
    would cost more than finding the answer.

    Args:
        quote: ties it to the message that it answers; True: the one of the update.
    """
    rendered = answer if isinstance(answer, Rendered) else Rendered(answer)
    assert update.effective_chat is not None
    message = quote if isinstance(quote, Message) else update.effective_message
    parameters = {"chat_id": update.effective_chat.id, **rendered.payload()}
    if quote and message is not None:
        # The message may be gone by now; the answer must arrive all the same.
        known = {"message_id": message.message_id, "allow_sending_without_reply": True}
        parameters["reply_parameters"] = known
    await context.bot.do_api_request(_SEND, parameters)


async def show(update: Update, context: Context, rendered: Rendered) -> None:
    """Puts ``rendered`` in the place of the message whose button was pressed.

    Pressing the same button twice changes nothing; a message too old to edit is sent anew.
    """
    query = update.callback_query
    assert query is not None
    if query.message is None or isinstance(query.message, InaccessibleMessage):
        await reply(update, context, rendered)
        return
    try:
        await query.edit_message_text(
            rendered.html,
            parse_mode="HTML",
            reply_markup=_markup(rendered),
            link_preview_options=_NO_PREVIEW,
        )
    except BadRequest as error:
        if "not modified" not in error.message.lower():
            await reply(update, context, rendered)


async def toast(update: Update, text: str | None = None, *, alert: bool = False) -> None:
    """Answers a button press, so that the phone stops waiting.

    One that cannot be answered, being too old or for want of a connection, is not worth an error:
    what the button is for is done all the same.
    """
    assert update.callback_query is not None
    try:
        await update.callback_query.answer(text, show_alert=alert)
    except BadRequest as error:
        if "query" not in error.message.lower():
            raise
    except TelegramError as error:
        log.warning("a press was not answered: %s", type(error).__name__)


def quoted_message(update: Update) -> Message | None:
    """The message that the message with the pressed button answered."""
    query = update.callback_query
    shown = query.message if query else None
    return shown.reply_to_message if isinstance(shown, Message) else None


def quoted_text(update: Update) -> Message | None:
    """As ``quoted_message``, if it was typed."""
    quoted = quoted_message(update)
    return quoted if quoted is not None and quoted.text else None


def behind_command(message: Message) -> str:
    """What was typed behind the command, on the same line or the next."""
    return "".join((message.text or "").split(maxsplit=1)[1:])


def _markup(rendered: Rendered) -> InlineKeyboardMarkup | None:
    raw = rendered.markup()
    return InlineKeyboardMarkup.de_json(raw) if raw else None
