"""What a file of an event is, by what is in it: a roster, or a schedule."""

from enum import StrEnum
from pathlib import PurePath

from bot.store.roster_file import RosterFileError, parse_roster


class Sort(StrEnum):
    """What a file can be."""

    ROSTER = "roster"
    SCHEDULE = "schedule"


def sort_of(content: bytes, file: str) -> Sort:
    """A table with a column of names is a roster; all else is read as a schedule."""
    end = PurePath(file).suffix.casefold()
    if end == ".csv":
        return Sort.ROSTER
    if end != ".xlsx":
        return Sort.SCHEDULE
    try:
        parse_roster(content, file=file)
    except RosterFileError as error:
        headless = {"roster_no_header", "roster_empty"}
        return Sort.SCHEDULE if headless & {p.code for p in error.problems} else Sort.ROSTER
    return Sort.ROSTER
