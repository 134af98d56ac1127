"""Files kept with notes: their rows, and their content in a folder under its SHA-256.

``Attachments.put`` is the one place that writes content and ``Attachments.get`` the one that reads
it. What Telegram calls a file is never part of a path.
"""

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from sqlmodel import Session, col, select

from bot.store.sealing import Keyring
from bot.store.tables import Attachment, Note

_DIGEST = re.compile(r"[0-9a-f]{64}")
_UNFINISHED = ".part"
_ASIDE = ".aside"
"""Behind the name of what is about to be deleted."""
Used = Callable[[str], bool]
"""Whether a row of the store speaks of the content with this SHA-256."""


class Attachments:
    """The folder. Its methods work on the disk: call them off the event loop."""

    def __init__(self, folder: Path, keyring: Keyring | None = None) -> None:
        """Makes nothing yet. Content is sealed where the keyring has a key."""
        self.folder = folder
        self._keyring = keyring or Keyring()

    def put(self, content: bytes) -> str:
        """Keeps ``content`` for good and returns its SHA-256; the same content is kept once.

        It is on the disk under its name, or not at all: written beside, flushed, then renamed.

        Raises:
            OSError: it could not be written; the disk may be full.
        """
        digest = hashlib.sha256(content).hexdigest()
        path = self.place(digest)
        try:
            os.utime(path)  # it is young again: whoever tidies leaves it alone
        except FileNotFoundError:
            self._write(path, content)
        return digest

    def holds(self, digest: str) -> bool:
        """Whether the content with this SHA-256 is kept."""
        return self.place(digest).exists()

    def get(self, digest: str) -> bytes:
        """The content with this SHA-256.

        Raises:
            FileNotFoundError: it is not kept here.
            OSError: it cannot be read.
            SealingError: it is sealed with a key that is not at hand.
        """
        return self._keyring.open_bytes(self.place(digest).read_bytes(), digest)

    def drop(self, digests: Iterable[str], *, used: Used) -> None:
        """Deletes content that no row speaks of any more, at once; what is gone is gone.

        Args:
            used: asks the store, after the file was taken out of the way: a row that came
                meanwhile brings it back, and whoever writes a row later sees that it is gone.
        """
        for digest in digests:
            with contextlib.suppress(FileNotFoundError):
                self._drop(self.place(digest), used)

    def reseal(self) -> Iterator[str]:
        """Rewrites, one after the other, every file that the keyring would write otherwise now.

        Yields:
            the SHA-256 of each file rewritten.

        Raises:
            OSError: a file could not be read or written; it is as it was.
            SealingError: one is sealed with a key that is not at hand.
        """
        for path in sorted(self.folder.glob("??/*")):
            if not _DIGEST.fullmatch(path.name):
                continue
            stored = path.read_bytes()
            if not self._keyring.settled(stored):
                self._write(path, self._keyring.open_bytes(stored, path.name))
                yield path.name

    def drop_all_but(self, digests: frozenset[str], *, untouched_since: float, used: Used) -> int:
        """Deletes content that no row speaks of any more; returns how many files.

        Args:
            untouched_since: host time in seconds; what is younger may be about to get its row.
            used: as for ``drop``.
        """
        gone = 0
        for path in self.folder.glob("??/*"):
            with contextlib.suppress(FileNotFoundError):
                if path.name not in digests and path.stat().st_mtime < untouched_since:
                    gone += self._drop(path, used)
        return gone

    def _drop(self, path: Path, used: Used) -> bool:
        """False: a row speaks of it after all."""
        digest = path.name.removesuffix(_ASIDE)
        aside = path.with_name(digest + _ASIDE)
        if path != aside:  # else a process died between the two
            path.replace(aside)
        if _DIGEST.fullmatch(digest) and used(digest):
            aside.replace(aside.with_name(digest))
            return False
        aside.unlink()
        return True

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=_UNFINISHED)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(self._keyring.seal_bytes(content, path.name))
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
        for folder in (path.parent, self.folder):
            flush(folder)

    def place(self, digest: str) -> Path:
        """Where the content with this SHA-256 is, if it is kept.

        Raises:
            FileNotFoundError: that is no SHA-256.
        """
        if not _DIGEST.fullmatch(digest):
            raise FileNotFoundError(digest[:64])
        return self.folder / digest[:2] / digest


def add(db: Session, attachment: Attachment) -> Attachment:
    """Stores the row; the one that is there already if the same message comes again."""
    known = by_message(db, attachment.chat_id, attachment.message_id)
    if known is not None:
        return known
    db.add(attachment)
    db.flush()
    return attachment


def by_message(db: Session, chat_id: int, message_id: int) -> Attachment | None:
    """The file that came with this message."""
    query = select(Attachment).where(
        Attachment.chat_id == chat_id, Attachment.message_id == message_id
    )
    return db.exec(query).first()


def of(db: Session, person_id: int, attachment_id: int) -> Attachment | None:
    """The row with this id if it belongs to a note of this person."""
    attachment = db.get(Attachment, attachment_id)
    note = db.get(Note, attachment.note_id) if attachment is not None else None
    return attachment if note is not None and note.person_id == person_id else None


def of_note(db: Session, person_id: int, note_id: int) -> Sequence[Attachment]:
    """Files of an own note whose content is kept, in the order in which they came."""
    query = (
        select(Attachment)
        .join(Note, col(Note.id) == Attachment.note_id)
        .where(Note.person_id == person_id, Attachment.note_id == note_id, Attachment.digest != "")
    )
    return db.exec(query.order_by(col(Attachment.message_id))).all()


def digests(db: Session) -> frozenset[str]:
    """Of all content that any row speaks of."""
    return frozenset(db.exec(select(Attachment.digest).distinct()).all())


def flush(folder: Path) -> None:
    """A new name in a folder lasts once the folder is flushed; Windows has no such thing."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def is_used(db: Session, digest: str) -> bool:
    """Whether any row speaks of this content."""
    query = select(col(Attachment.id)).where(Attachment.digest == digest)
    return db.exec(query.limit(1)).first() is not None
