"""Backups: a snapshot of the whole store as one SQLite file, whatever the store is, and its files.

One way for both stores, since reading every row and comparing its checksum with the row that
arrived is what makes a backup one: a damaged page shows at once, no program of the database is
needed, and an event can be gone on with on any machine. What is sealed stays sealed.

The content of attachments never changes under its name, so all backups share one folder of it,
linked where the disk allows it.
"""

import contextlib
import os
import re
import shutil
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.domain import backups as keeping
from bot.store import copying
from bot.store.attachments import Attachments, flush
from bot.store.database import Database

_NAME = re.compile(r"mandala-(\d{8}T\d{6}Z)\.db")
_STAMP = "%Y%m%dT%H%M%SZ"
_UNFINISHED = ".part"
_FILES = "attachments"
_ERASED = "erased.txt"


class BackupError(Exception):
    """The backup is none; the message is a sentence for whoever asked for it."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A file that is whole, and the instant it shows (UTC)."""

    path: Path
    at: datetime


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds: the version of its tables, the rows of each, the files of notes."""

    revision: str | None
    rows: Mapping[str, int]
    digests: frozenset[str]


class Backups:
    """The folder of them. Its methods work on the disk: call them off the event loop."""

    def __init__(self, folder: Path) -> None:
        """Makes nothing yet."""
        self.folder = folder
        self.files = folder / _FILES

    def make(self, source: Database, attachments: Path, *, at: datetime) -> Backup:
        """A backup of this moment, called ``at``; while the bot runs, too.

        It is on the disk under its name, verified, or not at all.

        Raises:
            BackupError: what was written is not what was read.
            OSError: it could not be written; the disk may be full.
            SQLAlchemyError: the store cannot be read.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        path = self.folder / f"mandala-{at.astimezone(UTC):{_STAMP}}.db"
        part = path.with_suffix(_UNFINISHED)
        for left in self.folder.glob(f"*{_UNFINISHED}*"):  # by one that was killed
            left.unlink(missing_ok=True)
        try:
            rows = _write(source, part)
            found = look_into(part)
            if {name: found.rows.get(name) for name in rows} != rows:
                raise BackupError("The backup has other numbers of rows than the store.")
            self._take(found.digests, attachments)
            with part.open("rb") as written:
                os.fsync(written.fileno())
            part.replace(path)
            flush(self.folder)
        except copying.CopyError as error:
            raise BackupError(str(error)) from None
        finally:
            part.unlink(missing_ok=True)
        return Backup(path, at)

    def existing(self) -> list[Backup]:
        """All that are there, the oldest first."""
        found = [_named(path) for path in self.folder.glob("*.db")]
        return sorted((one for one in found if one is not None), key=lambda one: one.at)

    def prune(self, zone: str, *, none_before: datetime | None = None) -> int:
        """Deletes those that are not kept any more, and files that none of the others speak of.

        Args:
            zone: whose days and weeks count.
            none_before: what is older goes in any case, since it holds what had to be deleted.

        Returns:
            how many backups were deleted.
        """
        there = self.existing()
        stay = keeping.kept((one.at for one in there), zone)
        gone = [
            one
            for one in there
            if one.at not in stay or (none_before is not None and one.at < none_before)
        ]
        for one in gone:
            one.path.unlink()
        if gone:
            self._drop_files([one for one in there if one not in gone])
        return len(gone)

    def note_erased(self, erased: Mapping[int, datetime]) -> None:
        """Remembers, beside the backups, whose data was deleted for good and when, by their
        number: it must not come back with a backup of before."""
        known = self.erased()
        merged = {**known, **{who: max(at, known.get(who, at)) for who, at in erased.items()}}
        if merged == known:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        lines = [f"{who} {at.isoformat()}\n" for who, at in sorted(merged.items())]
        part = self.folder / f"{_ERASED}{_UNFINISHED}"
        with part.open("w", encoding="ascii") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.folder / _ERASED)
        flush(self.folder)

    def erased(self) -> dict[int, datetime]:
        """Whose data was deleted for good, and when last (UTC)."""
        try:
            lines = (self.folder / _ERASED).read_text(encoding="ascii").splitlines()
        except FileNotFoundError:
            return {}
        words = (line.split() for line in lines if line)
        return {int(who): datetime.fromisoformat(at) for who, at in words}

    def _take(self, digests: frozenset[str], attachments: Path) -> None:
        """Puts the files beside; one that is missing in the folder is missing here, too."""
        here, there = Attachments(attachments), Attachments(self.files)
        for digest in digests:
            with contextlib.suppress(FileNotFoundError):
                link(here.place(digest), there.place(digest))

    def _drop_files(self, backups: Sequence[Backup]) -> None:
        wanted: set[str] = set()
        for one in backups:
            wanted |= look_into(one.path, checked=False).digests
        for path in self.files.glob("??/*"):
            if path.name not in wanted:
                path.unlink()


def link(source: Path, target: Path) -> None:
    """The same content under another name: a hard link, or a copy on another disk.

    One that is there already stays, unless the source was written anew since, as by resealing.

    Raises:
        FileNotFoundError: there is no source.
        OSError: the disk is full, or the like.
    """
    was = source.stat()
    if target.exists():
        now = target.stat()
        if os.path.samestat(was, now) or (was.st_size, was.st_mtime_ns) == (
            now.st_size,
            now.st_mtime_ns,
        ):
            return
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + _UNFINISHED)
    part.unlink(missing_ok=True)
    try:
        part.hardlink_to(source)
    except OSError:
        shutil.copy2(source, part)
        with part.open("rb") as copied:
            os.fsync(copied.fileno())
    part.replace(target)
    flush(target.parent)


def look_into(path: Path, *, checked: bool = True) -> Contents:
    """What a backup holds.

    Args:
        checked: the whole file is gone through first.

    Raises:
        BackupError: it is no backup, or it is damaged.
    """
    if not path.is_file():
        raise BackupError(f"There is no file {path}.")
    try:
        with contextlib.closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        ) as db:
            if checked:
                [(verdict, *_), *_] = db.execute("PRAGMA integrity_check").fetchall()
                if verdict != "ok":
                    raise BackupError(f"{path.name} is damaged: {verdict}")
            names = [name for (name,) in db.execute(_TABLES)]
            if "alembic_version" not in names:
                raise BackupError(f"{path.name} is no backup of a store.")
            rows = {
                name: db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
                for name in names
            }
            revision = db.execute("SELECT version_num FROM alembic_version").fetchone()
            digests = db.execute("SELECT DISTINCT digest FROM attachment WHERE digest != ''")
            found = frozenset(digest for (digest,) in digests)
            return Contents(revision[0] if revision else None, rows, found)
    except sqlite3.DatabaseError as error:
        raise BackupError(f"{path.name} is no backup, or damaged: {error}") from None


_TABLES = (
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    " AND name NOT LIKE 'note_search%'"
)


def _write(source: Database, part: Path) -> dict[str, int]:
    target = Database(f"sqlite:///{part}")
    try:
        copied = copying.snapshot(source, target)
    finally:
        target.close()
    with contextlib.closing(sqlite3.connect(part)) as db:
        db.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
    part.chmod(0o600)
    return {one.table: one.rows for one in copied}


def _named(path: Path) -> Backup | None:
    found = _NAME.fullmatch(path.name)
    return found and Backup(path, datetime.strptime(found[1], _STAMP).replace(tzinfo=UTC))
