"""Orders of documents, kept so that a restart loses none that somebody was promised."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, delete, select

from bot.domain.document_orders import Order, What
from bot.store.tables import Setting

_NAME = "order:"


def add(db: Session, order: Order) -> bool:
    """Keeps the order; False if the same one waits already."""
    name = _NAME + order.key
    if db.get(Setting, name) is not None:
        return False
    db.add(Setting(name=name, value=_value(order)))
    return True


def put(db: Session, order: Order) -> None:
    """Keeps how it stands with an order, unless it was called off meanwhile."""
    setting = db.get(Setting, _NAME + order.key)
    if setting is not None:
        setting.value = _value(order)
        db.add(setting)


def waiting(db: Session) -> Sequence[Order]:
    """All that wait, the oldest first."""
    query = select(Setting.value).where(col(Setting.name).startswith(_NAME, autoescape=True))
    orders = [_order(value) for value in db.exec(query).all()]
    return sorted(orders, key=lambda order: (order.at, order.key))


def done(db: Session, order: Order) -> None:
    """The order is carried out, or cannot be."""
    db.exec(delete(Setting).where(col(Setting.name) == _NAME + order.key))


def _value(order: Order) -> str:
    later = order.not_before.isoformat() if order.not_before else None
    facts = [order.person_id, order.chat_id, order.what, order.form, order.language]
    return json.dumps([*facts, order.at.isoformat(), order.attempts, order.uploads, later])


def _order(value: str) -> Order:
    person_id, chat_id, what, form, language, at, *more = json.loads(value)
    attempts, uploads, later = more or (0, 0, None)
    return Order(
        person_id,
        chat_id,
        What(what),
        form,
        language,
        datetime.fromisoformat(at),
        attempts,
        uploads,
        datetime.fromisoformat(later) if later else None,
    )
