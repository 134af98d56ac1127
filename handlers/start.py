"""Coming in, help, language, leaving an unfinished question."""

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.constants import ChatMemberStatus

from bot.domain import refusals
from bot.services import membership, privacy, talking
from bot.services.membership import Joined
from bot.services.prompting import PROMPTED
from bot.services.writing import WRITING
from bot.texts.catalogue import LANGUAGES
from bot.texts.rendered import Rendered
from handlers import my_data, presence
from handlers.context import Context
from handlers.guards import note_refusal
from handlers.menus import refresh_menu, words_of_menu
from handlers.replies import reply, toast

_LANGUAGE_NAMES = {"id": "Bahasa Indonesia", "en": "English"}
_REFUSALS = {
    Joined.INVALID: "general.invite_invalid",
    Joined.TAKEN: "general.invite_taken",
    Joined.OTHER_ACCOUNT: "general.invite_other_account",
    Joined.LOCKED: "general.invite_locked",
}


async def start(update: Update, context: Context) -> None:
    """``/start`` alone or with an invite code."""
    desk, chat = context.desk, update.effective_chat
    assert chat is not None
    now = desk.now()
    if context.args and presence.is_scan(context.args[0]):
        await presence.scanned(update, context, context.args[0])
        return
    if context.args:
        joining = await desk.db.write(
            membership.join, desk, code=context.args[0], chat_id=chat.id, now=now
        )
        if joining.person is None:
            note_refusal(update, context, refusals.INVITE)
            desk.posted()  # the organizers may be told
            await reply(update, context, context.say(_REFUSALS[joining.result]))
            return
        context.known, welcome = joining.person, joining.result is Joined.WELCOME
    else:
        first_time = context.known is not None and context.known.joined_at is None
        for each in context.lobby.desks:
            found = await each.db.write(membership.returning, chat_id=chat.id, now=now)
            if each is desk:
                context.known = found
            elif found is not None:
                each.changed()
        if context.known is None:
            note_refusal(update, context, refusals.COMMAND)
            await reply(update, context, context.say("general.stranger"))
            return
        welcome = first_time
    context.language = context.person.language
    desk.changed()
    await reply(update, context, _greeting(context, welcome=welcome))
    if welcome:
        await my_data.told(context)
    await refresh_menu(context.bot, context.lobby, context.person.chat_id)


async def help_(update: Update, context: Context) -> None:
    """What the bot can do, by example and by command."""
    organizer, several = context.person.role == "organizer", context.lobby.several
    menu = words_of_menu(context.language, organizer=organizer, several=several)
    event = context.desk.agenda.event
    await reply(update, context, context.say("general.help", event=event, commands=menu))


async def cancel(update: Update, context: Context) -> None:
    """Drops the question that the bot has put; closes a note that is being written."""
    assert update.effective_chat is not None and context.dialogue is not None
    awaiting = talking.awaited(context.dialogue, context.desk.now())
    begun = awaiting == WRITING and context.dialogue.details.get("note_id") is not None
    waited = await context.desk.db.write(talking.forget, update.effective_chat.id)
    if awaiting == PROMPTED or not waited:
        key = "general.nothing_to_cancel"
    else:
        key = "note.closed" if begun else "general.cancelled"
    await reply(update, context, context.say(key))


async def language(update: Update, context: Context) -> None:
    """Asks for the language."""
    assert update.effective_message is not None
    row = [
        InlineKeyboardButton(_LANGUAGE_NAMES[code], callback_data=f"l:{code}")
        for code in LANGUAGES
    ]
    await update.effective_message.reply_html(
        context.say("general.choose_language"), reply_markup=InlineKeyboardMarkup([row])
    )


async def choose_language(update: Update, context: Context) -> None:
    """A language was chosen."""
    assert context.match is not None
    code = context.match.group(1)
    for place in context.places:
        await place.desk.db.write(
            membership.set_language, person_id=place.person.id or 0, language=code
        )
    context.person.language = context.language = code
    await toast(update)
    await reply(update, context, context.say("general.language_chosen"))
    await refresh_menu(context.bot, context.lobby, context.person.chat_id)


async def reachability(update: Update, context: Context) -> None:
    """The person blocked the bot or let it in again."""
    change = update.my_chat_member
    assert change is not None
    reachable = change.new_chat_member.status == ChatMemberStatus.MEMBER
    for desk in context.lobby.desks:
        await desk.db.write(
            membership.set_reachable,
            chat_id=change.chat.id,
            reachable=reachable,
            now=desk.now(),
        )


async def expired_button(update: Update, context: Context) -> None:
    """A button of an older version of the bot, or data that no button of ours has."""
    await toast(update, context.say("general.expired_button"), alert=True)


def _greeting(context: Context, *, welcome: bool) -> Rendered:
    """At first contact the privacy text stands below it."""
    if not welcome:
        return Rendered(context.say("general.welcome_again", name=context.person.name))
    event = context.desk.agenda.event
    words = context.say(
        "general.welcome",
        name=context.person.name,
        event=event,
        minutes=context.person.reminder_minutes,
    )
    return privacy.notice(context.person, event, heading=words)
