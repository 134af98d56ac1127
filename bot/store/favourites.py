"""Sessions that people starred."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, delete, select

from bot.store.inserting import insert
from bot.store.tables import Favourite


def of(db: Session, person_id: int) -> Mapping[str, datetime]:
    """Ids of what the person starred, and when."""
    rows = db.exec(select(Favourite).where(Favourite.person_id == person_id)).all()
    return {row.session_id: row.at for row in rows}


def everybodys(
    db: Session, ids: Sequence[int] | None = None
) -> Mapping[int, Mapping[str, datetime]]:
    """As ``of``, by person; nobody without any. Of these people alone if ``ids`` are given."""
    found: dict[int, dict[str, datetime]] = {}
    query = select(Favourite)
    if ids is not None:
        query = query.where(col(Favourite.person_id).in_(ids))
    for row in db.exec(query).all():
        found.setdefault(row.person_id, {})[row.session_id] = row.at
    return found


def star(db: Session, *, person_id: int, session_id: str, at: datetime) -> None:
    """Keeps it; one that is starred keeps the instant of the first time."""
    values = {"person_id": person_id, "session_id": session_id, "at": at}
    db.execute(insert(db, Favourite).values(values).on_conflict_do_nothing())


def unstar(db: Session, *, person_id: int, session_id: str) -> None:
    """Forgets it; nothing happens where it is not starred."""
    mine = col(Favourite.person_id) == person_id, col(Favourite.session_id) == session_id
    db.execute(delete(Favourite).where(*mine))


def hand_over(db: Session, person_id: int, to: int) -> None:
    """What one starred becomes another's, who turned out to be the same."""
    for session_id, at in of(db, person_id).items():
        star(db, person_id=to, session_id=session_id, at=at)
    db.execute(delete(Favourite).where(col(Favourite.person_id) == person_id))
