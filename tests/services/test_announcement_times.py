"""When an announcement is to leave, as organizers write it on Monday evening, 3 November 2025."""

from datetime import date, datetime

import pytest

from bot.services.announcement_times import read_time
from tests.builders import agenda, local, session

EVENING = local("2025-11-03 20:00")
DINNER = agenda(session("dinner", "2025-11-04 19:00"), session("last", "2025-11-06 19:00"))


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("besok jam 7", "2025-11-04 07:00"),  # although there is a dinner at seven
        ("besok jam 7 malam", "2025-11-04 19:00"),
        ("tomorrow at 7 am", "2025-11-04 07:00"),
        ("jam 9", "2025-11-03 21:00"),
        ("jam 7", "2025-11-04 07:00"),
        ("7", "2025-11-04 07:00"),
        ("13.30", "2025-11-04 13:30"),
        ("21.45", "2025-11-03 21:45"),
        ("30 menit lagi", "2025-11-03 20:30"),
        ("lusa pukul 05.30", "2025-11-05 05:30"),
        ("5/11 13.00", "2025-11-05 13:00"),
        ("rabu jam 9 pagi", "2025-11-05 09:00"),
        ("kemarin jam 7", "2025-11-02 07:00"),
    ],
)
def test_an_hour_is_the_next_one_that_fits(words: str, meant: str) -> None:
    assert read_time(words, DINNER, EVENING) == local(meant)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("13.30", "2025-11-06 13:30"),
        ("jam 7", "2025-11-06 07:00"),
        ("besok jam 7", "2025-11-04 07:00"),
        ("30 menit lagi", "2025-11-03 20:30"),
    ],
)
def test_a_day_chosen_before_counts_for_words_that_name_none(words: str, meant: str) -> None:
    found = read_time(words, DINNER, EVENING, day=date(2025, 11, 6))
    assert found == local(meant)


def test_a_day_or_a_part_of_it_asks_for_the_hour() -> None:
    for words in ("besok", "besok pagi"):
        found = read_time(words, DINNER, EVENING)
        assert found == date(2025, 11, 4)
        assert not isinstance(found, datetime)


@pytest.mark.parametrize("words", ["", "halo", "jam 9 sampai jam 10", "99.99", "🙏", "x" * 5000])
def test_what_is_no_time_is_none(words: str) -> None:
    assert read_time(words, DINNER, EVENING) is None
