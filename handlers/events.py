"""``/acara``: the events that somebody belongs to, and which of them one is dealing with."""

from telegram import Update

from bot.services import lobby
from bot.texts import events as texts
from bot.texts.rendered import Rendered
from handlers.context import Context
from handlers.replies import reply, show, toast


async def listing(update: Update, context: Context) -> None:
    """``/acara``."""
    await reply(update, context, _listed(context))


async def open_listing(update: Update, context: Context) -> None:
    """ "Acara lain", below an answer that is about one event."""
    await toast(update)
    await reply(update, context, _listed(context))


async def switch(update: Update, context: Context) -> None:
    """Another event: what is asked from now on is about that one."""
    assert context.match is not None
    desk = context.lobby.by_ref(context.match.group(1))
    place = next((place for place in context.places if place.desk is desk), None)
    if place is None:
        await toast(update, context.say("general.expired_button"), alert=True)
        return
    await lobby.choose(place)
    await toast(update)
    context.enter(place.desk)
    lobby.speak_for(place.desk)
    context.known, context.dialogue = place.person, place.dialogue
    await show(update, context, _listed(context))


def _listed(context: Context) -> Rendered:
    events = [place.desk.agenda.event for place in context.places]
    return texts.listing(events, context.desk.agenda.event, context.language)
