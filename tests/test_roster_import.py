"""`mandala import`: a roster or a schedule, shown first; and the invites as files."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from bot import cli, running
from bot.config import Settings
from bot.roster_import import run
from bot.store.recognizing import Sort, sort_of
from tests.builders import EVENT, TOKEN, local, staged
from tests.store.schedules.files import workbook
from tests.test_importing import Talk

NOW = datetime(2025, 11, 1, 3, tzinfo=UTC)
OLD = b"id,nama,peran\no1,Panitia A,panitia\np1,Camat A,peserta\np2,Camat B,peserta\n"
NEW = b"id,nama,peran\no1,Panitia A,panitia\np1,Camat Utama,peserta\np2,Camat B,peserta\np3,C,\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "roster.csv").write_bytes(OLD)
    return tmp_path


def _import(folder: Path, content: bytes, talk: Talk, *, yes: bool = False) -> int:
    return run(Path("baru.csv"), content, folder, talk.terminal, yes=yes, now=NOW)


def test_nothing_is_applied_before_somebody_agrees(folder: Path) -> None:
    talk = Talk(["tidak"])
    assert _import(folder, NEW, talk) == 1
    assert "➕ C" in talk.text and "nama Camat A → Camat Utama" in talk.text
    assert "1 orang baru, 1 berubah, 0 keluar" in talk.text
    assert (folder / "roster.csv").read_bytes() == OLD
    assert _import(folder, NEW, Talk(None)) == 1
    assert _import(folder, NEW, Talk(["ya"])) == 0
    assert (folder / "roster.csv").read_bytes() == NEW
    assert (folder / "roster-20251101-030000.csv").read_bytes() == OLD


def test_errors_are_told_by_row_and_half_of_the_people_need_a_number(folder: Path) -> None:
    talk = Talk(["2"])
    assert _import(folder, b"nama,peran\nA,raja\n", talk) == 1
    assert "baru.csv:2" in talk.text
    few = b"id,nama,peran\no1,Panitia A,panitia\n"
    assert _import(folder, few, Talk(None), yes=True) == 1
    assert (folder / "roster.csv").read_bytes() == OLD
    assert _import(folder, few, talk, yes=True) == 0


def test_what_a_table_is_is_seen_by_its_headings() -> None:
    rundown = workbook([["Waktu", "Acara"], ["08.00 - 09.00", "Pembukaan"]])
    assert sort_of(rundown, "berkas.xlsx") is Sort.SCHEDULE
    people = workbook([["No", "Nama", "Peran"], [1, "Camat", "peserta"]])
    assert sort_of(people, "berkas.xlsx") is Sort.ROSTER


def test_the_command_takes_either(folder: Path) -> None:
    file = folder / "baru.csv"
    file.write_bytes(NEW)
    done = CliRunner().invoke(cli.app, ["import", str(file), "--into", str(folder), "--yes"])
    assert done.exit_code == 0, done.output
    assert (folder / "roster.csv").read_bytes() == NEW
    missing = CliRunner().invoke(cli.app, ["import", str(folder / "tiada.xlsx")])
    assert missing.exit_code == 2


async def test_invites_can_be_written_as_files_and_hold_no_formula(tmp_path: Path) -> None:
    event = tmp_path / "event"
    event.mkdir()
    (event / "agenda.yaml").write_bytes((EVENT / "agenda.yaml").read_bytes())
    (event / "roster.csv").write_bytes(OLD.replace(b"Camat A", b'"=HYPERLINK(""x"")"'))
    async with staged(tmp_path, now=local("2025-11-03 20:00"), event=event) as stage:
        url, store = stage.house._settings.telegram_api_url, tmp_path / "invites.db"
        settings = Settings(
            _env_file=None,
            bot_token=TOKEN,
            telegram_api_url=url,
            event_dir=event,
            database_url=f"sqlite:///{store}",
            state_dir=tmp_path,
        )
        out, files = io.StringIO(), {kind: tmp_path / f"x.{kind}" for kind in ("xlsx", "pdf")}
        await running.print_invites(settings, out)
        await running.print_invites(settings, io.StringIO(), files)
    assert "'=HYPERLINK" in out.getvalue() and out.getvalue().count("https://t.me/") == 3
    page = load_workbook(files["xlsx"]).worksheets[-1]
    cells = [cell for row in page.iter_rows() for cell in row]
    assert sum(str(cell.value).startswith("https://t.me/") for cell in cells) == 3
    assert all(cell.data_type != "f" for cell in cells)
    assert files["pdf"].read_bytes().startswith(b"%PDF")
