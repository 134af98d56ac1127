"""schedule.json of frab, pretalx and their kin, and plainer lists of talks.

frab: ``schedule.conference.days[].rooms{name: [event]}``. Others hold their talks in some list of
objects with a title and a start (pretalx's widget, symposion, Sessionize, EuroPython); those are
found wherever they stand, with rooms and speakers looked up by their ids.
"""

import json
from collections.abc import Container, Iterator, Mapping
from datetime import datetime
from typing import Any

from bot.store.schedules.drafts import Draft, Found, Notes
from bot.store.schedules.frab import Day, clock_of, day_of, draft_of, moment_of, text

_STARTS = ("start", "date", "starts_at", "startsAt", "start_time", "startTime", "begin")
_ENDS = ("end", "ends_at", "endsAt", "end_time", "endTime")
_ROOMS = ("room", "rooms", "location", "roomId", "venue")
_ROOM_LISTS = ("rooms", "locations", "venues")
_PEOPLE = ("persons", "speakers", "authors", "presenters", "people")
_SORTS = ("type", "session_type", "submission_type", "kind", "format")
_TITLES = ("title", "name", "summary")
_ZONES = ("time_zone_name", "timezone", "time_zone", "tz")
_DEEPEST = 12


def read(content: bytes, notes: Notes) -> Found:
    """The schedule in a JSON file; what is wrong with it is in ``notes``."""
    try:
        tree = json.loads(content)
    except (ValueError, RecursionError) as error:
        row = getattr(error, "lineno", None)
        notes.error("json", row, reason=str(getattr(error, "msg", "") or "…")[:80])
        return Found()
    top = tree.get("schedule", tree) if isinstance(tree, dict) else tree
    conference = top.get("conference") if isinstance(top, dict) else None
    frame = conference if isinstance(conference, dict) else top if isinstance(top, dict) else {}
    found = Found(
        name=text(frame.get("title")) or text(frame.get("name")),
        short_name=text(frame.get("acronym")),
        place=", ".join(v for k in ("venue", "city") if (v := text(frame.get(k)))),
        zone=_zone(frame),
    )
    base = text(top.get("base_url")) if isinstance(top, dict) else ""
    base = base or text(frame.get("base_url")) or text(frame.get("url"))
    days = frame.get("days")
    if isinstance(days, list) and any(isinstance(d, dict) and "rooms" in d for d in days):
        found.drafts = list(_frab(days, frame, base, notes))
    else:
        found.drafts = list(_flat(tree, base, notes))
    return found


def _zone(frame: Mapping[str, Any]) -> str | None:
    return next((text(frame[k]) for k in _ZONES if text(frame.get(k))), None)


def _frab(days: list[Any], frame: Mapping[str, Any], base: str, notes: Notes) -> Iterator[Draft]:
    for item in days:
        if not isinstance(item, dict):
            continue
        start = moment_of(item.get("day_start") or item.get("start"))
        end = moment_of(item.get("day_end") or item.get("end"))
        day = Day(day_of(item.get("date")), start, end, clock_of(frame.get("day_change")))
        for room, events in _rooms(item.get("rooms")):
            after: datetime | None = None
            for event in events:
                if not isinstance(event, dict):
                    notes.warn("no_start", None, title=str(event)[:60], value="")
                    continue
                draft = draft_of(_usual(event), day, notes, room=room, base=base, after=after)
                if draft is not None:
                    after = (draft.wall or draft.start).replace(tzinfo=None)
                    yield draft


def _rooms(rooms: object) -> Iterator[tuple[str, list[Any]]]:
    """Rooms with their events: an object by name, or a list of objects with a name."""
    if isinstance(rooms, dict):
        for name, events in rooms.items():
            listed = events.get("events", []) if isinstance(events, dict) else events
            yield str(name), listed if isinstance(listed, list) else []
    elif isinstance(rooms, list):
        for room in rooms:
            events = room.get("events") if isinstance(room, dict) else None
            if isinstance(events, list):
                yield text(room.get("name")), events


# --- lists of talks ----------------------------------------------------------------------------


def _flat(tree: object, base: str, notes: Notes) -> Iterator[Draft]:
    rooms, people = dict(_named(tree, _ROOM_LISTS)), dict(_named(tree, _PEOPLE))
    for talk in _talks(tree, 0):
        facts = _usual(talk)
        facts["room"] = rooms.get(text(facts.get("room")), facts.get("room"))
        named = facts.get("persons")
        if isinstance(named, list):
            facts["persons"] = [people.get(p, p) if isinstance(p, str) else p for p in named]
        yield from filter(None, [draft_of(facts, Day(), notes, base=base)])


def _talks(tree: object, depth: int) -> Iterator[dict[str, Any]]:
    """Every object with a title and a moment at which it starts, wherever it stands."""
    if depth > _DEEPEST:
        return
    if isinstance(tree, list):
        for item in tree:
            yield from _talks(item, depth + 1)
    elif isinstance(tree, dict):
        titled = any(text(tree.get(k)) for k in _TITLES)
        if titled and (slots := _slots(tree)):
            yield from slots
            return
        if titled and any(moment_of(tree.get(k)) for k in _STARTS):
            inner = [v for v in tree.values() if isinstance(v, list)]
            below = [talk for v in inner for talk in _talks(v, depth + 1)]
            yield from below or [tree]
            return
        for value in tree.values():
            yield from _talks(value, depth + 1)


def _slots(talk: dict[str, Any]) -> list[dict[str, Any]]:
    """A talk whose times and rooms stand in ``slot`` or ``slots`` (pretalx), once for each."""
    given = talk.get("slots") or talk.get("slot")
    listed = given if isinstance(given, list) else [given]
    found = [
        s for s in listed if isinstance(s, dict) and any(moment_of(s.get(k)) for k in _STARTS)
    ]
    known = {k: v for k, v in talk.items() if k not in ("slots", "slot", "slot_count")}
    return [
        {**known, **{k: v for k, v in slot.items() if v and k not in ("id", "description")}}
        for slot in found
    ]


def _named(tree: object, lists: Container[str], depth: int = 0) -> Iterator[tuple[str, str]]:
    """Names by the ids under which talks refer to them, of every list that is called so."""
    if depth > _DEEPEST:
        return
    if isinstance(tree, list):
        for item in tree:
            yield from _named(item, lists, depth + 1)
    elif isinstance(tree, dict):
        for key, value in tree.items():
            if key in lists and isinstance(value, list):
                yield from _ids_of(value)
            yield from _named(value, lists, depth + 1)


def _ids_of(items: list[Any]) -> Iterator[tuple[str, str]]:
    for item in items:
        if not isinstance(item, dict):
            continue
        name = next((text(item[k]) for k in ("name", "fullName") if text(item.get(k))), "")
        for key in ("code", "id", "guid"):
            if name and text(item.get(key)):
                yield text(item[key]), name


def _usual(event: Mapping[str, Any]) -> dict[str, Any]:
    """The event under the names that frab uses."""
    facts = dict(event)
    for usual, others in (
        ("title", _TITLES),
        ("start", _STARTS),
        ("end", _ENDS),
        ("room", _ROOMS),
        ("persons", _PEOPLE),
        ("type", _SORTS),
    ):
        if text(facts.get(usual)) or isinstance(facts.get(usual), list):
            continue
        for other in others:
            if facts.get(other) not in (None, "", []):
                facts[usual] = facts.pop(other)
                break
    room = facts.get("room")
    if isinstance(room, list):
        room = ", ".join(text(item) for item in room)
    facts["room"] = room
    return facts
