"""A file that an organizer sends without being asked: what it is for is asked with buttons."""

from datetime import date
from pathlib import PurePath

from telegram import Message, Update

from bot.domain.agenda import Agenda
from bot.domain.people import Role
from bot.texts import sent_files as texts
from handlers import materials, rosters, rundown_entry
from handlers.context import Context
from handlers.guards import organizers_only
from handlers.replies import quoted_message, reply, show, toast
from handlers.sessions import pressed_session

_TABLES = (".csv", ".xlsx", ".xls", ".yaml", ".yml", ".ics", ".json", ".xml")


async def offer(update: Update, context: Context, message: Message) -> bool:
    """Asks what the file is for; False: it is none of those that could be several things."""
    document = message.document
    if context.person.role is not Role.ORGANIZER or document is None or message.reply_to_message:
        return False
    if PurePath(document.file_name or "").suffix.casefold() not in _TABLES:
        return False
    await reply(update, context, texts.choices(context.language), quote=True)
    return True


@organizers_only
async def as_roster(update: Update, context: Context) -> None:
    """It is a roster."""
    message = await _meant(update, context)
    if message is not None and message.document is not None:
        await rosters.take(update, context, message.document)


@organizers_only
async def as_rundown(update: Update, context: Context) -> None:
    """It is a rundown."""
    message = await _meant(update, context)
    if message is not None and message.document is not None:
        await rundown_entry.take(update, context, message.document)


@organizers_only
async def choose_session(update: Update, context: Context) -> None:
    """It is for a session: of which day, and which."""
    assert context.match is not None
    agenda = context.desk.agenda
    try:
        chosen = context.match.group(1)
        day = date.fromisoformat(chosen) if chosen else _first_day(agenda, context.desk.today())
    except ValueError:
        await toast(update, context.say("general.expired_button"), alert=True)
        return
    await toast(update)
    await show(update, context, texts.sessions(agenda, day, context.language))


@organizers_only
async def as_material(update: Update, context: Context) -> None:
    """It is a material of this session."""
    session = await pressed_session(update, context)
    if session is None:
        return
    message = await _meant(update, context)
    if message is not None:
        await materials.take(update, context, message, session)


def _first_day(agenda: Agenda, today: date) -> date:
    return today if agenda.event.start <= today <= agenda.event.end else agenda.event.start


async def _meant(update: Update, context: Context) -> Message | None:
    """The message with the file; says so if it is gone."""
    message = quoted_message(update)
    if message is None or message.document is None:
        await toast(update, context.say("general.question_gone"), alert=True)
        return None
    await toast(update)
    return message
