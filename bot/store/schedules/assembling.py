"""From drafts to sessions: zone, ends, ids, lengths."""

import hashlib
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from bot.domain import clock
from bot.domain.agenda import Agenda, Event, Session
from bot.store.agenda_rules import CARD_LIMIT, LIMITS
from bot.store.schedules.drafts import YEARS, Draft, Found, Notes, unique
from bot.store.schedules.words import clipped, kind_from, length, line
from bot.store.slugs import slug, unused

_HOME = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
_USUAL_LENGTH = timedelta(minutes=60)
_LONGEST_GUESS = timedelta(hours=4)
_LONGEST_SESSION = timedelta(days=31)
_MOST = 5000
_ROOM_FOR_OWN = 500
"""Of a card's length, what is left free for dress, aliases, what to bring."""


@dataclass(frozen=True)
class Assembled:
    """A schedule as an agenda of its own.

    Attributes:
        own_ids: the ids that the file itself gives; the others were made of titles.
        zone_named: whether the file says in which zone it is.
    """

    agenda: Agenda
    own_ids: frozenset[str]
    zone_named: bool


def assemble(
    found: Found, notes: Notes, *, zone: str, name: str, chosen: bool = False
) -> Assembled | None:
    """The schedule; None where ``notes`` has an error. The event's days are still to be fitted.

    Args:
        zone: of wall times, where the file names none.
        name: of the event, where the file names none.
        chosen: somebody chose the zone, so that there is nothing to guess.
    """
    drafts = [d for d in found.drafts if d.start.year in YEARS]
    for draft in found.drafts:
        if draft.start.year not in YEARS:
            facts = {"title": draft.title[:60], "value": draft.start.isoformat(" ", "minutes")}
            notes.warn("no_start", draft.line, **facts)
    found.drafts = drafts
    if not found.drafts:
        notes.error("no_sessions")
        return None
    if len(found.drafts) > _MOST:
        notes.error("too_many", None, count=len(found.drafts), limit=_MOST)
        return None
    place, named = _zone(found, zone, notes, chosen=chosen)
    sessions, own_ids = _sessions(found.drafts, place, notes)
    title = clipped(line(found.name) or name, LIMITS["name"])
    short = clipped(line(found.short_name), LIMITS["short_name"])
    day = clock.local_day(sessions[0].start, place)
    event = Event(
        id=slug(short or title),
        name=title,
        timezone=place,
        start=day,
        end=day,
        short_name=short or None,
        organizer=clipped(line(found.organizer), LIMITS["organizer"]) or None,
        place=clipped(line(found.place), LIMITS["place"]) or None,
    )
    return Assembled(Agenda(event, tuple(sessions)), frozenset(own_ids), named)


def _zone(found: Found, fallback: str, notes: Notes, *, chosen: bool) -> tuple[str, bool]:
    """The event's zone, and whether the file says so: by name, or by how far it is from UTC."""
    if found.zone:
        try:
            return str(clock.zone(found.zone.strip())), True
        except ValueError:
            notes.warn("unknown_zone", None, name=found.zone[:40], zone_name=fallback)
    if chosen:
        return fallback, False
    offsets = set(_offsets(found.drafts).items())
    likely = (fallback, *_HOME)
    place = clock.zone_of(offsets, likely) if offsets else None
    if place is None:
        notes.warn("no_zone", None, zone_name=fallback)
        return fallback, False
    hours = Counter(offset for _, offset in offsets).most_common(1)[0][0]
    if place not in likely:
        notes.warn("zone_guessed", None, hours=_signed(hours), zone_name=place)
    return place, place in likely


def _signed(offset: timedelta) -> str:
    minutes = round(offset.total_seconds() / 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _offsets(drafts: Sequence[Draft]) -> dict[datetime, timedelta]:
    """How far clocks were ahead of UTC, by the instants that tell.

    A file that gives every instant in UTC says nothing, unless the wall beside it shows more.
    """
    aware = [d for d in drafts if d.start.tzinfo is not None]
    found: dict[datetime, timedelta] = {}
    for draft in aware:
        offset = draft.start.utcoffset() or timedelta(0)
        if draft.wall is not None:
            shown = draft.wall.replace(tzinfo=UTC) - draft.start.astimezone(UTC)
            offset = shown if abs(shown) <= timedelta(hours=14) else offset
        found[draft.start.astimezone(UTC)] = offset
    told = any(found.values()) or any(d.wall is not None for d in aware)
    return found if told else {}


def _sessions(drafts: Sequence[Draft], zone: str, notes: Notes) -> tuple[list[Session], set[str]]:
    starts = [_instant(d.start, zone) for d in drafts]
    in_room: defaultdict[str, list[datetime]] = defaultdict(list)
    for draft, start in zip(drafts, starts, strict=True):
        in_room[draft.room.casefold()].append(start)
    for times in in_room.values():
        times.sort()
    ids, own = _ids(drafts, starts, zone, notes)
    sessions = []
    for draft, start, session_id in zip(drafts, starts, ids, strict=True):
        end = _end(draft, start, in_room[draft.room.casefold()], zone=zone, notes=notes)
        sessions.append(_session(draft, session_id, start, end, notes=notes))
        if draft.wall is not None and clock.localize(draft.wall, zone) != start:
            notes.of("clock_differs", draft)
    return sessions, own


def _instant(moment: datetime, zone: str) -> datetime:
    moment = moment.replace(microsecond=0)
    return clock.localize(moment, zone) if moment.tzinfo is None else moment.astimezone(UTC)


def _end(
    draft: Draft, start: datetime, in_room: list[datetime], *, zone: str, notes: Notes
) -> datetime:
    """The end as written; else when the next session in the room begins, if that is near."""
    end = _instant(draft.end, zone) if draft.end and draft.end.year in YEARS else None
    if end is None and draft.duration:
        end = start + draft.duration
    if end is not None and start < end <= start + _LONGEST_SESSION:
        return end
    notes.of("no_end" if end is None else "odd_end", draft)
    position = bisect_right(in_room, start)
    if position < len(in_room) and in_room[position] - start <= _LONGEST_GUESS:
        return in_room[position]
    return start + _USUAL_LENGTH


def _ids(
    drafts: Sequence[Draft], starts: Sequence[datetime], zone: str, notes: Notes
) -> tuple[list[str], set[str]]:
    """Every draft's id: as the file gives it, else of its title, else of title and day.

    A title of its own survives a moved time or room; of two equal ones each gets its day too, and
    a number in the order of time where that is not enough.
    """
    titles = Counter(slug(d.title) for d in drafts)
    given = Counter(d.own_id for d in drafts if d.own_id)
    taken = {_own(name) for name in given}
    ids = [""] * len(drafts)
    own: set[str] = set()
    order = sorted(range(len(drafts)), key=lambda n: (starts[n], drafts[n].room, n))
    for n in order:
        draft, day = drafts[n], clock.local_day(starts[n], zone)
        if draft.own_id and _own(draft.own_id) not in own:
            ids[n] = _own(draft.own_id)
            own.add(ids[n])
            continue
        if draft.own_id:
            notes.of("same_id", draft)
        wanted = _own(draft.own_id) if draft.own_id else slug(draft.title)
        if not draft.own_id and titles[wanted] > 1:
            wanted = f"{wanted}-{_short(day)}"
        ids[n] = unused(wanted, taken)
        taken.add(ids[n])
    return ids, own


def _own(given: str) -> str:
    """The file's id as it stands; a long one is told by its digest."""
    plain = line(given)
    if length(plain) <= LIMITS["id"] - 8:
        return plain
    return f"{slug(plain)[:50]}-{hashlib.blake2b(given.encode(), digest_size=8).hexdigest()}"


def _short(day: date) -> str:
    return f"{day:%m%d}"


def _session(
    draft: Draft, session_id: str, start: datetime, end: datetime, *, notes: Notes
) -> Session:
    kind = kind_from(draft.kind_words, draft.title, spoken=bool(draft.speakers))
    session = Session(
        id=session_id,
        title=_clip("title", draft.title, draft, notes),
        start=start,
        end=end,
        kind=kind,
        room=_clip("room", draft.room, draft, notes) or None,
        speakers=unique(_clip("speakers", s, draft, notes) for s in draft.speakers),
        description=draft.description or None,
        dress=_clip("dress", draft.dress, draft, notes) or None,
        bring=_clip("bring", draft.bring, draft, notes) or None,
        materials=draft.materials,
    )
    return _on_a_card(session, draft, notes)


def _clip(field: str, text: str, draft: Draft, notes: Notes) -> str:
    short = clipped(text, LIMITS[field])
    if short != text:
        notes.of("shortened", draft, field=field)
    return short


def _on_a_card(session: Session, draft: Draft, notes: Notes) -> Session:
    """The session such that all of it fits into a message: what gives way is the description."""
    free = CARD_LIMIT - _ROOM_FOR_OWN - length(session.id) - length(session.title)
    free -= length(session.room or "") + length(session.dress or "") + length(session.bring or "")
    speakers = list(session.speakers)
    while sum(map(length, speakers)) > free:
        speakers.pop()
    if len(speakers) < len(session.speakers):
        notes.of("shortened", draft, field="speakers")
    free -= sum(map(length, speakers))
    told = session.description or ""
    short = clipped(told, min(free, LIMITS["description"])) if free > 20 else ""
    if short != told:
        notes.of("shortened", draft, field="description")
    return replace(session, speakers=tuple(speakers), description=short or None)
