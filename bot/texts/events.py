"""The events of one bot that somebody belongs to."""

from collections.abc import Sequence

from bot.domain.agenda import Event
from bot.domain.refs import ref
from bot.texts.catalogue import text
from bot.texts.rendered import Button, Rendered

_LONGEST_LABEL = 40


def listing(events: Sequence[Event], current: Event, language: str) -> Rendered:
    """Each with its days, the current one marked; the others by button, where there are any."""
    ordered = sorted(events, key=lambda event: (event.start, event.id))
    lines = [text("event.line", language, e=e, current=e.id == current.id) for e in ordered]
    head = text("event.several" if len(ordered) > 1 else "event.one", language)
    rows = tuple((_button(e, language),) for e in ordered if e.id != current.id)
    parts = [head, "", *lines]
    if rows:
        parts += ["", text("event.hint", language)]
    return Rendered("\n".join(parts), rows)


def others_button(language: str) -> Button:
    """Opens the list."""
    return Button(text("event.button_others", language), "ev:l")


def _button(event: Event, language: str) -> Button:
    label = text("event.button", language, e=event).unescape()
    short = label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"
    return Button(short, f"ev:s:{ref(event.id)}")
