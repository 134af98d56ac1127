"""Whom an announcement is for, and who of them is still to get a row of the outbox.

An audience is kept as text: ``all``, or its kind and value. Kinds are columns of the roster, or
``unread`` with the number of the notice that its members have not confirmed. Aides belong to
the audiences of the person they go with.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, String, literal
from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, cast, col, func, or_, select

from bot.domain.outbox import Status
from bot.store.tables import Broadcast, Outbox, Person, Receipt

Condition = ColumnElement[bool]

GROUPS = "groups"
"""The kind whose value is a JSON list of the roster's groups."""

_JOINED = (
    col(Person.joined_at).is_not(None),
    col(Person.chat_id).is_not(None),
    ~col(Person.removed),
)
_PRINCIPAL = aliased(Person)
"""Whom an aide goes with."""
_TRY_AGAIN = (Status.UNKNOWN, Status.REFUSED)
_MAY_BE_BACK = (Status.BLOCKED, Status.NEVER_STARTED)


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person as far as an announcement needs to know them."""

    id: int
    chat_id: int
    language: str


_RECIPIENT = select(col(Person.id), col(Person.chat_id), col(Person.language))


def key(broadcast: Broadcast, person_id: int) -> str:
    """Key of a person's row: a round is sent to each once, whoever asks for it."""
    before, after = _around(broadcast)
    return f"{before}{person_id}{after}"


def names(db: Session, audience: str) -> Sequence[str]:
    """Names of everybody of the audience who joined, by id; the author is one of them."""
    query = select(Person.name).where(*_belonging(audience))
    return db.exec(query.order_by(col(Person.id))).all()


def sharing(db: Session, column: str) -> Sequence[tuple[str, int]]:
    """Every value of this column of the roster, and how many who joined share it."""
    value, of_principal = getattr(Person, column), getattr(_PRINCIPAL, column)
    shared = select(value, func.count()).where(*_JOINED, value.is_not(None)).group_by(value)
    with_them = (
        select(of_principal, func.count())
        .select_from(Person)
        .join(_PRINCIPAL, col(Person.aide_of) == col(_PRINCIPAL.key))
        .where(*_JOINED, ~col(_PRINCIPAL.removed), of_principal.is_not(None))
        .where(or_(value.is_(None), value != of_principal))
        .group_by(of_principal)
    )
    aides = dict(db.exec(with_them).all())
    return [(str(each), count + aides.get(each, 0)) for each, count in db.exec(shared) if each]


def absent(db: Session, audience: str) -> int:
    """How many on the roster belong to it but have not pressed Start."""
    kind = audience.partition(":")[0]
    if kind == "unread":
        return 0
    waiting = (~col(Person.removed), col(Person.joined_at).is_(None))
    return _count(db, *waiting, *_sharing(audience))


def late(db: Session, notice: Broadcast, *, limit: int) -> list[Recipient]:
    """The first of the notice's audience for whom there never was a row, by id."""
    return _first(db, [*_belonging(notice.audience), ~_row(notice.id or 0)], limit)


def next_in_line(db: Session, broadcast: Broadcast, *, limit: int) -> list[Recipient]:
    """The first of those whom this round is for and who have no row of it yet, by id."""
    return _first(db, _in_line(broadcast), limit)


def without_row(db: Session, audience: str, *, before: str, limit: int) -> list[Recipient]:
    """The first of the audience for whom there is no row whose key is ``before`` and their id."""
    made = literal(before) + cast(col(Person.id), String)
    without = ~select(Outbox.id).where(Outbox.key == made).exists()
    return _first(db, [*_belonging(audience), without], limit)


def belongs(db: Session, audience: str, person_id: int) -> bool:
    """Whether it is for this person."""
    return _count(db, *_belonging(audience), col(Person.id) == person_id) > 0


def size(db: Session, audience: str) -> int:
    """How many of the audience have joined."""
    return _count(db, *_belonging(audience))


def in_line(db: Session, broadcast: Broadcast) -> int:
    """How many of them there are."""
    return _count(db, *_in_line(broadcast))


def again(db: Session, broadcast: Broadcast) -> int:
    """How many it failed to reach, or may not have reached, and could be sent to once more.

    Who blocked the bot is among them, once they have let it in again.
    """
    return _count(db, _failed(broadcast))


def unread(db: Session, notice_id: int) -> Sequence[str]:
    """Names of everybody whom it reached, or may have reached, and who has not confirmed."""
    query = select(Person.name).where(_unread(notice_id)).order_by(Person.name, col(Person.id))
    return db.exec(query).all()


def count_unread(db: Session, notice_id: int) -> int:
    """How many they are."""
    return _count(db, _unread(notice_id))


def last(broadcast: Broadcast) -> list[Condition]:
    """Of every person the newest row; without a second round each has one alone."""
    of_it = col(Outbox.broadcast_id) == broadcast.id
    if broadcast.round == 0:
        return [of_it]
    newest = select(func.max(Outbox.id)).where(of_it).group_by(col(Outbox.person_id))
    return [of_it, col(Outbox.id).in_(newest)]


# ----------------------------------------------------------------------------------- conditions


def _belonging(audience: str) -> list[Condition]:
    kind, _, value = audience.partition(":")
    if kind == "unread":
        return [*_JOINED, _unread(int(value))]
    return [*_JOINED, *_sharing(audience)]


def _sharing(audience: str) -> list[Condition]:
    kind, _, value = audience.partition(":")
    if kind == "all":
        return []
    values = json.loads(value) if kind == GROUPS else [value]
    column = "group" if kind == GROUPS else kind
    theirs = select(_PRINCIPAL.key).where(
        getattr(_PRINCIPAL, column).in_(values), ~col(_PRINCIPAL.removed)
    )
    return [or_(getattr(Person, column).in_(values), col(Person.aide_of).in_(theirs))]


def _in_line(broadcast: Broadcast) -> list[Condition]:
    before, after = _around(broadcast)
    made = literal(before) + cast(col(Person.id), String) + literal(after)
    without = ~select(Outbox.id).where(Outbox.key == made).exists()
    about = broadcast.about_id or 0
    if broadcast.round:
        return [_failed(broadcast), without]
    if broadcast.kind == "notice":
        return [*_belonging(broadcast.audience), without]
    if broadcast.kind == "nudge":
        return [_unread(about), without]
    standing = and_(col(Outbox.status) == Status.DELIVERED, col(Outbox.message_id).is_not(None))
    return [_row(about, standing), without]


def _around(broadcast: Broadcast) -> tuple[str, str]:
    """What stands before and behind the person in a key."""
    return f"broadcast:{broadcast.id}:", f":{broadcast.round}" if broadcast.round else ""


def _failed(broadcast: Broadcast) -> Condition:
    number, rows = broadcast.id or 0, last(broadcast)
    left_in = _row(number, col(Outbox.status).in_(_MAY_BE_BACK), *rows)
    return or_(
        _row(number, col(Outbox.status).in_(_TRY_AGAIN), *rows),
        and_(left_in, col(Person.blocked_at).is_(None)),
    )


def _unread(notice_id: int) -> Condition:
    confirmed = select(Receipt.person_id).where(
        Receipt.broadcast_id == notice_id, Receipt.person_id == Person.id
    )
    reached = col(Outbox.status).in_((Status.DELIVERED, Status.UNKNOWN))
    return and_(_row(notice_id, reached), ~confirmed.exists())


def _row(broadcast_id: int, *conditions: Condition) -> Condition:
    """Whether the person has a row of this announcement that meets every condition.

    All such rows are looked up once; SQLite would go through them anew for each person.
    """
    rows = select(Outbox.person_id).where(
        Outbox.broadcast_id == broadcast_id, col(Outbox.person_id).is_not(None), *conditions
    )
    return col(Person.id).in_(rows)


def _first(db: Session, conditions: Sequence[Condition], limit: int) -> list[Recipient]:
    query = _RECIPIENT.where(*conditions).order_by(col(Person.id)).limit(limit)
    return [Recipient(number or 0, chat or 0, words) for number, chat, words in db.exec(query)]


def _count(db: Session, *conditions: Condition) -> int:
    return db.exec(select(func.count(col(Person.id))).where(*conditions)).one()
