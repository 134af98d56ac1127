"""How the two kinds of database are connected to, and what each connection is told at first."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError
from sqlmodel import create_engine

WORKERS = 8
_BUSY_TIMEOUT_S = 10
_SPARE_CONNECTIONS = 4
"""For what does not run on a worker: migrations, the command line."""

# An error of an engine quotes its parameters, which are people's words: hidden from logs.


def postgresql_engine(url: URL) -> Engine:
    """Connections for ``WORKERS`` threads and a few more; the server ends what hangs."""
    settings = {
        "timezone": "UTC",
        "statement_timeout": "30s",
        "lock_timeout": "10s",
        "idle_in_transaction_session_timeout": "60s",  # of a process that hangs: others go on
    }
    given = url.query.get("options", "")
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    engine = create_engine(
        url.difference_update_query(["options"]),
        pool_size=WORKERS,
        max_overflow=_SPARE_CONNECTIONS,
        pool_timeout=_BUSY_TIMEOUT_S,
        pool_pre_ping=True,  # connections of before a restart of the server are found out
        hide_parameters=True,
        connect_args={
            "application_name": "mandala",
            "connect_timeout": 5,
            "tcp_user_timeout": _BUSY_TIMEOUT_S * 1000,  # a server that vanished is known so soon
            "options": f"{given} {options}",
        },
    )
    # Many rows go through the driver's own pipeline, which is three times as fast as one statement
    # of ten thousand parameters, and counts what it did.
    engine.dialect.use_insertmanyvalues_wo_returning = False
    return engine


def sqlite_engine(url: URL) -> Engine:
    """Transactions begin and end where we say, and what is committed is on the disk.

    Raises:
        OSError: the folder of the file cannot be made.
    """
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        connect_args={"timeout": _BUSY_TIMEOUT_S, "check_same_thread": False},
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "commit", _commit_sqlite)
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


def has_transaction(connection: Connection) -> bool:
    """What SQLite says itself: SQLAlchemy does not hear of a rollback that it did not ask for."""
    driver = connection.connection.driver_connection
    return isinstance(driver, sqlite3.Connection) and driver.in_transaction


def _commit_sqlite(connection: Connection) -> None:
    # The driver's commit does nothing outside a transaction, and would let it pass for done.
    if not has_transaction(connection):
        undone = sqlite3.OperationalError("undone by SQLite itself: disk full or failing")
        raise OperationalError("COMMIT", {}, undone)


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("mandala_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
