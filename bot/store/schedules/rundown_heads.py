"""What stands above the table of a rundown: the row of headings, and facts of the event."""

import re

from bot.store.schedules.drafts import Found
from bot.store.schedules.rundown_cells import (
    DayCell,
    day_in,
    fact_of,
    field_of,
    holds_day_and_time,
    zone_in,
)
from bot.store.schedules.rundown_sheets import Row, Sheet
from bot.store.schedules.words import line

_HEADER_WITHIN = 40
_TITLES = re.compile(
    r"^(?:rundown|run down|susunan|jadwal|agenda|schedule|programme|program|tentative|acara|"
    r"kegiatan|tentatif|draft|final|of|the|\W)+\b",
    re.IGNORECASE,
)
_TO = r"\s*(?:-|–|—|s\.?\s*/?\s*d\.?|sampai|hingga|to)\s*"
_RANGE = re.compile(
    rf"(\d{{1,2}})(?:\s+([A-Za-z]+))?(?:\s+(\d{{4}}))?{_TO}"
    r"(?:[A-Za-z']+,?\s+)?\d{1,2}\s+([A-Za-z]+)\s+(\d{4})"
)


def header_of(sheet: Sheet) -> int | None:
    """Position of the row of headings among the sheet's rows; None where there is none."""
    for position, row in enumerate(sheet.rows[:_HEADER_WITHIN]):
        if is_header(row):
            return position
    return None


def is_header(row: Row) -> bool:
    """Whether the row names columns, a time and an activity among them."""
    headings = [text for text in row.texts() if len(text) <= 60]
    fields = {field_of(heading) for heading in headings}
    timed = fields & {"time", "start"} or any(map(holds_day_and_time, headings))
    return bool(timed) and bool(fields & {"title", "topic", "note"})


def facts_above(rows: list[Row], found: Found) -> DayCell | None:
    """Name, place and day that stand above the table as ``Tempat : Aula``; gives the day."""
    day: DayCell | None = None
    for row in rows:
        texts = row.texts()
        label, _, value = texts[0].partition(":") if texts else ("", "", "")
        value = " ".join([value.strip(), *texts[1:]]).strip(" :")
        fact = fact_of(label) if value else None
        if fact == "name":
            found.name = line(value)
        elif fact == "place":
            found.place = line(value)
        elif fact == "organizer":
            found.organizer = line(value)
        elif fact == "zone":
            found.zone = zone_in(value) or value
        else:
            cell = next((row.own(n) for n in range(len(row.cells)) if row.own(n)), None)
            whole = day_in(cell) or day_in(value) or _range(" ".join(texts))
            if whole is not None:
                day = whole
            elif texts and not found.name and fact is None:
                found.name = _TITLES.sub("", line(texts[0])).strip()
    return day


def _range(text: str) -> DayCell | None:
    """The first day of ``4 s.d. 7 November 2025``, as the day with number one."""
    found = _RANGE.search(text)
    if found is None:
        return None
    day, month, year, last_month, last_year = found.groups()
    begins = day_in(f"{day} {month or last_month} {year or last_year}")
    return DayCell(begins.day, begins.month, begins.year, number=1) if begins else None
