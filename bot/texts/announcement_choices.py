"""What an organizer may choose about an announcement: for whom, when, how; the list of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.domain import clock
from bot.texts.announcements import Preview, Row, audience_name, some
from bot.texts.catalogue import text
from bot.texts.rendered import Button, Rendered

LETTERS = {"group": "g", "agency": "a", "echelon": "e", "role": "r", "unread": "u"}
"""Kinds of audience in button data."""
_PAGE = 10
_SHORT = 16
"""Labels up to this length stand two in a row."""
_DAYS = 6
_HOURS = range(5, 22)
_SOON = (timedelta(minutes=30), timedelta(hours=1), timedelta(hours=2))
_VALIDITY = ("day", "event", "none")


@dataclass(frozen=True, slots=True)
class Item:
    """One audience to choose: its reference, what its members share, how many joined."""

    ref: str
    name: str
    count: int


def audience_kinds(
    language: str, number: int, *, everybody: int, kinds: Sequence[str], prefix: str = "b"
) -> Rendered:
    """Everybody, or a kind of audience to look into. ``prefix``: b, or j for a poll."""
    every = text("broadcast.button_all", language, count=everybody)
    rows: list[Row] = [(Button(every, f"{prefix}:pa:{number}"),)]
    found = [
        Button(text(f"broadcast.kind_{kind}", language), f"{prefix}:p:{number}:{LETTERS[kind]}:0")
        for kind in kinds
    ]
    rows += in_rows(found, 2)
    rows.append((_back(language, number, prefix),))
    return Rendered(text("broadcast.ask_audience", language), tuple(rows))


def audience_values(
    language: str,
    number: int,
    *,
    kind: str,
    items: Sequence[Item],
    page: int,
    prefix: str = "b",
) -> Rendered:
    """The audiences of one kind, ten a page. ``prefix``: b, or j for a poll."""
    letter, last = LETTERS[kind], max(0, (len(items) - 1) // _PAGE)
    page = min(page, last)
    shown = items[page * _PAGE : (page + 1) * _PAGE]
    found = [
        Button(_label(language, kind, item), f"{prefix}:ps:{number}:{letter}:{item.ref}")
        for item in shown
    ]
    rows = in_rows(found, 2 if all(len(each.text) <= _SHORT for each in found) else 1)
    turns = [
        Button(arrow, f"{prefix}:p:{number}:{letter}:{to}")
        for arrow, to in (("‹", page - 1), ("›", page + 1))
        if 0 <= to <= last
    ]
    if turns:
        rows.append(tuple(turns))
    rows.append((_back(language, number, prefix),))
    return Rendered(text("broadcast.ask_audience", language), tuple(rows))


def times(
    language: str, broadcast_id: int, *, now: datetime, zone: str, confirmed: bool
) -> Rendered:
    """At once, in a while, or on one of the next days."""
    rows: list[Row] = [(Button(text("broadcast.button_now", language), f"b:w:{broadcast_id}:0"),)]
    soon = []
    for delay in _SOON:
        at = _whole_minute(now + delay)
        label = text("broadcast.button_in", language, zone=zone, delay=delay, at=at)
        soon.append(Button(label, f"b:w:{broadcast_id}:{minutes(at)}"))
    rows += in_rows(soon, 1)
    today = clock.local_day(now, zone)
    days = [today + timedelta(days=n) for n in range(_DAYS)]
    rows += in_rows(
        [
            Button(text("broadcast.button_day", language, day=day), f"b:t:{broadcast_id}:{day}")
            for day in days
        ],
        3,
    )
    back = f"b:i:{broadcast_id}" if confirmed else f"b:c:{broadcast_id}"
    rows.append((Button(text("broadcast.button_back", language), back),))
    return Rendered(text("broadcast.ask_time", language), tuple(rows))


def hours(language: str, broadcast_id: int, *, day: date, now: datetime, zone: str) -> Rendered:
    """The whole hours of ``day`` that are still to come; another minute may be typed."""
    found = []
    for hour in _HOURS:
        at = clock.at(day, time(hour), zone)
        if at > now:
            label = text("broadcast.button_hour", language, zone=zone, at=at)
            found.append(Button(label, f"b:w:{broadcast_id}:{minutes(at)}"))
    back = Button(text("broadcast.button_back", language), f"b:t:{broadcast_id}")
    html = text("broadcast.ask_hour", language, day=day)
    return Rendered(html, (*in_rows(found, 4), (back,)))


def minutes(at: datetime) -> int:
    """An instant in button data: whole minutes since 1970."""
    return int(at.timestamp()) // 60


def more(language: str, preview: Preview) -> Rendered:
    """Confirmation of reading, and how long latecomers get it."""
    number = preview.id
    asking = "broadcast.button_no_read" if preview.ask_read else "broadcast.button_ask_read"
    rows: list[Row] = [
        (Button(text(asking, language), f"b:m:{number}:read:{int(not preview.ask_read)}"),)
    ]
    for each in _VALIDITY:
        mark = "● " if each == preview.validity else "○ "
        label = mark + text(f"broadcast.button_until_{each}", language)
        rows.append((Button(label, f"b:m:{number}:until:{each}"),))
    rows.append((Button(text("broadcast.button_content", language), f"b:s:{number}"),))
    rows.append((_back(language, number),))
    return Rendered(text("broadcast.ask_more", language), tuple(rows))


@dataclass(frozen=True, slots=True)
class Entry:
    """One announcement in the list. ``at`` is when it leaves or left."""

    id: int
    title: str
    at: datetime
    to_come: bool
    delivered: int
    total: int
    retracted: bool


def listed(language: str, entries: Sequence[Entry], *, zone: str) -> Rendered:
    """Announcements to come and past, each with a button to its details."""
    rows = in_rows(
        [Button(f"{n}. {entry.title}"[:40], f"b:i:{entry.id}") for n, entry in _numbered(entries)],
        1,
    )
    html = text("broadcast.list", language, zone=zone, entries=_numbered(entries))
    return Rendered(html, tuple(rows))


def unread(
    language: str, broadcast_id: int, *, title: str, names: Sequence[str], nudges: int
) -> Rendered:
    """Who has not confirmed, with a button to remind them."""
    html = text("broadcast.unread", language, title=title, names=some(names), count=len(names))
    if not names:
        return Rendered(html)
    label = text("broadcast.button_nudge", language, count=len(names))
    return Rendered(html, ((Button(label, f"b:n:{broadcast_id}:{nudges}"),),))


def retract(
    language: str, broadcast_id: int, *, within: int, too_old: int, doubt: Sequence[str]
) -> Rendered:
    """Asks before taking it back; says so where Telegram does not allow it any more."""
    html = text(
        "broadcast.ask_retract",
        language,
        within=within,
        too_old=too_old,
        in_doubt=len(doubt),
        doubt=some(doubt),
    )
    keep = Button(text("broadcast.button_keep", language), f"b:i:{broadcast_id}")
    if not within:
        return Rendered(html)
    label = text("broadcast.button_retract_now", language, count=within)
    return Rendered(html, ((Button(label, f"b:dg:{broadcast_id}"), keep),))


def correction(
    language: str, correction_id: int, *, count: int, in_place: bool, doubt: Sequence[str]
) -> Rendered:
    """Asks before correcting."""
    html = text(
        "broadcast.confirm_correction",
        language,
        count=count,
        in_place=in_place,
        in_doubt=len(doubt),
        doubt=some(doubt),
    )
    row = (
        Button(
            text("broadcast.button_correct_now", language, count=count), f"b:eg:{correction_id}"
        ),
        Button(text("broadcast.button_discard", language), f"b:en:{correction_id}"),
    )
    return Rendered(html, (row,))


def in_rows(buttons: Sequence[Button], width: int) -> list[Row]:
    """The buttons, ``width`` in a row."""
    return [tuple(buttons[at : at + width]) for at in range(0, len(buttons), width)]


def _label(language: str, kind: str, item: Item) -> str:
    name = audience_name(language, kind, item.name) if kind == "role" else item.name
    return f"{name} ({item.count})"


def _back(language: str, number: int, prefix: str = "b") -> Button:
    return Button(text("broadcast.button_back", language), f"{prefix}:c:{number}")


def _numbered(entries: Sequence[Entry]) -> list[tuple[int, Entry]]:
    return list(enumerate(entries, start=1))


def _whole_minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
