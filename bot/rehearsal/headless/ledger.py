"""Holds what arrived against what had to arrive: every due message once, none besides."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.rehearsal.headless.model import Done, Entry, Expected

PLANNED = ("reminder", "digest", "prompt", "broadcast", "change")
NOTICES = ("alert",)
"""Sent unasked, but not by the calendar: news for organizers."""


@dataclass(frozen=True)
class Ledger:
    """``fulfilled`` pairs each message that arrived with what asked for it."""

    fulfilled: Sequence[tuple[Entry, Expected]]
    missing: Sequence[Expected]
    extra: Sequence[Entry]


def reconcile(
    expected: Sequence[Expected], entries: Sequence[Entry], done: Sequence[Done]
) -> Ledger:
    """Pairs every arrival with its reason.

    A text that had to come, but came more often than it should, is extra wherever it stands,
    except as the preview of somebody's own announcement. Any other message is welcome as an answer
    to an act of the same person at the same instant.
    """
    waiting: dict[tuple[str, str], list[Expected]] = defaultdict(list)
    for message in expected:
        waiting[message.who, message.text].append(message)
    acted = {(each.act.who, each.act.at): each.words for each in done}
    fulfilled: list[tuple[Entry, Expected]] = []
    extra: list[Entry] = []
    for entry in entries:
        if not entry.incoming or entry.status != "delivered":
            continue
        due = waiting.get((entry.who, entry.text))
        reason = None if due is None else _taken(due, entry.at)
        if reason is not None:
            fulfilled.append((entry, reason))
        elif not _welcome(entry, planned=due is not None, acted=acted):
            extra.append(entry)
    missing = [message for message in expected if message in waiting[message.who, message.text]]
    return Ledger(fulfilled, missing, extra)


def _taken(due: list[Expected], at: datetime) -> Expected | None:
    """The message that an arrival at this instant stands for, which then waits no more."""
    for place, message in enumerate(due):
        if message.due_at <= at < message.useful_until:
            return due.pop(place)
    return None


def _welcome(entry: Entry, *, planned: bool, acted: Mapping[tuple[str, datetime], str]) -> bool:
    if entry.kind in NOTICES:
        return True
    words = acted.get((entry.who, entry.at))
    if entry.kind in PLANNED or words is None:
        return False
    return words == entry.text if planned else True
