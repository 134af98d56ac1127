"""Down to every version and up again with rows in every table: nothing is lost that fits."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, inspect

from bot.store import migrating
from bot.store.database import Database
from tests.store.filling import ROWS, fill
from tests.stores import database_url


@dataclass(frozen=True)
class Held:
    """What a table holds, as the driver gives it."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]

    def only(self, names: Sequence[str]) -> Counter[str]:
        """The rows in these columns alone."""
        places = [self.columns.index(name) for name in names]
        return Counter(repr([row[place] for place in places]) for row in self.rows)


def _held(connection: Connection) -> dict[str, Held]:
    names = [
        name
        for name in inspect(connection).get_table_names()
        if not name.startswith("note_search") and name != "alembic_version"
    ]
    found = {}
    for name in names:
        result = connection.exec_driver_sql(f'SELECT * FROM "{name}"')  # noqa: S608  # ours
        found[name] = Held(tuple(result.keys()), [tuple(row) for row in result])
    return found


def _agree(some: Mapping[str, Held], others: Mapping[str, Held], where: str) -> None:
    """The tables that both have say the same in the columns that both have."""
    assert some.keys() & others.keys(), where
    for name in some.keys() & others.keys():
        both = [column for column in some[name].columns if column in others[name].columns]
        assert some[name].only(both) == others[name].only(both), f"{name}, {where}"


def _prepare(connection: Connection) -> None:
    """The form before 0003 knows no deleted notes, and one message of each: here one has two, the
    second from another account."""
    connection.exec_driver_sql("UPDATE note SET deleted_at = NULL")
    connection.exec_driver_sql("INSERT INTO note_message VALUES (5, 5, 1, '')")


@pytest.fixture
def database(tmp_path: Path) -> Database:
    made = Database(database_url(tmp_path))
    made.write_now(fill)
    with made.engine.begin() as connection:
        _prepare(connection)
    return made


def test_down_to_every_version_and_up_again_loses_nothing_that_the_older_form_holds(
    database: Database,
) -> None:
    versions = migrating.versions()
    assert versions[-1] == migrating.HEAD
    with database.engine.begin() as connection:
        newest = _held(connection)
        assert min(len(table.rows) for table in newest.values()) == ROWS
    newer = newest
    for version in reversed(versions[:-1]):
        with database.engine.begin() as connection:
            migrating.go_back(connection, version)
            assert migrating.revision(connection) == version
            older = _held(connection)
        _agree(older, newer, f"down to {version}")
        with database.engine.connect() as connection, connection.begin() as passing:
            migrating.upgrade(connection)
            again = _held(connection)
            passing.rollback()
        assert {name: table.columns for name, table in again.items()}.keys() == newest.keys()
        _agree(older, again, f"from {version} up again")
        newer = older
    database.close()
