"""The organizers' view of who was turned away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.refusals import NOBODY
from bot.texts.catalogue import text
from bot.texts.rendered import Button, Rendered


@dataclass(frozen=True, slots=True)
class Line:
    """One account and one thing on one day; ``at`` is the last time (UTC).

    ``name`` and ``role`` are None for an account that nobody of the roster uses.
    """

    chat_id: int
    what: str
    at: datetime
    count: int
    name: str | None = None
    role: str | None = None
    removed: bool = False

    @property
    def nobody(self) -> bool:
        """Whether it stands for no single account."""
        return self.chat_id == NOBODY


def listing(lines: Sequence[Line], page: int, language: str, *, pages: int, zone: str) -> Rendered:
    """A page of lines and the way to the others."""
    words = [(line, text(f"refusal.{line.what}", language)) for line in lines]
    html = text("refusal.listing", language, zone=zone, lines=words, page=page + 1, pages=pages)
    turns = tuple(
        Button(arrow, f"r:t:{to}")
        for arrow, to in (("←", page - 1), ("→", page + 1))
        if 0 <= to < pages
    )
    back = (Button(text("roster.button_back", language), "r:b"),)
    return Rendered(html, tuple(row for row in (turns, back) if row))
