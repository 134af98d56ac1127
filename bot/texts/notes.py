"""Reflection notes as messages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.agenda import Agenda, Session
from bot.texts.catalogue import text
from bot.texts.rendered import Button, Rendered

_EXCERPT = 160
_BODY = 3500
"""Characters of a note in one message: escaping may lengthen it, and a heading stands above."""


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A note as lists show it."""

    id: int
    day: date
    title: str | None
    text: str

    @property
    def excerpt(self) -> str:
        """The beginning, on one line."""
        flat = " ".join(self.text.split())
        return flat if len(flat) <= _EXCERPT else flat[: _EXCERPT - 1].rstrip() + "…"


def ask(agenda: Agenda, language: str, *, session: Session | None, day: date) -> Rendered:
    """Asks for the text of a note."""
    html = text(
        "note.ask",
        language,
        session=session,
        day=day,
        question=session.question if session else None,
    )
    return Rendered(html)


def choose(language: str, sessions: Sequence[Session], day: date) -> Rendered:
    """Asks what the note is about: one of today's sessions, or the day."""
    rows = [(Button(session.title[:60], f"f:{session.ref}"),) for session in sessions]
    rows.append((Button(text("note.button_day", language), f"f:{day}"),))
    return Rendered(text("note.choose", language), tuple(rows))


def listing(
    language: str, notes: Iterable[NoteLine], *, first: int, total: int, size: int
) -> Rendered:
    """One page of up to ``size`` notes with a button for each, and for the pages beside it."""
    lines = list(notes)
    if not lines:
        return Rendered(text("note.none", language))
    last = first + len(lines)
    html = text("note.list", language, notes=lines, first=first, last=last, total=total)
    numbers = tuple(
        Button(str(first + i), f"n:v:{line.id}:{first}") for i, line in enumerate(lines, start=1)
    )
    pager = []
    if first > 0:
        newer = max(0, first - size)
        pager.append(Button(text("note.button_newer", language), f"n:l:{newer}"))
    if last < total:
        pager.append(Button(text("note.button_older", language), f"n:l:{last}"))
    return Rendered(html, (numbers, tuple(pager)) if pager else (numbers,))


def view(language: str, line: NoteLine, *, first: int) -> list[Rendered]:
    """One note whole, over several messages if it is long; buttons under the last."""
    parts = [line.text[i : i + _BODY] for i in range(0, len(line.text), _BODY)] or [""]
    rows = (
        (
            Button(text("note.button_edit", language), f"n:e:{line.id}"),
            Button(text("note.button_delete", language), f"n:x:{line.id}:{first}"),
        ),
        (Button(text("note.button_back", language), f"n:l:{first}"),),
    )
    return [
        Rendered(
            text("note.view", language, day=line.day, title=line.title, body=part),
            rows if i == len(parts) else (),
        )
        for i, part in enumerate(parts, start=1)
    ]


def ask_delete(language: str, note_id: int, *, first: int) -> Rendered:
    """Asks before deleting."""
    row = (
        Button(text("note.button_delete_yes", language), f"n:X:{note_id}:{first}"),
        Button(text("note.button_back", language), f"n:v:{note_id}:{first}"),
    )
    return Rendered(text("note.ask_delete", language), (row,))
