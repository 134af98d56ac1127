"""``mandala import`` of a roster: shown beforehand, the old file kept."""

import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bot.domain.people import RosterChanges, RosterEntry, compare
from bot.domain.problems import ProblemsError
from bot.store.roster_file import FILE_NAMES, find_roster, parse_roster, read_roster
from bot.terminal import Terminal
from bot.texts.importing import words
from bot.texts.problems import problem_line
from bot.texts.rosters import changes_text

_DONE, _NOT_DONE = 0, 1


def run(
    file: Path, content: bytes, folder: Path, terminal: Terminal, *, yes: bool, now: datetime
) -> int:
    """Puts the roster into the folder; gives an exit status: 1 if nothing was written.

    Args:
        yes: apply without asking, unless half of the people would be gone.
        now: the present, UTC; names the backup of what is replaced.
    """
    try:
        entries, problems = parse_roster(content, file=file.name)
        before = _before(folder)
    except ProblemsError as error:
        for problem in error.problems:
            terminal.say(problem_line(problem, terminal.language))
        return _NOT_DONE
    for problem in problems:
        terminal.say(problem_line(problem, terminal.language))
    changes = compare(before, entries)
    if not changes:
        terminal.tell("import.nothing", folder=str(folder))
        return _DONE
    terminal.say(changes_text(changes, terminal.language))
    if not _agreed(changes, terminal, yes=yes):
        return _NOT_DONE
    return _written(file, content, folder, terminal, now=now)


def _before(folder: Path) -> Sequence[RosterEntry]:
    old = find_roster(folder)
    return read_roster(old) if old is not None else ()


def _agreed(changes: RosterChanges, terminal: Terminal, *, yes: bool) -> bool:
    if changes.removes_half:
        gone = len(changes.removed)
        terminal.tell("import.people_half", gone=gone, before=changes.before)
        if terminal.ask is None:
            terminal.tell("import.need_people")
            return False
        typed = terminal.ask(words("import.ask_people", terminal.language, gone=gone), "")
        if typed.strip() == str(gone):
            return True
        terminal.tell("import.cancelled")
        return False
    if yes:
        return True
    if terminal.ask is None:
        terminal.tell("import.need_yes")
        return False
    if terminal.agrees("import.ask"):
        return True
    terminal.tell("import.cancelled")
    return False


def _written(
    file: Path, content: bytes, folder: Path, terminal: Terminal, *, now: datetime
) -> int:
    """Every roster that is there moves aside: which of two counted would be a guess."""
    target = folder / f"roster{file.suffix.casefold()}"
    kept: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in (folder / name for name in FILE_NAMES):
            if old.is_file():
                kept.append(Path(shutil.move(old, _aside(old, now))))
        target.write_bytes(content)
    except OSError as error:
        facts = {"path": str(folder), "reason": error.strerror or str(error)}
        terminal.tell("import.not_written", zone="UTC", **facts)
        return _NOT_DONE
    terminal.tell("import.written", path=str(target))
    for backup in kept:
        terminal.tell("import.backup", path=str(backup))
    terminal.tell("import.people_next", folder=str(folder))
    return _DONE


def _aside(old: Path, now: datetime) -> Path:
    return old.with_name(f"{old.stem}-{now:%Y%m%d-%H%M%S}{old.suffix}")
