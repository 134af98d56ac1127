"""Writes agenda.yaml: what ``read_agenda`` takes and a person can go on editing.

Into a folder that has one, only the sessions are written anew: the head of the file, with its
comments, stays as it was. The old file is kept beside the new one.
"""

import os
import re
from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import date, datetime, time
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import yaml

from bot.domain import clock
from bot.domain.agenda import Agenda, Event, Kind, Session
from bot.store import yaml_tree
from bot.store.agenda_file import FILE_NAME, parse_agenda
from bot.store.findings import Findings
from bot.store.yaml_tree import Mapping

_WIDTH = 99
_RULE = 96

Heading = Callable[[int, date], str]
"""Words above the sessions of a day, of its number in the event (from 1) and its date."""


class NotWritableError(ValueError):
    """What would be written does not read back as it was; nothing has been written."""


def agenda_text(agenda: Agenda, *, comment: str, heading: Heading) -> str:
    """The whole file.

    Args:
        comment: what stands at its top, without ``#``; may have several lines.
        heading: gives the comment above each day.
    """
    head = "".join(f"# {line}".rstrip() + "\n" for line in comment.splitlines())
    event = _dumped({"event": _event_values(agenda)})
    return f"{head}\n{event}\n{_sessions_text(agenda, heading)}"


def updated_text(old: str, agenda: Agenda, *, comment: str, heading: Heading) -> str:
    """``old`` with the agenda's sessions, days and shared places; the rest of it untouched.

    Where the old file is laid out in a way that cannot be kept, the whole of it is written anew.

    Raises:
        NotWritableError: what would be written is not read back as this agenda.
    """
    kept = _kept_head(old, agenda)
    if kept is not None:
        made = kept + _sessions_text(agenda, heading)
        if _reads_as(made, agenda):
            return made
    return _sound_text(agenda, comment=comment, heading=heading)


def _sound_text(agenda: Agenda, *, comment: str, heading: Heading) -> str:
    made = agenda_text(agenda, comment=comment, heading=heading)
    if not _reads_as(made, agenda):
        raise NotWritableError(FILE_NAME)
    return made


def write_agenda(
    folder: Path, agenda: Agenda, *, comment: str, heading: Heading, now: datetime
) -> Path | None:
    """Puts the agenda into the folder, which is made if need be.

    The file is replaced in one step: a bot that reads it meanwhile sees the old or the new one.

    Args:
        now: the present, UTC; names the backup.

    Returns:
        Where the old file was kept; None where there was none.

    Raises:
        NotWritableError: the new file would not be read back as this agenda.
        OSError: the folder cannot be written to.
    """
    path = folder / FILE_NAME
    if path.exists():
        old = path.read_text(encoding="utf-8-sig")
        text = updated_text(old, agenda, comment=comment, heading=heading)
    else:
        text = _sound_text(agenda, comment=comment, heading=heading)
    folder.mkdir(parents=True, exist_ok=True)
    backup = _backup(path, now, agenda.timezone) if path.exists() else None
    fresh = path.with_suffix(".new")
    fresh.write_text(text, encoding="utf-8")
    os.replace(fresh, path)
    return backup


def _backup(path: Path, now: datetime, zone: str) -> Path:
    """A copy of the file under a name of its own, with local date and time in it."""
    stamp = clock.local(now, zone).strftime("%Y%m%d-%H%M%S")
    number = 0
    while True:
        kept = path.with_name(f"{path.name}.{stamp}{f'-{number}' if number else ''}.bak")
        try:
            with kept.open("xb") as copy:
                copy.write(path.read_bytes())
        except FileExistsError:
            number += 1
        else:
            return kept


def _reads_as(text: str, agenda: Agenda) -> bool:
    """Whether the text is read as just this agenda."""
    try:
        found, _ = parse_agenda(text.encode())
    except ValueError:
        return False
    same = (found.event, found.version) == (agenda.event, agenda.version)
    return same and (found.sessions, found.cancelled) == (agenda.sessions, agenda.cancelled)


def _kept_head(old: str, agenda: Agenda) -> str | None:
    """The old file down to its sessions, with days and shared places as they are now."""
    tree = yaml_tree.parse(old.encode(), Findings(FILE_NAME))
    if not isinstance(tree, Mapping) or list(tree) != ["event", "sessions"]:
        return None
    event = tree["event"]
    if not isinstance(event, Mapping) or not {"start", "end"} <= event.keys():
        return None
    lines = old.splitlines(keepends=True)
    for key in ("start", "end", "keep_until"):
        if key not in event:
            continue
        at = event.lines[key] - 1
        found = re.fullmatch(rf"(\s+{key}:\s+)[^#\s]+(.*)", lines[at], re.DOTALL)
        if found is None:
            return None
        lines[at] = f"{found[1]}{getattr(agenda.event, key)}{found[2]}"
    values = _event_values(agenda)
    last = event.lines["end"] - 1
    indent = lines[last][: len(lines[last]) - len(lines[last].lstrip())]
    for key in ("shared_rooms", "free_days"):
        written = f"{indent}{_dumped({key: values[key]})}" if key in values else ""
        if key not in event:
            lines[last] += written
        elif re.fullmatch(rf"\s+{key}:\s*\[[^\]]*\]\s*", lines[event.lines[key] - 1]):
            lines[event.lines[key] - 1] = written
        else:
            return None
    return "".join(lines[: tree.lines["sessions"] - 1])


def _event_values(agenda: Agenda) -> dict[str, object]:
    """The event as it stands in the file; what is as usual is left out."""
    event = agenda.event
    values: dict[str, object] = {
        f.name: _value(getattr(event, f.name))
        for f in fields(Event)
        if getattr(event, f.name) != f.default
    }
    if event.latitude is not None and event.longitude is not None:
        values["map"] = _Flow({"lat": values.pop("latitude"), "lon": values.pop("longitude")})
    if event.free_days:
        values["free_days"] = _Line(_runs(event.free_days))
    if event.goals:
        values["goals"] = [
            {"title": source, "items": {goal.id: goal.title for goal in goals}}
            for source, goals in groupby(event.goals, key=lambda goal: goal.source)
        ]
    if agenda.version != 1:
        values["version"] = agenda.version
    return values


def _sessions_text(agenda: Agenda, heading: Heading) -> str:
    everything = (*agenda.sessions, *agenda.cancelled)
    ordered = sorted(everything, key=lambda s: (s.start, s.end, s.id))
    parts = []
    for number, (day, sessions) in enumerate(groupby(ordered, key=agenda.day_of), start=1):
        title = heading(agenda.day_number(day) or number, day)
        listed = [_session_values(s, agenda.timezone) for s in sessions]
        written = _dumped(listed).replace("\n- id:", "\n\n- id:")
        rule = f"── {title} ".ljust(_RULE, "─")
        indented = re.sub(r"^(?=.)", "  ", written, flags=re.MULTILINE)
        parts.append(f"  # {rule}\n{indented}")
    return "sessions:\n" + "\n".join(parts)


def _session_values(session: Session, zone: str) -> dict[str, object]:
    values: dict[str, object] = {}
    for field in fields(Session):
        value = getattr(session, field.name)
        if isinstance(value, datetime):
            values[field.name] = _moment(value, zone)
        elif value != field.default or field.name == "kind":
            values[field.name] = _value(value)
    return values


def _moment(instant: datetime, zone: str) -> str:
    """Wall time, with the offset where the wall shows that time twice."""
    local = clock.local(instant, zone)
    wall = local.replace(tzinfo=None)
    if clock.localize(wall, zone) == instant:
        return wall.strftime("%Y-%m-%d %H:%M:%S" if wall.second else "%Y-%m-%d %H:%M")
    return local.isoformat(timespec="seconds")


def _runs(days: Iterable[date]) -> Iterable[str]:
    """Consecutive days as ``first/last``, a day alone as itself."""
    for _, run in groupby(enumerate(sorted(days)), key=lambda each: each[1].toordinal() - each[0]):
        found = [day.isoformat() for _, day in run]
        yield found[0] if len(found) == 1 else f"{found[0]}/{found[-1]}"


# --- YAML ------------------------------------------------------------------------------------


class _Line(list[object]):
    """A list on one line."""


class _Flow(dict[str, object]):
    """A mapping on one line."""


def _value(value: object) -> object:
    """A field's value as YAML knows it."""
    if isinstance(value, Kind):
        return value.value
    if isinstance(value, time):
        return value.isoformat("seconds" if value.second else "minutes")
    if isinstance(value, tuple):
        items = [_value(item) for item in value]
        return _Line(items) if all(isinstance(item, str) for item in items) else items
    if hasattr(value, "__dataclass_fields__"):
        return {f.name: _value(getattr(value, f.name)) for f in fields(value)}  # type: ignore[arg-type]  # checked above
    return value


_BASE: Final[Any] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Dumper(_BASE):  # type: ignore[misc]  # which of the two it is depends on the host
    """Writes as a person would: long texts in lines, no references."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _write_text(dumper: Any, text: str) -> Any:
    style = None
    if "\n" in text:
        style = "|"
    elif len(text) > _WIDTH - 20:
        style = ">"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _write_line(dumper: Any, items: _Line) -> Any:
    short = sum(len(str(item)) + 2 for item in items) < _WIDTH - 20
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=short)


def _write_flow(dumper: Any, values: _Flow) -> Any:
    return dumper.represent_mapping("tag:yaml.org,2002:map", values, flow_style=True)


_Dumper.add_representer(str, _write_text)
_Dumper.add_representer(_Line, _write_line)
_Dumper.add_representer(_Flow, _write_flow)


def _dumped(tree: object) -> str:
    written = yaml.dump(
        tree, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH - 12
    )
    return str(written)
