"""Figures of the report, exact, from known notes and ratings; few people are never among them."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from bot.domain.agenda import Agenda
from bot.domain.commitments import Standing
from bot.domain.event_report import (
    GroupFigures,
    Participant,
    Rated,
    Reach,
    SessionFigures,
    SharedNote,
    SharedPlan,
    Stored,
    Unshared,
    report,
    spread,
)
from tests.builders import agenda, session

NOTHING = Stored((), (), (), (), (), (), ())


def _agenda() -> Agenda:
    return agenda(
        session("a", "2025-11-04 09:00"),
        session("b", "2025-11-04 11:00"),
        session("c", "2025-11-05 09:00"),
    )


def _people(*groups: tuple[str | None, int]) -> list[Participant]:
    """So many of each group, numbered from 1; the last one of all has not joined."""
    names = [name for name, count in groups for _ in range(count)]
    return [Participant(n, name, n < len(names)) for n, name in enumerate(names, start=1)]


def _stored(**facts: Any) -> Stored:
    return replace(NOTHING, **facts)


def test_spread_of_known_ratings() -> None:
    found = spread([1, 4, 4, 5, 5, 5])
    assert found is not None
    assert found.counts == (1, 0, 0, 2, 3)
    assert found.mean == 4.0
    assert found.median == 4.5
    assert found.total == 6
    assert spread([5, 5, 5, 5]) is None
    assert spread([]) is None


def test_participation_by_session_and_group() -> None:
    stored = _stored(
        participants=_people(("Kelompok 10", 8), ("Kelompok 2", 8), (None, 6)),
        written=[
            *((n, "a") for n in range(1, 21)),
            *((n, "b") for n in range(1, 5)),
            *((n, None) for n in range(1, 7)),
            *((n, "gone") for n in range(7, 9)),
            (99, "a"),
        ],
        ratings=[
            *(Rated(n, "a", 4) for n in range(1, 11)),
            *(Rated(n, "b", 5) for n in range(1, 4)),
            Rated(99, "a", 1),
            Rated(1, "gone", 1),
        ],
    )
    found = report(stored, _agenda())
    assert (found.participants, found.joined) == (22, 21)
    assert (found.writers, found.raters) == (20, 10)
    assert [(f.session_id, f.writers, f.raters) for f in found.sessions] == [
        ("a", 20, 10),
        ("b", None, None),
        ("c", None, None),
        (None, 8, None),
    ]
    first = found.sessions[0].spread
    assert first is not None
    assert first.counts == (0, 0, 0, 10, 0)
    assert found.sessions[1] == SessionFigures("b", None, None, None)
    assert found.spread == first, "three ratings of one session are in no total"
    assert found.groups == (
        GroupFigures("Kelompok 2", 8, None, None),
        GroupFigures("Kelompok 10", 8, 8, None),
        GroupFigures(None, 6, None, None),
    )


def test_attendance_is_told_of_five_people_where_it_was_taken() -> None:
    stored = _stored(
        participants=_people(("A", 8)),
        present={"a": frozenset({1, 2, 3, 4, 5, 99}), "b": frozenset({1, 2, 3, 4, 99})},
    )
    found = {each.session_id: each for each in report(stored, _agenda()).sessions}
    told = {key: (each.called, each.present) for key, each in found.items()}
    assert told == {"a": (True, 5), "b": (True, None), "c": (False, None)}


def test_sums_never_give_a_small_session_away() -> None:
    people = _people(("A", 8), ("B", 8))
    stored = _stored(
        participants=people,
        written=[*((n, "a") for n in range(1, 7)), (15, "b"), (16, "b")],
        ratings=[
            *(Rated(n, "a", 5) for n in range(1, 7)),
            Rated(15, "b", 1),
            Rated(16, "b", 1),
        ],
    )
    found = report(stored, _agenda())
    assert (found.writers, found.raters) == (6, 6)
    assert found.spread is not None
    assert found.spread.counts == (0, 0, 0, 0, 6)
    assert [group.writers for group in found.groups] == [None, None]


def test_small_sessions_enough_together_are_in_the_whole() -> None:
    ratings = [
        *(Rated(n, "a", 5) for n in range(1, 6)),
        *(Rated(n, "b", 1) for n in range(6, 10)),
        *(Rated(n, "c", 3) for n in range(10, 13)),
    ]
    found = report(_stored(participants=_people(("A", 15)), ratings=ratings), _agenda())
    assert found.spread is not None
    assert found.spread.counts == (4, 0, 3, 0, 5)
    assert [f.raters for f in found.sessions] == [5, None, None]


def test_without_a_name_the_session_is_told_only_among_five() -> None:
    notes = [
        *(SharedNote(f"c{n}", "c") for n in range(5)),
        *(SharedNote(f"a{n}", "a") for n in range(4)),
        SharedNote("named", "a", "Kepala Dinas", "Dinas"),
        SharedNote("lost", "gone", "Camat"),
    ]
    found = report(_stored(notes=notes), _agenda())
    assert [(note.text, note.session_id) for note in found.notes] == [
        ("named", "a"),
        *((f"c{n}", "c") for n in range(5)),
        *((f"a{n}", None) for n in range(4)),
        ("lost", None),
    ]
    assert {note.name for note in found.notes} == {None, "Kepala Dinas", "Camat"}


def test_commitments_that_are_kept_are_a_total_of_five_owners_at_least() -> None:
    five_of_one = [Unshared(1, Standing.DONE)] * 5
    assert report(_stored(unshared=five_of_one), _agenda()).unshared is None
    plans = [
        *(Unshared(n, Standing.NOT_BEGUN) for n in range(9)),
        *(Unshared(n, Standing.UNDER_WAY) for n in range(6)),
        Unshared(1, Standing.DONE),
    ]
    found = report(_stored(unshared=plans), _agenda())
    assert found.unshared == 16
    assert found.unshared_by_standing == {
        Standing.NOT_BEGUN: 9,
        Standing.UNDER_WAY: None,
        Standing.DONE: None,
        Standing.DROPPED: None,
    }


def test_an_event_without_anything_has_a_report() -> None:
    found = report(NOTHING, _agenda())
    assert (found.writers, found.raters, found.spread, found.unshared) == (None,) * 4
    assert [f.session_id for f in found.sessions] == ["a", "b", "c"]
    assert found.groups == ()


def test_what_is_shared_comes_as_it_is() -> None:
    plan = SharedPlan("Camat", "Tata arsip", "", None, date(2026, 1, 1), Standing.DONE)
    reach = Reach("Bus", datetime(2025, 11, 4, tzinfo=UTC), 34, 33, 20)
    found = report(_stored(plans=[plan], reached=[reach]), _agenda())
    assert found.plans == (plan,)
    assert found.reached == (reach,)
