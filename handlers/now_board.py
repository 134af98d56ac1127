"""``/papan``: how everything stands now. For organizers."""

from telegram import Message, Update

from bot.services import alerting, now_board
from bot.texts import now_board as texts
from bot.texts.rendered import Rendered
from handlers.context import Context
from handlers.guards import organizers_only
from handlers.replies import reply, show, toast


@organizers_only
async def board(update: Update, context: Context) -> None:
    """The board as a new message, which is kept up to date for a while."""
    assert update.effective_chat is not None
    shown = await _now(context)
    sent = await context.bot.do_api_request(
        "sendmessage", {"chat_id": update.effective_chat.id, **shown.payload()}
    )
    await _watch(context, sent["message_id"])


@organizers_only
async def refresh(update: Update, context: Context) -> None:
    """The same in place, and for another while."""
    query = update.callback_query
    assert query is not None
    await toast(update)
    await show(update, context, await _now(context))
    if query.message is not None:
        await _watch(context, query.message.message_id)


@organizers_only
async def open_questions(update: Update, context: Context) -> None:
    """The questions of participants that nobody has answered, as a message of its own."""
    await toast(update)
    await reply(update, context, await _questions(context))


@organizers_only
async def settle(update: Update, context: Context) -> None:
    """One was answered: the others see by whom."""
    assert context.match is not None
    person, message = int(context.match.group(1)), int(context.match.group(2))
    desk = context.desk
    settled = await desk.db.write(
        alerting.settle_question, desk, context.person, person_id=person, message_id=message
    )
    desk.posted()
    if not settled:
        await toast(update, context.say("question.answered_already"), alert=True)
        return
    await toast(update, context.say("question.button_answered"))
    query = update.callback_query
    shown = query.message if query is not None else None
    if isinstance(shown, Message) and len(_data(shown)) > 1:  # the list, not one of them
        await show(update, context, await _questions(context))


def _data(message: Message) -> list[str]:
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    return [str(button.callback_data) for row in rows for button in row]


async def _questions(context: Context) -> Rendered:
    desk = context.desk
    found = await desk.db.read(alerting.open_questions, desk)
    listed = [(each.html, f"qa:{each.person_id}:{each.message_id}") for each in found]
    return texts.questions(listed, context.language)


async def _now(context: Context) -> Rendered:
    desk = context.desk
    found = await desk.db.read(now_board.gather, desk)
    return texts.board(found, desk.agenda, context.language)


async def _watch(context: Context, message_id: int) -> None:
    desk = context.desk
    await desk.db.write(now_board.watch, desk, person_id=context.person_id, message_id=message_id)
    desk.changed()
