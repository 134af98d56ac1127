"""Checks an event folder, or one of its files, without loading anything."""

from dataclasses import dataclass
from pathlib import Path

from bot.domain.agenda import Agenda
from bot.domain.people import Role, RosterEntry
from bot.domain.problems import Problem, Severity
from bot.store.agenda_file import AgendaFileError, agenda_path, read_agenda_with_warnings
from bot.store.roster_file import (
    FILE_NAMES,
    RosterFileError,
    find_roster,
    read_roster_with_warnings,
)

_ROSTER_SUFFIXES = {".csv", ".xlsx", ".xls"}


@dataclass(frozen=True)
class Checked:
    """What was found; ``agenda`` and ``roster`` are None where they have errors or are absent."""

    problems: tuple[Problem, ...]
    agenda: Agenda | None = None
    roster: tuple[RosterEntry, ...] | None = None

    @property
    def ok(self) -> bool:
        """Whether everything could be loaded; warnings do not count."""
        return not any(p.is_error for p in self.problems)


def check(path: Path) -> Checked:
    """Every problem of an event folder, a bare agenda with the roster beside it, or a roster.

    Never raises for what is in the files.
    """
    if path.suffix.casefold() in _ROSTER_SUFFIXES and not path.is_dir():
        roster, problems = _check_roster(path)
        return Checked(problems, roster=roster)
    agenda, problems = _check_agenda(path)
    roster = None
    folder = agenda_path(path).parent
    if beside := find_roster(folder):
        roster, more = _check_roster(beside)
        problems += more
        if all((folder / name).is_file() for name in FILE_NAMES):
            facts = {"file": beside.name}
            problems += (Problem("two_rosters", beside.name, None, Severity.WARNING, facts),)
        if agenda is not None and agenda.event.keep_until is None:
            file = agenda_path(path).name
            problems += (Problem("no_keep_until", file, None, Severity.WARNING),)
    return Checked(problems, agenda, roster)


def _check_agenda(path: Path) -> tuple[Agenda | None, tuple[Problem, ...]]:
    try:
        return read_agenda_with_warnings(path)
    except AgendaFileError as error:
        return None, error.problems


def _check_roster(
    path: Path,
) -> tuple[tuple[RosterEntry, ...] | None, tuple[Problem, ...]]:
    try:
        roster, problems = read_roster_with_warnings(path)
    except RosterFileError as error:
        return None, error.problems
    if not any(entry.role is Role.ORGANIZER for entry in roster):
        problems += (Problem("roster_no_organizer", path.name, None, Severity.WARNING),)
    return roster, problems
