"""How often a session was changed, and the key to a person's calendar."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.agenda import Agenda
from bot.domain.calendars import Revision, entries, gone, holder, revised, token
from tests.builders import agenda, session

NOW = datetime(2025, 11, 4, 1, tzinfo=UTC)
LATER = datetime(2025, 11, 4, 2, tzinfo=UTC)
FIRST = agenda(session("a", "2025-11-05 09:00"), session("b", "2025-11-05 11:00"))
SECRET = b"secret"


def _after(
    whole: Agenda, known: dict[str, Revision], now: datetime = LATER
) -> dict[str, Revision]:
    return known | {each.session_id: each for each in revised(whole, known, now)}


def _numbers(known: dict[str, Revision]) -> dict[str, int]:
    return {name: revision.sequence for name, revision in known.items()}


def test_only_what_changed_counts_up_and_what_comes_back_does_too() -> None:
    known = _after(FIRST, {}, NOW)
    assert _numbers(known) == {"a": 0, "b": 0}
    assert list(revised(replace(FIRST, version=9), known, LATER)) == []
    first, second = FIRST.sessions
    moved = replace(FIRST, sessions=(replace(first, room="Aula"), second))
    known = _after(moved, known)
    assert _numbers(known) == {"a": 1, "b": 0}
    known = _after(FIRST, known)
    assert _numbers(known) == {"a": 2, "b": 0}
    cancelled = replace(FIRST, sessions=(first, replace(second, cancelled=True)))
    known = _after(cancelled, known)
    assert _numbers(known) == {"a": 2, "b": 1}


def test_what_the_agenda_knows_no_more_is_cancelled_once_and_may_return() -> None:
    known = _after(FIRST, {}, NOW)
    shorter = replace(FIRST, sessions=FIRST.sessions[:1])
    known = _after(shorter, known)
    known = _after(shorter, known)
    assert _numbers(known) == {"a": 0, "b": 1}
    [lost] = gone(shorter, known)
    assert lost == replace(FIRST.sessions[1], kind=lost.kind, cancelled=True)
    [entry] = entries(shorter, [lost], known)
    assert (entry.sequence, entry.changed_at) == (1, LATER)
    assert _numbers(_after(FIRST, known))["b"] == 2


def test_a_key_tells_whose_it_is_and_nothing_else_fits() -> None:
    key = token(SECRET, event_id="e", person_id=300, generation=2)
    assert holder(key, SECRET, event_id="e") == (300, 2)
    assert holder(key, SECRET, event_id="f") is None
    assert holder(key, b"other", event_id="e") is None


@pytest.mark.parametrize("change", ["", "x", "12d-2", "é" * 30, "0" * 500])
def test_a_made_up_key_is_nobodys(change: str) -> None:
    key = token(SECRET, event_id="e", person_id=300, generation=2)
    assert holder(change, SECRET, event_id="e") is None
    assert holder(f"{key}{change or 'A'}", SECRET, event_id="e") is None
    assert holder(key.replace("-2-", "-3-", 1), SECRET, event_id="e") is None
