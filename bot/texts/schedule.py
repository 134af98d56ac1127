"""Buttons below a session's card."""

from datetime import datetime

from bot.domain.agenda import Session
from bot.texts.catalogue import text
from bot.texts.rendered import Button


def card_buttons(session: Session, language: str, now: datetime) -> tuple[tuple[Button, ...], ...]:
    """What a member can do with a session: be reminded, keep it in a calendar, reflect on it."""
    first = []
    if session.start > now:
        first.append(Button(text("schedule.button_remind", language), f"rs:{session.ref}"))
    first.append(Button(text("schedule.button_calendar", language), f"i:{session.ref}"))
    rows = [tuple(first)]
    if session.kind.learning and session.start <= now:
        rows.append((Button(text("schedule.button_reflect", language), f"f:{session.ref}"),))
    return tuple(rows)
