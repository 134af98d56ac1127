"""``/umumkan``: compose, see it as it will look, confirm, watch it arrive."""

from telegram import Message, Update
from telegram.error import BadRequest

from bot.services import broadcasting, talking
from bot.texts import announcements as texts
from bot.texts.rendered import Rendered
from handlers.context import Context
from handlers.guards import organizers_only
from handlers.replies import behind_command, entities_behind_command, reply, show, toast


@organizers_only
async def compose(update: Update, context: Context) -> None:
    """Asks for the announcement, or takes what stands behind the command as one."""
    message = update.effective_message
    assert update.effective_chat is not None and message is not None
    if behind_command(message):
        preview = await context.bot.send_message(
            message.chat_id, behind_command(message), entities=entities_behind_command(message)
        )
        await _put_draft(update, context, preview.message_id)
        return
    await context.desk.db.write(
        talking.expect,
        update.effective_chat.id,
        "announcement",
        now=context.desk.now(),
        details={},
    )
    await reply(update, context, context.say("broadcast.ask"))


@organizers_only
async def receive(update: Update, context: Context) -> None:
    """Shows the composed message as it will arrive and asks before sending.

    The preview is a copy that the bot owns, and the copy is what goes out: an edit of the
    organizer's own message after the preview changes nothing any more.
    """
    message = update.effective_message
    assert message is not None
    try:
        preview = await context.bot.copy_message(
            message.chat_id, message.chat_id, message.message_id
        )
    except BadRequest as error:
        await reply(update, context, context.say("broadcast.refused", why=error.message))
        return
    await _put_draft(update, context, preview.message_id)
    await context.desk.db.write(talking.forget, message.chat_id)


async def _put_draft(update: Update, context: Context, preview_id: int) -> None:
    """Asks whether to send the message that the organizer sees above."""
    assert update.effective_chat is not None
    broadcast, count, waiting = await context.desk.db.write(
        broadcasting.draft,
        author_id=context.person_id,
        source=(update.effective_chat.id, preview_id),
        now=context.desk.now(),
    )
    shown = texts.confirm(context.language, broadcast.id or 0, count=count, waiting=waiting)
    await reply(update, context, shown)


@organizers_only
async def confirm(update: Update, context: Context) -> None:
    """Sends it, once, however often the button is pressed."""
    assert context.match is not None and update.callback_query is not None
    broadcast_id = int(context.match.group(1))
    message = update.callback_query.message
    desk = context.desk
    report = await desk.db.write(
        broadcasting.confirm,
        desk,
        broadcast_id=broadcast_id,
        author_id=context.person_id,
        progress_message_id=message.message_id if isinstance(message, Message) else None,
    )
    if report is None:
        await toast(update, context.say("broadcast.already"), alert=True)
        return
    desk.changed()
    await toast(update)  # the message itself belongs to the progress board from now on


@organizers_only
async def discard(update: Update, context: Context) -> None:
    """Throws the draft away."""
    assert context.match is not None
    gone = await context.desk.db.write(
        broadcasting.discard,
        broadcast_id=int(context.match.group(1)),
        author_id=context.person_id,
    )
    if not gone:
        await toast(update, context.say("broadcast.already"), alert=True)
        return
    await toast(update)
    await show(update, context, Rendered(context.say("broadcast.discarded")))
