"""``/status``: how the bot is. For organizers."""

from telegram import Update

from bot.services import watching
from bot.texts import health as texts
from handlers.context import Context
from handlers.guards import organizers_only
from handlers.replies import reply


@organizers_only
async def show(update: Update, context: Context) -> None:
    """What is wrong, then every measurement."""
    desk = context.desk
    assert desk.vitals is not None
    facts, started = await desk.vitals()
    wrong = await desk.db.read(watching.standing)
    words = texts.status(facts, wrong, started, context.language, zone=desk.zone)
    await reply(update, context, words)
