"""``mandala export`` in the terminal: the same documents, from the store and without the bot."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot import cli
from bot.store import people
from bot.store.database import Database
from bot.store.migrating import migrate
from bot.store.roster_file import read_roster
from tests.builders import EVENT, TOKEN
from tests.documents.reading import docx_words, pdf_words, rows, workbook
from tests.handlers.test_booklets import note
from tests.stores import database_url


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a store in which p01 and p02 wrote a note each."""
    url = database_url(tmp_path)
    for name, value in (
        ("BOT_TOKEN", TOKEN),
        ("DATABASE_URL", url),
        ("EVENT_DIR", str(EVENT)),
        ("ATTACHMENTS_DIR", str(tmp_path / "attachments")),
    ):
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    store = Database(url)
    migrate(store.engine)
    store.write_now(people.put_roster, read_roster(EVENT / "roster.csv"))
    for person in store.read_now(people.everyone):
        if person.key in ("p01", "p02"):
            store.write_now(
                lambda db, own: db.add(own), note(person.id or 0, f"milik {person.key}")
            )
    store.close()
    return tmp_path


def _export(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, ["export", *arguments])


def test_the_report_in_each_form_and_language(place: Path) -> None:
    for form in ("pdf", "docx", "xlsx"):
        ended = _export("report", "--format", form, "--out", f"laporan.{form}")
        assert ended.exit_code == 0, ended.output
    assert "Ringkasan" in pdf_words((place / "laporan.pdf").read_bytes())
    assert "Ringkasan" in docx_words((place / "laporan.docx").read_bytes())
    assert ("peserta terdaftar", 32) in [
        row[:2] for row in rows(workbook((place / "laporan.xlsx").read_bytes()).worksheets[0])
    ]
    ended = _export("report", "--format", "docx", "--out", "report.docx", "--language", "en")
    assert ended.exit_code == 0
    words = docx_words((place / "report.docx").read_bytes())
    assert "Summary" in words
    assert "milik" not in words


def test_nobody_s_booklet_can_be_had_in_the_terminal(place: Path) -> None:
    ended = _export("booklet", "--person", "p01", "--out", "buku.pdf")
    assert ended.exit_code == 2
    assert not list(place.glob("buku*"))


def test_what_cannot_be_written_is_one_clear_line(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = _export("report", "--out", "no/such/folder/x.pdf")
    assert ended.exit_code == 2
    assert "choose another --out" in ended.output
    assert _export("report", "--format", "exe", "--out", "x").exit_code == 2
    monkeypatch.setenv("BOT_TOKEN", "x")
    assert _export("report", "--out", "x.pdf").exit_code == 2
    assert not list(place.glob("x*"))
