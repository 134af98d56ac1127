"""A date as people write it: both languages, stretches of time, days that are over."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.deadlines import add_months, month_end, read_deadline
from tests.builders import ZONE

TODAY = date(2025, 11, 6)  # a Thursday


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("15 Desember", "2025-12-15"),
        ("paling lambat 20 Desember 2026.", "2026-12-20"),
        ("15/12", "2025-12-15"),
        ("2026-01-31", "2026-01-31"),
        ("December 15th, 2026", "2026-12-15"),
        ("by the 15th of December", "2025-12-15"),
        ("1 jan", "2026-01-01"),
        ("tanggal 20", "2025-11-20"),
        ("5", "2025-12-05"),
        ("besok", "2025-11-07"),
        ("Jumat depan", "2025-11-14"),
        ("jumat minggu depan", "2025-11-14"),
        ("minggu depan", "2025-11-16"),
        ("next week", "2025-11-16"),
        ("akhir bulan", "2025-11-30"),
        ("akhir bulan depan", "2025-12-31"),
        ("end of next month", "2025-12-31"),
        ("akhir tahun", "2025-12-31"),
        ("tahun depan", "2026-12-31"),
        ("Desember", "2025-12-31"),
        ("akhir Maret", "2026-03-31"),
        ("bulan maret 2026", "2026-03-31"),
        ("sebulan lagi", "2025-12-06"),
        ("dua minggu lagi", "2025-11-20"),
        ("in two weeks", "2025-11-20"),
        ("3 bulan", "2026-02-06"),
        ("triwulan I", "2026-03-31"),
        ("TW IV", "2025-12-31"),
        ("Q2 2026", "2026-06-30"),
        ("semester 1 2026", "2026-06-30"),
        ("5 November", "2025-11-05"),
        ("kemarin", "2025-11-05"),
    ],
)
def test_dates_in_words(words: str, meant: str) -> None:
    assert read_deadline(words, TODAY, zone=ZONE) == date.fromisoformat(meant)


@pytest.mark.parametrize("words", ["", "secepatnya", "31 Februari", "tanggal 45", "x", "🙏", "0"])
def test_what_names_no_day_is_none(words: str) -> None:
    assert read_deadline(words, TODAY, zone=ZONE) is None


def test_a_day_without_a_year_that_is_long_over_is_next_years() -> None:
    today = date(2026, 2, 1)
    for words in ("15 Desember", "15/12", "December 15"):
        assert read_deadline(words, today, zone=ZONE) == date(2026, 12, 15)
    assert read_deadline("15 Desember 2025", today, zone=ZONE) == date(2025, 12, 15)
    assert read_deadline("15 Januari", today, zone=ZONE) == date(2026, 1, 15)


def test_months_are_counted_on_to_the_last_day_where_they_are_shorter() -> None:
    assert add_months(date(2025, 11, 30), 3) == date(2026, 2, 28)
    assert add_months(date(2027, 11, 30), 3) == date(2028, 2, 29)
    assert month_end(2025, 26) == date(2027, 2, 28)


PIECES = st.sampled_from(
    ["akhir", "bulan", "depan", "minggu", "tahun", "15", "31", "0", "2026", "Desember", "feb",
     "triwulan", "iv", "q", "dalam", "in", "lagi", "next", "end", "of", "the", "se", "dua",
     "tanggal", "/", "-", ".", "jumat", "hari"]
)  # fmt: skip


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=6).map(" ".join) | st.text(max_size=40))
def test_any_words_are_a_date_or_none(words: str) -> None:
    found = read_deadline(words, TODAY, zone=ZONE)
    assert found is None or isinstance(found, date)
