"""When a backup is due, and which stay."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain import clock
from bot.domain.backups import due, kept
from tests.builders import ZONE, local

EPOCH = datetime(2025, 1, 1, tzinfo=UTC)
instants = st.integers(0, 120 * 24 * 3600).map(lambda seconds: EPOCH + timedelta(seconds=seconds))
several = st.lists(instants, max_size=80, unique=True).map(sorted)


def test_one_is_due_after_the_hour_and_not_again_before_the_next_day() -> None:
    last = local("2025-11-03 03:10")
    assert not due(last, now=local("2025-11-04 02:59"), zone=ZONE, hour=3)
    assert due(last, now=local("2025-11-04 03:00"), zone=ZONE, hour=3)
    assert not due(local("2025-11-04 03:00"), now=local("2025-11-04 03:01"), zone=ZONE, hour=3)
    assert due(None, now=local("2025-11-04 00:00"), zone=ZONE, hour=3)


def test_one_that_was_missed_is_made_up_for() -> None:
    assert due(local("2025-11-01 03:00"), now=local("2025-11-04 01:00"), zone=ZONE, hour=3)


@given(several)
def test_the_newest_stays_and_never_more_than_seven_days_and_four_weeks(
    made: list[datetime],
) -> None:
    stay = kept(made, ZONE)
    assert stay <= set(made)
    assert len(stay) <= 11
    assert made == [] or made[-1] in stay
    days = sorted({clock.local_day(one, ZONE) for one in made})[-7:]
    assert set(days) <= {clock.local_day(one, ZONE) for one in stay}


@given(several)
def test_pruning_after_each_backup_keeps_what_pruning_once_keeps(made: list[datetime]) -> None:
    there: frozenset[datetime] = frozenset()
    for one in made:
        there = kept(there | {one}, ZONE)
    assert there == kept(made, ZONE)


def test_a_backup_a_day_keeps_a_week_of_days_and_a_month_of_weeks() -> None:
    made = [local("2025-11-30 03:00") - timedelta(days=n) for n in range(60)]
    stay = sorted((local("2025-11-30 03:00") - one).days for one in kept(made, ZONE))
    assert stay == [0, 1, 2, 3, 4, 5, 6, 7, 14, 21]
