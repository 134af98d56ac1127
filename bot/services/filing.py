"""Files of notes: finding one's own, and giving back the space of those that nobody has."""

from collections.abc import Callable, Iterable

from sqlmodel import Session

from bot.services import alerting
from bot.services.desk import Desk
from bot.store import attachments
from bot.store.attachments import Attachments
from bot.store.database import Database
from bot.store.sealing import SealingError
from bot.store.tables import Attachment

_YOUNG_S = 24 * 3600.0
"""What was written this short a time ago may be about to get its row."""


def find(db: Session, *, person_id: int, attachment_id: int) -> Attachment | None:
    """The file with this id if it belongs to an own note."""
    return attachments.of(db, person_id, attachment_id)


def content(folder: Attachments, digest: str) -> bytes | None:
    """What the file holds; None: it is gone, unreadable, or its key is not here.

    Works on the disk.
    """
    try:
        return folder.get(digest)
    except (OSError, SealingError):
        return None


def report_disk(db: Session, desk: Desk, *, reason: str) -> None:
    """Tells the organizers, once a day, that files cannot be written."""
    alerting.alert(db, desk, "alert.disk", key=f"{desk.today()}", reason=reason)


def drop(db: Database, folder: Attachments, digests: Iterable[str]) -> None:
    """Deletes content that no note has any more, at once. Works on the disk."""
    folder.drop(digests, used=_used(db))


def tidy(db: Database, folder: Attachments, *, host_now: float) -> int:
    """Deletes files that no note has any more; returns how many. Works on the disk.

    Args:
        host_now: the host's time in seconds, as files are stamped with it.
    """
    kept = db.read_now(attachments.digests)
    return folder.drop_all_but(
        kept,
        untouched_since=host_now - _YOUNG_S,
        used=_used(db),
    )


def _used(db: Database) -> Callable[[str], bool]:
    return lambda digest: db.read_now(attachments.is_used, digest)
