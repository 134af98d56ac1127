"""Schedules in every dialect, generated; and what an import makes of them."""

import io
import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from openpyxl import Workbook

from bot.domain.agenda import Agenda, Session, local_times
from bot.domain.problems import Problem
from bot.store.schedules.reading import Imported, ScheduleFileError, read_schedule

Content = bytes | str | dict[str, Any] | list[Any]


def imported(content: Content, file: str = "schedule.json", **options: Any) -> Imported:
    """What an import of a file with this content gives."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / file
        path.write_bytes(_bytes(content))
        return read_schedule(path, **options)


def _bytes(content: Content) -> bytes:
    if isinstance(content, bytes):
        return content
    return (content if isinstance(content, str) else json.dumps(content)).encode()


def agenda_of(content: Content, file: str = "schedule.json", **options: Any) -> Agenda:
    """The agenda in it."""
    return imported(content, file, **options).agenda


def problems_of(
    content: Content, file: str = "schedule.json", **options: Any
) -> tuple[Problem, ...]:
    """Everything told, whether it could be imported or not."""
    try:
        return imported(content, file, **options).problems
    except ScheduleFileError as error:
        return error.problems


def codes_of(content: Content, file: str = "schedule.json", **options: Any) -> set[str]:
    """The codes of everything told."""
    return {problem.code for problem in problems_of(content, file, **options)}


def when(agenda: Agenda, session: Session) -> str:
    """Local times of a session: ``2025-11-04 09:00-10:30``."""
    start, end = local_times(agenda, session)
    return f"{start:%Y-%m-%d %H:%M}-{end:%H:%M}"


def rows_of(agenda: Agenda) -> list[tuple[str, str, str | None]]:
    """Times, title and room of every session."""
    return [(when(agenda, s), s.title, s.room) for s in agenda.sessions]


# --- conference dialects -----------------------------------------------------------------------


def event(title: str, start: str = "10:00", **facts: Any) -> dict[str, Any]:
    """One event of a frab schedule, 45 minutes long unless told otherwise."""
    return {"title": title, "start": start, "duration": "00:45", **facts}


def frab(*days: dict[str, Any], **conference: Any) -> dict[str, Any]:
    """schedule.json around days as ``day`` gives them."""
    facts = {"acronym": "kc25", "title": "Konferensi Contoh", "daysCount": len(days)}
    return {
        "$schema": "https://example.org/schema.json",
        "schedule": {
            "version": "0.1",
            "base_url": "https://example.org/kc25/",
            "conference": {**facts, **conference, "days": list(days)},
        },
    }


def day(date: str | None, rooms: dict[str, list[dict[str, Any]]], **bounds: str) -> dict[str, Any]:
    """One day of it."""
    return {"index": 1, "date": date, **bounds, "rooms": rooms}


def pentabarf(schedule: dict[str, Any]) -> str:
    """The same schedule as XML."""
    conference = schedule["schedule"]["conference"]
    days = "".join(_day_xml(d) for d in conference["days"])
    facts = "".join(
        f"<{k}>{escape(str(v))}</{k}>" for k, v in conference.items() if k not in ("days", "rooms")
    )
    base = schedule["schedule"].get("base_url", "")
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<schedule>\n<generator name="x"/>\n'
        f"<conference>{facts}<base_url>{base}</base_url></conference>\n{days}</schedule>\n"
    )


def _day_xml(d: dict[str, Any]) -> str:
    names = {"date": "date", "day_start": "start", "day_end": "end"}
    attributes = "".join(f" {names[k]}={quoteattr(d[k])}" for k in names if d.get(k))
    rooms = "".join(
        f"<room name={quoteattr(name)}>{''.join(map(_event_xml, events))}</room>\n"
        for name, events in d["rooms"].items()
    )
    return f"<day index='1'{attributes}>{rooms}</day>\n"


def _event_xml(facts: dict[str, Any]) -> str:
    attributes = "".join(f" {k}={quoteattr(str(facts[k]))}" for k in ("id", "guid") if k in facts)
    inner = []
    for key, value in facts.items():
        if key == "persons":
            names = (p if isinstance(p, str) else p["public_name"] for p in value)
            people = "".join(f"<person id='{n}'>{escape(p)}</person>" for n, p in enumerate(names))
            inner.append(f"<persons>{people}</persons>")
        elif key in ("links", "attachments"):
            one = key.removesuffix("s")
            items = "".join(
                f"<{one} href={quoteattr(i['url'])}>{escape(i.get('title', ''))}</{one}>"
                for i in value
            )
            inner.append(f"<{key}>{items}</{key}>")
        elif key not in ("id", "guid"):
            inner.append(f"<{key}>{escape(str(value))}</{key}>")
    return f"<event{attributes}>{''.join(inner)}</event>\n"


# --- workbooks ---------------------------------------------------------------------------------


def workbook(
    *sheets: Sequence[Sequence[Any]],
    names: Sequence[str] = (),
    merged: Sequence[str] = (),
    hidden: Sequence[str] = (),
) -> bytes:
    """An .xlsx of these rows; ``merged`` are ranges of its first sheet, such as ``A2:A4``."""
    book = Workbook()
    first = book.active
    assert first is not None
    for number, rows in enumerate(sheets):
        sheet = first if number == 0 else book.create_sheet()
        if number < len(names):
            sheet.title = names[number]
        for row in rows:
            sheet.append(list(row))
        sheet.sheet_state = "hidden" if sheet.title in hidden else "visible"
    for area in merged:
        first.merge_cells(area)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
