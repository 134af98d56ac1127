"""Reading rosters: the files that people really send, and every problem by its row."""

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from bot.domain.people import Role, RosterEntry
from bot.store import roster_sheet
from bot.store.roster_cells import phone_number
from bot.store.roster_file import (
    RosterFileError,
    find_roster,
    parse_roster,
    read_roster,
    read_roster_with_warnings,
)
from bot.texts.catalogue import LANGUAGES
from bot.texts.problems import problem_line

SHIPPED = Path(__file__).parents[2] / "data" / "mandala-magelang"
TABLE = [
    ["id", "Nama", "Jabatan", "OPD", "Eselon", "Kelompok", "No. HP", "Peran"],
    ["p1", "Camat Utara", "Camat", "Kecamatan Utara", "III.a", "1", "0812 3456 7890", "peserta"],
    ["o1", "Panitia é", "Staf", "BKPSDM", "", "", "", "panitia"],
]
READ = (
    RosterEntry("p1", "Camat Utara", "Camat", "Kecamatan Utara", "III.a", "1", "+6281234567890"),
    RosterEntry("o1", "Panitia é", "Staf", "BKPSDM", role=Role.ORGANIZER),
)


def written(rows: list[list[str]], delimiter: str = ",") -> str:
    return "\r\n".join(delimiter.join(row) for row in rows)


def workbook(rows: list[list[object]], *merged: str) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    for area in merged:
        sheet.merge_cells(area)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def entries(content: str | bytes) -> tuple[RosterEntry, ...]:
    return parse_roster(content if isinstance(content, bytes) else content.encode(), file="r.csv")[
        0
    ]


def problems(content: str | bytes) -> list[tuple[int | None, str]]:
    """Row and code of everything found; each must have words in both languages."""
    raw = content if isinstance(content, bytes) else content.encode()
    try:
        found = parse_roster(raw, file="r.csv")[1]
    except RosterFileError as error:
        found = error.problems
    for language in LANGUAGES:
        assert all(problem_line(p, language) for p in found)
    return [(p.line, p.code) for p in found]


def test_the_shipped_roster_has_32_participants_and_2_organizers() -> None:
    found = find_roster(SHIPPED)
    assert found is not None
    roster, warnings = read_roster_with_warnings(found)
    assert warnings == ()
    roles = [entry.role for entry in roster]
    assert (roles.count(Role.PARTICIPANT), roles.count(Role.ORGANIZER)) == (32, 2)
    assert len({entry.key for entry in roster}) == 34
    assert not any(entry.phone for entry in roster)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_is_read_with_any_usual_delimiter_and_encoding(delimiter: str, encoding: str) -> None:
    assert entries(written(TABLE, delimiter).encode(encoding)) == READ


def test_a_declared_delimiter_is_obeyed() -> None:
    assert entries("sep=;\n" + written(TABLE, ";")) == READ


def test_a_workbook_gives_the_same_entries() -> None:
    assert entries(workbook([list(row) for row in TABLE])) == READ


def test_headings_are_known_in_english_and_by_their_parts() -> None:
    text = "No,Full Name,Position,OPD/Instansi,Echelon,Group,No. HP (WA),Role,Code\n"
    roster = entries(text + "1,A,B,C,D,E,+62 812-3456-7890,aide,k\n")
    assert roster == (RosterEntry("k", "A", "B", "C", "D", "E", "+6281234567890", Role.AIDE),)


def test_a_title_and_empty_rows_around_the_table_are_passed_over() -> None:
    text = "DAFTAR PESERTA,,\n,,\nNo,Nama,OPD\n1,A,X\n,,\n2,B,Y\n3,,\n"
    assert [e.name for e in entries("\n" + text.replace("3,,\n", ",,\n"))] == ["A", "B"]
    assert [e.name for e in entries(text)] == ["A", "B"]  # a prepared but unused number


def test_quoted_cells_may_hold_delimiters_and_line_breaks_and_rows_keep_their_numbers() -> None:
    text = 'nama,jabatan\n"Kepala\nDinas","a, b"\nX,Y\nX,Y\n'
    assert problems(text) == [(5, "roster_repeated")]
    assert entries(text.removesuffix("X,Y\n"))[0].name == "Kepala Dinas"


@pytest.mark.parametrize(
    "written_as",
    [
        "081234567890",
        "0812-3456-7890",
        "+62 812 3456 7890",
        "6281234567890",
        "81234567890",
        "'081234567890",
        "(0812) 3456.7890",
        "+62 (0)812 3456 7890",
        "006281234567890",
        "+62 812\u20113456\u00a07890",
    ],
)
def test_phones_come_out_alike_however_they_are_written(written_as: str) -> None:
    assert phone_number(written_as) == "+6281234567890"


def test_a_foreign_number_keeps_its_country() -> None:
    assert phone_number("+44 20 7946 0018") == "+442079460018"
    assert phone_number("  ") is None


@pytest.mark.parametrize(
    "wrong", ["12345", "0812", "telepon", "0812/0813", "+0812345678", "9" * 20]
)
def test_what_is_not_one_phone_number_is_refused(wrong: str) -> None:
    assert problems(f"nama,hp\nA,{wrong}\n") == [(2, "roster_phone")]


@pytest.mark.parametrize("rounded", ["8.12E+10", "6,28123E+12", "8e10"])
def test_a_phone_rounded_by_a_spreadsheet_is_told(rounded: str) -> None:
    assert problems(f"nama;hp\nA;{rounded}\n") == [(2, "roster_phone_scientific")]


def test_a_number_cell_of_a_workbook_is_a_phone_with_its_zero_restored() -> None:
    content = workbook([["nama", "hp", "id"], ["A", 81234567890, 1], ["B", 81234567891.0, 2]])
    assert [(e.key, e.phone) for e in entries(content)] == [
        ("1", "+6281234567890"),
        ("2", "+6281234567891"),
    ]


def test_merged_cells_count_for_every_row_they_cover() -> None:
    content = workbook(
        [
            ["DAFTAR PESERTA", None, None],
            ["Nama", "OPD", "Kelompok"],
            ["A", "Dinas", "1"],
            ["B", None, None],
            [None, None, None],
            ["C", "Badan", "2"],
        ],
        "A1:C1",
        "B3:B5",
        "C3:C5",
    )
    assert [(e.name, e.agency, e.group) for e in entries(content)] == [
        ("A", "Dinas", "1"),
        ("B", "Dinas", "1"),
        ("C", "Badan", "2"),
    ]


def test_the_sheet_with_headings_is_found() -> None:
    book = Workbook()
    book.worksheets[0].append(["catatan"])
    second = book.create_sheet("Peserta")
    second.append(["Nama"])
    second.append(["A"])
    content = io.BytesIO()
    book.save(content)
    assert [e.name for e in entries(content.getvalue())] == ["A"]


def test_what_looks_like_a_formula_stays_text() -> None:
    text = "nama,jabatan\n=1+1,@b\n-x,+y\n"
    assert [(e.name, e.position) for e in entries(text)] == [("=1+1", "@b"), ("-x", "+y")]
    content = workbook([["nama"], ["=1+1"]])
    assert entries(content)[0].name == "=1+1"
    assert problems(content) == [(2, "roster_formula")]


def test_keys_are_made_of_names_and_of_agencies_only_where_needed() -> None:
    text = "nama,opd,jabatan\nKepala Dinas,Sosial,\nKepala Dinas,Kesehatan,\nCamat Utara,X,\n"
    keys = {"kepala-dinas-sosial", "kepala-dinas-kesehatan", "camat-utara"}
    assert {e.key for e in entries(text)} == keys
    assert problems(text) == []


def test_namesakes_of_one_agency_are_kept_apart_with_a_warning() -> None:
    text = "nama,opd,jabatan\nSiti,X,a\nSiti,X,b\n"
    assert [e.key for e in entries(text)] == ["siti-x", "siti-x-2"]
    assert problems(text) == [(3, "roster_namesake")]


def test_a_made_key_never_takes_a_given_one() -> None:
    assert [e.key for e in entries("id,nama\n,Siti\nsiti,Budi\n")] == ["siti-2", "siti"]


def test_every_wrong_row_is_told() -> None:
    text = (
        "id,nama,opd,peran,hp,NIP,Kantor,OPD\n"
        "a,,X,peserta,,,,\n"
        "b,B,X,raja,,,,\n"
        "c,C,X,,abc,,,\n"
        "d,D,X,,,,,\n"
        "d,D,X,,,,,\n"
        "d,E,X,,,,,\n"
        f"f,{'x' * 121},X,,,,,\n"
        "g,a\x07b,X,,,,,\n"
        ",,Y,,,,,\n"
    )
    assert problems(text) == [
        (1, "roster_unknown_column"),
        (1, "roster_unknown_column"),
        (1, "roster_column_twice"),
        (2, "roster_no_name"),
        (3, "roster_role"),
        (4, "roster_phone"),
        (6, "roster_repeated"),
        (7, "roster_same_key"),
        (8, "too_long"),
        (9, "bad_character"),
        (10, "roster_no_name"),
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", [(None, "roster_empty")]),
        (b"nama,opd\n", [(None, "roster_empty")]),
        (b"opd,jabatan\nX,Y\n", [(1, "roster_no_header")]),
        (b"\xd0\xcf\x11\xe0\xa1", [(None, "roster_old_excel")]),
        (b"PK\x03\x04 broken", [(None, "roster_broken")]),
        (b"nama\n\x81\x8d", [(None, "roster_encoding")]),
        (b"nama\n" + b"x" * 200_000, [(2, "roster_syntax")]),
    ],
)
def test_a_file_that_is_no_roster_is_named_so(
    content: bytes, expected: list[tuple[int | None, str]]
) -> None:
    assert problems(content) == expected


def test_a_file_of_too_many_rows_is_no_roster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster_sheet, "_MAX_ROWS", 50)
    assert problems(b"nama\n" + b"x\n" * 51) == [(52, "roster_rows")]


def test_a_workbook_that_unpacks_to_too_much_is_not_opened() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", bytes(61 * 1024 * 1024))
    assert problems(content.getvalue()) == [(None, "too_big")]


def test_a_missing_roster_is_a_problem_like_any_other(tmp_path: Path) -> None:
    assert find_roster(tmp_path) is None
    with pytest.raises(RosterFileError, match="no_file"):
        read_roster(tmp_path / "roster.csv")


_SOUND = settings(derandomize=True, deadline=None, max_examples=150)
_cell = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["nama", "hp", "peran", "0812345678", "8.1E+9", "=A1", '"', ";", "sep=", "\n"]
    ),
)


@_SOUND
@given(st.lists(st.lists(_cell, max_size=5).map(",".join), max_size=5).map("\n".join))
def test_any_text_gives_a_roster_or_its_problems(text: str) -> None:
    problems(text.encode("utf-8", "surrogatepass"))


@_SOUND
@given(st.binary(max_size=200), st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", b"nama\n"]))
def test_any_bytes_give_a_roster_or_its_problems(content: bytes, start: bytes) -> None:
    problems(start + content)


_WORKBOOK = workbook([list(row) for row in TABLE], "A1:B1")
"""Made once: the time that is written in it changes its length."""


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.data())
def test_any_damage_to_a_workbook_gives_a_roster_or_its_problems(data: st.DataObject) -> None:
    content = bytearray(_WORKBOOK)
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    problems(bytes(content))


def test_an_aide_belongs_where_the_person_does_unless_told_otherwise() -> None:
    table = (
        "nama,jabatan,OPD,kelompok,peran,ajudan dari,bus\n"
        "Pejabat A,Asisten,Setda,Kelompok 1,peserta,,2\n"
        "Ajudan A,,,,ajudan,asisten,\n"
        "Ajudan B,,Umum,Kelompok 9,ajudan,PEJABAT A,3\n"
    )
    entries, _ = parse_roster(table.encode(), file="r.csv")
    aides = {e.name: (e.aide_of, e.agency, e.group, e.bus) for e in entries[1:]}
    assert aides == {
        "Ajudan A": ("pejabat-a", "Setda", "Kelompok 1", "2"),
        "Ajudan B": ("pejabat-a", "Umum", "Kelompok 9", "3"),
    }


@pytest.mark.parametrize("named", ["Tiada", "Camat"])
def test_an_aide_of_nobody_or_of_several_is_an_error(named: str) -> None:
    table = f"nama,jabatan,ajudan dari\nA,Camat,\nB,Camat,\nC,,{named}\n"
    with pytest.raises(RosterFileError) as told:
        parse_roster(table.encode(), file="r.csv")
    assert [(p.line, p.code[:12]) for p in told.value.problems] == [(4, "roster_aide_")]


@pytest.mark.parametrize(
    ("word", "led"),
    [("bus", "bus"), ("Ketua Kelompok", "group"), ("ya", "bus,group"), ("", None), ("-", None)],
)
def test_whom_a_coordinator_leads_is_read(word: str, led: str | None) -> None:
    (entry,), _ = parse_roster(f"nama,koordinator\nA,{word}\n".encode(), file="x.csv")
    assert entry.coordinator == led


def test_a_coordinator_of_nothing_known_is_an_error() -> None:
    with pytest.raises(RosterFileError) as caught:
        parse_roster(b"nama,koordinator\nA,konsumsi\n", file="x.csv")
    (problem,) = caught.value.problems
    assert (problem.code, problem.line) == ("roster_coordinator", 2)
