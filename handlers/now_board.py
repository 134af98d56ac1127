"""``/papan``: how everything stands now. For organizers."""

from telegram import Update

from bot.services import now_board
from bot.texts import now_board as texts
from bot.texts.rendered import Rendered
from handlers.context import Context
from handlers.guards import organizers_only
from handlers.replies import show, toast


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


async def _now(context: Context) -> Rendered:
    desk = context.desk
    found = await desk.db.read(now_board.gather, desk)
    return texts.board(found, desk.agenda, context.language)


async def _watch(context: Context, message_id: int) -> None:
    desk = context.desk
    await desk.db.write(now_board.watch, desk, person_id=context.person_id, message_id=message_id)
    desk.changed()
