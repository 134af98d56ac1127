"""Edits of the agenda, and what an organizer is warned of before one is confirmed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.rescheduling import Do, Edit, Impossible, Odd, apply, concerns, following
from tests.builders import agenda, local, session

MORNING = local("2025-11-04 06:00")
AGENDA = agenda(
    session("a", "2025-11-04 08:00", room="Aula"),
    session("b", "2025-11-04 09:00", room="Aula"),
    session("c", "2025-11-04 21:30", 120, room="Teras"),
    session("d", "2025-11-05 08:00", room="Aula"),
)


def _odd(edit: Edit, now: str = "2025-11-04 06:00") -> list[tuple[Odd, str]]:
    found = concerns(AGENDA, apply(AGENDA, edit), local(now))
    return [(concern.odd, concern.session.id) for concern in found]


def test_a_delay_of_a_session_and_all_after_it_stays_on_its_day() -> None:
    first = AGENDA.find("b")
    assert first is not None
    ids = tuple(s.id for s in following(AGENDA, first))
    assert ids == ("b", "c")
    moved = apply(AGENDA, Edit(Do.SHIFT, ids, minutes=15))
    starts = {s.id: s.start for s in moved.sessions}
    assert starts["a"] == local("2025-11-04 08:00")
    assert starts["b"] == local("2025-11-04 09:15")
    assert starts["c"] == local("2025-11-04 21:45")
    assert starts["d"] == local("2025-11-05 08:00")
    lengths = {s.id: s.duration for s in moved.sessions}
    assert lengths == {s.id: s.duration for s in AGENDA.sessions}


def test_a_cancelled_session_leaves_the_rundown_and_can_be_brought_back() -> None:
    gone = apply(AGENDA, Edit(Do.CANCEL, ("b",)))
    assert [s.id for s in gone.sessions] == ["a", "c", "d"]
    kept = gone.find("b")
    assert kept is not None and kept.cancelled
    back = apply(gone, Edit(Do.RESTORE, ("b",)))
    assert back.sessions == AGENDA.sessions and not back.cancelled


def test_a_new_start_keeps_the_length_and_a_new_end_changes_it() -> None:
    start = local("2025-11-04 10:00").isoformat()
    later = apply(AGENDA, Edit(Do.AMEND, ("b",), facts={"start": start})).find("b")
    assert later is not None and later.duration == timedelta(hours=1)
    end = local("2025-11-04 12:00").isoformat()
    longer = apply(AGENDA, Edit(Do.AMEND, ("b",), facts={"start": start, "end": end})).find("b")
    assert longer is not None and longer.duration == timedelta(hours=2)


def test_a_session_can_be_added_once() -> None:
    start = local("2025-11-04 11:00").isoformat()
    edit = Edit(Do.ADD, facts={"id": "new", "title": "Apel", "start": start, "kind": "assembly"})
    made = apply(AGENDA, edit)
    assert [s.id for s in made.sessions] == ["a", "b", "new", "c", "d"]
    with pytest.raises(Impossible, match="session_known"):
        apply(made, edit)


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (Edit(Do.SHIFT, ("x",), minutes=5), "session_gone"),
        (Edit(Do.SHIFT, ("a",), minutes=2000), "too_far"),
        (Edit(Do.SHIFT, ("a",), minutes=0), "nothing_changes"),
        (Edit(Do.SHIFT, ("a",), minutes=-1440), "outside"),
        (Edit(Do.RESTORE, ("a",)), "session_gone"),
        (Edit(Do.AMEND, ("a",), facts={"room": "Aula"}), "nothing_changes"),
        (Edit(Do.AMEND, ("a",), facts={"end": "2025-11-04T00:00:00+00:00"}), "ends_early"),
    ],
)
def test_what_cannot_be_done_says_why(edit: Edit, reason: str) -> None:
    with pytest.raises(Impossible) as told:
        apply(AGENDA, edit)
    assert told.value.reason == reason


def test_oddities_of_a_change_are_named() -> None:
    assert _odd(Edit(Do.SHIFT, ("a",), minutes=15)) == [(Odd.ROOM_TAKEN, "b")]
    assert _odd(Edit(Do.SHIFT, ("a", "b"), minutes=15)) == []
    assert _odd(Edit(Do.SHIFT, ("c",), minutes=60)) == [(Odd.AFTER_MIDNIGHT, "c")]
    assert _odd(Edit(Do.SHIFT, ("c",), minutes=180)) == [(Odd.AFTER_MIDNIGHT, "c")]
    assert _odd(Edit(Do.SHIFT, ("b",), minutes=-120), "2025-11-04 07:30") == [(Odd.PAST, "b")]
    assert _odd(Edit(Do.SHIFT, ("a",), minutes=30), "2025-11-04 12:00") == [
        (Odd.OVER, "a"), (Odd.ROOM_TAKEN, "b"),
    ]  # fmt: skip


def test_rooms_that_several_sessions_share_are_no_collision() -> None:
    shared = replace(AGENDA, event=replace(AGENDA.event, shared_rooms=("Aula",)))
    new = apply(shared, Edit(Do.SHIFT, ("a",), minutes=15))
    assert list(concerns(shared, new, MORNING)) == []


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.sampled_from(["a", "b", "c", "d"]), st.integers(-480, 140).filter(bool), st.booleans())
def test_a_delay_and_the_same_back_is_no_change(name: str, minutes: int, all_: bool) -> None:
    first = AGENDA.find(name)
    assert first is not None
    ids = tuple(s.id for s in following(AGENDA, first)) if all_ else (name,)
    there = Edit.from_dict(Edit(Do.SHIFT, ids, minutes=minutes).to_dict())
    moved = apply(AGENDA, there)
    assert apply(moved, Edit(Do.SHIFT, ids, minutes=-minutes)).sessions == AGENDA.sessions
    assert list(concerns(AGENDA, AGENDA, MORNING)) == []


def test_a_room_is_taken_for_as_long_as_anything_in_it_lasts() -> None:
    crowded = agenda(
        session("long", "2025-11-04 09:00", 180, room="Aula"),
        session("short", "2025-11-04 09:30", 30, room="Teras"),
        session("late", "2025-11-04 11:00", 30, room="Teras"),
    )
    moved = replace(crowded, sessions=tuple(replace(s, room="Aula") for s in crowded.sessions))
    found = concerns(crowded, moved, MORNING)
    taken = [(c.session.id, c.other.id) for c in found if c.odd is Odd.ROOM_TAKEN and c.other]
    assert taken == [("short", "long"), ("late", "long")]


def test_the_night_after_the_last_day_makes_the_event_a_day_longer() -> None:
    kept = replace(AGENDA, event=replace(AGENDA.event, keep_until=AGENDA.event.end))
    made = apply(kept, Edit(Do.SHIFT, ("d",), minutes=1440))
    assert (made.event.end - kept.event.end).days == 1
    assert made.event.keep_until == made.event.end
    with pytest.raises(Impossible, match="outside"):
        apply(kept, Edit(Do.AMEND, ("d",), facts={"start": "2025-11-07T01:00:00+00:00"}))


def test_what_has_begun_only_ends_later() -> None:
    edit = Edit(Do.SHIFT, ("a", "b"), minutes=15, facts={"running": ["a"]})
    made = apply(AGENDA, edit)
    starts = {s.id: (s.start, s.end) for s in made.sessions}
    assert starts["a"] == (local("2025-11-04 08:00"), local("2025-11-04 09:15"))
    assert starts["b"][0] == local("2025-11-04 09:15")
    assert (Odd.BEGUN, "a") in _odd(edit, "2025-11-04 08:30")
    with pytest.raises(Impossible, match="ends_early"):
        apply(AGENDA, replace(edit, minutes=-60))
