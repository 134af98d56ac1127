"""Rundowns in Excel as committees write them."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.agenda import Kind, Material
from tests.store.schedules.files import (
    agenda_of,
    codes_of,
    imported,
    problems_of,
    rows_of,
    when,
    workbook,
)

FILE = "rundown.xlsx"
HEAD = ["No", "Hari/Tanggal", "Waktu", "Kegiatan", "Tempat", "Narasumber", "PJ", "Keterangan"]
DAY = "Selasa, 4 November 2025"


def starts(content: bytes, **options: Any) -> list[tuple[str, str]]:
    """Local times and title of every session."""
    agenda = agenda_of(content, FILE, **options)
    return [(when(agenda, s), s.title) for s in agenda.sessions]


def test_a_committee_s_rundown_with_titles_above_and_merged_dates() -> None:
    content = workbook(
        [
            ["RUNDOWN KEGIATAN RETRET KEPALA DINAS"],
            ["Tempat", ":", "Hotel Contoh, Magelang"],
            ["Penyelenggara: BKPSDM"],
            [],
            HEAD,
            [1, 2, 3, 4, 5, 6, 7, 8],
            [1, DAY, "07.30 - 08.30 WIB", "Registrasi", "Lobi", None, "Sekretariat", "Bawa KTP"],
            [
                2,
                None,
                "08.30 - 09.30 WIB",
                "Pembukaan",
                "Aula",
                "1. Dekan\n2. Rektor; Bupati",
                "-",
            ],
            [3, None, "09.30 s.d. selesai", "Materi 1: Awal", "Aula", "Dr. A, M.Si.", None, None],
            [4, "Rabu, 5 November 2025", "08.00 - 10.00", "Senam", "Lapangan"],
            [5, None, "10.00 - 12.00", "Diskusi", "Aula"],
        ],
        merged=["B7:B9", "B10:B11"],
    )
    found = imported(content, FILE)
    assert rows_of(found.agenda) == [
        ("2025-11-04 07:30-08:30", "Registrasi", "Lobi"),
        ("2025-11-04 08:30-09:30", "Pembukaan", "Aula"),
        ("2025-11-04 09:30-10:30", "Materi 1: Awal", "Aula"),
        ("2025-11-05 08:00-10:00", "Senam", "Lapangan"),
        ("2025-11-05 10:00-12:00", "Diskusi", "Aula"),
    ]
    sessions = found.agenda.sessions
    assert sessions[0].description == "Bawa KTP\nPJ: Sekretariat"
    assert sessions[1].speakers == ("Dekan", "Rektor", "Bupati")
    assert sessions[2].speakers == ("Dr. A, M.Si.",)
    assert [s.kind for s in sessions] == [
        Kind.REGISTRATION, Kind.CEREMONY, Kind.TALK, Kind.EXERCISE, Kind.DISCUSSION
    ]  # fmt: skip
    event = found.agenda.event
    assert event.name == "RETRET KEPALA DINAS"
    assert (event.place, event.organizer) == ("Hotel Contoh, Magelang", "BKPSDM")
    assert found.zone_named
    assert [p.code for p in found.problems] == ["import_no_end"]


def test_real_dates_and_times_of_the_spreadsheet() -> None:
    content = workbook(
        [
            ["Tanggal", "Mulai", "Selesai", "Acara", "Ruang"],
            [datetime(2025, 11, 4), time(8), time(9, 30), "A", "Aula"],
            [date(2025, 11, 4), datetime(1899, 12, 30, 10), timedelta(hours=11), "B", 101],
            [None, 0.5, 13.3, "C", None],
        ]
    )
    assert rows_of(agenda_of(content, FILE)) == [
        ("2025-11-04 08:00-09:30", "A", "Aula"),
        ("2025-11-04 10:00-11:00", "B", "101"),
        ("2025-11-04 12:00-13:30", "C", None),
    ]


def test_dates_as_rows_of_their_own_and_a_heading_repeated_for_each_day() -> None:
    head = ["Pukul", "Acara", "Tempat"]
    content = workbook(
        [
            ["JADWAL ACARA"],
            ["HARI KE-1: SELASA, 4 NOVEMBER 2025", None, None],
            head,
            ["08.00-09.00", "A", "Aula"],
            ["HARI KE-2 (RABU, 5 NOVEMBER 2025)", None, None],
            head,
            ["08.00-09.00", "B", "Aula"],
            ["Hari 3", None, None],
            ["09.00-10.00", "C", "Aula"],
        ],
        merged=["A2:C2", "A5:C5", "A8:C8"],
    )
    assert starts(content) == [
        ("2025-11-04 08:00-09:00", "A"),
        ("2025-11-05 08:00-09:00", "B"),
        ("2025-11-06 09:00-10:00", "C"),
    ]


def test_a_sheet_a_day_by_its_name_or_by_what_stands_above() -> None:
    def table(title: str) -> list[list[Any]]:
        return [["Waktu", "Kegiatan"], ["08.00 - 09.00", title]]

    above = [["Hari/Tanggal : Rabu, 5 November 2025"], [], *table("B")]
    content = workbook(
        [["Rundown 4 s.d. 7 November 2025"], *table("A")],
        above,
        table("C"),
        table("D"),
        [["Petunjuk pengisian"], ["Isi semuanya"]],
        table("E"),
        names=["4 Nov", "Rabu", "Hari 3", "7 Nov 2025", "Petunjuk", "Lama"],
        hidden=["Lama"],
    )
    assert starts(content) == [
        ("2025-11-04 08:00-09:00", "A"),
        ("2025-11-05 08:00-09:00", "B"),
        ("2025-11-06 08:00-09:00", "C"),
        ("2025-11-07 08:00-09:00", "D"),
    ]
    assert codes_of(content, FILE) >= {"import_sheet_skipped", "import_hidden_sheet"}


def test_days_that_are_only_counted_need_the_first_one() -> None:
    content = workbook(
        [["Hari", "Jam", "Kegiatan"], ["Hari 1", "08.00", "A"], ["Hari 2", "09.00", "B"]]
    )
    assert "import_no_sessions" in codes_of(content, FILE)
    assert {p.line for p in problems_of(content, FILE) if p.code == "import_row_no_day"} == {2, 3}
    first = date(2025, 11, 4)
    assert starts(content, first_day=first) == [
        ("2025-11-04 08:00-09:00", "A"),
        ("2025-11-05 09:00-10:00", "B"),
    ]
    bare = workbook([["Jam", "Kegiatan"], ["08.00", "A"]])
    assert codes_of(bare, FILE) == {"import_no_days"}
    assert starts(bare, first_day=first)[0][0] == "2025-11-04 08:00-09:00"


@pytest.mark.parametrize(
    "cells",
    [
        ("Hari/Tanggal/Waktu", "Selasa, 4 November 2025\n08.00 - 09.00 WIB"),
        ("Tanggal & Jam", "4/11/2025 08.00-09.00"),
        ("Hari, Tanggal dan Waktu", "Selasa, 4 Nov 2025, pukul 08.00 s.d. 09.00"),
    ],
)
def test_day_and_time_in_one_column(cells: tuple[str, str]) -> None:
    heading, both = cells
    content = workbook([[heading, "Kegiatan"], [both, "A"], ["09.00 - 10.00", "B"]])
    assert starts(content) == [
        ("2025-11-04 08:00-09:00", "A"),
        ("2025-11-04 09:00-10:00", "B"),
    ]
    moment = workbook([[heading, "Kegiatan"], [datetime(2025, 11, 4, 8), "A"]])
    assert starts(moment) == [("2025-11-04 08:00-09:00", "A")]


def test_days_by_their_names_after_the_dates_above_the_table() -> None:
    content = workbook(
        [
            ["Waktu pelaksanaan : 4 s.d. 7 November 2025"],
            ["Hari", "Jam", "Uraian"],
            ["Selasa", "08.00 - 09.00", "A"],
            ["Jum'at", "08.00 - 09.00", "B"],
        ]
    )
    assert starts(content) == [("2025-11-04 08:00-09:00", "A"), ("2025-11-07 08:00-09:00", "B")]


def test_day_and_date_in_columns_of_their_own() -> None:
    content = workbook(
        [["Hari", "Tanggal", "Waktu", "Kegiatan"], ["Senin", "4 November 2025", "08.00", "A"],
         ["Rabu", "5/11/2025", "08.00", "B"]]
    )  # fmt: skip
    assert [at[:10] for at, _ in starts(content)] == ["2025-11-04", "2025-11-05"]


def test_a_weekday_that_does_not_fit_its_date_is_told() -> None:
    content = workbook([HEAD, [1, "Senin, 4 November 2025", "08.00", "A"]])
    [problem] = [p for p in problems_of(content, FILE) if p.code == "import_weekday"]
    assert (problem.line, problem.facts["day"]) == (2, date(2025, 11, 4))


def test_what_runs_past_midnight_is_on_the_next_day() -> None:
    content = workbook(
        [HEAD, [1, DAY, "20.00 - 22.00", "A"], [2, None, "22.00 - 00.30", "B"],
         [3, None, "00.30 - 02.00", "C"], [4, None, "02.00 - 03.00", "D"]]
    )  # fmt: skip
    assert [at for at, _ in starts(content)] == [
        "2025-11-04 20:00-22:00",
        "2025-11-04 22:00-00:30",
        "2025-11-05 00:30-02:00",
        "2025-11-05 02:00-03:00",
    ]
    early = workbook([HEAD, [1, DAY, "13.00", "A"], [2, None, "04.00 - 05.00", "Subuh"]])
    assert "2025-11-04 04:00-05:00" in [at for at, _ in starts(early)]


def test_rows_without_a_time_are_points_of_the_session_above() -> None:
    content = workbook(
        [
            HEAD,
            [1, DAY, "08.00 - 09.30", "Pembukaan :", "Aula", None, None, None],
            [None, None, None, "Menyanyikan Indonesia Raya"],
            [None, None, None, "Sambutan", None, "Ketua Panitia"],
            [None, None, None, "c. Doa"],
            [2, None, "09.30 - 10.00", "Kopi"],
        ],
        merged=["C2:C5"],
    )
    found = imported(content, FILE)
    assert [s.title for s in found.agenda.sessions] == ["Pembukaan", "Kopi"]
    assert found.agenda.sessions[0].description == (
        "- Menyanyikan Indonesia Raya\n- Sambutan (Ketua Panitia)\nc. Doa"
    )
    [told] = [p for p in found.problems if p.code == "import_continued"]
    assert told.facts["names"] == "Menyanyikan Indonesia Raya [3], Sambutan [4], c. Doa [5]"


def test_rows_of_one_time_in_different_rooms_are_parallel_sessions() -> None:
    content = workbook(
        [
            HEAD,
            [1, DAY, "13.00 - 15.00", "Kelas A", "Ruang 1", "Ada"],
            [None, None, None, "Kelas B", "Ruang 2", "Grace"],
            [None, None, None, "Kelas C", "Ruang 3", "Edsger"],
        ],
        merged=["B2:B4", "C2:C4"],
    )
    assert rows_of(agenda_of(content, FILE)) == [
        ("2025-11-04 13:00-15:00", f"Kelas {x}", f"Ruang {n}")
        for x, n in zip("ABC", "123", strict=True)
    ]


def test_a_title_over_several_times_is_one_session_and_over_several_speakers_too() -> None:
    content = workbook(
        [
            HEAD,
            [1, DAY, "08.00 - 09.00", "Ujian", "Aula", "Ada"],
            [None, None, "09.00 - 10.00", None, None, "Grace"],
            [2, None, "10.00 - 12.00", "Panel", "Aula", "Ada"],
            [None, None, None, None, None, "Grace"],
        ],
        merged=["D2:D3", "C4:C5", "D4:D5"],
    )
    agenda = agenda_of(content, FILE)
    assert starts(content) == [
        ("2025-11-04 08:00-10:00", "Ujian"),
        ("2025-11-04 10:00-12:00", "Panel"),
    ]
    assert agenda.sessions[1].speakers == ("Ada", "Grace")
    assert "import_continued" not in codes_of(content, FILE)


def test_a_break_merged_over_the_whole_width_is_a_session() -> None:
    content = workbook(
        [HEAD, [1, DAY, "12.00 - 13.00", "ISHOMA", None, None, None, None],
         [2, DAY, "13.00 - 14.00", None, "COFFEE BREAK", None, None, None]],
        merged=["D2:H2", "E3:H3"],
    )  # fmt: skip
    assert [title for _, title in starts(content)] == ["ISHOMA", "COFFEE BREAK"]


def test_a_time_column_that_is_two_columns() -> None:
    split = workbook(
        [["Waktu", None, "Kegiatan", "Tanggal"], ["Mulai", "Selesai", None, None],
         ["08.00", "09.00", "A", DAY]],
        merged=["A1:B1", "C1:C2", "D1:D2"],
    )  # fmt: skip
    dashed = workbook(
        [["Tanggal", "Pukul", None, None, "Acara"], [DAY, time(8), "-", time(9), "A"]],
        merged=["B1:D1"],
    )
    for content in (split, dashed):
        assert starts(content) == [("2025-11-04 08:00-09:00", "A")]


def test_english_headings_durations_and_links() -> None:
    content = workbook(
        [["Date", "Start", "Duration", "Activity", "Topic", "Venue", "Speaker", "Link", "ID"],
         ["Tuesday, 4 November 2025", "8:00 AM", "90 min", "Talk 1", "Budget", "Hall", "Ada",
          "https://example.org/a", "t1"]]
    )  # fmt: skip
    agenda = agenda_of(content, FILE)
    [session] = agenda.sessions
    assert rows_of(agenda) == [("2025-11-04 08:00-09:30", "Talk 1: Budget", "Hall")]
    assert session.id == "t1"
    assert session.materials == (Material("example.org", "https://example.org/a"),)


def test_the_zone_is_that_of_the_times() -> None:
    content = workbook([HEAD, [1, DAY, "08.00 - 09.00 WITA", "A"], [2, None, "10.00", "B"]])
    assert agenda_of(content, FILE).timezone == "Asia/Makassar"
    assert starts(content, zone="Asia/Jakarta")[0][0] == "2025-11-04 08:00-09:00"
    above = workbook([["Tanggal", "Waktu (WIT)", "Kegiatan"], [DAY, "08.00", "A"]])
    assert agenda_of(above, FILE).timezone == "Asia/Jayapura"
    mixed = workbook([HEAD, [1, DAY, "08.00 WITA", "A"], [2, None, "10.00 WIB", "B"]])
    assert "import_several_zones" in codes_of(mixed, FILE)


def test_every_row_that_cannot_be_read_is_told_with_its_number() -> None:
    content = workbook(
        [
            [*HEAD, "Anggaran"],
            ["SESI PAGI", None, None, None],
            [1, DAY, "08.00 - 09.00", "A"],
            [2, None, "tentatif", "B"],
            [3, None, "10.00 - 11.00", None],
            [4, "besok lusa", "11.00 - 12.00", "C"],
        ],
        merged=["A2:H2"],
    )
    assert [title for _, title in starts(content)] == ["A", "C"]
    told = {(p.line, p.code) for p in problems_of(content, FILE) if p.line}
    assert told == {
        (1, "import_unknown_column"),
        (2, "import_row_no_day"),
        (4, "import_bad_time"),
        (5, "import_row_no_title"),
        (6, "import_bad_day"),
    }


def test_a_signature_below_the_table_is_no_session() -> None:
    content = workbook(
        [
            HEAD,
            [1, DAY, "08.00 - 09.00", "A", "Aula"],
            [],
            [None, None, None, None, "Magelang, 1 November 2025"],
            [None, None, None, "Ketua Panitia,"],
            [None, None, None, "Nama Contoh"],
        ]
    )
    agenda = agenda_of(content, FILE)
    assert [(s.title, s.description) for s in agenda.sessions] == [("A", None)]
    told = [(p.line, p.code) for p in problems_of(content, FILE) if p.line]
    assert told == [(n, "import_row_no_time") for n in (4, 5, 6)]


def test_a_sheet_without_headings_says_what_it_read() -> None:
    content = workbook([["Nama", "Alamat"], ["A", "B"]])
    [problem] = problems_of(content, FILE)
    assert (problem.code, problem.facts["found"]) == ("import_no_header", "Nama, Alamat, A, B")


def test_formulas_count_by_their_value_and_are_told_where_they_have_none() -> None:
    content = workbook(
        [HEAD, [1, DAY, "=A1", "A"], [2, None, "09.00", "=1+1"], [3, None, "10.00", "B"]]
    )
    codes = codes_of(content, FILE)
    assert {"import_row_no_time", "import_row_no_title"} <= codes
    assert [title for _, title in starts(content)] == ["B"]


@settings(derandomize=True, max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(6 * 60, 20 * 60), st.integers(5, 180)),
        min_size=1, max_size=10, unique_by=lambda row: row[:2],
    ),
    st.sampled_from(["merged", "once", "each", "rows"]),
    st.sampled_from([".", ":"]),
)  # fmt: skip
def test_sessions_in_are_sessions_out_however_the_day_is_written(
    rows: list[tuple[int, int, int]], style: str, dot: str
) -> None:
    rows.sort()
    days = ["Selasa, 4 November 2025", "Rabu, 5 November 2025", "Kamis, 6 November 2025"]
    table: list[list[Any]] = [["Hari/Tanggal", "Waktu", "Kegiatan"]]
    merged, wanted, before = [], [], -1
    for number, (which, minute, length) in enumerate(rows):
        clocks = [f"{m // 60:02d}{dot}{m % 60:02d}" for m in (minute, minute + length)]
        if style == "rows" and which != before:
            table.append([days[which]])
        cell = days[which] if style == "each" or (style != "rows" and which != before) else None
        table.append([cell, " - ".join(clocks), f"Acara {number}"])
        wanted.append(
            (f"2025-11-0{4 + which} {clocks[0]}-{clocks[1]}".replace(".", ":"), f"Acara {number}")
        )
        before = which
    if style == "merged":
        for which in {row[0] for row in rows}:
            at = [n for n, row in enumerate(rows, start=2) if row[0] == which]
            merged += [f"A{at[0]}:A{at[-1]}"] if len(at) > 1 else []
    assert sorted(starts(workbook(table, merged=merged))) == sorted(wanted)


@pytest.mark.parametrize("cut", [0.2, 0.6, 0.95])
def test_a_workbook_that_is_cut_off_is_one_sentence(cut: float) -> None:
    content = workbook([HEAD, [1, DAY, "08.00", "A"]])
    assert codes_of(content[: int(len(content) * cut)], FILE) == {"import_xlsx"}
