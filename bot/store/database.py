"""The one door to the database: short synchronous units of work, run off the event loop.

Use cases are plain functions ``work(db, ...)`` on a SQLModel session. ``read`` and ``write`` run
one of them in one transaction on a worker thread. SQLite gets a single worker, so that writers of
this process queue up in order instead of colliding; ``write`` takes the write lock at once
(``BEGIN IMMEDIATE``), so that another process can make us wait but never fail half-way.

Writes that wait for SQLite's one worker at the same time share a commit: each runs in a savepoint
of its own and fails alone, and all of them return once the disk has everything. A busy minute then
costs a few flushes to disk instead of one for each message.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.engine import URL
from sqlmodel import Session, create_engine

from bot.store.sealing import Keyring
from bot.store.tables.columns import lend_keyring

P = ParamSpec("P")
T = TypeVar("T")
Work = Callable[Concatenate[Session, P], T]

_BUSY_TIMEOUT_S = 10
_WORKERS = 8
_SHARED_COMMIT = 64
"""Most units of work in one commit: the first of them waits for the last."""


class Database:
    """An engine with its worker threads. One a process; close it at the end."""

    def __init__(self, url: str, *, keyring: Keyring | None = None) -> None:
        """Opens nothing yet.

        Args:
            url: SQLAlchemy database URL; for SQLite the folder of the file is made if missing.
            keyring: seals and opens what people wrote; None: it is kept plain.

        Raises:
            OSError: that folder cannot be made.
        """
        parsed = make_url(url)
        self.sqlite = parsed.get_backend_name() == "sqlite"
        self.engine = _engine(parsed)
        self.keyring = keyring or Keyring()
        lend_keyring(self.engine.dialect, self.keyring)
        self._waiting: deque[tuple[Callable[[Session], Any], Future[Any]]] = deque()
        self._executor = ThreadPoolExecutor(1 if self.sqlite else _WORKERS, "store")

    async def read(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs ``work(db, ...)`` in a transaction that is rolled back at the end."""
        return await self._off_loop(lambda: self.read_now(work, *args, **kwargs))

    async def write(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs ``work(db, ...)`` in a transaction; it is durable once this returns.

        A caller that is cancelled while it waits cannot undo work that a thread has begun.
        """
        if not self.sqlite:
            return await self._off_loop(lambda: self.write_now(work, *args, **kwargs))
        waiting: Future[T] = Future()
        self._waiting.append((lambda db: work(db, *args, **kwargs), waiting))
        self._executor.submit(self._write_waiting)
        return await asyncio.wrap_future(waiting)

    def read_now(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As ``read``, in the calling thread (command line, tests)."""
        with Session(self.engine, expire_on_commit=False) as db:
            return work(db, *args, **kwargs)

    def write_now(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As ``write``, in the calling thread (command line, tests)."""
        with Session(self.engine, expire_on_commit=False) as db:
            db.connection(execution_options={"mandala_write": True})
            result = work(db, *args, **kwargs)
            db.commit()
            return result

    async def scrub(self) -> bool:
        """Sees to it that nothing deleted stays readable in SQLite's files.

        Overwriting alone leaves traces where a tree was rebalanced, so the file is written anew (a
        tenth of a second for 20 MB) and its log emptied. PostgreSQL sees to its own files.

        Returns:
            whether it is done; False if the disk is full or another process holds the file.
        """
        return await self._off_loop(self.scrub_now)

    def scrub_now(self) -> bool:
        """As ``scrub``, in the calling thread (command line, tests)."""
        if not self.sqlite:
            return True
        raw = self.engine.raw_connection()  # SQLAlchemy would begin a transaction around it
        try:
            cursor = raw.cursor()
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            [(busy, *_)] = cursor.fetchall()
        except sqlite3.OperationalError:
            return False
        finally:
            raw.close()
        return bool(busy == 0)

    def _write_waiting(self) -> None:
        """Writes all that has come together by now, in one commit; on the worker thread."""
        batch: list[tuple[Callable[[Session], Any], Future[Any]]] = []
        while self._waiting and len(batch) < _SHARED_COMMIT:
            batch.append(self._waiting.popleft())
        taken = [(work, future) for work, future in batch if future.set_running_or_notify_cancel()]
        if not taken:
            return
        done: list[tuple[Future[Any], Any]] = []
        try:
            opened = self.engine.connect().execution_options(mandala_write=True)
            with opened as connection, connection.begin():
                for work, future in taken:
                    done += _in_savepoint(connection, work, future)
        except BaseException as error:  # nothing of the batch is on disk, so nobody may think so
            for _, future in taken:
                if not future.done():
                    future.set_exception(error)
            return
        for future, result in done:
            future.set_result(result)

    def close(self) -> None:
        """Waits for work that has begun and closes every connection."""
        self._executor.shutdown(wait=True)
        self.engine.dispose()

    async def _off_loop(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, call)


def _in_savepoint(
    connection: Connection, work: Callable[[Session], Any], future: "Future[Any]"
) -> list[tuple["Future[Any]", Any]]:
    """Runs one unit of work; one that fails is undone and told so, alone."""
    session = Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
    try:
        with session as db:
            result = work(db)
            db.commit()
    except Exception as error:
        if connection.invalidated or not connection.in_transaction():
            raise
        future.set_exception(error)
        return []
    return [(future, result)]


def _engine(url: URL) -> Engine:
    # An error of the engine quotes its parameters, which are people's words: hidden from logs.
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        connect_args={"timeout": _BUSY_TIMEOUT_S, "check_same_thread": False},
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver would open transactions by itself, too late and too weak; we begin them below.
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",  # a note acknowledged must survive a power cut, not only a crash
        "foreign_keys = ON",
        "secure_delete = ON",  # what is deleted is overwritten; see scrub
        f"busy_timeout = {_BUSY_TIMEOUT_S * 1000}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("mandala_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
