"""A bot whose settings hold a key: nothing that people write can be read in its files."""

import asyncio
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from bot import cli, keeping
from bot.app import build
from bot.config import Settings
from bot.store import resealing, sealing
from bot.store.sealing import SealingError
from tests.builders import EVENT, FAST, TOKEN, Stage, local, staged
from tests.stores import database_url

EVE = local("2025-11-03 20:00")
SECRET = "zqrahasiaqz"
ONE, TWO = sealing.new_key(), sealing.new_key()


def settings(folder: Path, notes_key: str | None) -> Settings:
    """Of the bot that plays on a stage in this folder."""
    return Settings(
        _env_file=None,
        bot_token=TOKEN,
        database_url=database_url(folder),
        attachments_dir=folder / "attachments",
        event_dir=EVENT,
        notes_key=notes_key,
    )


def reseal(folder: Path, notes_key: str | None, *, decrypt: bool = False) -> tuple[int, str]:
    """What the command does and says."""
    told: list[str] = []
    status = keeping.reseal(settings(folder, notes_key), decrypt=decrypt, tell=told.append)
    return status, "\n".join(told)


def held(folder: Path) -> bytes:
    """All bytes of all files below the folder."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def write(stage: Stage) -> None:
    """A note, another version of it, one with a file, one in the making, a question passed on."""
    camat, _ = await stage.user("p30"), await stage.user("o1")
    await stage.say(camat, f"siapa {SECRET}")
    await stage.press(camat, "panitia")
    sent = camat.send_text(f"/refleksi {SECRET} pertama")
    await stage.calm()
    camat.edit(sent["message_id"], f"/refleksi {SECRET} kedua")
    await stage.calm()
    await stage.say(camat, "/refleksi")
    camat.send_document(
        SECRET.encode(), filename=f"{SECRET}.txt", caption=f"{SECRET} dengan berkas"
    )
    await stage.calm()


async def readable(stage: Stage) -> None:
    """The owner reads and finds what they wrote."""
    camat = await stage.user("p30")
    shown = await stage.say(camat, "/catatan")
    assert f"{SECRET} kedua" in shown and f"{SECRET} dengan berkas" in shown
    found = await stage.say(camat, f"/catatan {SECRET}")
    assert f"{SECRET} kedua" in found
    content = stage.house.desk.attachments
    digests = [path.name for path in content.folder.glob("??/*")]
    assert [content.get(digest) for digest in digests] == [SECRET.encode()]


@pytest.mark.sqlite  # it reads the files of the store
async def test_no_word_that_people_write_is_in_any_file(tmp_path: Path) -> None:
    async with staged(tmp_path, now=EVE, notes_key=None) as stage:
        await write(stage)
        assert SECRET.encode() in held(tmp_path)
    sealed = tmp_path / "sealed"
    sealed.mkdir()
    async with staged(sealed, now=EVE, notes_key=ONE) as stage:
        await write(stage)
        assert SECRET.encode() not in held(sealed)
        await readable(stage)
        await stage.restart(crash=True)
        await readable(stage)
        assert SECRET.encode() not in held(sealed)
        assert b"Camat" in held(sealed)


async def test_a_store_whose_key_is_missing_does_not_start(tmp_path: Path) -> None:
    async with staged(tmp_path, now=EVE, notes_key=ONE) as stage:
        await write(stage)
        await stage.house.stop()
        for key in (None, TWO):
            with pytest.raises(SealingError, match=r"NOTES_KEY lacks the key .* put it back"):
                await begin(stage, key)
        await begin(stage, f"{TWO},{ONE}")
        await readable(stage)


def test_the_command_says_which_key_is_missing_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert reseal(tmp_path, ONE)[0] == 0
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    monkeypatch.setenv("DATABASE_URL", database_url(tmp_path))
    monkeypatch.setenv("EVENT_DIR", str(EVENT))
    monkeypatch.setenv("NOTES_KEY", TWO)
    for command in ("run", "invite", "reseal"):
        ended = CliRunner().invoke(cli.app, [command])
        assert ended.exit_code == 2, command
        assert "NOTES_KEY lacks the key" in ended.stderr, command
        assert "Traceback" not in ended.output
    monkeypatch.delenv("NOTES_KEY")
    ended = CliRunner().invoke(cli.app, ["reseal"])
    assert ended.exit_code == 2
    assert "NOTES_KEY is not set" in ended.output


@pytest.mark.sqlite  # it reads the files of the store
async def test_what_was_plain_is_sealed_turned_to_another_key_and_made_plain(
    tmp_path: Path,
) -> None:
    async with staged(tmp_path, now=EVE, notes_key=None) as stage:
        await write(stage)
        for keys, left in ((ONE, ONE), (f"{TWO},{ONE}", TWO)):
            await stage.house.stop()
            await begin(stage, keys)
            await readable(stage)
            assert SECRET.encode() in held(tmp_path) or keys != ONE
            status, told = await asyncio.to_thread(reseal, tmp_path, keys)
            assert status == 0, told
            assert SECRET.encode() not in held(tmp_path)
            assert "Rewritten: 0 values, 0 files." in reseal(tmp_path, left)[1]
            await stage.house.stop()
            await begin(stage, left)
            await readable(stage)
        await stage.house.stop()
        status, told = reseal(tmp_path, TWO, decrypt=True)
        assert status == 0, told
        await begin(stage, None)
        await readable(stage)
        assert SECRET.encode() in held(tmp_path)


class CutShortError(Exception):
    """The power fails."""


async def test_resealing_cut_short_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, real, calls = f"{TWO},{ONE}", resealing._reseal, count(1)

    def failing(*args: Any, **facts: Any) -> Any:
        done = real(*args, **facts)
        if done and next(calls) % 3 == 0:
            raise CutShortError
        return done

    monkeypatch.setattr(resealing, "_AT_ONCE", 1)
    monkeypatch.setattr(resealing, "_reseal", failing)
    async with staged(tmp_path, now=EVE, notes_key=ONE) as stage:
        await write(stage)
        await stage.house.stop()
        await begin(stage, both)
        for _ in range(100):
            try:
                status, _ = await asyncio.to_thread(reseal, tmp_path, both)
                break
            except CutShortError:
                await readable(stage)
        assert status == 0
        assert next(calls) > 6
        await stage.house.stop()
        await begin(stage, TWO)
        await readable(stage)


async def begin(stage: Stage, notes_key: str | None) -> None:
    """Starts the bot of this stage with other keys."""
    secret = SecretStr(notes_key) if notes_key else None
    changed = stage.house._settings.model_copy(update={"notes_key": secret})
    house = build(changed, now=stage.clock.now, limits=FAST)
    try:
        await house.start()
    except SealingError:
        await house.stop()
        raise
    stage.house = house
