"""`mandala check`: an event folder or one of its files, told in words."""

from pathlib import Path

import pytest

from bot.domain.problems import Problem, Severity
from bot.store.check import Checked, check
from bot.texts.problems import check_report, problem_line

SHIPPED = Path(__file__).parents[2] / "data" / "mandala-magelang"
AGENDA = """\
event: {name: O, timezone: Asia/Jakarta, start: 2025-11-04, end: 2025-11-04}
sessions:
  - {id: a, title: A & B, start: 2025-11-04 08:00, end: 2025-11-04 09:00, room: Aula}
"""


def report(checked: Checked, language: str = "id") -> str:
    return check_report(checked.problems, language, agenda=checked.agenda, roster=checked.roster)


@pytest.mark.parametrize("path", [SHIPPED, SHIPPED / "agenda.yaml"])
def test_the_shipped_event_passes_with_its_roster(path: Path) -> None:
    checked = check(path)
    assert checked.ok
    assert report(checked) == (
        "Mandala Magelang Strategic Learning: 38 sesi, Selasa, 4 November 2025 s.d. "
        "Jumat, 7 November 2025; 34 orang dalam daftar peserta. "
        "Rundown ini ditandai sebagai contoh. Siap dimuat."
    )
    assert report(checked, "en").endswith("marked as an example. Ready to load.")


def test_a_roster_is_checked_by_itself() -> None:
    checked = check(SHIPPED / "roster.csv")
    assert report(checked, "en") == "34 people on the roster. Ready to load."
    assert checked.agenda is None


def test_an_event_without_roster_passes(tmp_path: Path) -> None:
    (tmp_path / "agenda.yaml").write_text(AGENDA, encoding="utf-8")
    checked = check(tmp_path)
    assert checked.ok
    assert report(checked, "en") == ("O: 1 session, Tuesday, 4 November 2025. Ready to load.")


def test_problems_of_both_files_are_lines_with_place_reason_and_remedy(tmp_path: Path) -> None:
    overlap = "  - {id: b, title: B, start: 2025-11-04 08:30, end: 2025-11-04 10:00, room: aula}\n"
    (tmp_path / "agenda.yaml").write_text(AGENDA + overlap, encoding="utf-8")
    (tmp_path / "roster.csv").write_text("nama,peran,NIP\nA,raja,1\n", encoding="utf-8")
    checked = check(tmp_path)
    assert not checked.ok
    assert checked.agenda is None
    assert checked.roster is None
    assert report(checked).splitlines() == [
        "agenda.yaml:4: “B” mulai pukul 08.30 di aula, padahal “A & B” (baris 3) di sana "
        "sampai pukul 09.00 — ubah jam atau ruang salah satunya, atau tulis tempatnya pada "
        "shared_rooms bila memang dipakai bersama",
        "roster.csv:1: peringatan: kolom “NIP” tidak dibaca — abaikan atau ganti judulnya",
        "roster.csv:2: peran “raja” tidak dikenal — tulis peserta, panitia, atau ajudan",
        "2 kesalahan, 1 peringatan. Tidak ada yang dimuat.",
    ]
    assert report(checked, "en").splitlines()[-1] == "2 errors, 1 warning. Nothing was loaded."


def test_two_rosters_and_a_roster_without_organizers_are_warned_of(tmp_path: Path) -> None:
    (tmp_path / "agenda.yaml").write_text(AGENDA, encoding="utf-8")
    (tmp_path / "roster.csv").write_text("nama\nA\n", encoding="utf-8")
    (tmp_path / "roster.xlsx").write_bytes(b"")
    checked = check(tmp_path)
    assert checked.ok
    assert [p.code for p in checked.problems] == [
        "roster_no_organizer",
        "two_rosters",
        "no_keep_until",
    ]
    assert "roster.csv: warning: " in report(checked, "en")


def test_people_without_a_day_on_which_their_data_goes_are_warned_of(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text("nama,peran\nA,panitia\n", encoding="utf-8")
    for day, code in (
        ("", "no_keep_until"),
        ("2025-11-03", "keep_until_early"),
        ("2025-11-04", ""),
    ):
        own = f", keep_until: {day}}}" if day else "}"
        (tmp_path / "agenda.yaml").write_text(AGENDA.replace("}", own, 1), encoding="utf-8")
        checked = check(tmp_path)
        assert [p.code for p in checked.problems] == ([code] if code else [])
        assert checked.ok is (code != "keep_until_early")
        assert ("keep_until" in report(checked)) is bool(code)


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    checked = check(tmp_path / "nowhere")
    assert not checked.ok
    assert [p.code for p in checked.problems] == ["no_file"]


def test_what_stands_in_a_file_cannot_steer_the_terminal() -> None:
    facts = {"word": "\x1b[31m<b>\nx", "suggestion": ""}
    line = problem_line(Problem("unknown_kind", "a.yaml", 1, Severity.ERROR, facts), "en")
    assert "\N{REPLACEMENT CHARACTER}[31m<b> x" in line
    assert line.isprintable()
