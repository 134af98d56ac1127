"""What was asked and whether there was an answer: counted in memory, kept now and then. Pure."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.answers import Answer, AnswerKind


class Outcome(StrEnum):
    """What a question met with."""

    ANSWERED = "answered"
    ASKED_BACK = "asked_back"
    SILENT = "silent"
    """It was understood, but the rundown does not say."""
    UNKNOWN = "unknown"
    """It was not understood."""


UNANSWERED = (Outcome.SILENT, Outcome.UNKNOWN)
_SOCIAL = (AnswerKind.GREETING, AnswerKind.THANKS, AnswerKind.HELP)


@dataclass(frozen=True, slots=True)
class Kind:
    """Questions that are counted together: local day and hour, what was wanted, the outcome."""

    day: date
    hour: int
    intent: str
    outcome: Outcome


Counts = Counter[Kind]
"""How many questions of each kind."""


def outcome_of(found: Answer) -> Outcome | None:
    """What became of a question; None: it was small talk."""
    if found.kind in _SOCIAL:
        return None
    if found.kind is AnswerKind.FALLBACK:
        return Outcome.UNKNOWN
    if found.kind is AnswerKind.CLARIFY:
        return Outcome.ASKED_BACK
    return Outcome.SILENT if found.empty else Outcome.ANSWERED
