"""One's own notes as messages: lists, one note, its earlier versions, the way back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.agenda import Session
from bot.domain.notes import FOUND, Place, Sharing
from bot.domain.search import Piece, passage
from bot.texts.catalogue import text
from bot.texts.rendered import Button, Rendered

EXCERPT = 160
_BODY = 3500
"""Characters of a note in one message: escaping may lengthen it, and lines stand around it."""
_CHOICES = 8
_LABEL = 48
"""Characters of a session's title on a button."""
Row = tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A note as lists show it."""

    id: int
    day: date
    title: str | None
    text: str
    sharing: Sharing = Sharing.PRIVATE
    files: int = 0
    wanted: Sequence[str] = ()

    @property
    def excerpt(self) -> list[Piece]:
        """The beginning on one line, or the place where the words stand that were looked for."""
        return passage(self.text, self.wanted, width=EXCERPT)


@dataclass(frozen=True, slots=True)
class Whole:
    """One note as it is read: the line it has in lists, and what only its reader sees."""

    line: NoteLine
    written_at: datetime
    versions: int
    """How many texts it had, this one included."""


def listing(
    language: str,
    lines: Sequence[NoteLine],
    *,
    place: Place,
    total: int,
    size: int,
    title: str | None = None,
    words: str = "",
) -> Rendered:
    """One page of up to ``size`` notes with a button for each, the pages beside it, other views.

    Args:
        title: of the session whose notes these are.
        words: what was looked for, as it was typed.
    """
    shown = " ".join(words.split())[:60]
    if not lines:
        key = "notes.none_found" if place.scope == FOUND.scope else "notes.none"
        rows = [_views(language, place)] if place.scope else []
        return Rendered(text(key, language, words=shown), tuple(rows))
    last = place.first + len(lines)
    html = text(
        "notes.list",
        language,
        notes=lines,
        first=place.first,
        last=last,
        total=total,
        day=place.day,
        title=title,
        outside=place.outside,
        words=shown,
    )
    numbers = tuple(
        Button(str(place.first + i), f"n:v:{line.id}:{place}")
        for i, line in enumerate(lines, start=1)
    )
    rows = [numbers, *pager(language, place, total=total, size=size, data="n:l:{}")]
    return Rendered(html, (*rows, _views(language, place)))


def pager(language: str, place: Place, *, total: int, size: int, data: str) -> list[Row]:
    """Buttons to the pages before and after; no row where all is on one page."""
    row = []
    if place.first > 0:
        newer = place.at(max(0, place.first - size))
        row.append(Button(text("notes.button_previous", language), data.format(newer)))
    if place.first + size < total:
        older = place.at(place.first + size)
        row.append(Button(text("notes.button_next", language), data.format(older)))
    return [tuple(row)] if row else []


def days(language: str, found: Sequence[tuple[date, int]], *, first: int) -> Rendered:
    """The days with notes, to choose one."""
    labelled = [
        (text("notes.button_of_day", language, day=day, count=many), Place.of_day(day))
        for day, many in found
    ]
    return _choice(language, text("notes.choose_day", language), labelled, kind="d", first=first)


def sessions(
    language: str, found: Sequence[tuple[Session | None, int]], *, first: int
) -> Rendered:
    """The sessions with notes, to choose one."""
    labelled = [
        (
            text(
                "notes.button_of_session",
                language,
                title=shortened(session.title, _LABEL) if session else None,
                count=many,
            ),
            Place.of_session(session.ref if session else None),
        )
        for session, many in found
    ]
    heading = text("notes.choose_session", language)
    return _choice(language, heading, labelled, kind="s", first=first)


def view(language: str, zone: str, whole: Whole, *, place: Place) -> list[Rendered]:
    """One note whole, over several messages if it is long; buttons under the last."""
    line = whole.line
    parts = in_parts(line.text)
    return [
        Rendered(
            text(
                "notes.view",
                language,
                zone=zone,
                day=line.day,
                title=line.title,
                body=part,
                last=i == len(parts),
                written_at=whole.written_at,
                sharing=line.sharing,
            ),
            _note_buttons(language, whole, place) if i == len(parts) else (),
        )
        for i, part in enumerate(parts, start=1)
    ]


def version(
    language: str,
    zone: str,
    *,
    body: str,
    number: int,
    of: int,
    until: datetime,
    back: Place,
    note_id: int,
) -> list[Rendered]:
    """What a note said before: version ``number`` (from 1, the oldest) of ``of``."""
    parts = in_parts(body)
    turns = [
        Button(text(f"notes.button_{key}_version", language), f"n:h:{note_id}:{to}:{back}")
        for key, to in (("older", number - 1), ("newer", number + 1))
        if 1 <= to < of
    ]
    rows = [*([tuple(turns)] if turns else []), (_to_note(language, note_id, back),)]
    html = [
        text("notes.version", language, zone=zone, body=part, number=number, of=of, until=until)
        for part in parts
    ]
    return [
        Rendered(one, tuple(rows) if i == len(html) else ()) for i, one in enumerate(html, start=1)
    ]


def removed(
    language: str, zone: str, line: NoteLine, *, until: datetime, place: Place
) -> Rendered:
    """A note was deleted; it can be brought back up to ``until`` (UTC)."""
    rows = (
        (Button(text("notes.button_undo", language), f"n:u:{line.id}:{place}"),),
        (Button(text("notes.button_list", language), f"n:l:{place}"),),
    )
    html = text("notes.removed", language, zone=zone, excerpt=line.excerpt, until=until)
    return Rendered(html, rows)


def edited(language: str, note_id: int) -> Rendered:
    """A note has its new text."""
    row = (Button(text("notes.button_read", language), f"n:v:{note_id}:0"),)
    return Rendered(text("notes.edited", language), (row,))


def in_parts(body: str) -> list[str]:
    """A text in pieces that fit into a message each; one empty piece for an empty text."""
    return [body[i : i + _BODY] for i in range(0, len(body), _BODY)] or [""]


def shortened(words: str, most: int) -> str:
    """The beginning of a text on one line."""
    flat = " ".join(words.split())
    return flat if len(flat) <= most else flat[: most - 1].rstrip() + "…"


def _views(language: str, place: Place) -> Row:
    others = () if not place.scope else (Button(text("notes.button_all", language), "n:l:0"),)
    return (
        *others,
        Button(text("notes.button_days", language), "n:by:d:0"),
        Button(text("notes.button_sessions", language), "n:by:s:0"),
        Button(text("notes.button_search", language), "n:find"),
    )


def _choice(
    language: str, heading: str, labelled: Iterable[tuple[str, Place]], *, kind: str, first: int
) -> Rendered:
    every = list(labelled)
    first = max(0, min(first, (len(every) - 1) // _CHOICES * _CHOICES))
    rows: list[Row] = [
        (Button(label, f"n:l:{to}"),) for label, to in every[first : first + _CHOICES]
    ]
    at, data = Place(first=first), f"n:by:{kind}:{{}}"
    rows += pager(language, at, total=len(every), size=_CHOICES, data=data)
    rows.append((Button(text("notes.button_all", language), "n:l:0"),))
    return Rendered(heading, tuple(rows))


def _note_buttons(language: str, whole: Whole, place: Place) -> tuple[Row, ...]:
    line = whole.line
    commit = Button(text("commitment.button_from_note", language), f"c:n:{line.id}")
    kept = []
    if line.files:
        label = text("notes.button_files", language, count=line.files)
        kept.append(Button(label, f"n:fs:{line.id}"))
    if whole.versions > 1:
        label = text("notes.button_versions", language, count=whole.versions)
        kept.append(Button(label, f"n:h:{line.id}:{whole.versions - 1}:{place}"))
    return (
        (
            Button(text("notes.button_add", language), f"n:add:{line.id}"),
            Button(text("notes.button_edit", language), f"n:e:{line.id}"),
            Button(text("notes.button_delete", language), f"n:x:{line.id}:{place}"),
        ),
        *([tuple(kept)] if kept else []),
        (
            Button(text("notes.button_share", language), f"n:sh:{line.id}:{place}"),
            *([commit] if line.text else []),
        ),
        (Button(text("notes.button_list", language), f"n:l:{place}"),),
    )


def _to_note(language: str, note_id: int, place: Place) -> Button:
    return Button(text("notes.button_back", language), f"n:v:{note_id}:{place}")
