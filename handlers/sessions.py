"""A session as handlers need it: from the pressed button, and as a card."""

from telegram import Update

from bot.domain.agenda import Session
from bot.texts.answers import session_card
from bot.texts.rendered import Rendered
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


def card(context: Context, session: Session) -> Rendered:
    """The session's card with everything one can do."""
    now = context.desk.now()
    shown = session_card(context.desk.agenda, session, context.language, now)
    buttons = card_buttons(session, context.language, now, handouts=context.desk.handouts)
    return Rendered(shown.html, (*shown.buttons, *buttons))
