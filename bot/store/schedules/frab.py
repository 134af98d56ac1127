"""One event of a conference schedule, as frab, pretalx, wafer and c3voc write it.

JSON and XML hold the same fields; both readers hand them on as a mapping, and what they mean is
said here once.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urljoin, urlsplit

from bot.domain.agenda import Material
from bot.store.schedules.drafts import YEARS, Draft, Notes, unique
from bot.store.schedules.words import line, prose

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?")
_HOUR = re.compile(r"(\d{1,2}):?(\d{2})(?::(\d{2}))?(?:\.\d+)?")
_ISO_SPAN = re.compile(r"P(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?")
_NIGHT = time(6)
"""Where a day has no bounds, what comes before this hour behind later hours is past midnight."""
_NAMES = ("public_name", "name", "display_name", "full_public_name", "full_name", "title", "#text")
_NO_TRACK = {"no track", "none", "other", "-"}
_LANGUAGES = ("en", "id")
_TAKEN = {
    *("guid", "id", "code", "date", "start", "end", "duration", "room", "title", "subtitle"),
    *("track", "type", "language", "abstract", "description", "persons", "speakers", "links"),
    *("attachments", "url", "slug"),
}
"""Fields that are read; ``slug`` says nothing that the others do not."""


@dataclass(slots=True)
class Day:
    """The day an event stands under, with its bounds where the file has them."""

    on: date | None = None
    start: datetime | None = None
    end: datetime | None = None
    change: time | None = None
    """Until this hour of the clock it is still the day before."""


def text(value: object, *, depth: int = 0) -> str:
    """A field as text: of several languages the first that is known, of an object its name."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, Mapping) and depth < 2:  # {"name": {"en": "Aula"}}
        known = [value.get(key) for key in (*_NAMES, *_LANGUAGES)]
        others = [v for v in value.values() if isinstance(v, str)]
        found = (text(v, depth=depth + 1) for v in (*known, *others) if v)
        return next(filter(None, found), "")
    return ""


def duration_of(value: object) -> timedelta | None:
    """``00:45``, ``1:00:00`` (hours first), ``45`` minutes, ``PT45M``; None: not a duration."""
    written = text(value)
    if written.replace(".", "", 1).isdigit():
        return timedelta(minutes=float(written)) if float(written) < 100_000 else None
    if found := _CLOCK.fullmatch(written):
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if (found := _ISO_SPAN.fullmatch(written)) and written not in ("P", "PT"):
        days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return None


def moment_of(value: object) -> datetime | None:
    """An ISO 8601 moment with date and time, aware where it has an offset; None: no such thing."""
    written = text(value)
    if len(written) <= len("2025-11-04"):
        return None
    try:
        found = datetime.fromisoformat(written).replace(microsecond=0)
    except ValueError:
        return None
    return found if found.year in YEARS else None


def day_of(value: object) -> date | None:
    """The date at the beginning of the text."""
    try:
        found = date.fromisoformat(text(value)[:10])
    except ValueError:
        return None
    return found if found.year in YEARS else None


def clock_of(value: object) -> time | None:
    """``09:30``, ``0930`` or ``09:30:00``; None: no time of day."""
    found = _HOUR.fullmatch(text(value))
    if found is None:
        return None
    hour, minute, second = (int(part or 0) for part in found.groups())
    return time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def draft_of(
    facts: Mapping[str, object],
    day: Day,
    notes: Notes,
    *,
    room: str = "",
    base: str = "",
    after: datetime | None = None,
    at_line: int | None = None,
) -> Draft | None:
    """The event as a draft; None after noting why it cannot be read.

    Args:
        room: of the element it stands in, where it names none itself.
        base: address that relative links go on from.
        after: local start of the event before it in its room: what goes back behind it to an
            early hour is past midnight, where the day's bounds are not known.
    """
    title = line(text(facts.get("title")) or text(facts.get("name")))
    given = moment_of(facts.get("date")) or moment_of(facts.get("start"))
    wall = _wall(facts, day, after)
    start = given or wall
    if start is None:
        written = text(facts.get("start")) or text(facts.get("date"))
        notes.warn("no_start", at_line, title=title[:60], value=written[:40])
        return None
    if not title:
        notes.of("no_title", start.isoformat(" ", "minutes"))
        title = line(text(facts.get("slug"))) or "…"
    end = moment_of(facts.get("end"))
    for name in facts.keys() - _TAKEN:
        if facts[name] not in (None, "", [], {}, False):
            notes.skip(name)
    named = next((text(facts[k]) for k in ("guid", "code", "id") if text(facts.get(k))), "")
    return Draft(
        title,
        start,
        end=end if end is not None and (end.tzinfo is None) == (start.tzinfo is None) else None,
        duration=duration_of(facts.get("duration")),
        own_id=named,
        kind_words=unique((text(facts.get("type")), text(facts.get("track")))),
        room=line(text(facts.get("room")) or room),
        speakers=_names(facts),
        description=_description(facts),
        materials=_materials(facts, base, notes, title),
        line=at_line,
        wall=wall if given is not None else None,
    )


def _wall(facts: Mapping[str, object], day: Day, after: datetime | None) -> datetime | None:
    """Local start by the day and the clock time, where the file has both."""
    hour = clock_of(facts.get("start"))
    if hour is None or day.on is None:
        return None
    wall = datetime.combine(day.on, hour)
    begins = day.start.replace(tzinfo=None) if day.start else None
    ends = day.end.replace(tzinfo=None) if day.end else None
    next_day = wall + timedelta(days=1)
    if day.change is not None:
        late = hour < day.change
    elif begins and ends:
        late = wall < begins and next_day < ends
    elif begins:
        late = wall < begins and hour < _NIGHT
    else:
        late = after is not None and wall < after and hour < _NIGHT
    return next_day if late else wall


def _names(facts: Mapping[str, object]) -> tuple[str, ...]:
    people = facts.get("persons") or facts.get("speakers")
    listed = people if isinstance(people, list) else [people]
    return unique(line(_name(person)) for person in listed)


def _name(person: object) -> str:
    if not isinstance(person, Mapping):
        return text(person)
    return next((text(person[k]) for k in _NAMES if text(person.get(k))), "")


def _description(facts: Mapping[str, object]) -> str:
    """Track and type on a line, then subtitle, abstract and description, each once."""
    said = (line(text(facts.get(k))) for k in ("track", "type", "language"))
    about = " · ".join(unique(word for word in said if word.casefold() not in _NO_TRACK))
    parts = [prose(text(facts.get(k))) for k in ("subtitle", "abstract", "description")]
    told = [p for n, p in enumerate(parts) if p and not any(p in q for q in parts[n + 1 :])]
    return "\n\n".join(unique([*told, about]))


def _materials(
    facts: Mapping[str, object], base: str, notes: Notes, title: str
) -> tuple[Material, ...]:
    found: dict[str, str] = {}
    for key in ("links", "attachments"):
        items = facts.get(key)
        for item in items if isinstance(items, list) else []:
            url, name = _link(item)
            add_link(found, url, name, notes, title=title, base=base)
    add_link(found, text(facts.get("url")), "", notes, title=title, base=base)
    return tuple(Material(name, url) for url, name in found.items())


def _link(item: object) -> tuple[str, str]:
    if not isinstance(item, Mapping):
        return text(item), ""
    url = next((text(item[k]) for k in ("url", "href", "link") if text(item.get(k))), "")
    return url, line(next((text(item[k]) for k in _NAMES[::-1] if text(item.get(k))), ""))


def add_link(
    found: dict[str, str], url: str, name: str, notes: Notes, *, title: str, base: str = ""
) -> None:
    """Adds the link to ``found`` (names by address), under its host's name where it has none.

    Args:
        title: of the session, to tell of a link that nobody could open.
        base: what a relative address goes on from.
    """
    url = urljoin(base, url.strip()) if url.strip() else ""
    if not url or url in found:
        return
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.netloc or len(url.split()) != 1:
        notes.of("bad_link", title)
        return
    found[url] = name or parts.netloc
