"""The picture of a person's commitments, and the same in words."""

from collections.abc import Sequence
from datetime import date
from html import unescape
from typing import Any

from bot.documents.progress_picture import Part, Progress, Row
from bot.domain.commitments import Standing
from bot.texts.catalogue import text
from bot.texts.commitments import Undertaken, counts, cut, late, when_words

_ROWS = 4
_WHAT = 75
"""Characters of a commitment in the picture: three lines at most."""
_COLORS = {
    Standing.NOT_BEGUN: "#b8c4ca",
    Standing.UNDER_WAY: "#3b6ea8",
    Standing.DONE: "#0f766e",
    Standing.DROPPED: "#50606d",
}


def picture(language: str, own: Sequence[Undertaken], *, today: date) -> Progress:
    """What the picture shows: how many stand in which way, and the dates that come next."""
    standings = [each.standing for each in own]
    open_ones = _by_date(own)
    more = len(open_ones) - _ROWS
    return Progress(
        title=_plain("commitment.picture_title", language),
        middle=f"{standings.count(Standing.DONE)}/{len(own)}",
        under=_plain("commitment.picture_done", language),
        parts=tuple(
            Part(
                _plain(f"commitment.name_{standing}", language),
                standings.count(standing),
                _COLORS[standing],
            )
            for standing in Standing
        ),
        rows=tuple(_row(language, each, today) for each in open_ones[:_ROWS]),
        more=_plain("commitment.picture_more", language, more=more) if more > 0 else "",
    )


def caption(language: str, own: Sequence[Undertaken], *, today: date) -> str:
    """The same in words, for those who do not see the picture."""
    standings = [each.standing for each in own]
    coming = next((each for each in _by_date(own) if each.due_on >= today), None)
    return text(
        "commitment.picture_caption",
        language,
        counts=counts(language, {each: standings.count(each) for each in Standing}),
        late=late(own, today),
        next_what=cut(coming.what, _WHAT) if coming else "",
        next_day=coming.due_on if coming else today,
        next_when=when_words(coming.due_on, language, today) if coming else "",
    )


def _row(language: str, commitment: Undertaken, today: date) -> Row:
    day = _plain("commitment.picture_when", language, day=commitment.due_on)
    left = unescape(when_words(commitment.due_on, language, today))
    return Row(
        what=cut(commitment.what, _WHAT),
        when=f"{day} · {left}",
        color=_COLORS[commitment.standing],
        late=commitment.due_on < today,
    )


def _by_date(own: Sequence[Undertaken]) -> list[Undertaken]:
    return sorted((each for each in own if each.standing.open), key=lambda each: each.due_on)


def _plain(key: str, language: str, **facts: Any) -> str:
    """A text for the picture, which knows no HTML."""
    return unescape(text(key, language, **facts))
