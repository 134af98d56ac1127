"""Members as planning sees them: thousands at a time, and no more of each than it needs."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, union
from sqlmodel import Session, col, select

from bot.domain.people import Role
from bot.store.tables import Favourite, Person, SessionReminder

REACHABLE = (
    col(Person.joined_at).is_not(None),
    ~col(Person.removed),
    col(Person.blocked_at).is_(None),
)

_AIDE = col(Person.aide_of).is_not(None)
_KINDS = (
    col(Person.reminder_minutes),
    col(Person.digest),
    col(Person.prompt),
    col(Person.role),
    col(Person.group),
)


class Kind(NamedTuple):
    """What members of one kind have chosen in general; ``minutes`` None: no reminders."""

    minutes: int | None
    digest: bool
    prompt: bool
    role: Role
    group: str | None


class Reader(NamedTuple):
    """One member. ``settled``: nothing about them is special or new, their kind says it all."""

    id: int
    chat_id: int
    language: str
    settled: bool
    kind: Kind


def kinds(db: Session) -> list[Kind]:
    """Every kind that there is among those who can be reached."""
    query = select(*_KINDS).where(*REACHABLE).distinct()  # type: ignore[call-overload]  # five
    return [Kind(*row) for row in db.execute(query)]


def leads(db: Session) -> set[int]:
    """Every lead time that anybody chose for a single session, in minutes."""
    found = db.exec(select(SessionReminder.minutes).distinct()).all()
    return {minutes for minutes in found if minutes is not None}


def any_special(db: Session) -> bool:
    """Whether anybody's rundown is other than that of their group."""
    aide = select(col(Person.id)).where(_AIDE).limit(1)
    starred = select(col(Favourite.person_id)).limit(1)
    return any(db.exec(query).first() is not None for query in (starred, aide))


def special(db: Session) -> list[int]:
    """Ids of those whom more than their kind tells about, in order."""
    return _ids(
        db,
        select(col(SessionReminder.person_id)),
        select(col(Favourite.person_id)),
        select(col(Person.id)).where(_AIDE),
    )


def recent(db: Session, since: datetime) -> list[int]:
    """Ids of those who joined or chose anything after ``since`` (UTC), and of their aides."""
    found = _ids(
        db,
        select(col(Person.id)).where(_since_after(since)),
        select(col(SessionReminder.person_id)).where(col(SessionReminder.chosen_at) > since),
        select(col(Favourite.person_id)).where(col(Favourite.at) > since),
    )
    if not found:
        return found
    return sorted({*found, *_ids(db, select(col(Person.id)).where(_AIDE))})


def batch(db: Session, *, beyond: int, limit: int, settled_before: datetime) -> list[Reader]:
    """The next ``limit`` members whose id is more than ``beyond``, by id.

    Args:
        settled_before: who joined or chose anything since then (UTC) is not settled.
    """
    new = _since_after(settled_before) | _AIDE
    query = select(col(Person.id), col(Person.chat_id), col(Person.language), new, *_KINDS)  # type: ignore[call-overload]  # nine
    query = query.where(*REACHABLE, col(Person.id) > beyond).order_by(col(Person.id)).limit(limit)
    rows = db.connection().execute(query).all()
    if not rows:
        return []
    own = _with_own_choices(db, rows[0][0], rows[-1][0])
    return [
        Reader(id_, chat or 0, language, not (new or id_ in own), Kind(*kind))
        for id_, chat, language, new, *kind in rows
    ]


def _with_own_choices(db: Session, first: int, last: int) -> set[int]:
    """Who of these chose something for a single session."""
    found: set[int] = set()
    for column in (col(SessionReminder.person_id), col(Favourite.person_id)):
        found.update(db.exec(select(column).where(column.between(first, last))).all())
    return found


def _since_after(instant: datetime) -> ColumnElement[bool]:
    return (col(Person.joined_at) >= instant) | (col(Person.preferences_at) >= instant)


def _ids(db: Session, *queries: Any) -> list[int]:
    return sorted(db.execute(union(*queries)).scalars())
