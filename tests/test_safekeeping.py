"""Backups are made, verified, kept and brought back; nothing is sent twice after that."""

import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlmodel import col, delete, select

from bot import safekeeping
from bot.config import Settings
from bot.domain.outbox import Status
from bot.store import copying, retention, settings
from bot.store.attachments import Attachments
from bot.store.backups import BackupError, Backups, look_into
from bot.store.database import Database
from bot.store.tables import Attachment, Note, Outbox, Setting
from tests import stores
from tests.announcing import hall_of
from tests.builders import TOKEN, Stage, local, texts
from tests.stores import database_url

WORDS = "Ditulis sebelum cadangan."


def config_of(tmp_path: Path) -> Settings:
    """The settings of the bot of ``hall_of`` as commands on the terminal have them."""
    return Settings(
        _env_file=None,
        bot_token=SecretStr(TOKEN),
        database_url=database_url(tmp_path),
        event_dir=tmp_path / "event",
        attachments_dir=tmp_path / "attachments",
        backup_dir=tmp_path / "backups",
    )


def back_up(config: Settings, at: datetime) -> Path:
    assert safekeeping.back_up(config, tell=lambda _: None, now=at) == 0
    return Backups(config.backup_folder()).existing()[-1].path


def restore(config: Settings, file: Path, at: datetime, **options: Any) -> list[str]:
    said: list[str] = []
    options.setdefault("dry_run", False)
    assert safekeeping.restore(config, file, tell=said.append, now=at, **options) == 0
    return said


def notes(stage: Stage) -> list[str]:
    return stage.house.db.read_now(lambda db: [note.text for note in db.exec(select(Note))])


def lose(config: Settings) -> None:
    """The store is gone."""
    if stores.chosen == stores.SQLITE:
        path = Path(config.database_url.removeprefix("sqlite:///"))
        for end in ("", "-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)
        return
    database = Database(config.database_url)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    database.close()


async def test_the_drill_a_store_lost_in_the_middle_of_a_day_comes_back_and_nothing_is_sent_twice(
    tmp_path: Path,
) -> None:
    async with hall_of(tmp_path, at="2025-11-05 13:00") as hall:
        config = config_of(tmp_path)
        stage = hall.stage
        await stage.say(hall.first, f"/refleksi {WORDS}")
        await hall.compose("Yang sedang berangkat saat cadangan dibuat.")
        await stage.press(hall.organizer, "Kirim")
        file = back_up(config, stage.clock.instant)
        await stage.step(local("2025-11-05 13:50"))
        await hall.announce("Sesudah cadangan.")
        await stage.say(hall.first, "/refleksi Ditulis sesudahnya.")
        await stage.step(local("2025-11-05 14:05"))
        before = {user.id: texts(user) for user in hall.everybody}
        assert sum("Yang sedang berangkat" in text for text in before[hall.first.id]) == 1
        await stage.house.crash()
        lose(config)
        assert "Restored." in restore(config, file, stage.clock.instant)
        stage.house = stage._make()
        await stage.house.start()
        await stage.step(local("2025-11-06 13:00"))
        assert notes(stage) == [WORDS]
        for user in hall.everybody:
            again = texts(user)[len(before[user.id]) :]
            assert not set(again) & {
                text for text in before[user.id] if "⏰" in text or "cadangan" in text
            }
        told = [text for text in texts(hall.colleague) if "dipulihkan dari cadangan" in text]
        assert len(told) == 1
        assert "tidak dikirim lagi" in told[0]
        await stage.step(local("2025-11-06 13:50"))
        assert sum("⏰" in text and "Penutupan" in text for text in texts(hall.first)) == 1
        unknown = select(Outbox).where(
            col(Outbox.status) == Status.UNKNOWN, Outbox.kind == "broadcast"
        )
        assert len(stage.house.db.read_now(lambda db: db.exec(unknown).all())) == 5
        await stage.restart()
        await stage.calm()
        assert sum("dipulihkan" in text for text in texts(hall.colleague)) == 1


async def test_what_falls_due_after_the_loss_is_sent_late_as_ever(tmp_path: Path) -> None:
    async with hall_of(tmp_path, at="2025-11-05 13:00") as hall:
        config = config_of(tmp_path)
        stage = hall.stage
        file = back_up(config, stage.clock.instant)
        await stage.house.stop()
        stage.clock.instant = local("2025-11-05 13:50")
        restore(config, file, stage.clock.instant, lost=datetime(2025, 11, 5, 13, 30))
        stage.house = stage._make()
        await stage.house.start()
        await stage.calm()
        assert sum("⏰" in text for text in texts(hall.first)) == 1


async def test_a_restore_keeps_away_from_a_store_that_a_bot_runs_on(tmp_path: Path) -> None:
    async with hall_of(tmp_path) as hall:
        config = config_of(tmp_path)
        file = back_up(config, hall.stage.clock.instant)
        with pytest.raises(BackupError, match=r"in use|stop it first"):
            restore(config, file, hall.stage.clock.instant)


async def test_a_dry_run_tells_rows_and_version_and_changes_nothing(tmp_path: Path) -> None:
    async with hall_of(tmp_path) as hall:
        config = config_of(tmp_path)
        file = back_up(config, hall.stage.clock.instant)
        await hall.stage.say(hall.first, f"/refleksi {WORDS}")
        await hall.stage.house.stop()
        said = restore(config, file, hall.stage.clock.instant, dry_run=True)
        assert "note: 0 rows, now 1" in said
        assert said[-1] == "Nothing was changed."
        assert any("tables of version" in line for line in said)
        hall.stage.house = hall.stage._make()
        await hall.stage.house.start()
        assert notes(hall.stage) == [WORDS]


async def test_the_store_of_before_is_kept_aside_and_can_be_brought_back(tmp_path: Path) -> None:
    async with hall_of(tmp_path) as hall:
        config = config_of(tmp_path)
        file = back_up(config, hall.stage.clock.instant)
        await hall.stage.say(hall.first, f"/refleksi {WORDS}")
        await hall.stage.house.stop()
        at = hall.stage.clock.instant
        aside = Path(restore(config, file, at)[-1].partition("before: ")[2])
        assert look_into(aside).rows["note"] == 1
        restore(config, aside, at + timedelta(seconds=1))
        hall.stage.house = hall.stage._make()
        await hall.stage.house.start()
        assert notes(hall.stage) == [WORDS]


async def test_files_of_notes_are_in_the_backup_and_come_back(tmp_path: Path) -> None:
    async with hall_of(tmp_path) as hall:
        config = config_of(tmp_path)
        stage = hall.stage
        folder = Attachments(config.attachments_folder())
        stage.house.desk.attachments.folder = folder.folder
        await stage.say(hall.first, "/refleksi")
        hall.first.send_photo(b"gambar")
        await stage.calm()
        [digest] = stage.house.db.read_now(lambda db: db.exec(select(Attachment.digest)).all())
        file = back_up(config, stage.clock.instant)
        await stage.house.stop()
        folder.place(digest).unlink()
        restore(config, file, stage.clock.instant)
        assert folder.get(digest) == b"gambar"
        Backups(config.backup_folder()).prune("UTC", none_before=local("2026-01-01 00:00"))
        assert not list(Backups(config.backup_folder()).files.glob("??/*"))


async def test_what_somebody_had_deleted_does_not_come_back_with_an_older_backup(
    tmp_path: Path,
) -> None:
    async with hall_of(tmp_path) as hall:
        config = config_of(tmp_path)
        stage = hall.stage
        await stage.say(hall.first, f"/refleksi {WORDS}")
        file = back_up(config, stage.clock.instant)
        stage.clock.instant += timedelta(minutes=1)
        await stage.say(hall.first, "/hapus")
        await stage.press(hall.first, "Hapus semua")
        await stage.press(hall.first, "Ya, hapus")
        Backups(config.backup_folder()).note_erased(stage.house.db.read_now(settings.erased))
        await stage.house.stop()
        restore(config, file, stage.clock.instant)
        store = Database(config.database_url)
        assert store.read_now(lambda db: db.exec(select(Note)).all()) == []
        store.close()


def _damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 4096] = bytes(4096)
    path.write_bytes(content)


def _other(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE x (y)")


@pytest.mark.sqlite
@pytest.mark.parametrize("harm", [_damage, _other, lambda p: p.write_bytes(b"x"), Path.unlink])
async def test_a_file_that_is_no_whole_backup_is_refused(
    tmp_path: Path, harm: Callable[[Path], Any]
) -> None:
    async with hall_of(tmp_path) as hall:
        config = config_of(tmp_path)
        await hall.stage.say(hall.first, f"/refleksi {WORDS}")
        file = back_up(config, hall.stage.clock.instant)
        harm(file)
        with pytest.raises(BackupError, match=r"backup|damaged|no file"):
            look_into(file)


async def test_a_backup_that_is_not_what_was_read_is_thrown_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with hall_of(tmp_path) as hall:
        config = config_of(tmp_path)

        _snapshot = copying.snapshot

        def losing(source: Database, target: Database) -> Any:
            copied = _snapshot(source, target)
            target.write_now(lambda db: db.exec(delete(Setting)))
            return copied

        monkeypatch.setattr(copying, "snapshot", losing)
        with pytest.raises(BackupError, match="numbers of rows"):
            back_up(config, hall.stage.clock.instant)
        assert [path.name for path in config.backup_folder().iterdir()] == []


def spoil(config: Settings) -> None:
    Path(config.database_url.removeprefix("sqlite:///")).write_bytes(b"no database" * 1000)


def begins_with(path: Path, content: bytes) -> bool:
    return path.read_bytes().startswith(content)


@pytest.mark.sqlite
async def test_a_damaged_store_is_replaced_and_kept_aside_all_the_same(tmp_path: Path) -> None:
    async with hall_of(tmp_path) as hall:
        config = config_of(tmp_path)
        await hall.stage.say(hall.first, f"/refleksi {WORDS}")
        file = back_up(config, hall.stage.clock.instant)
        await hall.stage.house.stop()
        spoil(config)
        said = restore(config, file, hall.stage.clock.instant)
        assert "The store as it is cannot be read." in said
        assert begins_with(Path(said[-1].partition("before: ")[2]), b"no database")
        hall.stage.house = hall.stage._make()
        await hall.stage.house.start()
        assert notes(hall.stage) == [WORDS]


def made(stage: Stage) -> list[datetime]:
    return [one.at for one in stage.house.keeper.backups.existing()]


async def test_one_is_made_each_night_and_what_is_too_old_goes(tmp_path: Path) -> None:
    async with hall_of(tmp_path, at="2025-11-14 12:00") as hall:
        stage, keeper = hall.stage, hall.stage.house.keeper
        await keeper.look()
        [first] = keeper.backups.existing()
        older = [local(f"2025-11-{day:02} 03:00") for day in range(1, 14)]
        for night in older:
            name = f"mandala-{night.astimezone(UTC):%Y%m%dT%H%M%SZ}.db"
            shutil.copyfile(first.path, first.path.with_name(name))
        await keeper.look()
        assert len(made(stage)) == 14, "not due again today"
        stage.clock.instant = local("2025-11-15 03:00")
        await keeper.look()
        nights = [*older, first.at, stage.clock.instant]
        weeks = [local("2025-11-02 03:00"), local("2025-11-09 03:00")]
        assert made(stage) == sorted({*weeks, *nights[-7:]})
        assert stage.house.db.read_now(settings.last_backup) == nights[-1]


async def test_backups_of_before_the_end_of_personal_data_go_with_it(tmp_path: Path) -> None:
    async with hall_of(tmp_path) as hall:
        stage, keeper = hall.stage, hall.stage.house.keeper
        await keeper.look()
        stage.clock.instant += timedelta(minutes=5)
        done = stage.clock.instant.isoformat()
        purge = retention.Purge("2025-11-04", done, finished_at=done)
        await stage.house.db.write(retention.note_purge, purge)
        stage.clock.instant += timedelta(minutes=1)
        await keeper.look()
        assert made(stage) == [stage.clock.instant]


async def test_whose_data_was_deleted_is_known_beside_the_backups(tmp_path: Path) -> None:
    async with hall_of(tmp_path) as hall:
        stage = hall.stage
        await stage.say(hall.first, "/hapus")
        await stage.press(hall.first, "Hapus semua")
        await stage.press(hall.first, "Ya, hapus")
        await stage.house.keeper.look()
        person = await stage.person("p01")
        assert stage.house.keeper.backups.erased() == {person.id: stage.clock.instant}
