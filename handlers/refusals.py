"""Below ``/peserta``: who was turned away from what. For organizers."""

from telegram import Update

from bot.services import refusing
from bot.store.refusals import Trace
from bot.texts import refusals as texts
from bot.texts.refusals import Line
from handlers.context import Context
from handlers.guards import organizers_only
from handlers.replies import show, toast


@organizers_only
async def listing(update: Update, context: Context) -> None:
    """One page of the trace, the newest first."""
    assert context.match is not None
    number, desk = int(context.match.group(1)), context.desk
    await toast(update)
    await refusing.keep(desk)
    traces, total = await desk.db.read(refusing.page, number)
    lines = [_line(trace) for trace in traces]
    pages = max(1, -(-total // refusing.PAGE))
    await show(
        update,
        context,
        texts.listing(lines, number, context.language, pages=pages, zone=desk.zone),
    )


def _line(trace: Trace) -> Line:
    refused, person = trace.refused, trace.person
    return Line(
        refused.chat_id,
        refused.what,
        refused.at,
        refused.count,
        name=person.name or None if person is not None else None,
        role=person.role.value if person is not None else None,
        removed=person is not None and person.removed,
    )
