"""Sharing a note, and shared notes as organizers read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.agenda import Session
from bot.domain.notes import WITHOUT_NAME, Place, Sharing
from bot.domain.search import Piece, passage
from bot.texts.catalogue import text
from bot.texts.note_reading import EXCERPT, Row, in_parts, pager, shortened
from bot.texts.rendered import Button, Rendered

_QUOTED = 2500
_CHOICES = 8
_LABEL = 48
_LINE = 100
_MOST_REPEATED = 5


@dataclass(frozen=True, slots=True)
class SharedLine:
    """A shared note as an organizer sees it; ``name`` None: it was given without name."""

    data: str
    """What stands in the data of its button: a note's number or a key."""
    text: str
    name: str | None = None
    position: str | None = None
    day: date | None = None
    title: str | None = None

    @property
    def excerpt(self) -> list[Piece]:
        """The beginning, on one line."""
        return passage(self.text, (), width=EXCERPT)


def choices(
    language: str, *, note_id: int, sharing: Sharing, files: int, place: Place
) -> Rendered:
    """Who reads the note now, and who else may."""
    rows = [
        (
            Button(
                text(f"sharing.button_{to}", language, current=to is sharing),
                f"n:{code}:{note_id}:{place}",
            ),
        )
        for to, code in ((Sharing.PRIVATE, "p"), (Sharing.NAMED, "n"))
    ]
    rows.append((Button(text("sharing.button_nameless", language), f"n:a:{note_id}:{place}"),))
    rows.append((Button(text("notes.button_back", language), f"n:v:{note_id}:{place}"),))
    html = text("sharing.choose", language, sharing=sharing, files=files)
    return Rendered(html, tuple(rows))


def confirm_nameless(
    language: str,
    *,
    note_id: int,
    body: str,
    sharing: Sharing,
    files: int,
    versions: int,
    place: Place,
    repeated: Sequence[str],
    mark: str,
) -> Rendered:
    """Shows what would be given for good, and asks.

    Args:
        repeated: what commitments say that would be deleted with it.
        mark: tells whether what is shown here still holds when the button is pressed.
    """
    html = text(
        "sharing.confirm_nameless",
        language,
        body=body[:_QUOTED],
        cut=len(body) > _QUOTED,
        sharing=sharing,
        files=files,
        versions=versions,
        repeated=[shortened(what, _LINE) for what in repeated[:_MOST_REPEATED]],
        more=max(0, len(repeated) - _MOST_REPEATED),
    )
    yes = Button(text("sharing.button_yes", language), f"n:A:{note_id}:{mark}")
    no = Button(text("sharing.button_no", language), f"n:sh:{note_id}:{place}")
    return Rendered(html, ((yes,), (no,)))


def given(language: str) -> Rendered:
    """A note was given without name."""
    row = (Button(text("notes.button_list", language), "n:l:0"),)
    return Rendered(text("sharing.given", language), (row,))


def listing(
    language: str,
    lines: Sequence[SharedLine],
    *,
    place: Place,
    total: int,
    without_name: int,
    size: int,
    title: str | None = None,
) -> Rendered:
    """One page of shared notes for organizers, with a button for each."""
    last = place.first + len(lines)
    html = text(
        "shared.list",
        language,
        notes=lines,
        first=place.first,
        last=last,
        total=total,
        title=title,
        nameless=place.scope == WITHOUT_NAME.scope,
    )
    rows: list[Row] = []
    if lines:
        rows.append(
            tuple(
                Button(str(place.first + i), f"o:v:{line.data}:{place}")
                for i, line in enumerate(lines, start=1)
            )
        )
    rows += pager(language, place, total=total, size=size, data="o:l:{}")
    rows.append(_views(language, place, without_name=without_name))
    return Rendered(html, tuple(row for row in rows if row))


def sessions(language: str, found: Sequence[tuple[Session, int]], *, first: int) -> Rendered:
    """The sessions with shared notes, to choose one."""
    first = max(0, min(first, (len(found) - 1) // _CHOICES * _CHOICES))
    rows: list[Row] = [
        (
            Button(
                text(
                    "notes.button_of_session",
                    language,
                    title=shortened(session.title, _LABEL),
                    count=many,
                ),
                f"o:l:{Place.of_session(session.ref)}",
            ),
        )
        for session, many in found[first : first + _CHOICES]
    ]
    at = Place(first=first)
    rows += pager(language, at, total=len(found), size=_CHOICES, data="o:by:{}")
    rows.append((Button(text("notes.button_all", language), "o:l:0"),))
    key = "notes.choose_session" if found else "shared.none"
    return Rendered(text(key, language), tuple(rows))


def view(language: str, line: SharedLine, *, place: Place) -> list[Rendered]:
    """One shared note whole; the way back under the last message."""
    parts = in_parts(line.text)
    back = ((Button(text("notes.button_back", language), f"o:l:{place}"),),)
    return [
        Rendered(
            text("shared.view", language, note=line, body=part),
            back if i == len(parts) else (),
        )
        for i, part in enumerate(parts, start=1)
    ]


def _views(language: str, place: Place, *, without_name: int) -> Row:
    row = [Button(text("shared.button_sessions", language), "o:by:0")]
    if place.scope:
        row.append(Button(text("shared.button_named", language), "o:l:0"))
    if place.scope != WITHOUT_NAME.scope and without_name:
        label = text("shared.button_nameless", language, count=without_name)
        row.append(Button(label, f"o:l:{WITHOUT_NAME}"))
    return tuple(row)
