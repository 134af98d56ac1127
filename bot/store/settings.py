"""Small facts that outlive the process."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, delete, select

from bot.store.tables import Setting

_PLANNED = "planned_until"
_BACKUP = "last_backup"
_RESTORED = "restored"
_ERASED = "erased:"


def planned_until(db: Session) -> datetime | None:
    """Up to when everything due has been put into the outbox (UTC)."""
    setting = db.get(Setting, _PLANNED)
    return None if setting is None else datetime.fromisoformat(setting.value)


def set_planned_until(db: Session, instant: datetime) -> None:
    """Moves the mark; ``instant`` is aware UTC."""
    db.merge(Setting(name=_PLANNED, value=instant.isoformat()))


def kept(db: Session, name: str) -> str | None:
    """A fact of the caller's own, under a name that nobody else uses."""
    setting = db.get(Setting, name)
    return None if setting is None else setting.value


def beginning(db: Session, prefix: str) -> dict[str, str]:
    """Facts whose names begin so."""
    found = db.exec(select(Setting).where(col(Setting.name).startswith(prefix, autoescape=True)))
    return {setting.name: setting.value for setting in found}


def drop(db: Session, name: str) -> None:
    """Forgets it."""
    db.exec(delete(Setting).where(col(Setting.name) == name))


def keep(db: Session, name: str, value: str) -> None:
    """Puts it in the place of what was there."""
    db.merge(Setting(name=name, value=value))


def named(db: Session, prefix: str) -> set[str]:
    """Names of the facts that begin like this."""
    found = db.exec(select(Setting.name).where(col(Setting.name).startswith(prefix)))
    return set(found.all())


def last_backup(db: Session) -> datetime | None:
    """When the last backup was made (UTC)."""
    setting = db.get(Setting, _BACKUP)
    return None if setting is None else datetime.fromisoformat(setting.value)


def set_last_backup(db: Session, instant: datetime) -> None:
    """One was made; ``instant`` is aware UTC."""
    db.merge(Setting(name=_BACKUP, value=instant.isoformat()))


@dataclass(frozen=True, slots=True)
class Restored:
    """The store was restored from a backup ``made_at``, after it was lost at ``lost_at`` (UTC)."""

    made_at: datetime
    lost_at: datetime


def restored(db: Session) -> Restored | None:
    """What the first start after it is still to settle."""
    setting = db.get(Setting, _RESTORED)
    if setting is None:
        return None
    made, lost = setting.value.split()
    return Restored(datetime.fromisoformat(made), datetime.fromisoformat(lost))


def note_restored(db: Session, fact: Restored) -> None:
    """To be settled by the next start."""
    value = f"{fact.made_at.isoformat()} {fact.lost_at.isoformat()}"
    db.merge(Setting(name=_RESTORED, value=value))


def forget_restored(db: Session) -> None:
    """It is settled."""
    drop(db, _RESTORED)


def erased(db: Session) -> dict[int, datetime]:
    """Whose data was deleted for good at their own wish, and when last (UTC), by their number."""
    return {
        int(name.removeprefix(_ERASED)): datetime.fromisoformat(value)
        for name, value in beginning(db, _ERASED).items()
    }


def note_erased(db: Session, person_id: int, now: datetime) -> None:
    """A backup of before must not bring it back."""
    db.merge(Setting(name=f"{_ERASED}{person_id}", value=now.isoformat()))
