"""``/agendaku``: one's own rundown, the star on a card, and files for the phone's calendar."""

from collections.abc import Sequence
from datetime import date

from telegram import InputFile, Update

from bot.domain.calendars import Entry
from bot.services import calendars, own_agenda
from bot.texts import own_agenda as texts
from bot.texts.calendar_file import agenda_ics, session_ics
from bot.texts.rendered import Rendered
from handlers.context import Context
from handlers.replies import reply, show, toast
from handlers.sessions import card, pressed_session


async def command(update: Update, context: Context) -> None:
    """``/agendaku``: today, or the event's first day where today is none of its days."""
    await reply(update, context, await own_day(context, context.desk.current_day()))


async def own_day(context: Context, day: date) -> Rendered:
    """One's own sessions of a local day."""
    desk = context.desk
    own = await desk.db.read(own_agenda.view, desk, context.person)
    subscribable = desk.reachable_at is not None
    return texts.day_list(own, day, context.language, subscribable=subscribable)


async def turn_to_day(update: Update, context: Context) -> None:
    """A button to another day: the list changes in place."""
    day = _pressed_day(context)
    if day is None:
        await toast(update, context.say("general.expired_button"), alert=True)
        return
    await toast(update)
    await show(update, context, await own_day(context, day))


async def star(update: Update, context: Context) -> None:
    """The star on a card: on or off, in place; a clash is told, and allowed."""
    session = await pressed_session(update, context)
    if session is None:
        return
    assert context.match is not None
    wanted, desk = context.match.group(2) == "1", context.desk
    clashes = await desk.db.write(own_agenda.star, desk, context.person, session, wanted=wanted)
    desk.changed()
    await toast(update, context.say("own.starred" if wanted else "own.unstarred"))
    await show(update, context, await card(context, session))
    if clashes:
        words = texts.warning(session, clashes, context.language, zone=desk.zone)
        await reply(update, context, words)


async def calendar_of_session(update: Update, context: Context) -> None:
    """The session as a file for the phone's calendar."""
    session = await pressed_session(update, context)
    if session is None:
        return
    await toast(update)
    desk = context.desk
    [entry] = await desk.db.read(calendars.of_session, desk, session)
    content = session_ics(desk.agenda.event, entry)
    await _send(update, context, content, name=session.ref, caption=session.title)


async def calendar_of_mine(update: Update, context: Context) -> None:
    """All of one's own sessions as one file."""
    found = await context.desk.db.read(calendars.of_person, context.desk, context.person)
    await _send_all(update, context, found, name="own.calendar_mine")


async def calendar_of_day(update: Update, context: Context) -> None:
    """One's own sessions of a day as one file."""
    day = _pressed_day(context)
    if day is None:
        await toast(update, context.say("general.expired_button"), alert=True)
        return
    desk = context.desk
    found = await desk.db.read(calendars.of_day, desk, context.person, day)
    await _send_all(update, context, found, name="own.calendar_mine", day=day)


async def calendar_of_all(update: Update, context: Context) -> None:
    """The whole rundown as one file."""
    found = await context.desk.db.read(calendars.of_everybody, context.desk)
    await _send_all(update, context, found, name="own.calendar_all")


async def link(update: Update, context: Context) -> None:
    """The address of a calendar that renews itself."""
    await toast(update)
    address = calendars.address(context.desk, context.person)
    await reply(update, context, texts.link(address, context.language))


async def _send_all(
    update: Update,
    context: Context,
    entries: Sequence[Entry],
    *,
    name: str,
    day: date | None = None,
) -> None:
    if not entries:
        await toast(update, context.say("own.calendar_empty"), alert=True)
        return
    await toast(update)
    content = agenda_ics(context.desk.agenda.event, entries)
    words = context.say(name) + (f"-{day}" if day else "")
    count = sum(not entry.session.cancelled for entry in entries)
    caption = context.say("own.calendar_caption", count=count)
    await _send(update, context, content, name=words, caption=caption)


async def _send(
    update: Update, context: Context, content: bytes, *, name: str, caption: str
) -> None:
    assert update.effective_chat is not None
    await context.bot.send_document(
        update.effective_chat.id, InputFile(content, f"{name}.ics"), caption=caption
    )


def _pressed_day(context: Context) -> date | None:
    assert context.match is not None
    try:
        return date.fromisoformat(context.match.group(1))
    except ValueError:
        return None
