"""The rundown by command and by button."""

from datetime import date, timedelta

from telegram import InputFile, Update

from bot.domain.answers import Answer, day_answer, next_answer, now_answer
from bot.services import talking
from bot.texts.answers import day_list, render
from bot.texts.calendar_file import session_ics
from handlers.context import Context
from handlers.replies import reply, show, toast
from handlers.sessions import card, pressed_session


async def agenda(update: Update, context: Context) -> None:
    """``/jadwal``: today, or the first day before the event; other days by button."""
    await _answer(
        update, context, day_answer(context.desk.agenda, _today(context), context.desk.now())
    )


async def tomorrow(update: Update, context: Context) -> None:
    """``/besok``."""
    day = context.desk.today() + timedelta(days=1)
    await _answer(update, context, day_answer(context.desk.agenda, day, context.desk.now()))


async def current(update: Update, context: Context) -> None:
    """``/sekarang``."""
    await _answer(update, context, now_answer(context.desk.agenda, context.desk.now()))


async def following(update: Update, context: Context) -> None:
    """``/berikutnya``."""
    await _answer(update, context, next_answer(context.desk.agenda, context.desk.now()))


async def turn_to_day(update: Update, context: Context) -> None:
    """A button to another day: the list changes in place."""
    assert context.match is not None
    try:
        day = date.fromisoformat(context.match.group(1))
    except ValueError:
        await toast(update, context.say("general.expired_button"), alert=True)
        return
    await toast(update)
    await show(
        update, context, day_list(context.desk.agenda, day, context.language, context.desk.now())
    )


async def open_card(update: Update, context: Context) -> None:
    """A button to a session: its card as a message of its own, the list stays."""
    session = await pressed_session(update, context)
    if session is None:
        return
    await toast(update)
    await reply(update, context, card(context, session))


async def calendar_file(update: Update, context: Context) -> None:
    """The session as a file for the phone's calendar."""
    session = await pressed_session(update, context)
    if session is None:
        return
    await toast(update)
    content = session_ics(context.desk.agenda, session, context.desk.now())
    assert update.effective_chat is not None
    await context.bot.send_document(
        update.effective_chat.id, InputFile(content, f"{session.ref}.ics"), caption=session.title
    )


async def _answer(update: Update, context: Context, found: Answer) -> None:
    assert update.effective_chat is not None
    await reply(update, context, render(found, context.desk.agenda, context.language))
    assert context.dialogue is not None
    if talking.worth_remembering(found, context.dialogue, context.desk.now()):
        await context.desk.db.write(
            talking.remember, update.effective_chat.id, found, context.desk.now()
        )


def _today(context: Context) -> date:
    today = context.desk.today()
    event = context.desk.agenda.event
    return today if event.start <= today <= event.end else event.start
