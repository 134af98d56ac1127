"""What there is to reflect on."""

from datetime import datetime

from bot.domain import clock
from bot.domain.agenda import Agenda, Session


def reflectable(agenda: Agenda, now: datetime) -> list[Session]:
    """Learning sessions of today that have begun, latest first: what a note is likely about."""
    today = agenda.on_day(clock.local_day(now, agenda.timezone))
    return [s for s in reversed(today) if s.kind.learning and s.start <= now]
