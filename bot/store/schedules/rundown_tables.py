"""The table of a rundown: which row holds its headings, and what each row below it says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.agenda import Material
from bot.store.schedules.drafts import Draft, Notes, unique
from bot.store.schedules.frab import add_link
from bot.store.schedules.rundown_cells import (
    DayCell,
    TimeCell,
    day_and_time,
    day_in,
    field_of,
    holds_day_and_time,
    length_in,
    plain,
    times_in,
    zone_in,
)
from bot.store.schedules.rundown_heads import is_header
from bot.store.schedules.rundown_sheets import Row, Sheet
from bot.store.schedules.words import line, prose

_DAY_MINUTES = 24 * 60
_HEADING_WIDTH = 3


@dataclass(slots=True)
class Line:
    """One row that says what happens, with its day and time as they are written."""

    row: Row
    day: DayCell | None
    times: TimeCell | None
    draft: Draft
    length: timedelta | None = None
    merged_title: bool = False
    """The title's cell reaches down from the row above."""
    aside: bool = False
    """What it says stands where no activity stands, or goes over so many columns that it heads
    what follows."""


@dataclass(slots=True)
class Table:
    """The columns of a table: those of each field, in their order."""

    columns: dict[str, list[int]] = field(default_factory=dict)
    headings: dict[int, str] = field(default_factory=dict)
    zone: str | None = None
    """As ``Waktu (WITA)`` says."""

    def first(self, name: str) -> int | None:
        """The first column of the field."""
        return next(iter(self.columns.get(name, ())), None)


def lines_of(sheet: Sheet, header: int, day: DayCell | None, notes: Notes) -> Iterator[Line]:
    table = Table()
    for position, row in enumerate(sheet.rows[header:], start=header):
        if is_header(row):
            table = _table(sheet, position, notes)
            continue
        if _is_second_header(row) or _is_numbering(row):
            continue
        section = _section(row)
        if section is not None:
            day = section
            continue
        day = _day(row, table, day, notes)
        made = _line(row, table, day, notes)
        if made is not None:
            yield made


def _table(sheet: Sheet, position: int, notes: Notes) -> Table:
    """The columns by the row of headings, and by a second one below it (mulai, selesai)."""
    table = Table()
    rows = [sheet.rows[position], *sheet.rows[position + 1 : position + 2]]
    second = len(rows) > 1 and _is_second_header(rows[1])
    named: dict[int, str] = {}
    for column in range(len(rows[0].cells)):
        below = rows[1].own(column) if second else None
        heading = below or rows[0].own(column)
        if isinstance(heading, str):
            named[column] = heading
    for column, heading in named.items():
        name = "day_time" if holds_day_and_time(heading) else field_of(heading)
        if name is None:
            notes.warn("unknown_column", rows[0].number, heading=line(heading)[:40])
            continue
        table.columns.setdefault(name, []).append(column)
        table.headings[column] = line(heading)
        if name in ("time", "start", "end"):
            table.zone = table.zone or zone_in(heading)
        wide = rows[0].spans.get(column, 1)
        if name == "time":
            between = range(column + 1, column + wide)
            table.columns["time"] += [n for n in between if n not in named]
    if not table.columns.keys() & {"title", "topic"}:
        table.columns["title"] = table.columns.pop("note")  # "Uraian" is all it has
    return table


def _is_second_header(row: Row) -> bool:
    fields = [field_of(text) for text in row.texts()]
    return len(fields) >= 2 and {"start", "end"} <= set(fields) and not is_header(row)


def _is_numbering(row: Row) -> bool:
    """A row that only counts the columns: 1 2 3 or (1) (2) (3)."""
    texts = [text.strip("() .") for text in row.texts()]
    return len(texts) > 2 and texts == [str(n) for n in range(1, len(texts) + 1)]


def _section(row: Row) -> DayCell | None:
    """The day of a row that holds nothing else."""
    texts = row.texts()
    if not texts or len(texts) > 2:
        return None
    values = [row.own(n) for n in range(len(row.cells)) if row.own(n) is not None]
    cells = [day_in(value) for value in values]
    if not all(cell is not None and cell.whole for cell in cells):
        joined = day_in(" ".join(texts))
        return joined if joined is not None and joined.whole else None
    return next((cell for cell in cells if cell and cell.day), cells[0])


def _day(row: Row, table: Table, before: DayCell | None, notes: Notes) -> DayCell | None:
    """The row's day: its own, else that of the rows above it."""
    values = [row.own(column) for column in table.columns.get("day", ())]
    values += [day_and_time(row.own(n))[0] for n in table.columns.get("day_time", ())]
    values = [value for value in values if value is not None]
    if not values:
        return before
    cells = [cell for value in values if (cell := day_in(value))]
    best = next((cell for cell in cells if cell.day), next(iter(cells), None))
    joined = " ".join(str(value) for value in values)
    best = best or day_in(joined)
    if best is None:
        notes.warn("bad_day", row.number, value=line(joined)[:40])
        return before
    return best


def _line(row: Row, table: Table, day: DayCell | None, notes: Notes) -> Line | None:
    """What the row says; None where it says nothing, or after noting why it cannot be read."""
    value, times = _times(row, table)
    if times is not None and times.zone is None:
        times = replace(times, zone=table.zone)
    title = _title(row, table)
    merged = "" if title else _merged_title(row, table)
    title = title or merged
    if value is not None and times is None:
        notes.warn("bad_time", row.number, title=title[:60] or "…", value=line(str(value))[:40])
        return None
    aside = not title
    title = title or _elsewhere(row, table)
    if not title:
        if times is not None:
            notes.warn("row_no_title", row.number, value=line(str(value))[:40])
        return None
    draft = Draft(
        title,
        datetime.min,
        own_id=_text(row, table, "id"),
        kind_words=unique((line(_text(row, table, "kind")),)),
        room=line(_text(row, table, "room", reaching=True)),
        speakers=_people(_text(row, table, "speakers", reaching=True)),
        description=_description(row, table),
        dress=prose(_text(row, table, "dress", reaching=True)),
        bring=prose(_text(row, table, "bring", reaching=True)),
        materials=_links(row, table, notes, title),
        line=row.number,
    )
    column = table.first("duration")
    length = None
    if column is not None:
        length = length_in(row.own(column), heading=table.headings[column])
    heading = len(row.texts()) == 1 and max(row.spans.values(), default=1) >= _HEADING_WIDTH
    return Line(row, day, times, draft, length, bool(merged), aside or heading)


def _times(row: Row, table: Table) -> tuple[object, TimeCell | None]:
    """What is written for the time, and what it means."""
    start, end = table.first("start"), table.first("end")
    if start is not None and row.own(start) is not None:
        begins = times_in(row.own(start))
        if begins is None or begins.end is not None or end is None:
            return row.own(start), begins
        ends = times_in(row.own(end))
        finish = ends.start if ends else None
        if finish is not None and finish <= begins.start:
            finish += _DAY_MINUTES
        zone = begins.zone or (ends.zone if ends else None)
        return row.own(start), TimeCell(begins.start, finish, open_end=ends is None, zone=zone)
    for column in table.columns.get("day_time", ()):
        value = day_and_time(row.own(column))[1]
        return value, times_in(value)
    columns = table.columns.get("time", [])
    values = [row.own(column) for column in columns]
    given = [value for value in values if value is not None]
    if len(given) <= 1:
        return (given[0], times_in(given[0])) if given else (None, None)
    parts = [_clock_text(value) for value in given]
    joined = " - ".join(part for part in parts if part)
    return joined, times_in(joined)


def _clock_text(value: object) -> str:
    """A value of a split time column as text: ``08:00``; the dash between two is left out."""
    cell = times_in(value)
    if cell is not None and not isinstance(value, str):
        return f"{cell.start // 60:02d}:{cell.start % 60:02d}"
    return str(value).strip(" -–—")


def _title(row: Row, table: Table) -> str:
    """The activity, and its topic behind a colon where the table has both."""
    parts = (line(_text(row, table, name)) for name in ("title", "topic"))
    activity, topic = (part.rstrip(" :;-–") for part in parts)
    if activity and topic and plain(activity) != plain(topic):
        return f"{activity}: {topic}"
    return activity or topic


def _elsewhere(row: Row, table: Table) -> str:
    """The text of a row whose activity stands in another column, as a break over all of them does.

    It is taken out of the row, so that it does not become a room or a speaker too.
    """
    not_here = {
        column
        for name in ("day", "day_time", "time", "start", "end", "duration", "id", "kind")
        for column in table.columns.get(name, ())
    }
    for column in range(len(row.cells)):
        value = row.own(column)
        if isinstance(value, str) and column not in not_here and re.search(r"[^\W\d]", value):
            row.cells[column] = None
            return line(value)
    return ""


def _merged_title(row: Row, table: Table) -> str:
    """The title in a merged cell that reaches down into the row; empty where none does."""
    columns = (*table.columns.get("title", ()), *table.columns.get("topic", ()))
    return next((line(str(row.above[c])) for c in columns if row.above.get(c)), "")


def _text(row: Row, table: Table, name: str, *, reaching: bool = False) -> str:
    """All cells of a field as text, one a line."""
    found = (
        row.reaching(column) if reaching else row.own(column)
        for column in table.columns.get(name, ())
    )
    texts = (
        str(int(v)) if isinstance(v, float) and v.is_integer() else str(v)
        for v in found
        if v is not None
    )
    return "\n".join(unique(texts))


def _people(text: str) -> tuple[str, ...]:
    """Names on lines of their own or apart by semicolons; numbers before them are left out."""
    parts = re.split(r"[\n;]+", text)
    return unique(line(re.sub(r"^\s*(?:\d{1,2}[.)]\s+|[-•*]\s*)", "", part)) for part in parts)


def _description(row: Row, table: Table) -> str:
    parts = [prose(_text(row, table, "note"))]
    for column in table.columns.get("pic", ()):
        value = row.reaching(column)
        if value is not None:
            parts.append(f"{table.headings[column]}: {line(str(value))}")
    return "\n".join(part for part in parts if part)


def _links(row: Row, table: Table, notes: Notes, title: str) -> tuple[Material, ...]:
    found: dict[str, str] = {}
    for part in _text(row, table, "link").split():
        add_link(found, part, "", notes, title=title)
    return tuple(Material(name, url) for url, name in found.items())
