"""The board of now, for organizers."""

from datetime import datetime

from bot.domain.agenda import Agenda, Session
from bot.domain.now_board import NowBoard
from bot.texts.catalogue import text
from bot.texts.rendered import Button, Rendered

_BAR = 10


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
    rows = (
        (Button(text("board.button_refresh", language), "nb:r"),),
        (
            Button(text("board.button_absent", language, count=found.absent), "r:l:waiting:0"),
            Button(text("board.button_blocked", language, count=found.blocked), "r:l:blocked:0"),
        ),
    )
    return Rendered(html, rows)


def bar(session: Session, now: datetime) -> str:
    """How far the session has come, as a row of boxes."""
    full = min(_BAR, int(_BAR * ((now - session.start) / session.duration)))
    return "▓" * full + "░" * (_BAR - full)
