"""What is wrong, judged from measurements."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.health import Facts, Kind, judge, measured

MIB = 1024**2
CASES = [
    (Kind.STORE, Facts(store_failing_s=15), Facts(store_failing_s=0)),
    (Kind.SCHEDULER, Facts(late_s=100), Facts(late_s=0)),
    (Kind.OUTBOX, Facts(waiting_s=200, idle_s=200), Facts(waiting_s=10, idle_s=10)),
    (Kind.TELEGRAM, Facts(silent_s=301), Facts(silent_s=0)),
    (Kind.CLOCK, Facts(clock_off_s=-2.1), Facts(clock_off_s=0.4)),
    (Kind.DISK, Facts(disk_free=400 * MIB), Facts(disk_free=800 * MIB)),
    (Kind.BACKUP, Facts(backup_age_s=27 * 3600), Facts(backup_age_s=3600)),
]


@pytest.mark.parametrize(("kind", "ill", "well"), CASES)
def test_each_alarm_begins_and_ends(kind: Kind, ill: Facts, well: Facts) -> None:
    assert judge(ill, ()) == {kind}
    assert judge(well, {kind}) == frozenset()
    assert judge(Facts(), ()) == frozenset()


def test_every_kind_has_a_case() -> None:
    assert {kind for kind, _, _ in CASES} == set(Kind)


def test_in_between_it_stays_as_it_was_so_that_nothing_flutters() -> None:
    between = Facts(clock_off_s=1.5, disk_free=600 * MIB, late_s=30)
    assert judge(between, ()) == frozenset()
    both = {Kind.CLOCK, Kind.DISK, Kind.SCHEDULER}
    assert judge(between, both) == both


def test_a_long_queue_that_moves_is_no_stall() -> None:
    assert judge(Facts(waiting_s=3000, idle_s=2, waiting=90_000), ()) == frozenset()


def test_what_is_not_known_changes_nothing() -> None:
    assert judge(Facts(), {Kind.CLOCK}) == {Kind.CLOCK}


@given(st.floats(-100, 100), st.booleans())
def test_the_judgement_follows_the_measure(off: float, before: bool) -> None:
    wrong = Kind.CLOCK in judge(Facts(clock_off_s=off), {Kind.CLOCK} if before else ())
    assert measured(Kind.CLOCK, Facts(clock_off_s=off)) == abs(off)
    assert wrong or abs(off) <= 2
    assert not wrong or abs(off) > 1
