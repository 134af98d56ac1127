"""What somebody missed, as a short list with buttons to the details."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from bot.domain.agenda import Agenda, Session
from bot.domain.changes import Changes
from bot.domain.materials import Handouts
from bot.domain.polls import View
from bot.texts.answers import source_line
from bot.texts.catalogue import text
from bot.texts.polls import open_button
from bot.texts.rendered import Button, Rendered

_MOST = 8
"""Of each sort: more than that nobody reads on a phone."""
Notices = Mapping[int, tuple[str, datetime]]
"""Title and instant (UTC) of each announcement by its number, in order."""


def listing(
    agenda: Agenda,
    language: str,
    *,
    since: datetime,
    notices: Notices,
    changes: Changes,
    handouts: Handouts,
    polls: Sequence[View] = (),
) -> Rendered:
    """What there is, or that there is nothing."""
    if not notices and not changes and not handouts and not polls:
        nothing = text("missed.nothing", language, zone=agenda.timezone, since=since)
        return Rendered(f"{nothing}\n\n{source_line(agenda, language)}")
    sessions = _sessions(agenda, handouts)
    html = text(
        "missed.list",
        language,
        zone=agenda.timezone,
        since=since,
        notices=list(notices.values())[-_MOST:],
        more_notices=max(0, len(notices) - _MOST),
        changes=list(_changes(changes))[:_MOST],
        more_changes=max(0, len(list(_changes(changes))) - _MOST),
        source=source_line(agenda, language),
        materials=[(s, len(handouts[s.id])) for s in sessions],
        polls=polls[:_MOST],
    )
    to_answer = tuple((open_button(each),) for each in polls[:_MOST])
    rows = tuple(_buttons(agenda, language, notices, changes, sessions))
    return Rendered(html, (*rows, *to_answer))


def _sessions(agenda: Agenda, handouts: Handouts) -> Sequence[Session]:
    found = [session for key in handouts if (session := agenda.find(key)) is not None]
    return sorted(found, key=lambda s: (s.start, s.id))[:_MOST]


def _changes(changes: Changes) -> Iterator[tuple[str, Session, Session | None]]:
    """What became of each session: a word, as it is or was, and as it was where it differs."""
    for change in changes.changed:
        yield "changed", change.now, change.was
    for session in changes.cancelled:
        yield "cancelled", session, None
    for session in changes.restored:
        yield "restored", session, None
    for session in changes.added:
        yield "added", session, None


def _buttons(
    agenda: Agenda,
    language: str,
    notices: Notices,
    changes: Changes,
    sessions: Sequence[Session],
) -> Iterator[tuple[Button, ...]]:
    for number, (title, _) in list(notices.items())[-_MOST:]:
        yield (Button(f"📣 {title}"[:50], f"ms:{number}"),)
    days = sorted({agenda.day_of(session) for _, session, _ in _changes(changes)})[:2]
    if days:
        yield tuple(
            Button(text("change.button_day", language, day=day), f"d:{day}") for day in days
        )
    for session in sessions:
        yield (Button(f"📎 {session.title}"[:50], f"mt:s:{session.ref}"),)
