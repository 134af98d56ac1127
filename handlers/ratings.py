"""How useful a session was, one to five, by the buttons below a prompt."""

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.error import BadRequest

from bot.domain.several import unmarked
from bot.services import rating
from bot.texts.prompts import rating_label, rating_question
from handlers.context import Context
from handlers.replies import reply, toast
from handlers.sessions import pressed_session


async def ask(update: Update, context: Context) -> None:
    """A button on a session's card: asks how useful it was; an earlier answer is marked."""
    session = await pressed_session(update, context)
    if session is None:
        return
    await toast(update)
    desk = context.desk
    chosen = await desk.db.read(rating.of, person_id=context.person_id, session_id=session.id)
    await reply(update, context, rating_question(context.language, session, chosen))


async def rate(update: Update, context: Context) -> None:
    """Keeps the choice and marks it on the button; another one may be chosen later."""
    assert context.match is not None and update.callback_query is not None
    ref, value = context.match.group(1), int(context.match.group(2))
    desk = context.desk
    session = desk.agenda.by_ref(ref)
    if session is None:
        await toast(update, context.say("prompt.session_gone"), alert=True)
        return
    if session.start > desk.now():
        await toast(update, context.say("prompt.not_begun"), alert=True)
        return
    await desk.db.write(
        rating.rate,
        person_id=context.person_id,
        session_id=session.id,
        value=value,
        now=desk.now(),
    )
    await toast(update, context.say("prompt.rated", value=value))
    await _mark(update, context, ref, value)


async def _mark(update: Update, context: Context, ref: str, value: int) -> None:
    """Marks the choice in the row of its session; the message stays as it is otherwise."""
    assert update.callback_query is not None
    message = update.callback_query.message
    if not isinstance(message, Message) or message.reply_markup is None:
        return
    rows = [
        [_marked(context, button, ref, value) for button in row]
        for row in message.reply_markup.inline_keyboard
    ]
    try:
        await update.callback_query.edit_message_reply_markup(InlineKeyboardMarkup(rows))
    except BadRequest as error:
        # Pressed twice; or too old to be changed: the choice is kept and was said above.
        if "not modified" not in error.message.lower() and "edited" not in error.message.lower():
            raise


def _marked(
    context: Context, button: InlineKeyboardButton, ref: str, value: int
) -> InlineKeyboardButton:
    data = unmarked(str(button.callback_data or ""))
    if not data.startswith(f"r:{ref}:"):
        return button
    own = int(data.rpartition(":")[2])
    label = rating_label(context.language, own, chosen=own == value)
    return InlineKeyboardButton(label, callback_data=data)
