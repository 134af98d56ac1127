"""Days, times and lengths as people write them into cells."""

from datetime import date, datetime, time, timedelta

import pytest
from babel.dates import format_date
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store.schedules.rundown_cells import day_in, field_of, length_in, times_in

DAY = date(2025, 11, 4)


@pytest.mark.parametrize(
    "written",
    [
        "Selasa, 4 November 2025", "Selasa/4 November 2025", "SELASA 4 NOVEMBER 2025",
        "4 Nov 2025",
        "04-11-2025", "4/11/2025", "4/11/25", "4.11.2025", "2025-11-04", "2025-11-04 00:00:00",
        "Hari ke-1 / Selasa, 4 November 2025", "Hari Pertama (Selasa, 4 Nopember 2025)",
        "Tuesday, November 4, 2025", "Tue 4th November 2025", "Nov 4, 2025",
        "Hari/Tanggal: Selasa, 4 November 2025", "Hari, Tgl : 4 Nov. 2025", "4-Nov-2025",
        DAY, datetime(2025, 11, 4),
    ],
)  # fmt: skip
def test_days_in_full(written: object) -> None:
    found = day_in(written)
    assert found is not None
    assert found.date(first=None, year=None) == DAY
    assert found.whole


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Selasa, 4 November", DAY),
        ("November 4", DAY),
        ("Hari 1", DAY),
        ("Hari ke-2", date(2025, 11, 5)),
        ("HARI KE III", date(2025, 11, 6)),
        ("Hari Kedua", date(2025, 11, 5)),
        ("Day 4", date(2025, 11, 7)),
        ("Jum'at", date(2025, 11, 7)),
        ("Hari Selasa", DAY),
        ("31 Februari 2025", None),
    ],
)
def test_days_that_need_the_first_day_or_its_year(written: str, expected: date | None) -> None:
    found = day_in(written)
    assert found is not None
    assert found.date(first=DAY, year=2025) == expected
    if "2025" not in written:
        assert found.date(first=None, year=None) is None


@pytest.mark.parametrize(
    "written",
    ["Pembukaan", "Materi 1", "4 - 7 November 2025", "Selasa s.d. Jumat, 4 s.d. 7 November 2025",
     "4 November 2025 - 7 November 2025", "Selasa pagi", "", None, 4, "08.00 - 09.00"],
)  # fmt: skip
def test_what_is_no_single_day(written: object) -> None:
    assert day_in(written) is None


def test_a_day_within_other_words_is_not_the_whole_cell() -> None:
    found = day_in("Rapat persiapan 4 November 2025 di aula")
    assert found is not None
    assert not found.whole


@settings(derandomize=True, max_examples=200)
@given(
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["id", "en"]),
    st.sampled_from(["EEEE, d MMMM y", "EEE d MMM y", "d MMMM y", "dd/MM/y", "y-MM-dd"]),
)
def test_every_day_that_is_written_is_read_back(day: date, language: str, form: str) -> None:
    found = day_in(format_date(day, form, locale=language))
    assert found is not None
    assert found.date(first=None, year=None) == day
    assert found.weekday in (None, day.weekday())


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ("08.00 - 09.30 WIB", "08:00", "09:30"),
        ("08:00–09:30", "08:00", "09:30"),
        ("08.00 s.d. 09.30", "08:00", "09:30"),
        ("08.00 s/d 09.30 WITA", "08:00", "09:30"),
        ("08.00 sd 09.30", "08:00", "09:30"),
        ("08.00 sampai dengan 09.30", "08:00", "09:30"),
        ("Pukul 08.00 — 09.30", "08:00", "09:30"),
        ("pkl. 08.00 hingga 09.30", "08:00", "09:30"),
        ("0800-0930", "08:00", "09:30"),
        ("08-09", "08:00", "09:00"),
        ("7:30 AM - 9 PM", "07:30", "21:00"),
        ("8 - 9 am", "08:00", "09:00"),
        ("12:15 am", "00:15", None),
        ("22.00 - 01.00", "22:00", "25:00"),
        ("19.00 - 24.00", "19:00", "24:00"),
        ("08.00 s.d. selesai", "08:00", None),
        ("08.00 - selesai", "08:00", None),
        ("08.00", "08:00", None),
        ("08.00 -", "08:00", None),
        ("± 08.00 (tentatif)", "08:00", None),
        (time(8, 0), "08:00", None),
        (datetime(2025, 11, 4, 8, 30), "08:30", None),
        (timedelta(hours=8), "08:00", None),
        (1 / 3, "08:00", None),
        (8.3, "08:30", None),
    ],
)
def test_times(written: object, start: str, end: str | None) -> None:
    found = times_in(written)
    assert found is not None

    def clock(minutes: int | None) -> str | None:
        return None if minutes is None else f"{minutes // 60:02d}:{minutes % 60:02d}"

    assert (clock(found.start), clock(found.end)) == (start, end)
    assert found.open_end is ("selesai" in str(written))


def test_the_zone_behind_a_time_is_read() -> None:
    found = [times_in(f"08.00 {word}") for word in ("WIB", "wita", "WIT", "")]
    zones = ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura", None]
    assert [each.zone if each else "?" for each in found] == zones


@pytest.mark.parametrize(
    "written", ["tentatif", "8", "", "25.00", "08.75", "menyesuaikan", None, 13]
)
def test_what_is_no_time(written: object) -> None:
    assert times_in(written) is None


@settings(derandomize=True, max_examples=300)
@given(
    st.integers(0, 1439),
    st.integers(1, 1439),
    st.sampled_from(["-", " - ", "–", " s.d. ", " s/d ", " sampai ", " to "]),
    st.sampled_from([".", ":"]),
    st.sampled_from(["", " WIB", " wita"]),
)
def test_every_span_that_is_written_is_read_back(
    start: int, length: int, between: str, dot: str, zone: str
) -> None:
    end = (start + length) % 1440
    clocks = [f"{m // 60:02d}{dot}{m % 60:02d}" for m in (start, end)]
    found = times_in(between.join(clocks) + zone)
    assert found is not None
    assert (found.start, found.end) == (start, start + length)


@settings(derandomize=True, max_examples=300)
@given(st.text(max_size=40))
def test_any_text_is_a_day_or_a_time_or_neither(text: str) -> None:
    cell = day_in(text)
    if cell is not None:
        assert cell.number or (cell.day and cell.month) or cell.weekday in range(7)
    found = times_in(text)
    assert found is None or 0 <= found.start <= 1440
    length = length_in(text)
    assert length is None or length >= timedelta(0)


@pytest.mark.parametrize(
    ("written", "minutes"),
    [("90", 90), ("90 menit", 90), ("1 jam 30 menit", 90), ("1:30", 90), ("2 JP", 90), (45, 45),
     ("1,5 jam", 90), (time(1, 30), 90), (timedelta(minutes=20), 20), ("x", None), ("", None),
     (None, None)],
)  # fmt: skip
def test_lengths(written: object, minutes: int | None) -> None:
    found = length_in(written)
    assert found == (None if minutes is None else timedelta(minutes=minutes))
    assert length_in(2, heading="JP") == timedelta(minutes=90)


@pytest.mark.parametrize(
    ("heading", "field"),
    [("Hari/Tanggal", "day"), ("HARI, TANGGAL", "day"), ("Waktu (WIB)", "time"), ("Pukul", "time"),
     ("Jam", "time"), ("Kegiatan", "title"), ("Acara / Materi", "title"), ("Materi", "topic"),
     ("Tempat", "room"), ("Ruang/Lokasi", "room"), ("Narasumber", "speakers"), ("PIC", "pic"),
     ("Penanggung Jawab", "pic"), ("Ket.", "note"), ("Keterangan", "note"), ("No.", "number"),
     ("Speaker(s)", "speakers"), ("Dress Code", "dress"), ("Anggaran", None), ("", None)],
)  # fmt: skip
def test_headings(heading: str, field: str | None) -> None:
    assert field_of(heading) == field
