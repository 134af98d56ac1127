"""The rundown by command and by button."""

from datetime import date, timedelta

from telegram import Update

from bot.domain.answers import Answer, day_answer, next_answer, now_answer
from bot.domain.language import Intent
from bot.services import talking
from bot.texts.answers import day_list, render
from bot.texts.events import others_button
from bot.texts.rendered import Button, Rendered
from handlers.context import Context
from handlers.replies import reply, show, toast
from handlers.sessions import card, pressed_session


async def agenda(update: Update, context: Context) -> None:
    """``/jadwal``: today, or the first day before the event; other days by button."""
    found = day_answer(context.agenda, context.desk.current_day(), context.desk.now())
    await _answer(update, context, found)


async def tomorrow(update: Update, context: Context) -> None:
    """``/besok``."""
    day = context.desk.today() + timedelta(days=1)
    await _answer(update, context, day_answer(context.agenda, day, context.desk.now()))


async def current(update: Update, context: Context) -> None:
    """``/sekarang``."""
    await _answer(update, context, now_answer(context.agenda, context.desk.now()))


async def following(update: Update, context: Context) -> None:
    """``/berikutnya``."""
    await _answer(update, context, next_answer(context.agenda, context.desk.now()))


async def turn_to_day(update: Update, context: Context) -> None:
    """A button to another day: the list changes in place."""
    assert context.match is not None
    try:
        day = date.fromisoformat(context.match.group(1))
    except ValueError:
        await toast(update, context.say("general.expired_button"), alert=True)
        return
    await toast(update)
    everybody = context.match.group(2) is not None
    agenda = context.desk.agenda if everybody else context.agenda
    shown = day_list(agenda, day, context.language, context.desk.now())
    await show(update, context, _with_others(context, shown, day, everybody=everybody))


async def open_card(update: Update, context: Context) -> None:
    """A button to a session: its card as a message of its own, the list stays."""
    session = await pressed_session(update, context)
    if session is None:
        return
    await toast(update)
    await reply(update, context, await card(context, session))


async def _answer(update: Update, context: Context, found: Answer) -> None:
    assert update.effective_chat is not None
    shown = render(found, context.agenda, context.language)
    if found.day is not None and found.intent is Intent.AGENDA:
        shown = _with_others(context, shown, found.day, everybody=False)
        if context.several:
            row = (others_button(context.language),)
            shown = Rendered(shown.html, (*shown.buttons, row))
    await reply(update, context, shown)
    assert context.dialogue is not None
    if talking.worth_remembering(found, context.dialogue, context.desk.now()):
        await context.desk.db.write(
            talking.remember, update.effective_chat.id, found, context.desk.now()
        )


def _with_others(context: Context, shown: Rendered, day: date, *, everybody: bool) -> Rendered:
    """With a button to what other groups have that day, or back, where they have anything else."""
    if context.agenda.on_day(day) == context.desk.agenda.on_day(day):
        return shown
    key, data = ("own", f"d:{day}") if everybody else ("everybody", f"d:{day}:a")
    button = Button(context.say(f"schedule.button_{key}"), data)
    return Rendered(shown.html, (*shown.buttons, (button,)))
