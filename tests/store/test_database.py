"""Units of work: durable when they return, alone in failing, together in committing."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlmodel import Session

from bot.store import inbox
from bot.store.database import Database
from bot.store.migrating import migrate
from bot.store.tables import Setting
from tests.stores import database_url


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    db = Database(database_url(tmp_path))
    migrate(db.engine)
    yield db
    db.close()


def _put(db: Session, name: str) -> str:
    db.add(Setting(name=name, value=name))
    db.flush()
    return name


def _names(db: Session) -> set[str]:
    return set(db.connection().execute(text("SELECT name FROM setting")).scalars())


@pytest.mark.sqlite
async def test_writes_that_wait_together_share_a_commit(database: Database) -> None:
    commits = 0

    def count(*_: object) -> None:
        nonlocal commits
        commits += 1

    event.listen(database.engine, "commit", count)
    names = [f"n{number}" for number in range(100)]
    results = await asyncio.gather(*(database.write(_put, name) for name in names))
    assert results == names
    assert await database.read(_names) == set(names)
    assert commits < 50


async def test_one_that_fails_does_so_alone(database: Database) -> None:
    await database.write(_put, "taken")
    results = await asyncio.gather(
        *(database.write(_put, name) for name in ("a", "taken", "b")), return_exceptions=True
    )
    assert results[0] == "a"
    assert isinstance(results[1], IntegrityError)
    assert results[2] == "b"
    assert await database.read(_names) == {"taken", "a", "b"}


@pytest.mark.sqlite
async def test_a_failing_commit_is_everybodys_failure(database: Database) -> None:
    def refuse(*_: object) -> None:
        raise OSError("disk full")

    event.listen(database.engine, "commit", refuse)
    results = await asyncio.gather(
        *(database.write(_put, name) for name in ("a", "b")), return_exceptions=True
    )
    assert all(isinstance(result, OSError) for result in results)
    event.remove(database.engine, "commit", refuse)
    assert await database.read(_names) == set()
    assert await database.write(_put, "c") == "c"


@pytest.mark.sqlite
@pytest.mark.parametrize("large", range(5))
async def test_on_a_full_disk_what_is_acknowledged_is_stored_and_the_rest_is_told(
    database: Database, large: int
) -> None:
    await database.write(_put, "before")
    with database.engine.connect() as connection:  # the pool has one connection for everybody
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
    runs: list[int] = []

    def put(db: Session, number: int) -> int:
        runs.append(number)
        value = "x" * (100_000 if number == large else 10)
        db.add(Setting(name=f"n{number}", value=value))
        db.flush()
        return number

    results = await asyncio.gather(
        *(database.write(put, number) for number in range(5)), return_exceptions=True
    )
    assert [number for number in range(5) if results[number] != number] == [large]
    assert isinstance(results[large], OperationalError)
    assert await database.read(_names) == {"before"} | {f"n{n}" for n in range(5) if n != large}
    assert len(runs) > 5, "they shared a commit, which was lost"
    assert await database.write(_put, "after") == "after"


@pytest.mark.sqlite
def test_work_that_hides_a_full_disk_from_us_is_told_of_it_all_the_same(
    database: Database,
) -> None:
    def hide(db: Session) -> None:
        _put(db, "lost")
        db.connection().exec_driver_sql("ROLLBACK")  # as SQLite does by itself

    with pytest.raises(OperationalError, match="undone by SQLite"):
        database.write_now(hide)
    assert database.read_now(_names) == set()
    assert database.write_now(_put, "after") == "after"


async def test_a_write_that_was_cancelled_while_waiting_may_still_happen_but_breaks_nothing(
    database: Database,
) -> None:
    task = asyncio.create_task(database.write(_put, "x"))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await database.write(_put, "y") == "y"
    assert "y" in await database.read(_names)


async def test_a_naive_instant_never_reaches_the_store(database: Database) -> None:
    with pytest.raises(StatementError):
        await database.write(inbox.put, {1: {}}, now=datetime(2025, 11, 4))


async def test_what_returned_is_there_for_another_connection_at_once(
    database: Database, tmp_path: Path
) -> None:
    await database.write(_put, "seen")
    other = Database(database_url(tmp_path))
    try:
        assert other.read_now(_names) == {"seen"}
    finally:
        other.close()
