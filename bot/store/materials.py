"""Materials of sessions, and who is still to be told of them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import String, literal
from sqlmodel import Session, cast, col, func, select, update

from bot.domain.materials import Handout
from bot.store.inserting import insert
from bot.store.tables import Material, Outbox, Person


def listed(db: Session) -> list[Handout]:
    """All that were not removed, in the order in which they came."""
    rows = db.exec(select(Material).where(_stands).order_by(col(Material.id))).all()
    return [
        Handout(
            id=row.id or 0,
            session_id=row.session_id,
            title=row.title,
            kind=row.kind,
            address=row.address,
            added_at=row.added_at,
            told_at=row.told_at,
        )
        for row in rows
    ]


def add(db: Session, material: Material) -> Material:
    """Keeps it; what came in the same message before is given back as it is."""
    values = material.model_dump(exclude={"id"})
    db.execute(
        insert(db, Material).values(values).on_conflict_do_nothing(index_elements=["source"])
    )
    return db.exec(select(Material).where(Material.source == material.source)).one()


def count(db: Session, session_id: str) -> int:
    """How many the session has."""
    query = select(func.count()).select_from(Material)
    return db.exec(query.where(Material.session_id == session_id, _stands)).one()


def put_away(db: Session, material_id: int, at: datetime | None) -> Material | None:
    """Removes it at this instant (UTC), or brings it back with None; None: it never was."""
    found = db.get(Material, material_id)
    if found is not None:
        found.removed_at = at
        db.add(found)
        db.flush()
    return found


def mark_told(db: Session, session_id: str, *, at: datetime, by: int) -> int:
    """All of the session of which nobody was told yet are told of now; returns how many."""
    untold = (col(Material.session_id) == session_id, col(Material.told_at).is_(None), _stands)
    done = db.exec(update(Material).where(*untold).values(told_at=at, told_by=by))
    return int(done.rowcount)


def told_together(db: Session, session_id: str, at: datetime) -> Sequence[Material]:
    """Those of the session that people were told of in one notice, and that still stand."""
    query = select(Material).where(
        Material.session_id == session_id, Material.told_at == at, _stands
    )
    return db.exec(query.order_by(col(Material.id))).all()


def without_row(
    db: Session, key: str, *, but: int | None, joined_after: datetime | None
) -> Sequence[Person]:
    """Whom one can reach and who has no row under ``key`` and their number, by id.

    Args:
        but: somebody who need not be told.
        joined_after: only those who joined then or later (UTC).
    """
    made = literal(key) + cast(col(Person.id), String)
    query = select(Person).where(
        col(Person.joined_at).is_not(None),
        col(Person.blocked_at).is_(None),
        ~col(Person.removed),
        Person.id != but,
        ~select(Outbox.id).where(Outbox.key == made).exists(),
    )
    if joined_after is not None:
        query = query.where(col(Person.joined_at) >= joined_after)
    return db.exec(query.order_by(col(Person.id))).all()


_stands = col(Material.removed_at).is_(None)
