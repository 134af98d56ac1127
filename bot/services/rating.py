"""How useful people found sessions."""

from datetime import datetime

from sqlmodel import Session

from bot.store import ratings


def rate(db: Session, *, person_id: int, session_id: str, value: int, now: datetime) -> None:
    """Keeps one person's rating of one session, 1 to 5, in place of an earlier one."""
    ratings.put(db, person_id=person_id, session_id=session_id, value=value, now=now)


def of(db: Session, *, person_id: int, session_id: str) -> int | None:
    """What this person gave the session; None: nothing yet."""
    return ratings.of(db, person_id=person_id, session_id=session_id)
