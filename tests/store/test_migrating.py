"""Migrations lead to exactly the tables that the program uses, and back."""

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from sqlmodel import SQLModel

from bot.store import migrating, tables
from bot.store.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path}/new/folder/a.db")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrating._FOLDER))
    return config


def _names(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def test_the_newest_migration_is_the_one_the_program_expects() -> None:
    assert ScriptDirectory.from_config(_config()).get_heads() == [migrating.HEAD]


def test_migrations_make_exactly_the_tables_of_the_program(database: Database) -> None:
    migrating.migrate(database.engine)
    migrating.migrate(database.engine)
    with database.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)
    assert found == []
    assert tables.Person.__tablename__ in _names(database.engine)
    database.close()


def test_every_migration_can_be_taken_back(database: Database) -> None:
    migrating.migrate(database.engine)
    config = _config()
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
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
