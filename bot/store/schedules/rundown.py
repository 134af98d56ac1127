"""A rundown as committees write it in a spreadsheet (.xlsx), in Indonesian or English.

A heading row somewhere near the top of each sheet names the columns. The day stands in a column
(merged down over its rows, or only in the first of them), in a row of its own, above the table or
in the sheet's name. What has no time of its own belongs to the session above it.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from bot.store.schedules.drafts import Draft, Found, Notes, unique
from bot.store.schedules.rundown_cells import DayCell, TimeCell, day_in
from bot.store.schedules.rundown_heads import facts_above, header_of
from bot.store.schedules.rundown_sheets import Sheet, read_sheets
from bot.store.schedules.rundown_tables import Line, lines_of

_MARKED = re.compile(r"(?:[a-z]|\d{1,2})[.)]\s|[-•*]\s?", re.IGNORECASE)
_SMALL_HOURS = 5 * 60
_EVENING = 17 * 60


def read(content: bytes, notes: Notes, *, first_day: date | None = None) -> Found:
    """The rundown in a workbook; what is wrong with it is in ``notes``.

    Args:
        first_day: of the event, for a rundown that only counts its days ("Hari ke-2").
    """
    found = Found()
    sheets = read_sheets(content, notes)
    lines: list[Line] = []
    told: list[DayCell] = []
    for sheet in sheets:
        header = header_of(sheet)
        if header is None:
            continue
        above, named = facts_above(sheet.rows[:header], found), day_in(sheet.name)
        told += filter(None, [above, named])
        day = named if above is None or (named and above.number and not above.whole) else above
        lines += lines_of(sheet, header, day, notes)
    if not notes.failed and all(header_of(sheet) is None for sheet in sheets):
        _tell_no_header(sheets, notes)
        return found
    for sheet in sheets:
        if header_of(sheet) is None:
            notes.warn("sheet_skipped", None, name=sheet.name)
    known = [*told, *(each.day for each in lines if each.day)]
    first, year = _first_day(known, first_day)
    if lines and first is None and not any(each.day for each in lines):
        notes.error("no_days")
        return found
    found.drafts = list(_Placing(first, year, notes).drafts(lines))
    zones = unique(each.times.zone or "" for each in lines if each.times)
    found.zone = found.zone or next(iter(zones), None)
    if len(zones) > 1:
        notes.warn("several_zones", None, names=", ".join(zones), zone_name=zones[0])
    return found


def _tell_no_header(sheets: list[Sheet], notes: Notes) -> None:
    top = [text[:30] for sheet in sheets for row in sheet.rows[:3] for text in row.texts()]
    notes.error("no_header", None, found=", ".join(top[:6]))


def _first_day(known: list[DayCell], hint: date | None) -> tuple[date | None, int | None]:
    """The event's first day, and the year of dates that are written without one."""
    year = next((cell.year for cell in known if cell.year), hint.year if hint else None)
    for cell in known:
        day = cell.date(first=None, year=year)
        if day is not None and cell.number:
            return day - timedelta(days=cell.number - 1), year
    numbered = any(not cell.day for cell in known)
    if hint is None and numbered:
        dates = [d for cell in known if (d := cell.date(first=None, year=year))]
        return min(dates, default=None), year
    return hint, year


class _Placing:
    """Puts lines on their days, one after the other."""

    def __init__(self, first: date | None, year: int | None, notes: Notes) -> None:
        self.first = first
        self.year = year
        self.notes = notes
        self.day: date | None = None
        self.above: Draft | None = None
        self.row = 0
        self.latest = 0
        self.past_midnight = False

    def drafts(self, lines: Iterable[Line]) -> Iterator[Draft]:
        """The sessions of the lines; what has no time of its own joins the one above it."""
        for each in lines:
            made = self._session(each)
            self.row = each.row.number
            if made is not None:
                self.above = made
                yield made

    def _session(self, each: Line) -> Draft | None:
        """The line as a session; None where it is part of another, or after noting what lacks."""
        day = each.day.date(first=self.first, year=self.year) if each.day else self.first
        title = each.draft.title[:60]
        if day is None:
            self.notes.warn("row_no_day", each.row.number, title=title)
            return None
        if day != self.day:
            self._begin(day, each)
        above = self.above
        if each.times is not None:
            draft = self._placed(each, each.times, day)
            if above is not None and each.merged_title and above.end == draft.start:
                above.end = draft.end  # one cell with the title over several rows: one session
                return None
            return draft
        apart = each.row.number > self.row + 1  # below an empty row: a signature, a remark
        if above is None or each.aside or apart:
            self.above = None  # nor do the rows that follow belong to the session above
            self.notes.warn("row_no_time", each.row.number, title=title)
            return None
        if each.draft.room and above.room and each.draft.room != above.room:
            each.draft.start, each.draft.end = above.start, above.end
            each.draft.duration = above.duration
            return each.draft
        _join(above, each, self.notes)
        return None

    def _begin(self, day: date, each: Line) -> None:
        self.day, self.above = day, None
        self.latest, self.past_midnight = 0, False
        if each.day and each.day.weekday not in (None, day.weekday()):
            self.notes.warn("weekday", each.row.number, day=day)

    def _placed(self, each: Line, times: TimeCell, day: date) -> Draft:
        if times.start < min(self.latest, _SMALL_HOURS) and self.latest >= _EVENING:
            self.past_midnight = True
        self.latest = max(self.latest, times.start)
        midnight = datetime.combine(day, time()) + timedelta(days=self.past_midnight)
        draft = each.draft
        draft.start = midnight + timedelta(minutes=times.start)
        draft.end = midnight + timedelta(minutes=times.end) if times.end is not None else None
        draft.duration = each.length
        return draft


def _join(last: Draft, each: Line, notes: Notes) -> None:
    """A row without a time is a part of the session above: a point of it, or one more speaker."""
    added = each.draft
    if each.merged_title:
        last.speakers = unique([*last.speakers, *added.speakers])
        told = added.description
    else:
        who = f" ({', '.join(added.speakers)})" if added.speakers else ""
        mark = "" if _MARKED.match(added.title) else "- "
        told = "\n".join(filter(None, (f"{mark}{added.title}{who}", added.description)))
        notes.of("continued", added)
    if told and told not in last.description:
        last.description = "\n".join(filter(None, (last.description, told)))
    last.materials += tuple(m for m in added.materials if m not in last.materials)
