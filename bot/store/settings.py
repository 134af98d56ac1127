"""Small facts that outlive the process, and the versions of the agenda."""

from datetime import datetime

from sqlmodel import Session, col, select

from bot.store.tables import AgendaVersion, Setting

_PLANNED = "planned_until"


def planned_until(db: Session) -> datetime | None:
    """Up to when everything due has been put into the outbox (UTC)."""
    setting = db.get(Setting, _PLANNED)
    return None if setting is None else datetime.fromisoformat(setting.value)


def set_planned_until(db: Session, instant: datetime) -> None:
    """Moves the mark; ``instant`` is aware UTC."""
    db.merge(Setting(name=_PLANNED, value=instant.isoformat()))


def agenda_version(db: Session, digest: str, *, now: datetime) -> AgendaVersion:
    """The version under which an agenda with this digest runs; a new one if it is not the last."""
    last = db.exec(select(AgendaVersion).order_by(col(AgendaVersion.version).desc())).first()
    if last is not None and last.digest == digest:
        return last
    version = AgendaVersion(digest=digest, loaded_at=now)
    db.add(version)
    db.flush()
    return version
