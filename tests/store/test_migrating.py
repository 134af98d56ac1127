"""Migrations lead to exactly the tables that the program uses, and back."""

from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from sqlmodel import SQLModel

from bot.store import migrating, tables
from bot.store.database import Database
from tests.stores import database_url


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(database_url(tmp_path, "new/folder/a.db", empty=True))


def _is_ours(name: str | None, kind: str, parents: Any) -> bool:
    """The index of words differs from store to store and is no class of the program."""
    return not (kind == "table" and name is not None and name.startswith("note_search"))


def _names(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def test_the_newest_migration_is_the_one_the_program_expects() -> None:
    assert ScriptDirectory.from_config(migrating._config()).get_heads() == [migrating.HEAD]


def test_migrations_make_exactly_the_tables_of_the_program(database: Database) -> None:
    migrating.migrate(database.engine)
    migrating.migrate(database.engine)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _is_ours})
        found = compare_metadata(context, SQLModel.metadata)
    assert found == []
    assert tables.Person.__tablename__ in _names(database.engine)
    database.close()


def test_every_migration_can_be_taken_back(database: Database) -> None:
    migrating.migrate(database.engine)
    with database.engine.begin() as connection:
        migrating.go_back(connection, "base")
    assert _names(database.engine) == {"alembic_version"}
    migrating.migrate(database.engine)
    assert "person" in _names(database.engine)
    database.close()


def test_a_database_of_a_newer_program_is_refused_by_name(database: Database) -> None:
    migrating.migrate(database.engine)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(RuntimeError, match="version 9999"):
        migrating.migrate(database.engine)
    database.close()
