"""Words of imports and new events: plain text for a terminal and for the files written there."""

from collections.abc import Callable, Iterator
from datetime import date

from markupsafe import Markup

from bot.domain.agenda import Agenda, Session
from bot.domain.changes import Changes, SessionChange
from bot.texts.catalogue import text

_LONGEST = 120
_SHOWN = 40
"""So many lines of each sort of change; the rest is counted."""


def words(key: str, language: str, *, zone: str = "UTC", **facts: object) -> str:
    """A text of the catalogue without HTML escapes, free of what could steer a terminal."""
    return words_of(text(key, language, zone=zone, **facts))


def words_of(shown: Markup) -> str:
    """A text as a terminal shows it."""
    plain = str(shown.unescape())
    return "".join(
        c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in plain
    )


def summary(agenda: Agenda, language: str) -> str:
    """What was read, in a sentence."""
    event = agenda.event
    return words(
        "import.read",
        language,
        name=event.name,
        count=len(agenda.sessions),
        first=event.start,
        last=event.end,
        zone_name=event.timezone,
    )


def changes_text(changes: Changes, zone: str, language: str) -> str:
    """Every change on a line of its own, then what they come to."""
    lines = [
        *_listed("import.gone", changes.cancelled, zone, language),
        *_shortened([_changed(c, zone, language) for c in changes.changed], language),
        *_listed("import.restored", changes.restored, zone, language),
        *_listed("import.added", changes.added, zone, language),
    ]
    for change in changes.event:
        facts = {"field": change.name, "was": brief(change.was), "now": brief(change.now)}
        lines.append("  " + words("import.event", language, **facts))
    totals = words(
        "import.totals",
        language,
        added=len(changes.added) + len(changes.restored),
        changed=len(changes.changed),
        gone=len(changes.cancelled),
        same=changes.before - len(changes.changed) - len(changes.cancelled),
    )
    return "\n".join([*lines, totals])


def day_heading(language: str) -> Callable[[int, date], str]:
    """Words above the sessions of a day in agenda.yaml."""
    return lambda number, day: words("import.day", language, number=number, day=day)


def _listed(key: str, sessions: tuple[Session, ...], zone: str, language: str) -> Iterator[str]:
    lines = [
        "  "
        + words(
            key,
            language,
            zone=zone,
            session=session,
            start=session.start,
            title=session.title,
            room=session.room,
        )
        for session in sessions
    ]
    return _shortened(lines, language)


def _shortened(lines: list[str], language: str) -> Iterator[str]:
    yield from lines[:_SHOWN]
    if len(lines) > _SHOWN:
        yield "  " + words("import.more", language, count=len(lines) - _SHOWN)


def _changed(change: SessionChange, zone: str, language: str) -> str:
    parts = []
    if change.moved:
        facts = {"was": change.was, "now": change.now}
        parts.append(words("import.was_time", language, zone=zone, **facts))
    if change.relocated:
        parts.append(words("import.was_room", language, was=change.was.room, now=change.now.room))
    if change.retitled:
        parts.append(words("import.was_title", language, was=change.was.title))
    parts += [words("import.other", language, field=name) for name in change.others]
    facts_ = {"title": change.now.title, "what": ", ".join(parts)}
    return "  " + words("import.changed", language, **facts_)


def brief(value: object) -> str:
    """A field's value on a line, however long it is."""
    if isinstance(value, tuple):
        return ", ".join(map(str, value[:5])) + (" …" if len(value) > 5 else "") or "–"
    shown = "–" if value is None else str(value)
    return shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "…"
