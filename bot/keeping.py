"""``mandala reseal`` and ``mandala copy-store``: work on the store from the terminal."""

from collections.abc import Callable

from bot.config import Settings
from bot.store import copying, resealing
from bot.store.attachments import Attachments
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
