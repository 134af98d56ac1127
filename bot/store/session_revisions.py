"""How often each session was changed, and how it stood last."""

from collections.abc import Iterable

from sqlmodel import Session, select

from bot.domain.calendars import Revision
from bot.store.tables import SessionRevision


def everything(db: Session) -> dict[str, Revision]:
    """By id of the session, those that the agenda knows no more among them."""
    rows = db.exec(select(SessionRevision)).all()
    return {
        row.session_id: Revision(row.session_id, row.sequence, row.changed_at, row.facts)
        for row in rows
    }


def put(db: Session, revisions: Iterable[Revision]) -> None:
    """Keeps these in place of earlier ones of the same sessions."""
    for each in revisions:
        db.merge(
            SessionRevision(
                session_id=each.session_id,
                sequence=each.sequence,
                changed_at=each.changed_at,
                facts=dict(each.facts),
            )
        )
