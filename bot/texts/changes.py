"""Changes of the rundown: what an organizer is shown before, and what everybody is told after."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from markupsafe import escape

from bot.domain.agenda import Agenda, Session
from bot.domain.changes import Changes, SessionChange
from bot.domain.own_agenda import Clash
from bot.domain.rescheduling import Concern
from bot.texts.catalogue import text
from bot.texts.importing import brief
from bot.texts.own_agenda import clash_lines
from bot.texts.rendered import MESSAGE_LIMIT, Button, Rendered

_TOLD = (
    "start",
    "end",
    "room",
    "title",
    "speakers",
    "groups",
    "dress",
    "bring",
    "description",
    "materials",
)
"""Fields whose change is of interest to people; the others change silently."""
_CARDS = 3
_ROOM_FOR_REST = 400
_ROOM_FOR_MORE = 100
_LINES = 8
_IN_HISTORY = 4


@dataclass(frozen=True, slots=True)
class Preview:
    """An edit before it is confirmed; ``told``: how many of which group would hear of it.

    ``scope`` is what a delay reaches: one, rest (all that follow that day) or None where there is
    nothing to choose. ``overtaken`` tells that somebody else changed the rundown meanwhile.
    ``warnings`` say what in a file could not be read.
    """

    edit_id: int
    changes: Changes
    concerns: Sequence[Concern]
    told: Sequence[tuple[str, int]]
    scope: str | None = None
    count: int = 0
    overtaken: bool = False
    warnings: Sequence[str] = ()


def worth_telling(changes: Changes, now: datetime) -> Changes:
    """The part that people still ahead of it need to hear: nothing that is over, no trifles."""
    return Changes(
        added=tuple(s for s in changes.added if s.end > now),
        changed=tuple(
            c
            for c in changes.changed
            if max(c.was.end, c.now.end) > now and any(name in _TOLD for name in c.fields)
        ),
        cancelled=tuple(s for s in changes.cancelled if s.end > now),
        restored=tuple(s for s in changes.restored if s.end > now),
        event=(),
        before=changes.before,
    )


def notice(
    changes: Changes, agenda: Agenda, language: str, *, clashes: Sequence[Clash] = ()
) -> Rendered:
    """What somebody is told: was and is, of each session, and the new version's number.

    Args:
        clashes: what collides in the reader's own rundown from now on.
    """
    head = text("change.notice", language)
    foot = text("change.version", language, version=agenda.version)
    collisions = []
    if clashes:
        lines = clash_lines(clashes, language, zone=agenda.timezone)
        collisions.append("\n".join([text("own.notice", language), *lines]))
    room = MESSAGE_LIMIT - _ROOM_FOR_REST - sum(map(len, collisions))
    body = _body(changes, agenda, language, room=room)
    first = [*(c.now for c in changes.changed), *changes.restored, *changes.added][:_CARDS]
    rows = [(Button(f"ℹ️ {session.title[:40]}", f"s:{session.ref}"),) for session in first]
    days = sorted({agenda.day_of(s) for s in (*first, *changes.cancelled)})
    rows += [(_day_button(day, language),) for day in days[:1]]
    rows.append((Button(text("change.button_calendar", language), "k:m"),))
    return Rendered("\n\n".join((head, body, *collisions, foot)), tuple(rows))


def preview(shown: Preview, old: Agenda, new: Agenda, language: str) -> Rendered:
    """What would change, who would be told, what is odd; with what to press."""
    head: list[str] = [text("change.preview", language)]
    if shown.overtaken:
        head.insert(0, text("change.overtaken", language, version=old.version))
    foot: list[str] = []
    if shown.changes.deletes_half:
        foot.append(text("change.deletes_half", language, count=len(shown.changes.cancelled)))
    foot += _some([_concern(concern, new, language) for concern in shown.concerns], language)
    if shown.warnings:
        lines, more = shown.warnings[:_LINES], len(shown.warnings[_LINES:])
        foot.append(text("change.unread", language, lines=lines, more=more))
    told = sum(count for _, count in shown.told)
    foot.append(text("change.will_tell", language, count=told, groups=shown.told))
    room = MESSAGE_LIMIT - _ROOM_FOR_MORE - sum(len(part) + 2 for part in (*head, *foot))
    parts = [*head, _body(shown.changes, new, language, room=room), *foot]
    return Rendered("\n\n".join(filter(None, parts)), tuple(_preview_buttons(shown, language)))


def applied(changes: Changes, agenda: Agenda, language: str, *, told: int) -> Rendered:
    """The preview once it is done."""
    parts = [
        text("change.applied", language, version=agenda.version, count=told),
        _body(changes, agenda, language, room=MESSAGE_LIMIT - _ROOM_FOR_REST),
    ]
    undo = Button(text("change.button_undo", language), f"g:u:{agenda.version}")
    return Rendered("\n\n".join(parts), ((undo,),))


def _preview_buttons(shown: Preview, language: str) -> Iterator[tuple[Button, ...]]:
    number = shown.edit_id
    if shown.scope is not None:
        alone = text("change.button_one", language, chosen=shown.scope == "one")
        rest = text(
            "change.button_rest", language, chosen=shown.scope == "rest", count=shown.count
        )
        yield (Button(alone, f"g:p:{number}:one"),)
        yield (Button(rest, f"g:p:{number}:rest"),)
    half, grave = shown.changes.deletes_half, shown.changes.grave
    key = "change.button_apply_sure" if half or grave else "change.button_apply"
    yield (Button(text(key, language, half=half, grave=grave), f"g:go:{number}"),)
    if shown.told:
        yield (Button(text("change.button_names", language), f"g:w:{number}"),)
    yield (Button(text("change.button_drop", language), f"g:no:{number}"),)


def audience(names: Sequence[tuple[str, Sequence[str]]], language: str) -> Rendered:
    """Who would be told, by name; more than fit into a message are counted."""
    shown: list[tuple[str, list[str]]] = []
    room, more = MESSAGE_LIMIT - _ROOM_FOR_REST, 0
    for group, persons in names:
        kept = []
        room -= len(group) + 20
        for name in persons:
            room -= len(escape(name)) + 2
            if room >= 0:
                kept.append(name)
            else:
                more += 1
        shown.append((group, kept))
    return Rendered(text("change.audience", language, groups=shown, more=more))


def _body(changes: Changes, agenda: Agenda, language: str, *, room: int) -> str:
    """Every change in its own lines; what does not fit into ``room`` letters is counted."""
    entries = [
        *_of_event(changes, language),
        *_together(changes, agenda, language),
        *_each(changes, agenda, language),
    ]
    kept: list[str] = []
    size = 0
    for entry in entries:
        size += len(entry) + 2
        if size > room:
            kept.append(text("change.more", language, count=len(entries) - len(kept)))
            break
        kept.append(entry)
    return "\n\n".join(kept)


def _some(lines: Sequence[str], language: str) -> Iterator[str]:
    """The first lines as one part; the others are counted."""
    if lines:
        more = len(lines) - _LINES
        rest = [text("change.more_lines", language, count=more)] if more > 0 else []
        yield "\n".join([*lines[:_LINES], *rest])


def _of_event(changes: Changes, language: str) -> Iterator[str]:
    for change in changes.event:
        facts = {"was": brief(change.was), "now": brief(change.now)}
        yield text("change.event", language, field=change.name, **facts)


def _together(changes: Changes, agenda: Agenda, language: str) -> Iterator[str]:
    """A line over sessions that all move by the same time."""
    shift = _common_shift(changes.moved)
    if shift:
        yield text("change.all_shift", language, by=abs(shift), later=shift > timedelta())


def _common_shift(moved: Sequence[SessionChange]) -> timedelta | None:
    shifts = {c.shift or c.now.end - c.was.end for c in moved}  # what has begun ends later
    return shifts.pop() if len(moved) > 1 and len(shifts) == 1 else None


def _each(changes: Changes, agenda: Agenda, language: str) -> Iterator[str]:
    zone = agenda.timezone
    for change in changes.changed:
        fields = [name for name in change.fields if name in _TOLD]
        yield text("change.session", language, zone=zone, c=change, fields=fields)
    for session in changes.cancelled:
        yield text("change.cancelled", language, zone=zone, s=session)
    for session in changes.restored:
        yield text("change.restored", language, zone=zone, s=session)
    for session in changes.added:
        yield text("change.added", language, zone=zone, s=session)


def _concern(concern: Concern, agenda: Agenda, language: str) -> str:
    return text(
        f"change.odd_{concern.odd.value}",
        language,
        zone=agenda.timezone,
        s=concern.session,
        other=concern.other,
    )


def _day_button(day: date, language: str) -> Button:
    return Button(text("change.button_day", language, day=day), f"d:{day}")


def sessions_to_change(
    agenda: Agenda, day: date, sessions: Iterable[Session], language: str
) -> Rendered:
    """The sessions of a day to choose from, and the ways to other days."""
    rows: list[tuple[Button, ...]] = [
        (Button(text("change.pick", language, zone=agenda.timezone, s=s), f"g:s:{s.ref}"),)
        for s in sessions
    ]
    at = agenda.days.index(day) if day in agenda.days else 0
    near = [*agenda.days[max(0, at - 1) : at], *agenda.days[at + 1 : at + 2]]
    rows.append(tuple(Button(_short(d, language), f"g:d:{d}") for d in near))
    rows.append(
        (
            Button(text("change.button_add", language), f"g:a:{day}"),
            Button(text("change.button_history", language), "g:h"),
        )
    )
    rows.append((Button(text("change.button_file", language), "g:file"),))
    return Rendered(text("change.choose_session", language, day=day), tuple(r for r in rows if r))


def _short(day: date, language: str) -> str:
    return text("change.short_day", language, day=day)


def session_menu(agenda: Agenda, session: Session, language: str) -> Rendered:
    """What can be done to one session."""
    ref, zone = session.ref, agenda.timezone
    head = text("change.menu", language, zone=zone, s=session)
    if session.cancelled:
        restore = Button(text("change.button_restore", language), f"g:r:{ref}")
        return Rendered(head, ((restore,), (_back(agenda, session, language),)))
    later = [_shift_button(ref, minutes) for minutes in (5, 10, 15)]
    more = [_shift_button(ref, minutes) for minutes in (30, 60, -15)]
    fields = [
        Button(text(f"change.button_{name}", language), f"g:f:{ref}:{name}")
        for name in ("time", "room", "speakers", "title")
    ]
    cancel = Button(text("change.button_cancel", language), f"g:c:{ref}")
    materials = Button(text("material.button_menu", language), f"mt:s:{ref}")
    attendance = Button(text("presence.button_menu", language), f"h:s:{ref}")
    poll = Button(text("poll.button_menu", language), f"j:n:{ref}")
    more_about = (attendance, materials, poll)
    rows = (tuple(later), tuple(more), tuple(fields[:2]), tuple(fields[2:]), more_about, (cancel,))
    return Rendered(head, (*rows, (_back(agenda, session, language),)))


def _shift_button(ref: str, minutes: int) -> Button:
    return Button(f"{'+' if minutes > 0 else '−'}{abs(minutes)}′", f"g:m:{ref}:{minutes}")


def _back(agenda: Agenda, session: Session, language: str) -> Button:
    return Button(text("change.button_back", language), f"g:d:{agenda.day_of(session)}")


@dataclass(frozen=True, slots=True)
class Past:
    """A version in the history: when it came, by whom, in how many sessions, and what it changed.

    ``changes`` is None where that is not kept.
    """

    version: int
    at: datetime
    author: str | None
    count: int
    changes: Changes | None = None


def history(versions: Sequence[Past], language: str, *, zone: str) -> Rendered:
    """The last versions, newest first; the newest can be undone."""
    entries = [
        "\n".join(
            [
                text("change.past", language, zone=zone, v=version),
                *_brief_lines(version.changes, language, zone=zone),
            ]
        )
        for version in versions
    ]
    html = "\n\n".join([text("change.history", language), *entries])
    while len(html) > MESSAGE_LIMIT:
        entries.pop()
        html = "\n\n".join([text("change.history", language), *entries])
    rows: tuple[tuple[Button, ...], ...] = ()
    if len(versions) > 1:
        undo = text("change.button_undo", language)
        rows = ((Button(undo, f"g:u:{versions[0].version}"),),)
    return Rendered(html, rows)


def _brief_lines(changes: Changes | None, language: str, *, zone: str) -> Iterator[str]:
    """What a version changed, a line each; the rest is counted."""
    if changes is None:
        return
    lines = [_brief_line("changed", c.now, language, zone=zone, change=c) for c in changes.changed]
    for what in ("cancelled", "restored", "added"):
        lines += [_brief_line(what, s, language, zone=zone) for s in getattr(changes, what)]
    lines += list(_of_event(changes, language))
    yield from lines[:_IN_HISTORY]
    if len(lines) > _IN_HISTORY:
        yield text("change.more_lines", language, count=len(lines) - _IN_HISTORY)


def _brief_line(
    what: str,
    session: Session,
    language: str,
    *,
    zone: str,
    change: SessionChange | None = None,
) -> str:
    facts = {"what": what, "title": session.title[:60], "s": session, "c": change}
    return text("change.brief", language, zone=zone, **facts)
