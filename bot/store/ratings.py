"""Ratings of sessions: one a person and session."""

from datetime import datetime

from sqlmodel import Session, select

from bot.store.tables import Rating


def put(db: Session, *, person_id: int, session_id: str, value: int, now: datetime) -> None:
    """Sets the rating, over an earlier one."""
    db.merge(Rating(person_id=person_id, session_id=session_id, value=value, rated_at=now))


def of(db: Session, *, person_id: int, session_id: str) -> int | None:
    """The person's own rating of the session."""
    found = db.get(Rating, (person_id, session_id))
    return found.value if found is not None else None


def hand_over(db: Session, owner: int, heir: int) -> None:
    """All ratings of one entry of the roster go to another one, which is the same person."""
    for rating in db.exec(select(Rating).where(Rating.person_id == owner)).all():
        if db.get(Rating, (heir, rating.session_id)) is None:
            put(
                db,
                person_id=heir,
                session_id=rating.session_id,
                value=rating.value,
                now=rating.rated_at,
            )
        db.delete(rating)
