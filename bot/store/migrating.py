"""Brings the database to the version this program needs, at start."""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.schema import CreateSchema

HEAD = "0021"
"""The newest migration. Comparing with it spares importing Alembic at every start."""
_MIGRATING = 0x6D616E64616C6100
"""Names PostgreSQL's advisory lock; any number that nobody else uses."""
_FOLDER = Path(__file__).parent / "migrations"


def migrate(engine: Engine) -> None:
    """Runs every migration that is missing, in one transaction; none if none is missing.

    Raises:
        RuntimeError: the database was written by a newer version of the program.
    """
    with engine.begin() as connection:
        upgrade(connection)


def upgrade(connection: Connection) -> None:
    """As ``migrate``, in a transaction of the caller's."""
    if connection.dialect.name == "postgresql":
        # Of several processes that start together one migrates, the others wait for it.
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATING})
        # An event that is not the first has a schema of its own, named in the address.
        if connection.execute(text("SELECT current_schema()")).scalar() is None:
            path = connection.execute(text("SHOW search_path")).scalar_one()
            connection.execute(CreateSchema(path.strip(' "'), if_not_exists=True))
    found = revision(connection)
    if found != HEAD:
        _upgrade(connection, found)


def revision(connection: Connection) -> str | None:
    """The migration that the database has come to; None: it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection, found: str | None) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise RuntimeError(f"the database has version {found}, which this program does not know")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
