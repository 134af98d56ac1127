"""A session as handlers need it: from the pressed button, and as a card."""

from telegram import Update

from bot.domain.agenda import Session
from bot.services import own_agenda
from bot.texts.answers import session_card
from bot.texts.rendered import Button, Rendered
from bot.texts.schedule import card_buttons
from handlers.context import Context
from handlers.replies import toast


async def pressed_session(update: Update, context: Context) -> Session | None:
    """The session of the pressed button; says so if the rundown has it no more."""
    assert context.match is not None
    session = context.desk.agenda.by_ref(context.match.group(1))
    if session is None:
        await toast(update, context.say("general.expired_button"), alert=True)
    return session


async def card(context: Context, session: Session) -> Rendered:
    """The session's card with everything one can do."""
    now = context.desk.now()
    shown = session_card(context.desk.agenda, session, context.language, now)
    return Rendered(shown.html, (*shown.buttons, *await buttons_of(context, session)))


async def buttons_of(context: Context, session: Session) -> tuple[tuple[Button, ...], ...]:
    """What the writer can do with a session."""
    desk = context.desk
    starred = await desk.db.read(own_agenda.is_starred, context.person, session.id)
    return card_buttons(
        session, context.language, desk.now(), handouts=desk.handouts, starred=starred
    )
