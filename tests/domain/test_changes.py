"""The difference of two agendas: every kind of change, and nothing else."""

from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.agenda import Agenda, Kind, Material, Session
from bot.domain.changes import Changes, FieldChange, diff
from tests.builders import agenda, session

A = session("a", "2025-11-04 08:00", room="Aula")
B = session("b", "2025-11-04 10:00")
C = session("c", "2025-11-05 09:00")
BASE = agenda(A, B, C)
OTHER: dict[str, Any] = {
    "groups": ("Kelompok 2",),
    "title": "New title",
    "start": A.start + timedelta(minutes=15),
    "end": A.end + timedelta(minutes=15),
    "kind": Kind.MEAL,
    "room": "Lobi",
    "speakers": ("Dekan",),
    "description": "More",
    "dress": "Batik",
    "bring": "Pena",
    "aliases": ("pembukaan",),
    "materials": (Material("Salindia", "https://example.org/"),),
    "question": "Mengapa?",
}
"""Another value for every field of a session that can change."""


def to(*sessions: Session) -> Changes:
    return diff(BASE, Agenda(BASE.event, sessions))


def test_two_equal_agendas_differ_in_nothing_whatever_their_versions() -> None:
    assert not diff(BASE, replace(BASE, version=9, changed_at=A.start))
    assert diff(BASE, BASE) == Changes(before=3)


def test_added_and_cancelled_sessions_come_in_the_order_of_time() -> None:
    late, early = session("z", "2025-11-05 20:00"), session("y", "2025-11-04 06:00")
    changes = to(late, early, C)
    assert changes.added == (early, late)
    assert changes.cancelled == (A, B)
    assert not changes.changed
    assert changes


@pytest.mark.parametrize("name", sorted({f.name for f in fields(Session)} - {"id", "cancelled"}))
def test_every_field_of_a_session_is_compared(name: str) -> None:
    changes = to(replace(A, **{name: OTHER[name]}), B, C)
    [change] = changes.changed
    assert (change.id, change.was, change.fields) == ("a", A, (name,))
    assert change.moved is (name in {"start", "end"}) is (change in changes.moved)
    assert change.relocated is (name == "room") is (change in changes.relocated)
    assert change.retitled is (name == "title") is (change in changes.retitled)
    plain = name in {"start", "end", "room", "title"}
    assert (change.others == ()) is plain is (change not in changes.edited)


def test_one_session_can_change_in_several_ways_at_once() -> None:
    shifted = timedelta(minutes=-15)
    now = replace(A, start=A.start + shifted, end=A.end + shifted, room="Lobi", title="Baru")
    [change] = to(now, B, C).changed
    assert change.fields == ("title", "start", "end", "room")
    assert change.shift == shifted
    assert (change.moved, change.relocated, change.retitled) == (True, True, True)


def test_a_session_called_off_is_cancelled_and_may_be_restored() -> None:
    off = Agenda(BASE.event, (replace(A, cancelled=True), B, C))
    assert diff(BASE, off).cancelled == (A,)
    assert diff(off, BASE).restored == (A,)
    assert diff(off, BASE).added == ()
    assert not diff(off, Agenda(BASE.event, (B, C)))


def test_what_changed_in_the_event_itself_is_told_by_field() -> None:
    event = replace(BASE.event, place="Balai", end=date(2025, 11, 6))
    changes = diff(BASE, Agenda(event, BASE.sessions))
    assert changes.event == (
        FieldChange("end", date(2025, 11, 5), date(2025, 11, 6)),
        FieldChange("place", None, "Balai"),
    )
    assert changes


@pytest.mark.parametrize(
    ("kept", "half"), [((A, B, C), False), ((A, B), False), ((A,), True), ((), True)]
)
def test_a_change_that_takes_half_of_the_agenda_away_is_known_as_such(
    kept: tuple[Session, ...], half: bool
) -> None:
    assert to(*kept).deletes_half is half


def test_filling_an_empty_agenda_deletes_nothing() -> None:
    assert not diff(Agenda(BASE.event, ()), BASE).deletes_half


@settings(derandomize=True, max_examples=100)
@given(
    st.lists(st.sampled_from("abcdefgh"), unique=True),
    st.lists(st.sampled_from("abcdefgh"), unique=True),
    st.data(),
)
def test_every_session_is_accounted_for_exactly_once(
    before: list[str], after: list[str], data: st.DataObject
) -> None:
    def plan(ids: list[str]) -> Agenda:
        minutes = st.integers(0, 2000)
        made = (
            replace(A, id=i, start=A.start + timedelta(minutes=data.draw(minutes))) for i in ids
        )
        return Agenda(BASE.event, tuple(made))

    old, new = plan(before), plan(after)
    changes = diff(old, new)
    assert {s.id for s in changes.added} == set(after) - set(before)
    assert {s.id for s in changes.cancelled} == set(before) - set(after)
    unchanged = [s for s in new.sessions if old.find(s.id) == s]
    assert len(changes.added) + len(changes.changed) + len(unchanged) == len(after)
    back = diff(new, old)
    assert back.added == changes.cancelled
    assert {(c.was, c.now) for c in back.changed} == {(c.now, c.was) for c in changes.changed}
