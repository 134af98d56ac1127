"""Where a message without a command goes: to the question the bot has put, else it is one."""

from telegram import Message, Update

from bot.domain.missed import asks
from bot.domain.people import Role
from bot.services import talking
from bot.services.polls import WRITING as POLLING
from bot.services.prompting import PROMPTED
from bot.services.speaker_questions import ASKING
from bot.services.writing import WRITING
from bot.texts.rendered import Button, Rendered
from handlers import (
    announcements,
    commitment_cards,
    commitments,
    materials,
    missed,
    note_reading,
    note_writing,
    polls,
    presence,
    questions,
    rosters,
    rundown_entry,
    sent_files,
    speaker_questions,
)
from handlers.context import Context
from handlers.note_messages import piece_of
from handlers.replies import reply

_UNASKED = (None, PROMPTED)
_FREE = (*_UNASKED, WRITING)
_KINDS = ("photo", "voice", "document", "video", "sticker", "location")


async def on_message(update: Update, context: Context) -> None:
    """Any message that is no command."""
    message = update.effective_message
    assert message is not None and context.dialogue is not None
    awaiting = talking.awaited(context.dialogue, context.desk.now())
    if awaiting not in _FREE and await note_writing.addressed(update, context, awaiting):
        return  # what is private must not get into what others will read
    if awaiting == "announcement":
        await announcements.receive(update, context)
    elif awaiting == "roster":
        await rosters.receive(update, context)
    elif awaiting == "change":
        await rundown_entry.receive(update, context)
    elif awaiting == materials.AWAITED:
        if not await materials.receive(update, context, context.dialogue.details):
            await _unasked(update, context, message, None)
    elif awaiting == POLLING:
        await polls.receive(update, context)
    elif awaiting == ASKING:
        await speaker_questions.receive(update, context)
    else:
        await _unasked(update, context, message, awaiting)


async def unknown_command(update: Update, context: Context) -> None:
    """A command that nobody defined."""
    await reply(update, context, context.say("general.unknown_command"))


async def _unasked(
    update: Update, context: Context, message: Message, awaiting: str | None
) -> None:
    """A code, a change of the rundown, a note, an answer to the bot, or a question."""
    if await presence.overhear(update, context, awaiting):
        return
    if awaiting in _FREE and asks(message.text or ""):
        await missed.listing(update, context)
        return
    if awaiting in _UNASKED and await _changes_rundown(update, context, message):
        return
    if awaiting in _UNASKED and await sent_files.offer(update, context, message):
        return
    if await note_writing.receive(update, context, awaiting):
        return
    if message.text:
        await _on_text(update, context, awaiting)
    else:
        await _refuse(update, context, message, awaiting)


async def _on_text(update: Update, context: Context, awaiting: str | None) -> None:
    assert context.dialogue is not None
    details = context.dialogue.details
    if awaiting == presence.AWAITED:
        await presence.receive(update, context)
    elif awaiting == "note_edit":
        await note_reading.receive_edit(update, context, details)
    elif awaiting == "note_search":
        await note_reading.receive_words(update, context)
    elif awaiting == commitment_cards.AWAITED:
        await commitments.receive(update, context, details)
    else:
        await questions.ask(update, context)


async def _changes_rundown(update: Update, context: Context, message: Message) -> bool:
    """An organizer may just type the change; it is shown before anything happens."""
    organizer = context.person.role is Role.ORGANIZER
    return organizer and bool(message.text) and await rundown_entry.order(update, context)


async def _refuse(
    update: Update, context: Context, message: Message, awaiting: str | None
) -> None:
    if awaiting in _UNASKED:
        await _offer_to_keep(update, context, message)
        return
    made_of = next((kind for kind in _KINDS if getattr(message, kind)), "other")
    what = context.say(f"kind.{made_of}")
    await reply(update, context, context.say("general.text_wanted", what=what))


async def _offer_to_keep(update: Update, context: Context, message: Message) -> None:
    """What nobody asked for may still be a note."""
    keepable = piece_of(message) is not None
    rows = ((Button(context.say("general.button_save_note"), "keep"),),) if keepable else ()
    shown = Rendered(context.say("general.unreadable", keepable=keepable), rows)
    await reply(update, context, shown, quote=True)
