"""The one door to the database: short synchronous units of work, run off the event loop.

Use cases are plain functions ``work(db, ...)`` on a SQLModel session. ``read`` and ``write`` run
one of them in one transaction on a worker thread. SQLite gets a single worker, so that writers of
this process queue up in order instead of colliding; ``write`` takes the write lock at once
(``BEGIN IMMEDIATE``), so that another process can make us wait but never fail half-way.

Writes that wait for SQLite's one worker at the same time share a commit: each runs in a savepoint
of its own and fails alone, and all of them return once the disk has everything. A busy minute then
costs a few flushes to disk instead of one for each message. A full disk may make SQLite undo the
whole transaction by itself, in the middle: then each of them runs again, in a commit of its own.

On PostgreSQL several threads, and several processes, work at once. A write is SERIALIZABLE: it
does what it would do alone, or it is undone and runs again. So ``work`` may read, decide and write
as it likes, but it may run more than once and must change nothing but the store. Work whose every
statement is right by itself, such as claiming, says so with ``statementwise`` and is spared that.
"""

import asyncio
import random
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot.store.engines import WORKERS, has_transaction, postgresql_engine, sqlite_engine
from bot.store.sealing import Keyring
from bot.store.tables.columns import lend_keyring

P = ParamSpec("P")
T = TypeVar("T")
Work = Callable[Concatenate[Session, P], T]

_ATTEMPTS = {"40001": 30, "40P01": 30, "23505": 3}
"""How often work is run whose transaction others came in the way of, by SQLSTATE: serialization
failure, deadlock, and a key that another has just taken, which the next run finds there."""
_LONGEST_PAUSE_S = 0.1
_SHARED_COMMIT = 64
"""Most units of work in one commit: the first of them waits for the last."""

_STATEMENTWISE: set[Callable[..., Any]] = set()


def statementwise(
    work: Callable[Concatenate[Session, P], T],
) -> Callable[Concatenate[Session, P], T]:
    """Marks work that needs no more than READ COMMITTED: each of its statements decides and writes
    in one, and whatever others do between two of them does no harm."""
    _STATEMENTWISE.add(work)
    return work


class Database:
    """An engine with its worker threads. One a process; close it at the end."""

    def __init__(self, url: str, *, keyring: Keyring | None = None) -> None:
        """Opens nothing yet.

        Args:
            url: SQLAlchemy database URL, sqlite:// or postgresql+psycopg://; for SQLite the
                folder of the file is made if missing.
            keyring: seals and opens what people wrote; None: it is kept plain.

        Raises:
            OSError: that folder cannot be made.
        """
        parsed = make_url(url)
        self.url = url
        self.sqlite = parsed.get_backend_name() == "sqlite"
        self.engine = sqlite_engine(parsed) if self.sqlite else postgresql_engine(parsed)
        self._for_reading: Engine = self.engine
        self._for_writing: Engine = self.engine.execution_options(mandala_write=True)
        self._for_statements: Engine = self._for_writing
        if not self.sqlite:
            self._for_reading = self.engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            self._for_writing = self.engine.execution_options(isolation_level="SERIALIZABLE")
            self._for_statements = self.engine
        self.keyring = keyring or Keyring()
        lend_keyring(self.engine.dialect, self.keyring)
        self._waiting: deque[tuple[Callable[[Session], Any], Future[Any]]] = deque()
        self._executor = ThreadPoolExecutor(1 if self.sqlite else WORKERS, "store")

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
        with Session(self._for_reading, expire_on_commit=False) as db:
            return work(db, *args, **kwargs)

    def write_now(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As ``write``, in the calling thread (command line, tests)."""
        engine = self._for_statements if work in _STATEMENTWISE else self._for_writing
        attempt = 0
        while True:
            attempt += 1
            try:
                with Session(engine, expire_on_commit=False) as db:
                    return _committed(db, partial(work, db, *args, **kwargs))
            except DBAPIError as error:
                if attempt >= _ATTEMPTS.get(getattr(error.orig, "sqlstate", ""), 1):
                    raise
            # Those who met step aside for a different time each.
            time.sleep(random.uniform(0, min(_LONGEST_PAUSE_S, 0.001 * 2**attempt)))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that reads one moment's state, for work beneath the tables' classes."""
        with self._for_reading.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection whose writes all happen at the end, or not at all if an error is raised."""
        with self._for_writing.begin() as connection:
            yield connection

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
            with self._for_writing.connect() as connection, connection.begin():
                for work, future in taken:
                    done += _in_savepoint(connection, work, future)
        except _UndoneError:
            self._write_singly(taken)
            return
        except BaseException as error:  # nothing of the batch is on disk, so nobody may think so
            for _, future in taken:
                if not future.done():
                    future.set_exception(error)
            return
        for future, result in done:
            future.set_result(result)

    def _write_singly(
        self, batch: Sequence[tuple[Callable[[Session], Any], "Future[Any]"]]
    ) -> None:
        for work, future in batch:
            if future.done():
                continue
            try:
                result = self.write_now(work)
            except BaseException as error:
                future.set_exception(error)
            else:
                future.set_result(result)

    def close(self) -> None:
        """Waits for work that has begun and closes every connection."""
        self._executor.shutdown(wait=True)
        self.engine.dispose()

    async def _off_loop(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, call)


def _committed(db: Session, work: Callable[[], T]) -> T:
    try:
        result = work()
        db.commit()
    except BaseException:
        db.rollback()  # makes new what was new before: closing alone would leave it as if stored
        raise
    return result


class _UndoneError(Exception):
    """SQLite has rolled back more than it was asked to; the store is as before the transaction."""


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
        if not has_transaction(connection):
            raise _UndoneError from error
        future.set_exception(error)
        return []
    return [(future, result)]
