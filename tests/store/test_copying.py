"""A store moves to another database whole, or not at all."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text
from sqlmodel import Session, SQLModel, col, select
from typer.testing import CliRunner

from bot import cli
from bot.domain import search as searching
from bot.domain.people import Role
from bot.store import copying, note_search, people
from bot.store.copying import Copied, CopyError
from bot.store.database import Database
from bot.store.migrating import migrate
from bot.store.sealing import Keyring
from bot.store.tables import Note, Person, Setting
from tests.builders import local, staged
from tests.store.filling import NOON, ROWS, fill
from tests.stores import database_url

pytestmark = pytest.mark.postgresql


def _sqlite(folder: Path, name: str, **options: Any) -> Database:
    return Database(f"sqlite:///{folder / name}", **options)


@pytest.fixture
def source(tmp_path: Path) -> Database:
    """Rows of every kind in every table, sealed."""
    keyring = Keyring([bytes(32)])
    made = _sqlite(tmp_path, "source.db", keyring=keyring)
    migrate(made.engine)
    made.write_now(fill)
    return made


def _tables(database: Database) -> list[str]:
    return inspect(database.engine).get_table_names()


def test_every_row_of_every_table_goes_to_postgresql_and_back(
    source: Database, tmp_path: Path
) -> None:
    there = Database(database_url(tmp_path, "there", empty=True), keyring=source.keyring)
    back = _sqlite(tmp_path, "back.db", keyring=source.keyring)
    first = copying.copy(source, there)
    assert {one.table for one in first} == set(SQLModel.metadata.tables)
    assert {one.rows for one in first} == {ROWS}
    assert copying.copy(there, back) == first
    for store in (there, back):
        found = store.read_now(lambda db: db.exec(select(Note).order_by(col(Note.id))).all())
        assert [note.text for note in found] == ["é1", "é2", "é3"]
        assert found[0].created_at == NOON + timedelta(days=1)
    for store in (source, there, back):
        store.close()


def test_new_rows_get_numbers_that_are_free(source: Database, tmp_path: Path) -> None:
    target = Database(database_url(tmp_path, "there", empty=True))
    copying.copy(source, target)

    def add(db: Session) -> int | None:
        person = Person(key="new", name="Baru", role=Role.PARTICIPANT)
        db.add(person)
        db.flush()
        return person.id

    assert target.write_now(add) == ROWS + 1
    source.close()
    target.close()


def test_a_target_that_holds_anything_is_refused_and_left_alone(
    source: Database, tmp_path: Path
) -> None:
    target = Database(database_url(tmp_path, "there"))
    target.write_now(lambda db: db.add(Setting(name="mine", value="1")))
    with pytest.raises(CopyError, match="not empty: it has rows in setting"):
        copying.copy(source, target)
    assert target.read_now(lambda db: [one.name for one in db.exec(select(Setting))]) == ["mine"]
    assert target.read_now(people.count) == (0, 0)
    source.close()
    target.close()


@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_a_copy_that_is_cut_short_leaves_nothing(
    source: Database, tmp_path: Path, store: str
) -> None:
    target = (
        _sqlite(tmp_path, "target.db")
        if store == "sqlite"
        else Database(database_url(tmp_path, "there", empty=True))
    )
    seen: list[Copied] = []

    def told(one: Copied) -> None:
        seen.append(one)
        if len(seen) == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copying.copy(source, target, told=told)
    assert _tables(target) == []
    source.close()
    target.close()


def test_what_arrives_changed_is_found_out(source: Database, tmp_path: Path) -> None:
    target = Database(database_url(tmp_path, "there"))
    with target.writing() as connection:
        connection.execute(
            text(
                "CREATE FUNCTION spoil() RETURNS trigger AS"
                " $$ BEGIN NEW.name := lower(NEW.name) || ' '; RETURN NEW; END $$ LANGUAGE plpgsql"
            )
        )
        connection.execute(
            text(
                "CREATE TRIGGER spoil BEFORE INSERT ON person FOR EACH ROW"
                " EXECUTE FUNCTION spoil()"
            )
        )
    with pytest.raises(CopyError, match="arrived in person is not what was sent"):
        copying.copy(source, target)
    assert target.read_now(people.count) == (0, 0)
    source.close()
    target.close()


def test_a_source_of_another_version_is_refused(source: Database, tmp_path: Path) -> None:
    with source.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    target = Database(database_url(tmp_path, "there", empty=True))
    with pytest.raises(CopyError, match="start the bot on it once"):
        copying.copy(source, target)
    source.close()
    target.close()


async def test_the_bot_goes_on_where_it_was(tmp_path: Path) -> None:
    old, new = f"sqlite:///{tmp_path}/old.db", database_url(tmp_path, "there", empty=True)
    now = local("2025-11-04 12:00")
    async with staged(tmp_path, now=now, database_url=old) as stage:
        user = await stage.user("p30")
        await stage.say(user, "/refleksi Tata kelola data itu dasar.")
    result = CliRunner().invoke(cli.app, ["copy-store", old, new.replace("+psycopg", "")])
    assert result.exit_code == 0, result.output
    assert "note: 1 rows, " in result.output
    assert "Copied and compared" in result.output
    async with staged(tmp_path, now=now, database_url=new) as stage:
        person = await stage.person("p30")
        assert person.joined_at is not None
        wanted = searching.asked("kelola")
        found = await stage.house.db.read(note_search.search, person.id or 0, wanted)
        assert len(found) == 1, "the index of words is there again"


def test_a_wrong_address_is_one_clear_line(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli.app, ["copy-store", "mysql://x", f"sqlite:///{tmp_path}/a"])
    assert result.exit_code == 2
    assert result.stderr == "An address must be a sqlite:// or postgresql:// address.\n"
