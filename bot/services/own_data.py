"""A person's right to their data (UU 27/2022): all of it as files, and its deletion."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from sqlmodel import Session

from bot.store import people, personal_data, settings
from bot.store.attachments import Attachments
from bot.store.personal_data import Erased, Row
from bot.store.sealing import SealingError

PART_BYTES = 30 * 1024**2
"""Attachments of one zip, about: a bot may send files of up to 50 MB (Bot API, sendDocument), and
a single attachment has at most 20."""
_BELOW = {
    "note_version": ("note", "note_id", "versions"),
    "note_message": ("note", "note_id", "messages"),
    "attachment": ("note", "note_id", "attachments"),
    "commitment_step": ("commitment", "commitment_id", "steps"),
}
"""Tables whose rows are shown within the row they hang on, under which name."""
_UNSAFE = str.maketrans(dict.fromkeys('\\/:*?"<>|', "_") | dict.fromkeys(map(chr, range(32)), "_"))


@dataclass(frozen=True)
class Held:
    """Everything about a person: what goes into ``data.json``, and the files of their notes."""

    data: dict[str, Any]
    files: Sequence[tuple[str, str, int]]
    """Path in the zip, SHA-256 and size in bytes of each."""

    @property
    def notes(self) -> int:
        """How many notes there are."""
        return len(self.data.get("note", ()))


def gather(db: Session, *, person_id: int, event: str, now: datetime) -> Held:
    """Everything that is held about the person, and nothing about anybody else."""
    person = people.get(db, person_id)
    assert person is not None
    found = personal_data.export(db, person)
    files = [_named(row) for row in found.get("attachment", ()) if row["digest"]]
    for table, (above, key, name) in _BELOW.items():
        owners = {row["id"]: row for row in found.get(above, ())}
        for row in found.pop(table, ()):
            owners[row[key]].setdefault(name, []).append(row)
    about = {"event": event, "made_at": now.isoformat()}
    return Held({"about": about, **found}, files)


def zips(
    held: Held, attachments: Attachments, *, explained: str, part_bytes: int = PART_BYTES
) -> Iterator[bytes]:
    """The zips, the first with ``data.json``; made in memory one after the other, off the loop.

    A file that is gone from the disk or does not open is named in ``missing.txt``.

    Args:
        explained: words of the file that says what is what.
    """
    for number, files in enumerate(_parts(held.files, part_bytes)):
        made = BytesIO()
        with ZipFile(made, "w", ZIP_STORED) as archive:
            if number == 0:
                content = json.dumps(held.data, ensure_ascii=False, indent=2)
                archive.writestr("data.json", content, ZIP_DEFLATED)
                archive.writestr("README.txt", explained)
            missing = [
                path for path, digest in files if not _put(archive, attachments, path, digest)
            ]
            if missing:
                archive.writestr("missing.txt", "\n".join(missing))
        yield made.getvalue()


def parts(held: Held, part_bytes: int = PART_BYTES) -> int:
    """How many zips there will be."""
    return len(_parts(held.files, part_bytes))


def erase(db: Session, *, person_id: int, now: datetime) -> Erased | None:
    """Deletes everything of the person and lets their account go; cannot be undone.

    Returns:
        what is left to delete on the disk; None: an announcement of theirs is on its way to others
        and would be lost with their chat, so nothing was deleted.
    """
    person = people.get(db, person_id)
    assert person is not None
    if personal_data.announcing(db, person):
        return None
    settings.note_erased(db, person_id, now)
    return personal_data.erase(db, person, now=now)


def _named(row: Row) -> tuple[str, str, int]:
    """The file's path in the zip, told in its row too."""
    name = str(row["file_name"]).translate(_UNSAFE).strip(" .")[-100:]
    row["file"] = f"attachments/{row['id']}-{name or 'file'}"
    return row["file"], row["digest"], row["size"]


def _parts(files: Sequence[tuple[str, str, int]], most: int) -> list[list[tuple[str, str]]]:
    """Files together up to ``most`` bytes; always one part at least."""
    found: list[list[tuple[str, str]]] = [[]]
    room = most
    for path, digest, size in files:
        if size > room and found[-1]:
            found.append([])
            room = most
        found[-1].append((path, digest))
        room -= size
    return found


def _put(archive: ZipFile, attachments: Attachments, path: str, digest: str) -> bool:
    try:
        archive.writestr(path, attachments.get(digest))
    except (OSError, SealingError):
        return False
    return True
