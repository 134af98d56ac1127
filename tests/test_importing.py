"""`mandala schedule import`: shown first, applied when confirmed, the old file kept."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import cli, importing
from bot.domain.agenda import Agenda
from bot.importing import Wishes, run
from bot.store.agenda_file import read_agenda
from bot.store.check import check
from bot.terminal import Terminal
from tests.store.schedules.files import day, event, frab, pentabarf, workbook

NOW = datetime(2025, 11, 1, 3, tzinfo=UTC)


@dataclass
class Talk:
    """A terminal with somebody who answers from a list; ``said`` is what they saw."""

    answers: list[str] | None = None
    language: str = "id"
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def terminal(self) -> Terminal:
        """For the command."""
        return Terminal(
            self.said.append, None if self.answers is None else self._ask, self.language
        )

    @property
    def text(self) -> str:
        """All of it."""
        return "\n".join(self.said)

    def _ask(self, question: str, default: str) -> str:
        self.asked.append(question)
        assert self.answers, f"nobody answers {question!r}"
        return self.answers.pop(0) or default


Import = Callable[..., Talk]


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "acara"


@pytest.fixture
def bring(tmp_path: Path, into: Path) -> Import:
    """Imports a schedule of titles with their starts; ends after 45 minutes."""

    def work(
        talks: dict[str, str],
        *answers: str,
        given: Wishes = Wishes(),  # noqa: B008  # it is frozen
        status: int = 0,
        zone: str | None = "Asia/Jakarta",
        alone: bool = False,
        language: str = "id",
    ) -> Talk:
        rooms = {"Aula": [event(title, at, guid=title[:1]) for title, at in talks.items()]}
        conference = {} if zone is None else {"time_zone_name": zone}
        file = tmp_path / "schedule.xml"
        file.write_text(pentabarf(frab(day("2025-11-04", rooms), **conference)), encoding="utf-8")
        talk = Talk(None if alone else list(answers), language)
        assert run(file, into, given, talk.terminal, now=NOW) == status
        assert not talk.answers
        return talk

    return work


FOUR = {"A": "08:00", "B": "09:00", "C": "10:00", "D": "11:00"}


def ids(folder: Path) -> list[str]:
    return [s.id for s in read_agenda(folder).sessions]


def test_a_new_folder_is_made_and_the_next_commands_are_told(bring: Import, into: Path) -> None:
    talk = bring(FOUR, alone=True)
    assert ids(into) == ["A", "B", "C", "D"]
    assert talk.said == [
        "Konferensi Contoh: 4 sesi, Selasa, 4 November 2025, zona waktu Asia/Jakarta.",
        f"Tersimpan: {into}/agenda.yaml",
        f"Selanjutnya:\n  ./mandala check {into}\n  ./mandala rehearse --event {into}",
    ]
    head = (into / "agenda.yaml").read_text(encoding="utf-8")
    assert check(into).problems == ()
    assert head.startswith("# Diimpor dari schedule.xml.\n#\n# Agenda acara.")
    assert "  # ── Hari ke-1 · Selasa, 4 November 2025 ──" in head


def test_the_same_file_again_changes_nothing(bring: Import, into: Path) -> None:
    bring(FOUR)
    before = (into / "agenda.yaml").read_bytes()
    assert "Tidak ada yang berubah" in bring(FOUR).text
    assert (into / "agenda.yaml").read_bytes() == before
    assert [p.name for p in into.iterdir()] == ["agenda.yaml"]


def test_the_difference_is_shown_and_applied_when_confirmed(bring: Import, into: Path) -> None:
    bring(FOUR)
    before = (into / "agenda.yaml").read_bytes()
    changed = {"Alpha": "08:15", "C": "10:00", "D": "11:00", "E": "13:00"}
    refused = bring(changed, "tidak", status=1)
    assert refused.said[2].splitlines() == [
        "  hilang    Sel, 4 Nov 09.00–09.45  B (Aula)",
        "  berubah   Alpha: Sel, 4 Nov 08.00–08.45 menjadi 08.15–09.00, judul semula “A”",
        "  baru      Sel, 4 Nov 13.00–13.45  E (Aula)",
        "1 baru, 1 berubah, 1 hilang, 2 tetap.",
    ]
    assert "Dibatalkan" in refused.text
    assert (into / "agenda.yaml").read_bytes() == before
    talk = bring(changed, "ya")
    assert ids(into) == ["A", "C", "D", "E"]
    [backup] = [p for p in into.iterdir() if p.name.endswith(".bak")]
    assert backup.read_bytes() == before
    assert f"Berkas lama tersimpan sebagai {backup}" in talk.said


def test_nothing_is_applied_unasked_without_yes(bring: Import, into: Path) -> None:
    bring(FOUR)
    later = {**FOUR, "D": "12:00"}
    assert "--yes" in bring(later, alone=True, status=1).text
    assert read_agenda(into).sessions[-1].start.hour == 4
    bring(later, given=Wishes(yes=True), alone=True)
    assert read_agenda(into).sessions[-1].start.hour == 5


def test_half_of_the_agenda_goes_only_with_a_confirmation_of_its_own(
    bring: Import, into: Path
) -> None:
    bring(FOUR)
    half = {"A": "08:00", "B": "09:00"}
    alone = bring(half, given=Wishes(yes=True), alone=True, status=1)
    assert "PERHATIAN: 2 dari 4 sesi akan HILANG" in alone.text
    assert "--delete-half" in alone.text
    wrong = bring(half, "ya", status=1)
    assert wrong.asked == ["Ketik 2 untuk tetap melanjutkan"]
    assert ids(into) == ["A", "B", "C", "D"]
    bring(half, "2")
    assert ids(into) == ["A", "B"]
    bring({"A": "08:00"}, given=Wishes(yes=True, delete_half=True), alone=True)
    assert ids(into) == ["A"]


def test_somebody_is_asked_for_a_zone_that_the_file_does_not_name(
    bring: Import, into: Path
) -> None:
    talk = bring(FOUR, "Mars", "Asia/Jayapura", zone=None)
    assert talk.said[0].startswith("Zona waktu “Mars” tidak dikenal.")
    assert read_agenda(into).timezone == "Asia/Jayapura"
    assert bring({**FOUR, "D": "12:00"}, "ya", zone=None).asked == ["Terapkan? (ya/tidak)"]
    assert read_agenda(into).sessions[0].start.hour == 23


def test_a_broken_agenda_or_schedule_is_told_and_left_alone(
    bring: Import, into: Path, tmp_path: Path
) -> None:
    into.mkdir()
    (into / "agenda.yaml").write_text("event: [", encoding="utf-8")
    talk = bring(FOUR, status=1)
    assert "perbaiki dahulu" in talk.text
    assert (into / "agenda.yaml").read_text(encoding="utf-8") == "event: ["
    talk = Talk()
    file = tmp_path / "x.json"
    file.write_text("<html>", encoding="utf-8")
    assert run(file, tmp_path / "neu", Wishes(), talk.terminal, now=NOW) == 1
    assert talk.said[0].startswith("x.json: berkas ini halaman web")
    assert not (tmp_path / "neu").exists()


def test_a_folder_that_cannot_be_written_to_is_told(bring: Import, into: Path) -> None:
    into.write_text("a file where a folder should be", encoding="utf-8")
    assert "Tidak dapat menulis" in bring(FOUR, status=1).text


def test_without_a_folder_it_goes_where_the_event_s_name_says(tmp_path: Path) -> None:
    file = tmp_path / "s.xml"
    rooms = {"Aula": [event("A", "08:00")]}
    schedule = frab(day("2025-11-04", rooms), time_zone_name="Asia/Jakarta")
    file.write_text(pentabarf(schedule), encoding="utf-8")

    def named(agenda: Agenda) -> Path:
        return tmp_path / agenda.event.id

    for _ in range(2):
        talk = Talk([], "en")
        assert run(file, named, Wishes(), talk.terminal, now=NOW) == 0
    assert (tmp_path / "kc25" / "agenda.yaml").is_file()
    assert talk.said[-1] == f"Nothing changes in {tmp_path}/kc25."


def test_english_is_spoken_too(bring: Import) -> None:
    bring(FOUR)
    moved = {"A": "08:00", "B": "09:00", "C": "10:30"}
    talk = bring(moved, "yes", language="en")
    assert "  gone      Tue, 4 Nov 11:00–11:45  D (Aula)" in talk.text
    assert "  changed   C: Tue, 4 Nov 10:00–10:45 to 10:30–11:15" in talk.text
    assert "0 new, 1 changed, 1 gone, 2 as before." in talk.text


def test_options_that_make_no_sense_are_told() -> None:
    for options, reason in (
        ((("Mars"), None, None), "zona waktu"),
        ((None, None, "besok"), "bukan tanggal"),
    ):
        with pytest.raises(ValueError, match=f"(?i){reason}"):
            importing.wishes(*options, yes=False, delete_half=False, language="id")
    sound = importing.wishes(
        "asia/jakarta", "X", "2025-11-04", yes=True, delete_half=False, language="id"
    )
    assert sound == Wishes("Asia/Jakarta", "X", date(2025, 11, 4), yes=True)


def test_the_commands_of_the_terminal(tmp_path: Path) -> None:
    runner = CliRunner()
    sheet, folder = tmp_path / "rundown.xlsx", tmp_path / "acara"
    sheet.write_bytes(
        workbook([["Hari", "Waktu", "Kegiatan"], ["Hari 1", "08.00 - 09.00 WIB", "Pembukaan"]])
    )
    arguments = ["schedule", "import", str(sheet), "--into", str(folder), "--name", "Rapat Kerja"]
    done = runner.invoke(cli.app, [*arguments, "--first-day", "2025-11-04"])
    assert done.exit_code == 0, done.output
    agenda = read_agenda(folder)
    assert (agenda.event.name, agenda.event.timezone) == ("Rapat Kerja", "Asia/Jakarta")
    wrong = runner.invoke(cli.app, [*arguments, "--timezone", "Mars"])
    assert wrong.exit_code == 2
    template = tmp_path / "isi.xlsx"
    filled = ["schedule", "template", str(template), "--event", str(folder)]
    assert runner.invoke(cli.app, filled).exit_code == 0
    again = ["schedule", "import", str(template), "--into", str(folder), "--language", "en"]
    assert "Nothing changes" in runner.invoke(cli.app, again).output
    broken = ["schedule", "template", str(tmp_path / "n.xlsx"), "--event", str(tmp_path / "no")]
    assert runner.invoke(cli.app, broken).exit_code == 2
