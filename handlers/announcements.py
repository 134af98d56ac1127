"""What a message means to an organizer who is in the middle of an announcement."""

from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Update

from handlers import announcement_choices, announcement_corrections, announcement_drafts
from handlers.context import Context
from handlers.guards import organizers_only
from handlers.replies import reply

_STEPS: dict[str, Callable[[Update, Context, dict[str, Any]], Coroutine[Any, Any, None]]] = {
    "time": announcement_choices.receive_time,
    "reason": announcement_choices.receive_reason,
    "correction": announcement_corrections.receive,
}
"""Steps that want a text; any other message is the announcement itself."""


@organizers_only
async def receive(update: Update, context: Context) -> None:
    """The message that was awaited."""
    assert context.dialogue is not None and update.effective_message is not None
    details = context.dialogue.details
    step = _STEPS.get(str(details.get("step")))
    if step is None:
        await announcement_drafts.receive_composed(update, context)
    elif not update.effective_message.text:
        await reply(update, context, context.say("broadcast.text_wanted"))
    else:
        await step(update, context, details)
