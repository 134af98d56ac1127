"""``/statistik``: how the event goes, as pictures. For organizers."""

from telegram import Update

from bot.domain.document_orders import What
from bot.services import asking, ordering, statistics
from bot.texts import statistics as texts
from handlers.context import Context
from handlers.guards import organizers_only
from handlers.replies import reply, show, toast


@organizers_only
async def show_all(update: Update, context: Context) -> None:
    """A few lines at once; the pictures follow."""
    desk = context.desk
    await asking.keep(desk)
    found = await desk.db.read(statistics.gather, desk.agenda)
    await _order(context)
    await reply(update, context, texts.summary(found, context.language, ordered=True))
    desk.changed()


@organizers_only
async def order(update: Update, context: Context) -> None:
    """The pictures once more."""
    await asking.keep(context.desk)
    new = await _order(context)
    await toast(update, context.say("statistics.making" if new else "statistics.already"))
    context.desk.changed()


@organizers_only
async def open_questions(update: Update, context: Context) -> None:
    """What had no answer and may be read."""
    assert context.match is not None
    number = int(context.match.group(1))
    found, total = await context.desk.db.read(asking.page, number)
    pages = max(1, -(-total // asking.PAGE))
    await toast(update)
    shown = texts.open_questions(
        [(each.text, each.at) for each in found],
        number,
        context.language,
        pages=pages,
        zone=context.desk.zone,
    )
    await show(update, context, shown)


async def _order(context: Context) -> bool:
    return await context.desk.db.write(
        ordering.place,
        context.person,
        what=What.STATISTICS,
        form="png",
        now=context.desk.now(),
    )
