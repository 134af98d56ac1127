"""``mandala schedule import``: a foreign schedule into an event folder, shown beforehand."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from bot.domain import clock
from bot.domain.agenda import Agenda
from bot.domain.changes import Changes, diff
from bot.domain.problems import Problem, ProblemsError
from bot.store.agenda_file import FILE_NAME, read_agenda
from bot.store.agenda_schema import parse_day
from bot.store.event_writer import NotWritableError, write_agenda
from bot.store.schedules.reading import HOME_ZONE, Imported, read_schedule
from bot.terminal import Terminal
from bot.texts.importing import changes_text, day_heading, summary, words
from bot.texts.problems import problem_line

KEPT_FOR = timedelta(days=90)
"""Personal data of a new event is kept so long after its last day, unless somebody says more."""
_DONE, _NOT_DONE = 0, 1


@dataclass(frozen=True)
class Wishes:
    """What was said on the command line.

    Attributes:
        timezone: for a file that names none; None: ask, or the usual one.
        first_day: for a rundown that only counts its days.
        yes: apply changes without asking.
        delete_half: apply them also where half of the old sessions would be gone.
    """

    timezone: str | None = None
    name: str | None = None
    first_day: date | None = None
    yes: bool = False
    delete_half: bool = False


def wishes(
    timezone: str | None,
    name: str | None,
    first_day: str | None,
    *,
    yes: bool,
    delete_half: bool,
    language: str,
) -> Wishes:
    """The options as values.

    Raises:
        ValueError: with a sentence for the person: there is no such zone, or no such day.
    """
    if timezone is not None:
        try:
            timezone = str(clock.zone(timezone))
        except ValueError as error:
            raise ValueError(words("import.bad_zone", language, name=timezone)) from error
    try:
        day = parse_day(first_day) if first_day is not None else None
    except ValueError as error:
        raise ValueError(words("import.bad_date", language, value=first_day)) from error
    return Wishes(timezone, name, day, yes, delete_half)


def run(
    file: Path,
    into: Callable[[Agenda], Path] | Path,
    given: Wishes,
    terminal: Terminal,
    *,
    now: datetime,
) -> int:
    """Imports ``file``; gives an exit status: 1 if nothing was written that should have been.

    Args:
        into: the event folder, new or existing; or what names it, once the event is known.
        now: the present, UTC; names the backup of what is replaced.
    """
    try:
        existing = _existing(into, terminal) if isinstance(into, Path) else None
        imported = _read(file, existing, given, terminal)
        folder = into if isinstance(into, Path) else into(imported.agenda)
        if not isinstance(into, Path) and (folder / FILE_NAME).exists():
            return run(file, folder, given, terminal, now=now)
    except ProblemsError as error:
        _tell(error.problems, terminal)
        return _NOT_DONE
    _tell(imported.problems, terminal)
    terminal.say(summary(imported.agenda, terminal.language))
    if existing is not None:
        changes = diff(existing, imported.agenda)
        if not changes:
            terminal.tell("import.nothing", folder=str(folder))
            return _DONE
        if not _agreed(changes, existing, folder, given, terminal=terminal):
            return _NOT_DONE
    agenda = imported.agenda
    if existing is None:
        agenda = replace(
            agenda, event=replace(agenda.event, keep_until=agenda.event.end + KEPT_FOR)
        )
    return _written(agenda, folder, file, terminal, now=now)


def _tell(problems: tuple[Problem, ...], terminal: Terminal) -> None:
    for problem in problems:
        terminal.say(problem_line(problem, terminal.language))


def _existing(folder: Path, terminal: Terminal) -> Agenda | None:
    """The agenda that is in the folder; None where there is none."""
    if not (folder / FILE_NAME).exists():
        return None
    try:
        return read_agenda(folder)
    except ProblemsError:
        terminal.tell("import.old_broken", folder=str(folder))
        raise


def _read(file: Path, existing: Agenda | None, given: Wishes, terminal: Terminal) -> Imported:
    """The schedule; somebody is asked for the zone where neither file nor folder tells it."""
    facts = {"existing": existing, "name": given.name, "first_day": given.first_day}
    imported = read_schedule(file, zone=given.timezone, **facts)  # type: ignore[arg-type]  # the same facts twice
    known = imported.zone_named or existing or given.timezone
    if known or terminal.ask is None or given.yes:
        return imported

    def zone(typed: str) -> str:
        try:
            return str(clock.zone(typed))
        except ValueError as error:
            raise ValueError(words("import.bad_zone", terminal.language, name=typed)) from error

    guess = imported.agenda.timezone or HOME_ZONE
    chosen = terminal.answer(words("import.ask_zone", terminal.language), guess, zone)
    return read_schedule(file, zone=chosen, **facts)  # type: ignore[arg-type]  # the same facts twice


def _agreed(
    changes: Changes, old: Agenda, folder: Path, given: Wishes, *, terminal: Terminal
) -> bool:
    """Shows what changes; whether it is to be applied."""
    terminal.tell("import.differs", folder=str(folder))
    terminal.say(changes_text(changes, old.timezone, terminal.language))
    gone = len(changes.cancelled)
    if changes.deletes_half:
        terminal.tell("import.half", gone=gone, before=changes.before)
        if not given.delete_half:
            return _really(gone, terminal)
    if given.yes:
        return True
    if terminal.ask is None:
        terminal.tell("import.need_yes")
        return False
    if terminal.agrees("import.ask"):
        return True
    terminal.tell("import.cancelled")
    return False


def _really(gone: int, terminal: Terminal) -> bool:
    """Whether somebody types the number of sessions that will be gone; no --yes does that."""
    if terminal.ask is None:
        terminal.tell("import.need_half")
        return False
    question = words("import.ask_half", terminal.language, gone=gone)
    if terminal.ask(question, "").strip() == str(gone):
        return True
    terminal.tell("import.cancelled")
    return False


def _written(
    agenda: Agenda, folder: Path, file: Path, terminal: Terminal, *, now: datetime
) -> int:
    language = terminal.language
    comment = f"{words('import.source', language, file=file.name)}\n\n"
    comment += words("import.comment", language)
    try:
        backup = write_agenda(
            folder, agenda, comment=comment, heading=day_heading(language), now=now
        )
    except NotWritableError:
        terminal.tell("import.not_writable")
        return _NOT_DONE
    except OSError as error:
        facts = {"path": str(folder), "reason": error.strerror or str(error)}
        terminal.tell("import.not_written", zone="UTC", **facts)
        return _NOT_DONE
    terminal.tell("import.written", path=str(folder / FILE_NAME))
    if backup is not None:
        terminal.tell("import.backup", path=str(backup))
    terminal.tell("import.next", folder=str(folder))
    return _DONE
