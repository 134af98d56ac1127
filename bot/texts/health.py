"""How the bot is: for organizers."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.health import Facts, Kind
from bot.texts.catalogue import text


def begun(kind: Kind, facts: Facts, language: str, *, zone: str) -> str:
    """Something is wrong."""
    return text(f"health.begun_{kind}", language, zone=zone, facts=facts)


def over(kind: Kind, since: datetime, until: datetime, language: str, *, zone: str) -> str:
    """It is well again."""
    return text("health.over", language, zone=zone, kind=str(kind), since=since, until=until)


def status(
    facts: Facts, standing: Mapping[Kind, datetime], started: datetime, language: str, *, zone: str
) -> str:
    """Everything at a glance, what is wrong first."""
    wrong = [(text(f"health.name_{kind}", language), since) for kind, since in standing.items()]
    return text("health.status", language, zone=zone, facts=facts, wrong=wrong, started=started)
