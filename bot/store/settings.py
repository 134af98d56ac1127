"""Small facts that outlive the process."""

from datetime import datetime

from sqlmodel import Session

from bot.store.tables import Setting

_PLANNED = "planned_until"


def planned_until(db: Session) -> datetime | None:
    """Up to when everything due has been put into the outbox (UTC)."""
    setting = db.get(Setting, _PLANNED)
    return None if setting is None else datetime.fromisoformat(setting.value)


def set_planned_until(db: Session, instant: datetime) -> None:
    """Moves the mark; ``instant`` is aware UTC."""
    db.merge(Setting(name=_PLANNED, value=instant.isoformat()))
