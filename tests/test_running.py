"""The process around the bot: how it ends, what it says, and the commands beside it."""

import asyncio
import csv
import io
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from bot import cli, running
from bot.app import House, build
from bot.config import Settings
from bot.rehearsal.api import running as served
from bot.rehearsal.world import World
from bot.store.database import Database
from bot.store.migrating import migrate
from tests.builders import EVENT, TOKEN
from tests.stores import database_url


@pytest.fixture
def world() -> World:
    return World(token=TOKEN, username="run_test_bot")


@pytest.fixture
async def settings(tmp_path: Path, world: World) -> AsyncIterator[Settings]:
    async with served(world, token=TOKEN) as url:
        yield Settings(
            _env_file=None,
            bot_token=TOKEN,
            telegram_api_url=url,
            database_url=database_url(tmp_path),
            state_dir=tmp_path,
            event_dir=EVENT,
        )


async def test_it_runs_until_it_is_told_to_stop(settings: Settings, world: World) -> None:
    task = asyncio.create_task(running._run(settings))
    async with asyncio.timeout(10):
        while not any(call.method == "getUpdates" for call in world.calls):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    os.kill(os.getpid(), signal.SIGTERM)
    assert await task == 0


async def test_a_refused_token_is_exit_status_two(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    other = "987654321:another-token-that-nobody-knows-00000"
    wrong = Settings(_env_file=None, **{**settings.model_dump(), "bot_token": other})
    assert await running._run(wrong) == 2
    assert "BotFather" in caplog.text
    assert other not in caplog.text


async def test_a_database_of_a_newer_program_is_exit_status_one(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    db = Database(settings.database_url)
    migrate(db.engine)
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    db.close()
    assert await running._run(settings) == 1
    assert "version 9999" in caplog.text


@pytest.mark.parametrize("error", [KeyError("bug"), RuntimeError("no more")])
async def test_whatever_ends_a_part_of_it_ends_it_all_in_good_order(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
) -> None:
    async def fail(self: object) -> None:
        raise error

    monkeypatch.setattr("bot.scheduling.progress.ProgressBoard.run", fail)
    assert await running._run(settings) == 1
    assert "cannot go on" in caplog.text
    [report] = settings.state_folder().glob("crashes/*.json")
    assert type(error).__name__ in report.read_text()


async def test_a_start_that_failed_can_be_tried_again_and_stopped(
    settings: Settings, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleep, pauses = asyncio.sleep, []

    async def quick(seconds: float) -> None:
        if seconds >= 1:
            pauses.append(seconds)
            world.network_down = len(pauses) < 3
        await sleep(0)

    monkeypatch.setattr("bot.running.asyncio.sleep", quick)
    world.network_down = True
    house = build(settings)
    await running._start(house)
    monkeypatch.undo()
    assert len(pauses) == 3
    names = house._tasks.names()
    assert len(names) == len(set(names))
    await house.stop()
    failed: House = build(settings)
    await failed.stop()


async def test_invites_are_printed_for_everybody(settings: Settings) -> None:
    out = io.StringIO()
    assert await running.print_invites(settings, out) == 0
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert len(rows) == 34
    assert all(row["link"].startswith("https://t.me/run_test_bot?start=") for row in rows)
    assert len({row["link"] for row in rows}) == 34
    assert {row["joined"] for row in rows} == {"no"}


def test_commands_of_the_terminal() -> None:
    run = CliRunner().invoke
    assert run(cli.app, ["check", str(EVENT)]).exit_code == 0
    assert run(cli.app, ["check", "/no/such/folder"]).exit_code == 1
    asked = run(cli.app, ["ask", "besok jam berapa mulai?", "--now", "2025-11-03T20:00"])
    assert asked.exit_code == 0
    assert "07.30" in asked.output
    refused = run(cli.app, ["ask", "besok?", "--now", "tomorrow"])
    assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1)
    assert run(cli.app, []).exit_code == 2


def test_invites_need_a_token(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("BOT_TOKEN", raising=False)
    monkeypatch.chdir(tmp_path)
    ended = CliRunner().invoke(cli.app, ["invite"])
    assert ended.exit_code == 2
    assert "BOT_TOKEN" in ended.stderr
