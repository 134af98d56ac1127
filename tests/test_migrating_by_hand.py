"""``mandala migrate``: an operator brings the store back to older tables, and forward."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect
from sqlmodel import select
from typer.testing import CliRunner

from bot import cli, keeping
from bot.config import Settings
from bot.store import migrating
from bot.store.backups import Backups
from bot.store.database import Database
from bot.store.tables import Favourite
from tests.announcing import Hall, hall_of
from tests.builders import TOKEN, local, texts
from tests.test_safekeeping import config_of, notes, restore

WORDS = "Ditulis sebelum kembali ke versi lama."


def migrate_to(config: Settings, version: str, at: Any) -> list[str]:
    said: list[str] = []
    assert keeping.migrate_to(config, version, tell=said.append, now=at) == 0
    return said


def tables(config: Settings) -> set[str]:
    store = Database(config.database_url)
    try:
        return set(inspect(store.engine).get_table_names())
    finally:
        store.close()


async def _with_a_note(hall: Hall) -> Any:
    await hall.stage.say(hall.first, f"/refleksi {WORDS}")
    await hall.stage.house.stop()
    return hall.stage.clock.instant


async def test_the_store_goes_back_and_forward_and_the_event_goes_on(tmp_path: Path) -> None:
    async with hall_of(tmp_path, at="2025-11-05 13:00") as hall:
        at = await _with_a_note(hall)
        config = config_of(tmp_path)
        said = migrate_to(config, "0017", at)
        assert "verified" in said[0]
        assert said[-2:] == [
            "The tables have version 0017.",
            "Start the older program now: this one would bring them forward again.",
        ]
        assert not tables(config) & {"poll", "poll_vote", "open_question"}
        hall.stage.house = hall.stage._make()
        await hall.stage.house.start()
        assert notes(hall.stage) == [WORDS]
        await hall.stage.step(local("2025-11-05 13:50"))
        assert sum("⏰" in text for text in texts(hall.first)) == 1


async def test_what_has_no_place_is_told_and_comes_back_with_the_backup(tmp_path: Path) -> None:
    async with hall_of(tmp_path) as hall:
        at = await _with_a_note(hall)
        config = config_of(tmp_path)
        store = Database(config.database_url)
        store.write_now(lambda db: db.add(Favourite(person_id=1, session_id="a", at=at)))
        store.close()
        assert "No place for: favourite (1 rows)" in migrate_to(config, "0013", at)
        [backup] = Backups(config.backup_folder()).existing()
        restore(config, backup.path, at)
        store = Database(config.database_url)
        assert store.read_now(lambda db: len(db.exec(select(Favourite)).all())) == 1
        store.close()


async def test_a_store_that_a_bot_runs_on_and_a_version_that_is_none_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with hall_of(tmp_path) as hall:
        config = config_of(tmp_path)
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("BOT_TOKEN", TOKEN)
        monkeypatch.setenv("EVENT_DIR", str(config.event_dir))
        monkeypatch.setenv("DATABASE_URL", config.database_url)
        monkeypatch.setenv("BACKUP_DIR", str(config.backup_dir))

        def refused(*options: str) -> str:
            ended = CliRunner().invoke(cli.app, ["migrate", *options])
            assert ended.exit_code == 2
            return ended.stderr

        assert "stop" in await asyncio.to_thread(refused, "--to", "0017")
        assert f"0001 to {migrating.HEAD}" in await asyncio.to_thread(refused, "--to", "17")
        assert "poll" in tables(config)
        await hall.stage.house.stop()
        done = await asyncio.to_thread(CliRunner().invoke, cli.app, ["migrate"])
        assert done.output == f"The tables have version {migrating.HEAD}.\n"
