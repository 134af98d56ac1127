"""Problems of the event's files as lines for an organizer: plain text for a terminal or a file."""

from collections.abc import Sequence

from bot.domain.agenda import Agenda
from bot.domain.people import RosterEntry
from bot.domain.problems import Problem
from bot.texts.catalogue import text


def problem_line(problem: Problem, language: str) -> str:
    """``agenda.yaml:41: what is wrong — what to do``, on one line, without HTML."""
    place = problem.file if problem.line is None else f"{problem.file}:{problem.line}"
    message = _plain(f"check.{problem.code}", language, **problem.facts)
    warning = not problem.is_error
    return _plain("check.line", language, place=place, warning=warning, message=message)


def check_report(
    problems: Sequence[Problem],
    language: str,
    *,
    agenda: Agenda | None = None,
    roster: Sequence[RosterEntry] | None = None,
) -> str:
    """Every problem on a line of its own, then what it comes to."""
    lines = [problem_line(problem, language) for problem in problems]
    errors = sum(problem.is_error for problem in problems)
    people = None if roster is None else len(roster)
    if errors:
        warnings = len(problems) - errors
        lines.append(_plain("check.failed", language, errors=errors, warnings=warnings))
    elif agenda is not None:
        facts = {
            "name": agenda.event.name,
            "sessions": len(agenda.sessions),
            "first": agenda.event.start,
            "last": agenda.event.end,
            "example": agenda.event.example,
            "people": people,
        }
        lines.append(_plain("check.sound", language, **facts))
    elif people is not None:
        lines.append(_plain("check.roster_sound", language, people=people))
    return "\n".join(lines)


def _plain(key: str, language: str, **facts: object) -> str:
    """The text without HTML escapes, on one line, free of what could steer a terminal."""
    zone = str(facts.pop("zone", "UTC"))
    words = text(key, language, zone=zone, **facts).unescape().split()
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in " ".join(words))
