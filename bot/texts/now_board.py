"""The board of now, for organizers."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.agenda import Agenda, Session
from bot.domain.now_board import NowBoard
from bot.texts.catalogue import text
from bot.texts.rendered import MESSAGE_LIMIT, Button, Rendered

_BAR = 10
_MODERATED = 3
_LISTED = 10


def board(found: NowBoard, agenda: Agenda, language: str) -> Rendered:
    """What runs and what is next, who is there, how delivery stands; with ways to the details."""
    html = text(
        "board.now",
        language,
        zone=agenda.timezone,
        b=found,
        bars=[bar(line.session, found.now) for line in found.running],
        example=agenda.event.example,
        version=agenda.version,
    )
    rows: list[tuple[Button, ...]] = [
        (Button(text("board.button_refresh", language), "nb:r"),),
        (
            Button(text("board.button_absent", language, count=found.absent), "r:l:waiting:0"),
            Button(text("board.button_blocked", language, count=found.blocked), "r:l:blocked:0"),
        ),
    ]
    if found.passed_on:
        label = text("board.button_questions", language, count=found.passed_on)
        rows.append((Button(label, "nb:q"),))
    for session, waiting, _ in found.questions[:_MODERATED]:
        if waiting:
            label = text("board.button_moderate", language, title=session.title[:40])
            rows.append((Button(label, f"q:m:{session.ref}:0"),))
    return Rendered(html, tuple(rows))


def questions(found: Sequence[tuple[str, str]], language: str) -> Rendered:
    """Questions to the organizers that wait: each as it was shown, with its button's data."""
    if not found:
        return Rendered(text("board.no_questions", language))
    parts: list[str] = [text("board.open_questions", language)]
    rows, room = [], MESSAGE_LIMIT - len(parts[0])
    for number, (html, data) in enumerate(found[:_LISTED], start=1):
        room -= len(html) + 10
        if room < 0:
            break
        parts.append(f"<b>{number}.</b> {html}")
        rows.append((Button(text("board.button_answered", language, number=number), data),))
    return Rendered("\n\n".join(parts), tuple(rows))


def bar(session: Session, now: datetime) -> str:
    """How far the session has come, as a row of boxes."""
    full = min(_BAR, int(_BAR * ((now - session.start) / session.duration)))
    return "▓" * full + "░" * (_BAR - full)
