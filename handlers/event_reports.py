"""``/laporan``: the report of the event, for organizers."""

from telegram import Update

from bot.domain.document_orders import FORMS, What
from bot.services import ordering, reports
from bot.services.seconding import What as Second
from bot.texts import event_report as texts
from handlers.context import Context
from handlers.four_eyes import seconded
from handlers.guards import organizers_only
from handlers.replies import reply, toast


@organizers_only
async def choose(update: Update, context: Context) -> None:
    """The figures in a few lines, and in which form to have them all."""
    report = await context.desk.db.read(reports.gather, context.desk.agenda)
    await reply(update, context, texts.choose(context.language, report, FORMS[What.REPORT]))


@organizers_only
@seconded(Second.EXPORT)
async def order(update: Update, context: Context) -> None:
    """Promises the report."""
    assert context.match is not None
    new = await context.desk.db.write(
        ordering.place,
        context.person,
        what=What.REPORT,
        form=context.match.group(1),
        now=context.desk.now(),
    )
    await toast(update, None if new else context.say("event_report.already"))
    if new:
        await reply(update, context, context.say("event_report.making"))
        context.desk.changed()
