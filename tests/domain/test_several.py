"""Several events in one bot: which one is meant, and whose a button is."""

from datetime import date

import pytest

from bot.domain.several import MARK, Term, current, mark_for, mark_of, marked, unmarked
from tests import pressing


def _term(start: int, end: int, *, today: int, chosen: int | None = None) -> Term:
    first, last, now = (date(2025, 11, day) for day in (start, end, today))
    return Term(first, last, now, date(2025, 11, chosen) if chosen else None)


@pytest.mark.parametrize(
    ("today", "meant"), [(1, 0), (4, 0), (7, 0), (8, 1), (10, 1), (12, 1), (20, 1)]
)
def test_the_running_event_is_meant_else_the_next_else_the_last(today: int, meant: int) -> None:
    assert current([_term(4, 7, today=today), _term(10, 12, today=today)]) == meant


def test_of_two_that_run_the_one_that_began_last_is_meant() -> None:
    assert current([_term(6, 9, today=7), _term(4, 12, today=7)]) == 0


def test_what_was_chosen_stays_until_another_begins() -> None:
    def meant(today: int, chosen: int) -> int:
        return current([_term(4, 7, today=today), _term(10, 12, today=today, chosen=chosen)])

    assert [meant(day, chosen=1) for day in (1, 3, 4, 7, 8)] == [1, 1, 0, 0, 1]
    assert [meant(day, chosen=5) for day in (5, 6, 7, 9)] == [1, 1, 1, 1]


def test_of_two_choices_the_later_counts() -> None:
    terms = [_term(4, 7, today=5, chosen=5), _term(1, 9, today=5, chosen=4)]
    assert current(terms) == 0


def test_a_mark_is_put_on_once_and_taken_off_again() -> None:
    mark = mark_for("retret-2026")
    data = marked("s:abcdefgh", mark)
    assert data == marked(data, mark_for("another")) == f"{mark}~s:abcdefgh"
    assert (mark_of(data), unmarked(data)) == (mark, "s:abcdefgh")
    assert (mark_of("s:abcdefgh"), unmarked("s:abcdefgh")) == ("", "s:abcdefgh")
    assert marked("s:abcdefgh", "") == "s:abcdefgh"


def test_no_button_of_the_first_event_looks_marked() -> None:
    assert not any("~" in pattern for pattern in pressing.patterns())
    assert MARK.startswith("(?:"), "it adds no group to the patterns of buttons"
