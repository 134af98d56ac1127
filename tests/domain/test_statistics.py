"""Figures of the event: counted right, and pointing at nobody."""

from datetime import date

from bot.domain.asked import Counts, Kind, Outcome
from bot.domain.statistics import Reach, Statistics, by_group, cumulated

FIRST, SECOND = date(2025, 11, 4), date(2025, 11, 5)


def _statistics(asked: Counts) -> Statistics:
    return Statistics(Reach(3, 1, 1, 5), (), (), (), asked, 0)


def test_hours_run_without_gaps_from_the_first_question_to_the_last() -> None:
    asked = Counts(
        {
            Kind(SECOND, 9, "where", Outcome.ANSWERED): 2,
            Kind(FIRST, 7, "where", Outcome.ANSWERED): 1,
            Kind(FIRST, 7, "other", Outcome.UNKNOWN): 3,
        }
    )
    hours, rows = _statistics(asked).by_hour()
    assert list(hours) == [7, 8, 9]
    assert list(rows.items()) == [(FIRST, [4, 0, 0]), (SECOND, [0, 0, 2])]
    assert _statistics(Counts()).by_hour() == (range(0), {})


def test_unanswered_are_what_was_not_understood_and_what_the_rundown_does_not_say() -> None:
    asked = Counts(
        {
            Kind(FIRST, 7, "dress", Outcome.SILENT): 2,
            Kind(SECOND, 7, "dress", Outcome.SILENT): 1,
            Kind(FIRST, 7, "other", Outcome.UNKNOWN): 3,
            Kind(FIRST, 7, "where", Outcome.ASKED_BACK): 4,
            Kind(FIRST, 7, "where", Outcome.ANSWERED): 9,
        }
    )
    found = _statistics(asked)
    assert (found.questions, found.unanswered) == (19, 6)
    assert found.missed["dress", Outcome.SILENT] == 3


def test_reach_adds_up() -> None:
    reach = _statistics(Counts()).reach
    assert (reach.total, reach.joined) == (10, 5)


def test_who_came_adds_up_day_by_day() -> None:
    assert cumulated([SECOND, FIRST, SECOND]) == ((FIRST, 1), (SECOND, 3))


def test_small_groups_are_withheld_and_one_more_where_they_could_be_worked_out() -> None:
    members = [(n, "A", n < 4) for n in range(6)] + [(10 + n, "B", True) for n in range(7)]
    alone = [*members, (20, None, True)]
    assert [(g.group, g.joined) for g in by_group(members)] == [("A", 4), ("B", 7)]
    assert [(g.group, g.joined) for g in by_group(alone)] == [("A", None), ("B", 7), (None, None)]
