"""A person's own data: what is told about it, agreement, the download, deletion."""

import asyncio
from datetime import timedelta

from telegram import InlineKeyboardMarkup, InputFile, Message, Update
from telegram.error import BadRequest, TelegramError

from bot.services import filing, own_data, privacy
from bot.texts import privacy as texts
from bot.texts.rendered import Rendered
from handlers.context import Context
from handlers.menus import refresh_menu
from handlers.replies import reply, show, toast

_STANDS = timedelta(minutes=10)
"""How long the button that deletes does so: an old message must not do it by accident."""
_UPLOAD_S = 120.0

# ------------------------------------------------------------------------------------ agreement


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


async def withdraw(update: Update, context: Context) -> None:
    """Takes the agreement back, and what was shared by it."""
    await context.desk.db.write(privacy.withdraw, person_id=context.person_id)
    await toast(update)
    await reply(update, context, context.say("privacy.withdrawn"))
    await _put_button(update, None)


# ------------------------------------------------------------------------------------- download


async def download(update: Update, context: Context) -> None:
    """``/dataku``: everything held about the person, as one zip or several."""
    desk, person = context.desk, context.person
    event = desk.agenda.event
    held = await desk.db.read(
        own_data.gather, person_id=context.person_id, event=event.name, now=desk.now()
    )
    parts = own_data.parts(held)
    if parts > 1:
        await reply(update, context, context.say("privacy.preparing", parts=parts))
    zips = own_data.zips(
        held, desk.attachments, explained=texts.readme(context.language, event.name)
    )
    consented = privacy.consented(person, event)
    for number in range(1, parts + 1):
        content = await asyncio.to_thread(next, zips)
        caption = texts.download(
            context.language,
            number=number,
            parts=parts,
            notes=held.notes,
            files=len(held.files),
        )
        caption = _about(context, caption)
        last = consented and number == parts
        button = texts.withdraw_button(context.language) if last else Rendered("")
        if not await _send(update, context, content, number, Rendered(caption, button.buttons)):
            await reply(update, context, context.say("privacy.download_failed"))
            return


async def _send(
    update: Update, context: Context, content: bytes, number: int, below: Rendered
) -> bool:
    chat, raw = update.effective_chat, below.markup()
    assert chat is not None
    suffix = f"-{number}" if number > 1 else ""
    name = f"{context.say('privacy.download_file')}{suffix}.zip"
    try:
        await context.bot.send_document(
            chat.id,
            InputFile(content, name),
            caption=below.html,
            parse_mode="HTML",
            reply_markup=InlineKeyboardMarkup.de_json(raw) if raw else None,
            write_timeout=_UPLOAD_S,
        )
    except TelegramError:
        return False
    return True


# ------------------------------------------------------------------------------------- deletion


async def explain_erasing(update: Update, context: Context) -> None:
    """``/hapus``: what would be deleted and what would stay."""
    shown = texts.explain_erasing(context.language)
    await reply(update, context, Rendered(_about(context, shown.html), shown.buttons))


async def confirm_erasing(update: Update, context: Context) -> None:
    """Asks once more, in place."""
    await toast(update)
    shown = texts.confirm_erasing(context.language, _minute(context))
    await show(update, context, Rendered(_about(context, shown.html), shown.buttons))


async def keep(update: Update, context: Context) -> None:
    """Nothing is deleted."""
    await toast(update)
    await show(update, context, Rendered(context.say("privacy.erase_kept")))


async def erase(update: Update, context: Context) -> None:
    """Deletes everything and lets the account go."""
    assert context.match is not None
    asked = timedelta(minutes=int(context.match.group(1)))
    if abs(timedelta(minutes=_minute(context)) - asked) > _STANDS:
        await toast(update, context.say("general.expired_button"), alert=True)
        return
    desk = context.desk
    erased = await desk.db.write(own_data.erase, person_id=context.person_id, now=desk.now())
    await toast(update)
    if erased is None:
        await show(update, context, Rendered(context.say("privacy.erase_busy")))
        return
    await asyncio.to_thread(filing.drop, desk.db, desk.attachments, erased.digests)
    await show(update, context, Rendered(context.say("privacy.erased")))
    chat, context.known = context.person.chat_id, None
    desk.changed()
    if chat is not None:
        await refresh_menu(context.bot, context.lobby, chat)


def _about(context: Context, html: str) -> str:
    """Says which event it is about to those who belong to several."""
    if not context.several:
        return html
    return f"{context.say('event.about', e=context.desk.agenda.event)}\n\n{html}"


def _minute(context: Context) -> int:
    return int(context.desk.now().timestamp() // 60)
