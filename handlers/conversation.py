"""Where a message without a command goes: to the question the bot has put, else it is one."""

from datetime import date

from telegram import Message, Update

from bot.domain.people import Role
from bot.services import talking
from handlers import announcements, note_reading, note_writing, questions, rescheduling
from handlers.context import Context
from handlers.replies import reply

_KINDS = ("photo", "voice", "document", "video", "sticker", "location")


async def on_message(update: Update, context: Context) -> None:
    """Any message that is no command."""
    message = update.effective_message
    assert message is not None and context.dialogue is not None
    awaiting = talking.awaited(context.dialogue, context.desk.now())
    if awaiting == "announcement":
        await announcements.receive(update, context)
    elif not message.text:
        await _refuse(update, context, message, awaiting)
    elif (day := await _prompted(context, message)) is not None:
        await note_writing.receive_prompted(update, context, day)
    else:
        await _on_text(update, context, awaiting)


async def unknown_command(update: Update, context: Context) -> None:
    """A command that nobody defined."""
    await reply(update, context, context.say("general.unknown_command"))


async def _on_text(update: Update, context: Context, awaiting: str | None) -> None:
    assert context.dialogue is not None
    details = context.dialogue.details
    if awaiting == "note":
        await note_writing.receive(update, context, details)
    elif awaiting == "note_edit":
        await note_reading.receive_edit(update, context, details)
    elif awaiting == "note_search":
        await note_reading.receive_words(update, context)
    elif awaiting == "note_rest" and await note_writing.receive_rest(update, context, details):
        return
    elif awaiting == "change":
        await rescheduling.receive(update, context)
    elif context.person.role is Role.ORGANIZER and await rescheduling.order(update, context):
        return
    else:
        await questions.ask(update, context)


async def _prompted(context: Context, message: Message) -> date | None:
    """The day whose reflection prompt this message replies to."""
    if message.reply_to_message is None:
        return None
    return await context.desk.db.read(
        talking.prompted_day, message.chat_id, message.reply_to_message.message_id
    )


async def _refuse(
    update: Update, context: Context, message: Message, awaiting: str | None
) -> None:
    if awaiting is None:
        await reply(update, context, context.say("general.unreadable"))
        return
    made_of = next((kind for kind in _KINDS if getattr(message, kind)), "other")
    what = context.say(f"kind.{made_of}")
    await reply(update, context, context.say("general.text_wanted", what=what))
