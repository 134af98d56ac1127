"""Documents on order: promised at once, made and sent when their turn comes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.domain.document_orders import FORMS, Order, What
from bot.store import document_orders as orders
from bot.store.tables import Person


def place(db: Session, person: Person, *, what: What, form: str, now: datetime) -> bool:
    """Keeps the order of this person for their own chat; False if the same one waits already.

    Raises:
        ValueError: the document cannot be had in this form.
    """
    if form not in FORMS[what]:
        raise ValueError(form)
    return orders.add(
        db, Order(person.id or 0, person.chat_id or 0, what, form, person.language, now)
    )


def waiting(db: Session) -> Sequence[Order]:
    """All that wait, the oldest first."""
    return orders.waiting(db)


def uploading(db: Session, order: Order) -> Order:
    """It is about to be sent; until an answer says otherwise nobody can know whether it was."""
    begun = replace(order, uploads=order.uploads + 1)
    orders.put(db, begun)
    return begun


def put_off(db: Session, order: Order, *, now: datetime) -> None:
    """It failed and comes again after a pause."""
    orders.put(db, order.after_failure(now))


def finish(db: Session, order: Order) -> None:
    """The order is carried out, or cannot be."""
    orders.done(db, order)
