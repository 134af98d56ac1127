"""Which store the tests run on, and where each test's own is.

``pytest --store postgresql`` runs every test that touches a store on PostgreSQL, and only those.
"""

import inspect
import os
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState
from sqlmodel import Session

from bot.domain import shares
from bot.store.database import Database
from bot.store.migrating import migrate
from tests import postgres

SQLITE, POSTGRESQL = "sqlite", "postgresql"
STORE = "store"
REQUIRED = "MANDALA_REQUIRE_POSTGRESQL"
_NO_SERVER = "no PostgreSQL server on this machine (Debian: apt-get install postgresql)"

chosen = SQLITE
sealed = False
"""Whether bots seal what people write."""
current: pytest.Item | None = None
"""The test that runs."""


def choose(store: str) -> None:
    """Sets the store for this run.

    Raises:
        pytest.UsageError: it must be PostgreSQL, and there is none.
    """
    global chosen  # noqa: PLW0603  # the one choice of a run
    chosen = store
    shares.ALONE_S = shares.ALONE_AGAIN_S = 0.0  # no process was there a moment ago
    if store == POSTGRESQL and os.environ.get(REQUIRED) and postgres.programs() is None:
        raise pytest.UsageError(_NO_SERVER)


@event.listens_for(Session, "do_orm_execute")
def _refuse_a_lock_in_a_read(state: ORMExecuteState) -> None:
    """As PostgreSQL does; SQLite knows no locks of rows and would say nothing."""
    if getattr(state.statement, "_for_update_arg", None) is None:
        return
    connection = state.session.connection()
    writes = connection.get_execution_options().get("mandala_write", False)
    assert writes or connection.dialect.name != SQLITE, "a read must not lock rows"


def database_url(folder: Path, name: str = "mandala.db", *, empty: bool = False) -> str:
    """The address of the database ``name`` of a test, the same each time it is asked for.

    Args:
        folder: the test's temporary folder.
        empty: it has no tables yet; else a new one is a copy of one that is migrated.
    """
    if current is not None and not current.get_closest_marker(STORE):
        raise AssertionError("no sign of a store was seen in this test: see touches() here")
    if chosen == SQLITE:
        path = folder / name
        if not empty and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_migrated())
        return f"sqlite:///{path}"
    return postgres.server().database(folder, name, empty=empty)


@cache
def _migrated() -> bytes:
    """An SQLite file with all tables: to run every migration for each test would cost a minute."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "template.db")
        database = Database(f"sqlite:///{path}")
        migrate(database.engine)
        database.close()
        return path.read_bytes()


def touches(item: pytest.Item) -> bool:
    """Whether the test, or a fixture or helper of its, opens a store."""
    if not isinstance(item, pytest.Function):
        return False
    fixtures = item._fixtureinfo.name2fixturedefs.values()
    functions = [item.function, *(one.func for many in fixtures for one in many)]
    seen: set[int] = set()
    return any(_opens(inspect.unwrap(one).__globals__, seen) for one in functions)


def _opens(names: Mapping[str, Any], seen: set[int]) -> bool:
    """Whether a module holds what opens a store, or something of a helper module that does."""
    from tests.builders import staged

    if id(names) in seen:
        return False
    seen.add(id(names))
    if any(names.get(one.__name__) is one for one in (Database, database_url, staged)):
        return True
    modules = {getattr(value, "__module__", None) for value in list(names.values())}
    helpers = (
        name
        for name in modules - {"tests.builders", None}
        if isinstance(name, str) and name.startswith("tests.") and name in sys.modules
    )
    return any(_opens(vars(sys.modules[name]), seen) for name in helpers)


def prepare(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks the tests that touch a store, and leaves those that run on the chosen one."""
    away = []
    for item in items:
        if touches(item):
            item.add_marker(STORE)
        stores = [name for name in (SQLITE, POSTGRESQL) if item.get_closest_marker(name)]
        if not stores:
            stores = [SQLITE, POSTGRESQL] if item.get_closest_marker(STORE) else [SQLITE]
        if chosen not in stores:
            away.append(item)
        elif chosen == POSTGRESQL and postgres.programs() is None:
            item.add_marker(pytest.mark.skip(reason=_NO_SERVER))
    if away:
        config.hook.pytest_deselected(items=away)
        items[:] = [item for item in items if item not in set(away)]
