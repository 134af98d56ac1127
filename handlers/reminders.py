"""``/pengingat``: what a member wants to be told, in general and for one session."""

from telegram import Update

from bot.services import reminding
from bot.services.reminding import Snooze
from bot.texts import reminders as texts
from handlers.context import Context
from handlers.preferences import preferences
from handlers.replies import reply, show, toast
from handlers.sessions import pressed_session


async def settings(update: Update, context: Context) -> None:
    """Shows the choices."""
    await reply(update, context, preferences(context))


async def choose(update: Update, context: Context) -> None:
    """One of the general choices was changed."""
    assert context.match is not None
    what, value = context.match.groups()
    person = context.person
    minutes, digest, prompt = person.reminder_minutes, person.digest, person.prompt
    if what == "m":
        minutes = _minutes(value)
    elif what == "d":
        digest = value == "1"
    else:
        prompt = value == "1"
    desk = context.desk
    context.known = await desk.db.write(
        reminding.choose,
        person_id=context.person_id,
        now=desk.now(),
        minutes=minutes,
        digest=digest,
        prompt=prompt,
    )
    desk.changed()
    await toast(update, context.say("reminder.saved"))
    await show(update, context, preferences(context))


async def for_session(update: Update, context: Context) -> None:
    """Shows the choices for one session, or sets one of them."""
    session = await pressed_session(update, context)
    if session is None:
        return
    assert context.match is not None
    desk = context.desk
    if session.start <= desk.now():
        await toast(update, context.say("reminder.session_over"), alert=True)
        return
    value = context.match.group(2)
    if value is not None:
        await desk.db.write(
            reminding.choose_for_session,
            person_id=context.person_id,
            session_id=session.id,
            minutes=_minutes(value),
            now=desk.now(),
        )
        desk.changed()
    minutes = await desk.db.read(reminding.minutes_for, context.person, session.id)
    await toast(update, context.say("reminder.saved") if value is not None else None)
    shown = texts.session_choice(desk.agenda, session, context.language, minutes)
    await show(update, context, shown)


async def snooze(update: Update, context: Context) -> None:
    """Remind me again in a few minutes."""
    session = await pressed_session(update, context)
    if session is None:
        return
    assert context.match is not None
    minutes = int(context.match.group(2))
    desk = context.desk
    done = await desk.db.write(
        reminding.snooze, desk, person=context.person, session=session, minutes=minutes
    )
    desk.changed()
    await toast(update, context.say(done, minutes=minutes), alert=done is not Snooze.LATER)


def _minutes(value: str) -> int | None:
    return None if value == "off" else int(value)
