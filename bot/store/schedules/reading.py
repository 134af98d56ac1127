"""Reads a foreign schedule, whichever of the known kinds it is: what the bytes are decides."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from bot.domain.agenda import Agenda
from bot.domain.matching import adopt
from bot.domain.problems import Problem, ProblemsError
from bot.store.findings import read_bytes
from bot.store.schedules import conference_json, conference_xml
from bot.store.schedules.assembling import assemble
from bot.store.schedules.drafts import Found, Notes
from bot.store.schedules.fitting import fitted

HOME_ZONE = "Asia/Jakarta"
_MOST_BYTES = 15 * 1024 * 1024
"""A schedule of thousands of talks with their abstracts takes 5 MB."""
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_HTML = (b"<!doctype html", b"<html", b"<head", b"<body")
Reader = Callable[[bytes, Notes], Found]


class ScheduleFileError(ProblemsError):
    """The schedule cannot be imported; ``problems`` says why, and the warnings besides."""


@dataclass(frozen=True)
class Imported:
    """What an import comes to.

    Attributes:
        agenda: as it would be loaded; its ids are those of the existing agenda where it means the
            same sessions.
        problems: what is worth telling; warnings only.
        zone_named: whether the file itself says in which zone it is.
    """

    agenda: Agenda
    problems: tuple[Problem, ...]
    zone_named: bool


def read_schedule(
    path: Path,
    *,
    zone: str | None = None,
    existing: Agenda | None = None,
    name: str | None = None,
    first_day: date | None = None,
) -> Imported:
    """The schedule in a file, as an agenda that may be loaded.

    Args:
        zone: IANA name, for a file that names none; default: that of ``existing``, else Jakarta's.
        existing: the agenda it is going to replace. Its event stays, with the days it now needs,
            and so do its sessions' ids and what organizers added to them.
        name: of the event, for a file that names none; default: the file's own name.
        first_day: of the event, for a rundown that only counts its days; default: ``existing``'s.

    Raises:
        ScheduleFileError: with every problem found.
    """
    notes = Notes(path.name)
    content = read_bytes(path, notes.findings, limit=_MOST_BYTES)
    if content is None:
        raise ScheduleFileError(notes.findings.sorted())
    place = zone or (existing.timezone if existing else HOME_ZONE)
    reader = _reader(content, notes, first_day or (existing.event.start if existing else None))
    found = reader(content, notes) if reader else Found()
    made = None
    if not notes.failed:
        chosen = zone is not None or existing is not None
        made = assemble(found, notes, zone=place, name=name or path.stem, chosen=chosen)
    if made:
        known = adopt(existing, made.agenda, own_ids=made.own_ids) if existing else made.agenda
        agenda = fitted(known, notes)
    notes.settle()
    if made is None or notes.failed:
        raise ScheduleFileError(notes.findings.sorted())
    return Imported(agenda, notes.findings.sorted(), made.zone_named)


def _reader(content: bytes, notes: Notes, first_day: date | None) -> Reader | None:
    """The reader for these bytes; None after noting that there is none."""
    head = content[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    low = head.lower()
    if not head:
        notes.error("empty")
    elif low.startswith(_HTML) or b"<html" in low[:500]:
        notes.error("html")
    elif head.startswith(_OLD_EXCEL):
        notes.findings.error("roster_old_excel")
    elif head.startswith(b"PK"):
        from bot.store.schedules import rundown

        return partial(rundown.read, first_day=first_day)
    elif low.startswith(b"begin:vcalendar"):
        from bot.store.schedules import calendar

        return calendar.read
    elif head.startswith((b"{", b"[")):
        return conference_json.read
    elif head.startswith(b"<") or content.startswith((b"\xff\xfe<", b"\xfe\xff\x00<")):
        return conference_xml.read
    else:
        notes.error("not_schedule")
    return None
