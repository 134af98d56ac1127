"""``mandala reseal``, ``copy-store`` and ``migrate``: work on the store from the terminal."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import Connection, inspect

from bot.config import Settings
from bot.safekeeping import alone, back_up
from bot.store import copying, migrating, resealing
from bot.store.attachments import Attachments
from bot.store.backups import BackupError
from bot.store.database import Database
from bot.store.migrating import migrate
from bot.store.sealing import Keyring

_NO_KEY = 2
_NOT_SCRUBBED = 1


def copy_store(source: str, target: str, *, tell: Callable[[str], None]) -> None:
    """Copies a whole store, telling of each table.

    Args:
        source: address of the database as it is.
        target: address of an empty one.
        tell: gets a line for the terminal.

    Raises:
        CopyError: nothing was copied; the message says why.
        SQLAlchemyError: one of the two failed; nothing was copied.
    """
    old = Database(source)
    try:
        new = Database(target)
        try:
            copied = copying.copy(
                old,
                new,
                told=lambda one: tell(f"{one.table}: {one.rows} rows, {one.checksum[:16]}"),
            )
        finally:
            new.close()
    finally:
        old.close()
    tell(f"Copied and compared: {sum(one.rows for one in copied)} rows.")


def reseal(settings: Settings, *, decrypt: bool, tell: Callable[[str], None]) -> int:
    """Rewrites rows and files with the newest key, or plain; gives the exit status.

    Cut short and run again, it goes on where it was.

    Args:
        decrypt: back to plain.
        tell: gets a line for the terminal.

    Raises:
        SealingError: something is sealed with a key that the settings lack.
    """
    keyring = Keyring(settings.note_keys(), sealing=not decrypt)
    if not keyring.ids:
        tell("NOTES_KEY is not set: put the key into .env (see .env.example).")
        return _NO_KEY
    store = Database(settings.database_url, keyring=keyring)
    try:
        migrate(store.engine)
        store.write_now(resealing.admit)
        rows = sum(resealing.reseal_rows(store))
        files = sum(1 for _ in Attachments(settings.attachments_folder(), keyring).reseal())
        tell(f"Rewritten: {rows} values, {files} files.")
        if not resealing.settle(store):
            tell("SQLite's file still holds what was there before: stop the bot and run it again.")
            return _NOT_SCRUBBED
    finally:
        store.close()
    if decrypt:
        tell("Everything is plain now. Take NOTES_KEY out of .env before the bot starts again.")
    elif len(keyring.ids) > 1:
        tell("Older keys are needed no more: take them out of NOTES_KEY and restart the bot.")
    return 0


def migrate_to(
    config: Settings, version: str, *, tell: Callable[[str], None], now: datetime | None = None
) -> int:
    """Brings the store to a version of its tables, and gives the exit status.

    Before it goes back, everything is put into a backup, one among the others.

    Raises:
        BackupError: a bot runs on the store, or there is no such version. Nothing was changed.
        OSError, SQLAlchemyError: disk or database failed; the store is as it was.
    """
    if version not in (known := migrating.versions()):
        raise BackupError(f"Versions of the tables are {known[0]} to {known[-1]}.")
    with alone(config) as store:
        migrate(store.engine)
        if version != migrating.HEAD:
            back_up(config, tell=tell, now=now)
            with store.writing() as connection:
                before = _columns(connection)
                rows = copying.count_rows(connection)
                migrating.go_back(connection, version)
                after = _columns(connection)
            for line in _lost(before, after, rows):
                tell(line)
    tell(f"The tables have version {version}.")
    if version != migrating.HEAD:
        tell("Start the older program now: this one would bring them forward again.")
    return 0


def _columns(connection: Connection) -> dict[str, set[str]]:
    tables = inspect(connection)
    return {
        name: {column["name"] for column in tables.get_columns(name)}
        for name in tables.get_table_names()
    }


def _lost(
    before: Mapping[str, set[str]], after: Mapping[str, set[str]], rows: Mapping[str, int]
) -> list[str]:
    """What the older version has no place for, a line for each table that is not empty."""
    lines = []
    for name in sorted(before):
        gone = sorted(before[name] - after.get(name, set()))
        if gone and rows.get(name):
            what = ", ".join(gone) if name in after else f"{rows[name]} rows"
            lines.append(f"No place for: {name} ({what})")
    return lines
