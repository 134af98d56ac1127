"""Requests to reflect, and the buttons to rate a session."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.agenda import Agenda, Session
from bot.domain.reminders import Due
from bot.texts.catalogue import text
from bot.texts.rendered import Button, Rendered

RATINGS = range(1, 6)
"""From hardly to very useful."""
_MOST_SESSIONS = 6
"""Sessions in one message: of those that run side by side nobody attended more."""
_TITLE = 40
"""Characters of a title on a button: a phone shows about as many."""


def prompt(message: Due, agenda: Agenda, language: str, now: datetime) -> Rendered:
    """Asks about the sessions that are over, in the evening about the day too."""
    shown = message.sessions[:_MOST_SESSIONS]
    html = text(
        "prompt.message",
        language,
        day=message.day if message.evening else None,
        question=_of_day(agenda, message, language),
        sessions=[(session.title, question(agenda, session, language)) for session in shown],
        more=len(message.sessions) - len(shown),
        late=message.late(now),
    )
    rows: list[tuple[Button, ...]] = []
    for session in shown:
        if len(shown) > 1 or message.evening:
            label = text("prompt.button_session", language, title=_short(session.title))
            rows.append((Button(label, f"f:{session.ref}"),))
        rows.append(rating_row(language, session))
    if message.evening:
        rows.append((Button(text("prompt.button_day", language), f"f:{message.day}"),))
    elif len(shown) == 1:
        rows.append((Button(text("prompt.button_write", language), f"f:{shown[0].ref}"),))
    return Rendered(html, tuple(rows))


def rating_row(language: str, session: Session, chosen: int | None = None) -> tuple[Button, ...]:
    """One to five for a session, with the choice marked."""
    return tuple(
        Button(rating_label(language, value, chosen=value == chosen), f"r:{session.ref}:{value}")
        for value in RATINGS
    )


def rating_question(language: str, session: Session, chosen: int | None) -> Rendered:
    """Asks for the rating of a session that is over."""
    row = rating_row(language, session, chosen)
    return Rendered(text("prompt.rate", language, title=session.title), (row,))


def rating_label(language: str, value: int, *, chosen: bool) -> str:
    """What stands on one of the five buttons."""
    return text("prompt.button_rating", language, value=value, chosen=chosen)


def question(agenda: Agenda, session: Session, language: str) -> str:
    """The session's guiding question, else the next of the event's own or of the default set."""
    if session.question:
        return session.question
    learning = [each.id for each in agenda.sessions if each.kind.learning]
    place = learning.index(session.id) if session.id in learning else 0
    return _rotated(_set(agenda, language), place)


def _of_day(agenda: Agenda, message: Due, language: str) -> str:
    number = agenda.day_number(message.day) or 1
    return _rotated(_set(agenda, language), number - 1)


def _set(agenda: Agenda, language: str) -> Sequence[str]:
    return agenda.event.reflection_questions or text("prompt.questions", language).splitlines()


def _rotated(questions: Sequence[str], place: int) -> str:
    return questions[place % len(questions)]


def _short(title: str) -> str:
    return title if len(title) <= _TITLE else f"{title[: _TITLE - 1].rstrip()}…"
