"""Local time of the event: no host zone, no local mean time, no lost hour."""

import os
import time as host_time
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import clock

ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura", "Europe/Berlin", "Asia/Kathmandu")
SUMMER_AND_WINTER = "Europe/Berlin"


def test_jakarta_is_seven_hours_ahead_not_seven_hours_and_seven_minutes() -> None:
    instant = clock.localize(datetime(2025, 11, 4, 9), "Asia/Jakarta")
    assert instant == datetime(2025, 11, 4, 2, tzinfo=UTC)
    assert clock.local(instant, "Asia/Jakarta").utcoffset() == timedelta(hours=7)


@settings(derandomize=True, max_examples=200)
@given(wall=st.datetimes(datetime(1995, 1, 1), datetime(2060, 1, 1)), zone=st.sampled_from(ZONES))
def test_wall_time_survives_the_way_to_utc_and_back_except_in_a_skipped_hour(
    wall: datetime, zone: str
) -> None:
    back = clock.local(clock.localize(wall, zone), zone).replace(tzinfo=None)
    assert back - wall in (timedelta(0), timedelta(hours=1))
    if zone != SUMMER_AND_WINTER:
        assert back == wall


def test_an_hour_that_occurs_twice_is_the_first_of_the_two() -> None:
    twice = clock.localize(datetime(2025, 10, 26, 2, 30), SUMMER_AND_WINTER)
    assert twice == datetime(2025, 10, 26, 0, 30, tzinfo=UTC)


def test_a_skipped_hour_counts_on_from_the_skip() -> None:
    skipped = clock.localize(datetime(2025, 3, 30, 2, 30), SUMMER_AND_WINTER)
    assert clock.local(skipped, SUMMER_AND_WINTER).strftime("%H:%M") == "03:30"


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2025, 3, 30), 23), (date(2025, 10, 26), 25), (date(2025, 6, 1), 24)]
)
def test_days_last_as_long_as_they_do(day: date, hours: int) -> None:
    first, after = clock.day_bounds(day, SUMMER_AND_WINTER)
    assert after - first == timedelta(hours=hours)
    assert clock.local_day(first, SUMMER_AND_WINTER) == day
    assert clock.local_day(after, SUMMER_AND_WINTER) == day + timedelta(days=1)
    assert clock.local_day(after - timedelta(seconds=1), SUMMER_AND_WINTER) == day


@pytest.mark.parametrize("host", ["UTC", "America/New_York", "Asia/Tokyo"])
def test_the_zone_of_the_host_plays_no_part(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("TZ", host)
    host_time.tzset()
    try:
        expected = datetime(2025, 11, 4, 22, 30, tzinfo=UTC)
        assert clock.at(date(2025, 11, 5), time(5, 30), "Asia/Jakarta") == expected
        assert clock.local_day(expected, "Asia/Jakarta") == date(2025, 11, 5)
        assert abs(clock.system_now() - datetime.now(UTC)) < timedelta(seconds=5)
    finally:
        monkeypatch.undo()
        os.environ.setdefault("TZ", "UTC")
        host_time.tzset()


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "WIB", "../etc/passwd"])
def test_a_zone_that_does_not_exist_is_refused_by_name(name: str) -> None:
    with pytest.raises(ValueError, match="unknown time zone"):
        clock.zone(name)


def test_zones_are_called_as_people_call_them() -> None:
    summer, winter = (datetime(2025, month, 1, tzinfo=UTC) for month in (7, 1))
    assert clock.short_name("Asia/Jakarta", summer) == "WIB"
    assert clock.short_name("Asia/Makassar", summer) == "WITA"
    assert clock.short_name("Asia/Jayapura", summer) == "WIT"
    assert clock.short_name(SUMMER_AND_WINTER, summer) == "CEST"
    assert clock.short_name(SUMMER_AND_WINTER, winter) == "CET"
    assert clock.zone("Asia/Jakarta") is not None


def _ahead(instant: str, hours: float) -> tuple[datetime, timedelta]:
    return datetime.fromisoformat(instant), timedelta(hours=hours)


@pytest.mark.parametrize(
    ("offsets", "zone"),
    [
        ([_ahead("2025-11-04T00:00Z", 7)], "Asia/Jakarta"),
        ([_ahead("2014-12-27T10:00Z", 1)], "Etc/GMT-1"),
        ([_ahead("2014-12-27T10:00Z", -5)], "Etc/GMT+5"),
        ([_ahead("2014-12-27T10:00Z", 0)], "UTC"),
        ([_ahead("2025-10-25T10:00Z", 2), _ahead("2025-10-27T10:00Z", 1)], "Africa/Ceuta"),
        ([_ahead("2023-09-10T05:00Z", 5.5)], "Asia/Colombo"),
        ([_ahead("2023-09-10T05:00Z", 5.4)], None),
    ],
)
def test_a_zone_is_found_by_what_its_clocks_showed(
    offsets: list[tuple[datetime, timedelta]], zone: str | None
) -> None:
    assert clock.zone_of(offsets, ["Asia/Jakarta", "nowhere"]) == zone
