"""`mandala ask`: words or JSON lines, dialogues, foreign agendas."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.ask import run

_EVENT = Path(__file__).parents[1] / "data" / "mandala-magelang"
_NOW = datetime(2025, 11, 4, 9, 30)


def _lines(*asked: dict[str, Any] | str, event: Path = _EVENT) -> list[dict[str, Any]]:
    given = "\n".join(a if isinstance(a, str) else json.dumps(a) for a in asked)
    out = io.StringIO()
    run(event, _NOW, None, True, io.StringIO(given), out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_question_is_answered_in_words() -> None:
    out = io.StringIO()
    assert run(_EVENT, _NOW, "penutupan di mana?", False, io.StringIO(), out) == 0
    assert out.getvalue().startswith("Tempat: Aula Utama\nUpacara Penutupan\n")


def test_a_json_line_has_every_field() -> None:
    (said,) = _lines({"id": 7, "text": "besok jam setengah delapan acara apa"})
    assert said.pop("text").startswith("Pukul 07.30 WIB")
    assert said == {
        "id": 7,
        "kind": "answer",
        "intent": "at",
        "sessions": ["d2-apel"],
        "fields": {
            "start": "2025-11-05T07:30:00+07:00",
            "end": "2025-11-05T08:00:00+07:00",
            "room": "Lapangan",
            "speaker": "Kepala BKPSDM Kota Magelang",
            "duration": 30,
            "remaining": None,
            "countdown": 22 * 60,
            "dress": "Kemeja putih dan celana atau rok hitam",
            "bring": None,
        },
        "choices": [],
        "overview": False,
        "empty": False,
        "time": {
            "text": "besok jam setengah delapan",
            "from": "2025-11-05T07:30:00+07:00",
            "to": "2025-11-05T07:30:00+07:00",
        },
    }


def test_one_chat_is_one_dialogue_for_ten_minutes() -> None:
    first = {"id": 1, "text": "simulasi 2 jam berapa", "chat": "a", "now": "2025-11-04T09:30"}
    other = {"id": 2, "text": "di ruang mana?", "chat": "b", "now": "2025-11-04T09:31"}
    soon = {"id": 3, "text": "di ruang mana?", "chat": "a", "now": "2025-11-04T09:39"}
    later = {"id": 4, "text": "di ruang mana?", "chat": "a", "now": "2025-11-04T09:59"}
    rooms = [said["fields"]["room"] for said in _lines(first, other, soon, later)]
    assert rooms == ["Ruang Kelas B", "Aula Utama", "Ruang Kelas B", "Aula Utama"]


def test_an_offset_in_now_is_heeded() -> None:
    out = io.StringIO()
    moment = datetime(2025, 11, 4, 2, 30, tzinfo=UTC)
    run(_EVENT, moment, "sekarang acara apa", True, io.StringIO(), out)
    assert json.loads(out.getvalue())["sessions"] == ["d1-pembukaan"]


def test_a_bad_line_does_not_stop_the_others() -> None:
    said = _lines({"id": 1, "now": "kemarin", "text": "x"}, {"id": 2}, {"id": 3, "text": "halo"})
    assert "error" in said[0]
    assert "error" in said[1]
    assert said[2]["kind"] == "greeting"


def test_a_bare_foreign_agenda_is_read_and_warned_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "agenda.yaml"
    path.write_text(
        "event: {id: x, name: Temu Alumni, place: Balai Kota, timezone: Asia/Jakarta,\n"
        "        start: 2025-11-04, end: 2025-11-04, colour: red}\n"
        "sessions:\n"
        "  - {id: a, title: Bincang Buku, start: 2025-11-04 10:00, end: 2025-11-04 11:00,\n"
        "     speaker: Pengarang}\n",
        encoding="utf-8",
    )
    (said,) = _lines({"id": 1, "text": "siapa pembicara bincang buku"}, event=path)
    assert said["fields"]["speaker"] == "Pengarang"
    assert "colour" in capsys.readouterr().err


def test_an_unreadable_event_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, None, "halo", False, io.StringIO(), io.StringIO()) == 1
    assert "agenda.yaml" in capsys.readouterr().err
