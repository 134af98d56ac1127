"""``mandala backup`` and ``mandala restore``: the store leaves for a file, and comes back."""

import contextlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import make_url
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from bot.config import Settings
from bot.domain import clock
from bot.store import copying, migrating, people, personal_data, settings
from bot.store.agenda_file import read_agenda
from bot.store.attachments import Attachments, flush
from bot.store.backups import BackupError, Backups, Contents, link, look_into
from bot.store.copying import CopyError
from bot.store.database import Database
from bot.store.replicas import Presence
from bot.store.sealing import Keyring
from bot.store.settings import Restored

Tell = Callable[[str], None]
_STAMP = "%Y%m%dT%H%M%SZ"


def back_up(config: Settings, *, tell: Tell, now: datetime | None = None) -> int:
    """Makes a backup of this moment and prunes; gives the exit status.

    Raises:
        BackupError, OSError, SQLAlchemyError: there is no new backup.
    """
    at = (now or clock.system_now()).replace(microsecond=0)
    kept = Backups(config.backup_folder())
    store = Database(config.database_url)
    try:
        made = kept.make(store, config.attachments_folder(), at=at)
        store.write_now(settings.set_last_backup, at)
    finally:
        store.close()
    found = look_into(made.path)
    gone = kept.prune(read_agenda(config.event_dir).timezone)
    tell(f"{made.path}: {sum(found.rows.values())} rows, {len(found.digests)} files, verified.")
    if gone:
        tell(f"Older ones deleted: {gone}.")
    return 0


def restore(
    config: Settings,
    file: Path,
    *,
    dry_run: bool,
    tell: Tell,
    lost: datetime | None = None,
    now: datetime | None = None,
) -> int:
    """Puts the backup in the place of the store; gives the exit status.

    What people had deleted for good since is deleted in it, too. The old store stays beside the
    new one, or, on PostgreSQL, as a backup file of its own.

    Args:
        lost: local time of the event; what fell due until then counts as sent.
        dry_run: only tells what it would do.

    Raises:
        BackupError: the file is no whole backup, or a bot runs on the store. Nothing was changed.
        OSError, SQLAlchemyError: disk or database failed; the store is as it was.
    """
    now = now or clock.system_now()
    found = look_into(file)
    zone = read_agenda(config.event_dir).timezone
    lost_at = clock.localize(lost, zone) if lost else now
    keyring = Keyring(config.note_keys())
    with TemporaryDirectory(dir=_room(config)) as folder, alone(config) as target:
        ready = Path(folder, "store.db")
        shutil.copyfile(file, ready)
        made_at = _prepare(ready, file, keyring, config, lost_at)
        _compare(found, target, tell)
        tell(f"Of {made_at:%Y-%m-%d %H:%M} UTC, tables of version {found.revision}.")
        missing = _missing(found, config)
        if missing:
            tell(f"{missing} of {len(found.digests)} files of notes are in no folder any more.")
        if dry_run:
            tell("Nothing was changed.")
            return 0
        aside = _replace(ready, target, config, now)
    _bring_files(found, config)
    tell(f"Restored. The store of before: {aside}" if aside else "Restored.")
    return 0


def _room(config: Settings) -> Path:
    """A folder on the disk that the store is on, so that renaming will do."""
    folder = config.attachments_folder().parent
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def alone(config: Settings) -> Iterator[Database]:
    """The store, on which no bot runs meanwhile.

    Raises:
        BackupError: one does.
    """
    target = Database(config.database_url)
    presence = Presence(target)
    try:
        try:
            presence.beat()
        except RuntimeError as error:
            raise BackupError(str(error)) from None
        if not presence.leads:
            raise BackupError("A bot runs on this database: stop it first.")
        yield target
    finally:
        presence.leave()
        target.close()


def _prepare(
    ready: Path, file: Path, keyring: Keyring, config: Settings, lost_at: datetime
) -> datetime:
    """Brings the copy to this program's tables, deletes what may not come back, and notes for the
    next start where it comes from."""
    store = Database(f"sqlite:///{ready}", keyring=keyring)
    try:
        try:
            migrating.migrate(store.engine)
        except RuntimeError as error:
            raise BackupError(f"{file.name}: {error}.") from None
        made_at = _made_at(store, file)
        erased = Backups(file.parent).erased() | Backups(config.backup_folder()).erased()
        for number, at in erased.items():
            person = store.read_now(people.get, number)
            if at > made_at and person is not None:
                store.write_now(_erase, number, at)
        store.write_now(settings.note_restored, Restored(made_at, max(lost_at, made_at)))
        store.write_now(settings.set_last_backup, made_at)
        store.scrub_now()
    finally:
        store.close()
    with contextlib.closing(sqlite3.connect(ready)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
    return made_at


def _erase(db: Session, number: int, at: datetime) -> None:
    person = people.get(db, number)
    assert person is not None
    personal_data.erase(db, person, now=at)
    settings.note_erased(db, number, at)


def _made_at(store: Database, file: Path) -> datetime:
    for known in Backups(file.parent).existing():
        if known.path == file:
            return known.at
    return datetime.fromtimestamp(int(file.stat().st_mtime), UTC)


def _compare(found: Contents, target: Database, tell: Tell) -> None:
    """A line for each table: rows in the backup, rows in the store as it is."""
    now = _rows_of(target)
    if now is None:
        tell("The store as it is cannot be read.")
        now = {}
    for name in sorted(found.rows):
        if found.rows[name] or now.get(name):
            tell(f"{name}: {found.rows[name]} rows, now {now.get(name, 'none')}")


def _rows_of(target: Database) -> dict[str, int] | None:
    """Rows of each table; None: it is damaged."""
    if target.sqlite and not _path_of(target).exists():
        return {}
    try:
        with target.reading() as connection:
            return copying.count_rows(connection)
    except DatabaseError:
        if target.sqlite:
            return None
        raise


def _path_of(target: Database) -> Path:
    return Path(str(make_url(target.url).database))


def _missing(found: Contents, config: Settings) -> int:
    here, there = Attachments(config.attachments_folder()), Backups(config.backup_folder())
    return sum(
        not (here.place(digest).exists() or Attachments(there.files).place(digest).exists())
        for digest in found.digests
    )


def _bring_files(found: Contents, config: Settings) -> None:
    here = Attachments(config.attachments_folder())
    there = Attachments(Backups(config.backup_folder()).files)
    for digest in found.digests:
        if not here.place(digest).exists():
            with contextlib.suppress(FileNotFoundError):
                link(there.place(digest), here.place(digest))


def _replace(ready: Path, target: Database, config: Settings, now: datetime) -> Path | None:
    """Puts ``ready`` in place; gives where the store of before is, None if it was empty."""
    stamp = f"{now.astimezone(UTC):{_STAMP}}"
    rows = _rows_of(target)
    if target.sqlite:
        target.engine.dispose()
        return _replace_file(ready, _path_of(target), stamp, empty=rows == {})
    source = Database(f"sqlite:///{ready}")
    aside = None
    try:
        if rows:
            migrating.migrate(target.engine)
            safe = Backups(config.backup_folder() / f"replaced-{stamp}")
            aside = safe.make(target, config.attachments_folder(), at=now).path
        copying.snapshot(source, target, emptied=True)
    except CopyError as error:
        raise BackupError(str(error)) from None
    finally:
        source.close()
    return aside


def _replace_file(ready: Path, path: Path, stamp: str, *, empty: bool) -> Path | None:
    """One rename is the moment of change. The log of the old file must not meet the new one."""
    aside = path.with_name(f"{path.name}.replaced-{stamp}")
    if not empty:
        with (
            contextlib.suppress(sqlite3.DatabaseError),
            contextlib.closing(sqlite3.connect(path)) as old,
        ):
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        try:
            aside.hardlink_to(path)
        except OSError:  # a disk without such links
            shutil.copy2(path, aside)
    for end in ("-wal", "-shm"):
        log = path.with_name(path.name + end)
        if log.exists():
            log.rename(f"{aside}{end}")
    ready.replace(path)
    flush(path.parent)
    return None if empty else aside
