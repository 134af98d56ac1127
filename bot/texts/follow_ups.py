"""Questions to the owners of commitments."""

from collections.abc import Sequence
from datetime import date

from bot.domain.agenda import Agenda
from bot.domain.follow_ups import SNOOZES
from bot.texts.catalogue import text
from bot.texts.commitments import Rows, Undertaken, line_of, standing_rows
from bot.texts.rendered import Button, Rendered

_MOST_ASKED = 10
"""Commitments in one question: more would be a message that nobody reads."""


def follow_up(
    agenda: Agenda,
    language: str,
    asked: Sequence[Undertaken],
    *,
    mark: int | None,
    today: date,
) -> Rendered:
    """Asks how these commitments stand. ``mark``: it is asked so many
    days after the event, or later."""
    several, shown = len(asked) > 1, asked[:_MOST_ASKED]
    lines = [
        line_of(each, language, today, number=n if several else None)
        for n, each in enumerate(shown, start=1)
    ]
    html = text(
        "commitment.follow_up",
        language,
        event=agenda.event,
        items=lines,
        days=(today - agenda.event.end).days if mark else None,
        more=len(asked) - len(shown),
        several=several,
    )
    answers = (
        _in_fives([Button(str(n), f"c:V:{each.id}") for n, each in enumerate(shown, start=1)])
        if several
        else standing_rows(language, asked[0].id)
    )
    again = tuple(
        Button(text("commitment.button_snooze", language, days=days), f"c:z:{days}")
        for days in SNOOZES
    )
    return Rendered(html, (*answers, again))


def snoozed(language: str, day: date) -> Rendered:
    """When it will be asked again."""
    back = Button(text("commitment.button_list", language), "c:l:0")
    return Rendered(text("commitment.snoozed", language, day=day), ((back,),))


def _in_fives(row: Sequence[Button]) -> Rows:
    return tuple(tuple(row[at : at + 5]) for at in range(0, len(row), 5))
