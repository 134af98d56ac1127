"""The agendas that the bot has run with, and changes to them on their way."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from bot.store.tables import AgendaEdit, AgendaVersion


def latest(db: Session) -> AgendaVersion | None:
    """The newest version; None before the first agenda was loaded."""
    return db.exec(select(AgendaVersion).order_by(col(AgendaVersion.version).desc())).first()


def get(db: Session, version: int) -> AgendaVersion | None:
    """The version with this number."""
    return db.get(AgendaVersion, version)


def at(db: Session, instant: datetime) -> AgendaVersion | None:
    """The version in force at an instant (UTC); before the first one, that."""
    query = select(AgendaVersion)
    before = query.where(col(AgendaVersion.loaded_at) <= instant)
    found = db.exec(before.order_by(col(AgendaVersion.version).desc()).limit(1)).first()
    return found or db.exec(query.order_by(col(AgendaVersion.version)).limit(1)).first()


def history(db: Session, limit: int) -> Sequence[AgendaVersion]:
    """The last versions, newest first."""
    newest = select(AgendaVersion).order_by(col(AgendaVersion.version).desc())
    return db.exec(newest.limit(limit)).all()


def add(db: Session, version: AgendaVersion) -> AgendaVersion:
    """Stores the next version and gives it its number."""
    db.add(version)
    db.flush()
    return version


def lock(db: Session) -> AgendaVersion | None:
    """The newest version, which nobody else can follow with another until this unit ends.

    On SQLite the write lock is held already.
    """
    newest = select(AgendaVersion).order_by(col(AgendaVersion.version).desc()).limit(1)
    return db.exec(newest.with_for_update()).first()


def draft(
    db: Session, *, author_id: int, base_version: int, edit: dict[str, Any], now: datetime
) -> AgendaEdit:
    """Keeps an edit until it is confirmed or dropped."""
    made = AgendaEdit(author_id=author_id, base_version=base_version, edit=edit, created_at=now)
    db.add(made)
    db.flush()
    return made


def drop_of_file(db: Session) -> None:
    """Throws away what an earlier content of the event's file would have changed."""
    for kept in db.exec(select(AgendaEdit).where(AgendaEdit.state == "draft")).all():
        if (kept.edit.get("facts") or {}).get("file"):
            kept.state = "dropped"
            db.add(kept)


def drafted(db: Session, edit_id: int) -> AgendaEdit | None:
    """The edit with this number. Of two who confirm it at once the write of one runs again."""
    return db.get(AgendaEdit, edit_id)
