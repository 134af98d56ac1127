"""Crash reports say where it happened, and nothing of what people wrote."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import logs
from bot.crashes import KEPT, Crashes
from tests.builders import TOKEN

NOON = datetime(2025, 11, 4, 12, tzinfo=UTC)


def _error() -> Exception:
    try:
        raise ValueError(f"{TOKEN} said Ibu Sari")
    except ValueError as error:
        return error


def test_a_report_has_frames_and_versions_and_no_words(tmp_path: Path) -> None:
    crashes = Crashes(tmp_path / "crashes", logs.Secrets([TOKEN]))
    path = crashes.report(_error(), at=NOON)
    assert path is not None
    written = path.read_text()
    assert json.loads(written)["error"] == "ValueError"
    assert "test_crashes.py" in written
    assert TOKEN not in written
    assert "Sari" not in written
    assert path.stat().st_mode & 0o077 == 0
    found = crashes.last()
    assert found is not None
    assert (found.at, found.error, found.file) == (NOON, "ValueError", path.name)


def test_the_newest_twenty_stay(tmp_path: Path) -> None:
    crashes = Crashes(tmp_path, logs.Secrets())
    paths = [crashes.report(_error(), at=NOON + timedelta(seconds=n)) for n in range(KEPT + 5)]
    assert sorted(tmp_path.iterdir()) == paths[-KEPT:]


def test_where_nothing_can_be_written_the_crash_is_none_the_worse(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    crashes = Crashes(tmp_path / "file", logs.Secrets())
    assert crashes.report(_error(), at=NOON) is None
    assert crashes.last() is None
    (tmp_path / "crash-1.json").write_text("half of")
    assert Crashes(tmp_path, logs.Secrets()).last() is None
