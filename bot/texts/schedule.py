"""Buttons below a session's card."""

from datetime import datetime

from bot.domain.agenda import Session
from bot.domain.materials import Handouts
from bot.texts.catalogue import text
from bot.texts.materials import card_button
from bot.texts.own_agenda import star_button
from bot.texts.rendered import Button


def card_buttons(
    session: Session, language: str, now: datetime, *, handouts: Handouts, starred: bool
) -> tuple[tuple[Button, ...], ...]:
    """What a member can do with a session.

    Be reminded, star it, keep it in a calendar, get what was handed out, ask who speaks, reflect,
    say how useful it was.
    """
    star = star_button(session, language, starred=starred)
    calendar = Button(text("schedule.button_calendar", language), f"i:{session.ref}")
    rows: list[tuple[Button, ...]] = [(star, calendar)]
    if session.start > now:
        remind = Button(text("schedule.button_remind", language), f"rs:{session.ref}")
        rows = [(remind, star), (calendar,)]
    if materials := card_button(session, handouts, language):
        rows.append(materials)
    if session.kind.learning or session.speakers:
        rows.append((Button(text("speaker.button_card", language), f"q:a:{session.ref}"),))
    if session.kind.learning and session.start <= now:
        rows.append((Button(text("schedule.button_reflect", language), f"f:{session.ref}"),))
    if session.kind.learning and session.end <= now:
        rows[-1] += (Button(text("prompt.button_rate", language), f"r:{session.ref}"),)
    return tuple(rows)
