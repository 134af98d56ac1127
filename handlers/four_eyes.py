"""Asks a second organizer first, where the settings want it."""

from collections.abc import Callable
from functools import wraps

from telegram import Update

from bot.services import seconding
from bot.services.seconding import Standing, What
from handlers.context import Context
from handlers.guards import Handler, organizers_only
from handlers.replies import toast


def seconded(what: What) -> Callable[[Handler], Handler]:
    """Lets a press through once another organizer has agreed to it."""

    def wrap(handler: Handler) -> Handler:
        @wraps(handler)
        async def asked(update: Update, context: Context) -> None:
            desk, query = context.desk, update.callback_query
            if not desk.four_eyes or query is None:
                await handler(update, context)
                return
            assert context.match is not None
            data = str(context.match.string)
            subject = await desk.db.read(seconding.subject, what, data)
            if subject is None:
                await handler(update, context)
                return
            standing = await desk.db.write(seconding.ask, desk, context.person, subject)
            if standing is Standing.FREE:
                await handler(update, context)
                return
            desk.posted()
            await toast(update, context.say(f"seconding.{standing}"), alert=True)

        return asked

    return wrap


@organizers_only
async def answer(update: Update, context: Context) -> None:
    """A second organizer agrees or refuses."""
    assert context.match is not None
    agreed, token = context.match.group(1) == "y", context.match.group(2)
    desk = context.desk
    counts = await desk.db.write(
        seconding.answer, desk, context.person, token=token, agreed=agreed
    )
    desk.posted()
    words = {None: "seconding.lapsed", False: "seconding.own", True: "seconding.thanks"}[counts]
    await toast(update, context.say(words), alert=not counts)
