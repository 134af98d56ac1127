"""A person's own data: what is told about it, agreement, the download, deletion."""

from telegram import InlineKeyboardMarkup, Message, Update
from telegram.error import BadRequest

from bot.services import privacy
from bot.texts import privacy as texts
from handlers.context import Context
from handlers.replies import reply, toast


async def tell(update: Update, context: Context) -> None:
    """Runs after every other handler: a privacy text that is new to a member is shown, once."""
    member = context.known is not None and context.known.joined_at is not None
    if not member or not (update.message or update.callback_query):
        return
    event = context.desk.agenda.event
    if privacy.to_be_shown(context.person, event):
        await reply(update, context, privacy.notice(context.person, event))
        await told(context)


async def told(context: Context) -> None:
    """Records that the person was shown the privacy text.

    Afterwards, not before: should the bot be killed in between, it is shown once more.
    """
    event, now = context.desk.agenda.event, context.desk.now()
    await context.desk.db.write(privacy.shown, event, person_id=context.person_id, now=now)
    context.person.consent_version = privacy.version(event)


async def agree(update: Update, context: Context) -> None:
    """ "Saya setuju"; with the way on to what was asked for, where there was something."""
    assert context.match is not None
    ref, then = context.match.groups()
    event, now = context.desk.agenda.event, context.desk.now()
    valid = await context.desk.db.write(
        privacy.agree, event, person_id=context.person_id, ref=ref, now=now
    )
    if not valid:
        await toast(update, context.say("privacy.outdated"), alert=True)
        await reply(update, context, privacy.notice(context.person, event))
        await told(context)
        return
    context.person.consent_version = privacy.version(event)
    await toast(update, context.say("privacy.agreed"))
    raw = texts.way_on(context.language, then).markup()
    await _put_button(update, InlineKeyboardMarkup.de_json(raw) if raw else None)


async def _put_button(update: Update, markup: InlineKeyboardMarkup | None) -> None:
    """Other buttons below the message whose button was pressed."""
    query = update.callback_query
    assert query is not None
    if not isinstance(query.message, Message):
        return
    try:
        await query.edit_message_reply_markup(markup)
    except BadRequest:
        return  # it stands there already, or the message is gone: what counts is stored
