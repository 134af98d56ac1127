"""Brings the database to the version this program needs, at start, or back to an older one."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.schema import CreateSchema

if TYPE_CHECKING:
    from alembic.config import Config

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


def versions() -> list[str]:
    """Every version that this program knows, the oldest first."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    return [script.revision for script in scripts][::-1]


def go_back(connection: Connection, version: str) -> None:
    """Brings the tables back to an older version, in a transaction of the caller's.

    What that version has no place for is gone then; all else stays.

    Args:
        version: one of ``versions``.
    """
    from alembic import command

    command.downgrade(_config(connection), version)


def _upgrade(connection: Connection, found: str | None) -> None:
    from alembic import command

    if found is not None and found not in versions():
        raise RuntimeError(
            f"the database has version {found}, which this program does not know (it is at"
            f" {HEAD}): start the newer program, or with it: mandala migrate --to {HEAD}"
        )
    command.upgrade(_config(connection), HEAD)


def _config(connection: Connection | None = None) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
