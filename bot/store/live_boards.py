"""Boards on organizers' phones that are kept up to date for a while."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, delete, select

from bot.store.tables import Setting

_NAME = "live_board:"


@dataclass(frozen=True, slots=True)
class LiveBoard:
    """The message of one person's chat that shows it; instants are UTC."""

    person_id: int
    message_id: int
    shown_at: datetime
    """When it was brought up to date last."""
    until: datetime


def put(db: Session, board: LiveBoard) -> None:
    """Keeps it; each person has one, the newest."""
    value = [board.message_id, board.shown_at.isoformat(), board.until.isoformat()]
    db.merge(Setting(name=f"{_NAME}{board.person_id}", value=json.dumps(value)))


def drop(db: Session, person_id: int) -> None:
    """It is shown no more."""
    db.exec(delete(Setting).where(col(Setting.name) == f"{_NAME}{person_id}"))


def every(db: Session) -> Sequence[LiveBoard]:
    """All of them."""
    query = select(Setting).where(col(Setting.name).startswith(_NAME, autoescape=True))
    return [_read(row) for row in db.exec(query.order_by(Setting.name)).all()]


def _read(row: Setting) -> LiveBoard:
    message_id, shown_at, until = json.loads(row.value)
    return LiveBoard(
        int(row.name.removeprefix(_NAME)),
        message_id,
        datetime.fromisoformat(shown_at),
        datetime.fromisoformat(until),
    )
