"""Settings: one clear line for whatever is wrong, and never the value of a secret."""

from base64 import urlsafe_b64decode
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot import cli, config
from bot.config import Settings, SettingsError, load
from tests.builders import TOKEN

NAMES = [name.upper() for name in Settings.model_fields]


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the host or of a .env that happens to lie here."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOT_TOKEN", "hello"),
        ("BOT_TOKEN", f"{TOKEN} "),
        ("TELEGRAM_API_URL", "api.telegram.org"),
        ("DATABASE_URL", "mysql://somewhere"),
        ("DATABASE_URL", "just words"),
        ("EVENT_DIR", "/no/such/folder"),
        ("ORGANIZER_IDS", "1, two"),
        ("ORGANIZER_IDS", "²"),
        ("LOG_LEVEL", "LOUD"),
        ("PROXY_URL", "socks5://127.0.0.1"),
        ("WEB_PORT", "70000"),
        ("WEB_PORT", "layar"),
        ("WEB_URL", "layar.example"),
        ("NOTES_KEY", "a-password"),
        ("NOTES_KEY", f"{'A' * 43}=,{'A' * 42}=="),
        ("NOTES_KEY", "kunci-é"),
        ("MESSAGES_PER_SECOND", "0"),
        ("MESSAGES_PER_SECOND", "many"),
    ],
)
def test_a_malformed_setting_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load()
    sentence = str(caught.value)
    assert sentence.startswith(name)
    assert "\n" not in sentence
    assert TOKEN not in sentence
    ended = CliRunner().invoke(cli.app, ["run"])
    assert ended.exit_code == 2
    assert ended.stderr.strip() == sentence


def test_keys_that_seal_notes_are_read_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    assert load().note_keys() == ()
    newest, older = (CliRunner().invoke(cli.app, ["new-key"]).output.strip() for _ in range(2))
    monkeypatch.setenv("NOTES_KEY", f"{newest}, {older}")
    found = load().note_keys()
    assert found == (urlsafe_b64decode(newest), urlsafe_b64decode(older))
    assert newest not in repr(load())


def test_a_missing_token_says_where_to_put_it() -> None:
    with pytest.raises(SettingsError, match=r"BOT_TOKEN is not set: put it into \.env"):
        load()


def test_a_file_that_cannot_be_read_is_one_line_too() -> None:
    Path(".env").write_bytes(b"BOT_TOKEN=\xff\xfe\n")
    with pytest.raises(SettingsError, match=r"^\.env cannot be read"):
        load()


def test_settings_come_from_the_file_and_the_environment_goes_before_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path(".env").write_text(
        f"BOT_TOKEN={TOKEN}\nLOG_LEVEL=debug\nORGANIZER_IDS=1, 2 3\nDATABASE_URL=\n"
    )
    monkeypatch.setenv("TELEGRAM_API_URL", "http://127.0.0.1:1/")
    found = load(messages_per_second=100)
    assert found.organizer_ids == (1, 2, 3)
    assert (found.log_level, found.messages_per_second) == ("DEBUG", 100)
    assert found.telegram_api_url == "http://127.0.0.1:1"
    assert found.database_url.endswith("data/state/mandala.db")
    assert str(found.attachments_folder()).endswith("data/state/attachments")
    beside = load(database_url="sqlite:////srv/mandala/a.db")
    assert str(beside.attachments_folder()) == "/srv/mandala/attachments"
    assert found.secret() == TOKEN.encode()
    assert TOKEN not in repr(found)


def test_every_setting_is_explained_in_the_example() -> None:
    example = (config._ROOT / ".env.example").read_text(encoding="utf-8")
    for name in NAMES:
        assert f"{name}=" in example, name


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_usual_address_of_postgresql_is_understood(scheme: str) -> None:
    address = config.database_address(f"{scheme}://mandala:p%40ss@db.example:5433/mandala")
    assert address == "postgresql+psycopg://mandala:p%40ss@db.example:5433/mandala"


def test_a_broken_event_folder_ends_the_run_with_its_problems(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    values: dict[str, Any] = {
        "BOT_TOKEN": TOKEN,
        "EVENT_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/a.db",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    ended = CliRunner().invoke(cli.app, ["run"])
    assert ended.exit_code == 2
    assert "agenda.yaml" in ended.stderr
