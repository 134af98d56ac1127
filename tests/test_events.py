"""The settings of each of several events."""

from pathlib import Path
from typing import Any

import pytest

from bot import events
from bot.cli import app
from bot.config import Settings, SettingsError
from tests.builders import TOKEN
from tests.stores import database_url
from tests.two_events import folders


def _settings(tmp_path: Path, **facts: Any) -> Settings:
    given = {"bot_token": TOKEN, "event_dirs": folders(tmp_path), **facts}
    return Settings(_env_file=None, **given)


def test_each_event_has_a_store_and_folders_of_its_own(tmp_path: Path) -> None:
    settings = _settings(tmp_path, database_url=f"sqlite:///{tmp_path}/mandala.db")
    first, second = events.each(settings)
    assert first.database_url == settings.database_url
    assert first.attachments_folder() == settings.attachments_folder()
    assert second.database_url == f"sqlite:///{tmp_path}/rakor.db"
    assert second.event_dir == tmp_path / "rakor"
    assert second.attachments_folder() == tmp_path / "attachments-rakor"
    assert second.backup_folder() == tmp_path / "backups" / "rakor"
    assert first.secret() == second.secret()
    assert events.each(first) == (first,) and events.each(second) == (second,)


def test_one_event_alone_is_as_its_settings_say(tmp_path: Path) -> None:
    folder = folders(tmp_path)[0]
    settings = _settings(tmp_path, event_dirs=(), event_dir=folder)
    assert events.each(settings) == (settings,)
    assert events.one(settings, None) == settings


def test_on_postgresql_each_event_has_a_schema_of_its_own() -> None:
    url = events.address_of("postgresql+psycopg://me:secret@host/db?sslmode=require", "Rakor 2026")
    assert url.startswith("postgresql+psycopg://me:secret@host/db?")
    assert "mandala_rakor_2026" in url and "sslmode=require" in url


def test_the_event_is_chosen_by_its_id(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    assert events.one(settings, "rakor").event_dir == tmp_path / "rakor"
    for wrong in (None, "nothing"):
        with pytest.raises(SettingsError, match="retret, rakor"):
            events.one(settings, wrong)


def test_two_events_of_one_id_are_refused(tmp_path: Path) -> None:
    folder = folders(tmp_path)[0]
    with pytest.raises(SettingsError, match="same id"):
        events.each(_settings(tmp_path, event_dirs=(folder, folder)))


def test_the_terminal_asks_which_event_and_works_on_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    monkeypatch.setenv("DATABASE_URL", database_url(tmp_path))
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("EVENT_DIRS", ", ".join(map(str, folders(tmp_path))))
    out = tmp_path / "report.xlsx"

    def run(*words: str) -> int:
        with pytest.raises(SystemExit) as ended:
            app(list(words))
        return int(ended.value.code or 0)

    ask = ("export", "report", "--format", "xlsx", "--out", str(out))
    assert run(*ask) == 2
    assert "--event: retret, rakor" in capsys.readouterr().err
    assert run(*ask, "--event", "rakor") == 0
    assert out.read_bytes()[:2] == b"PK"
