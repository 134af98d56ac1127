"""``/buku``: the person's own booklet."""

from telegram import Update

from bot.domain.document_orders import FORMS, What
from bot.services import ordering
from bot.texts import booklet as texts
from handlers.context import Context
from handlers.replies import reply, toast


async def choose(update: Update, context: Context) -> None:
    """Asks for the form."""
    await reply(update, context, texts.choose(context.language, FORMS[What.BOOKLET]))


async def order(update: Update, context: Context) -> None:
    """Promises the booklet of whoever pressed, whatever message the button is under."""
    assert context.match is not None
    new = await context.desk.db.write(
        ordering.place,
        context.person,
        what=What.BOOKLET,
        form=context.match.group(1),
        now=context.desk.now(),
    )
    await toast(update, None if new else context.say("booklet.already"))
    if new:
        await reply(update, context, context.say("booklet.making"))
        context.desk.changed()
