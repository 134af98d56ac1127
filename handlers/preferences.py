"""A member's choices of what to be told, as the command and the typed question show them."""

from bot.texts import reminders as texts
from bot.texts.rendered import Rendered
from handlers.context import Context


def preferences(context: Context) -> Rendered:
    """The choices with a button for each alternative."""
    person = context.person
    return texts.settings(
        context.desk.agenda,
        context.language,
        minutes=person.reminder_minutes,
        digest=person.digest,
        prompt=person.prompt,
    )
