"""Announcements: confirmation, progress and report as messages."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.outbox import Status
from bot.texts.catalogue import text
from bot.texts.rendered import Button, Rendered

_BAR = 12
_NAMES = 800
"""Characters of names listed by state, so that four states fit; the number tells of the rest."""


def confirm(language: str, broadcast_id: int, *, count: int, waiting: int) -> Rendered:
    """Asks before sending to ``count`` people."""
    row = (
        Button(text("broadcast.button_send", language), f"b:go:{broadcast_id}"),
        Button(text("broadcast.button_discard", language), f"b:no:{broadcast_id}"),
    )
    return Rendered(text("broadcast.confirm", language, count=count, waiting=waiting), (row,))


def progress(language: str, *, done: int, total: int) -> Rendered:
    """How far it has come, with a bar."""
    filled = _BAR * done // total if total else _BAR
    bar = "▓" * filled + "░" * (_BAR - filled)
    return Rendered(text("broadcast.progress", language, bar=bar, done=done, total=total))


def report(
    language: str, *, delivered: int, total: int, names: Mapping[Status, Sequence[str]]
) -> Rendered:
    """Who got it and who did not, by name."""
    states = {
        "blocked": Status.BLOCKED,
        "never_started": Status.NEVER_STARTED,
        "refused": Status.REFUSED,
        "unknown": Status.UNKNOWN,
    }
    found = {word: names.get(status, ()) for word, status in states.items()}
    facts: dict[str, Any] = {word: _some(each) for word, each in found.items()}
    facts["counts"] = {word: len(each) for word, each in found.items()}
    return Rendered(text("broadcast.report", language, delivered=delivered, total=total, **facts))


def _some(names: Sequence[str]) -> list[str]:
    found: list[str] = []
    room = _NAMES
    for name in names:
        room -= len(name) + len(", ")
        if room < 0:
            return [*found, "…"]
        found.append(name)
    return found
