"""`mandala new` and the rundown template: asked or by options, sound either way."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot import cli
from bot.domain.agenda import Agenda, Event, Session
from bot.domain.changes import diff
from bot.new_event import Answers, create, template
from bot.store.agenda_file import read_agenda, read_agenda_with_warnings
from bot.store.check import check
from bot.store.schedules.reading import read_schedule
from tests.test_importing import Talk

NOW = datetime(2025, 11, 3, 3, tzinfo=UTC)
SHIPPED = Path(__file__).parents[1] / "data" / "mandala-magelang"


def make(folders: Path, talk: Talk, status: int = 0, **given: object) -> Talk:
    answers = Answers(**given)  # type: ignore[arg-type]  # options of all sorts
    assert create(answers, talk.terminal, folders=folders, now=NOW) == status
    return talk


@pytest.mark.parametrize("language", ["id", "en"])
def test_options_alone_make_an_event_that_passes_the_check(tmp_path: Path, language: str) -> None:
    talk = make(
        tmp_path, Talk(None, language), folder=tmp_path / "x", name="Rapat: Kerja  Camat",
        place="Aula", first="2026-02-28", last="2026-03-02", organizer="Bagian Umum",
        timezone="Asia/Makassar",
    )  # fmt: skip
    found = check(tmp_path / "x")
    assert found.problems == ()
    assert found.agenda is not None
    assert found.roster is not None
    event = found.agenda.event
    assert (event.name, event.place, event.organizer) == (
        "Rapat: Kerja Camat",
        "Aula",
        "Bagian Umum",
    )
    assert (event.timezone, event.start, event.end) == (
        "Asia/Makassar", date(2026, 2, 28), date(2026, 3, 2)
    )  # fmt: skip
    assert event.example
    assert {p.role.value for p in found.roster} == {"organizer", "participant", "aide"}
    assert talk.said[-1].count("./mandala ") == 2


def test_what_is_not_said_is_asked_with_sensible_defaults(tmp_path: Path) -> None:
    answers = ["", "Retret", "", "", "", "2025-11-05", "", "", "tidak"]
    talk = make(tmp_path, Talk(answers))
    assert talk.said[0] == "Isian ini tidak boleh kosong."
    agenda = read_agenda(tmp_path / "retret")
    assert (agenda.event.start, agenda.event.end) == (date(2025, 11, 4), date(2025, 11, 5))
    assert (agenda.event.place, agenda.timezone) == (None, "Asia/Jakarta")
    assert [p.name for p in (tmp_path / "retret").iterdir()] == ["agenda.yaml"]
    assert len(talk.asked) == 9


def test_wrong_answers_are_told_and_asked_again(tmp_path: Path) -> None:
    answers = ["x" * 300, "Retret", "", "WIB", "Asia/Jakarta", "besok", "2025-11-31", "2025-11-04",
               "2025-11-01", "2027-11-04", "2025-11-04", "", "", ""]  # fmt: skip
    talk = make(tmp_path, Talk(answers))
    assert [line.split()[0] for line in talk.said[:6]] == [
        "Terlalu", "Zona", "“besok”", "“2025-11-31”", "Hari", "Acara"
    ]  # fmt: skip
    assert check(tmp_path / "retret").problems == ()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "“Nama acara” belum diisi. Sebutkan --name."),
        ({"name": "X", "timezone": "Mars"}, "--timezone: Zona waktu “Mars” tidak dikenal."),
        ({"name": "X", "first": "4 November"}, "--first: “4 November” bukan tanggal."),
        ({"name": "X", "first": "2025-11-04", "last": "2025-11-03"}, "--last: Hari terakhir"),
        ({"name": " "}, "--name: Isian ini tidak boleh kosong."),
    ],
)
def test_a_wrong_option_is_one_sentence(tmp_path: Path, given: dict[str, str], said: str) -> None:
    talk = make(tmp_path, Talk(), status=1, **given)
    [line] = talk.said
    assert line.startswith(said)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "retret").write_text("a file where the folder should be", encoding="utf-8")
    assert "Tidak dapat menulis" in make(tmp_path, Talk(), status=1, name="Retret").text


def test_an_event_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    make(tmp_path, Talk(), name="Retret")
    before = (tmp_path / "retret" / "agenda.yaml").read_bytes()
    assert "sudah berisi acara" in make(tmp_path, Talk(), status=1, name="Retret").text
    assert (tmp_path / "retret" / "agenda.yaml").read_bytes() == before


def test_the_commands_of_the_terminal(tmp_path: Path) -> None:
    runner = CliRunner()
    folder, sheet = str(tmp_path / "x"), str(tmp_path / "r.xlsx")
    done = runner.invoke(
        cli.app, ["new", folder, "--name", "X", "--no-roster", "--language", "en"]
    )
    assert done.exit_code == 0, done.output
    assert [p.name for p in (tmp_path / "x").iterdir()] == ["agenda.yaml"]
    assert runner.invoke(cli.app, ["schedule", "template", sheet]).exit_code == 0
    assert runner.invoke(cli.app, ["check", folder]).exit_code == 0


# --- the rundown template ----------------------------------------------------------------------


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_empty_template_reads_back(tmp_path: Path, language: str) -> None:
    path, talk = tmp_path / "r.xlsx", Talk(None, language)
    assert template(path, None, talk.terminal, now=NOW) == 0
    found = read_schedule(path)
    assert [s.start.date() for s in found.agenda.sessions] == [
        date(2025, 11, 4),
        date(2025, 11, 5),
    ]
    assert [p.code for p in found.problems] == ["import_no_zone"]
    again = Talk(None, language)
    assert template(path, None, again.terminal, now=NOW) == 1
    assert template(tmp_path / "r.csv", None, again.terminal, now=NOW) == 1
    assert template(tmp_path / "no" / "r.xlsx", None, again.terminal, now=NOW) == 1
    assert len(again.said) == 3


def test_the_rundown_of_an_event_goes_through_a_spreadsheet_unchanged(tmp_path: Path) -> None:
    agenda = read_agenda(SHIPPED)
    path = tmp_path / "r.xlsx"
    assert template(path, agenda, Talk().terminal, now=NOW) == 0
    again = read_schedule(path, existing=agenda)
    assert again.problems == ()
    assert not diff(agenda, again.agenda)
    alone = read_schedule(path).agenda
    assert alone.event.name == agenda.event.name
    assert [s.id for s in alone.sessions] == [s.id for s in agenda.sessions]


_LINE = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=15
)


@settings(derandomize=True, max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(300, 1380), st.integers(5, 300), _LINE, _LINE),
        min_size=1, max_size=8, unique_by=lambda row: row[:2],
    )
)  # fmt: skip
def test_any_rundown_goes_through_a_spreadsheet_with_ids_and_times(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, int, int, str, str]]
) -> None:
    midnight = datetime(2025, 11, 3, 17, tzinfo=UTC)
    sessions = [
        Session(
            f"s{n}", f"Acara {title}", start, start + timedelta(minutes=length), room=f"R {room}"
        )
        for n, (which, minute, length, title, room) in enumerate(sorted(rows))
        for start in [midnight + timedelta(days=which, minutes=minute)]
    ]
    event = Event("e", "E", "Asia/Jakarta", date(2025, 11, 4), date(2025, 11, 6))
    agenda = Agenda(event, tuple(sessions))
    path = tmp_path_factory.mktemp("sheet") / "r.xlsx"
    assert template(path, agenda, Talk().terminal, now=NOW) == 0
    found = read_schedule(path).agenda
    assert [(s.id, s.title, s.start, s.end, s.room) for s in found.sessions] == [
        (s.id, s.title, s.start, s.end, s.room) for s in agenda.sessions
    ]


def test_a_new_event_is_loaded_without_a_warning(tmp_path: Path) -> None:
    make(tmp_path, Talk(), name="Retret")
    agenda, warnings = read_agenda_with_warnings(tmp_path / "retret")
    assert warnings == ()
    assert replace(agenda.event, example=False) != agenda.event
