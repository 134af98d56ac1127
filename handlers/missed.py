"""``/lewat``: what somebody missed since they were here last."""

from telegram import Update
from telegram.error import BadRequest

from bot.services import missed
from bot.texts import missed as texts
from handlers.context import Context
from handlers.replies import reply, toast


async def listing(update: Update, context: Context) -> None:
    """Notices, changes and materials since then."""
    desk = context.desk
    found = await desk.db.read(missed.gather, desk, context.person)
    shown = texts.listing(
        desk.agenda,
        context.language,
        since=found.since,
        notices={each.id: (each.title, each.at) for each in found.notices},
        changes=found.changes,
        handouts=found.handouts,
        polls=found.polls,
    )
    await reply(update, context, shown)


async def show_notice(update: Update, context: Context) -> None:
    """One announcement, once more."""
    assert context.match is not None and update.effective_chat is not None
    found = await context.desk.db.read(
        missed.notice,
        context.desk,
        person_id=context.person_id,
        broadcast_id=int(context.match.group(1)),
    )
    if found is None:
        await toast(update, context.say("missed.gone"), alert=True)
        return
    await toast(update)
    chat_id, message_id = found.source
    try:
        await context.bot.copy_message(update.effective_chat.id, chat_id, message_id)
    except BadRequest:  # the message it would be copied from was deleted
        await reply(update, context, context.say("missed.gone"))


async def note(update: Update, context: Context) -> None:
    """Runs after every answer: the person was here."""
    person, now = context.known, context.desk.now()
    if person is None or person.joined_at is None or update.my_chat_member is not None:
        return
    if missed.worth_noting(person, now):
        await context.desk.db.write(missed.note, person_id=context.person_id, now=now)
