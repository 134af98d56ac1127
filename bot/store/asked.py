"""Counts of questions, and the unanswered ones that organizers may read."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from bot.domain.asked import Counts, Kind
from bot.store.inserting import insert
from bot.store.tables import OpenQuestion, QuestionCount


def add(db: Session, counts: Counts) -> None:
    """Adds to what is kept."""
    for kind, number in counts.items():
        key = (kind.day, kind.hour, kind.intent, kind.outcome)
        row = db.get(QuestionCount, key)
        if row is None:
            row = QuestionCount(
                day=kind.day, hour=kind.hour, intent=kind.intent, outcome=kind.outcome, count=0
            )
        row.count += number
        db.add(row)


def counts(db: Session) -> Counts:
    """Everything that is kept."""
    return Counts(
        {
            Kind(row.day, row.hour, row.intent, row.outcome): row.count
            for row in db.exec(select(QuestionCount)).all()
        }
    )


def disclose(db: Session, *, person_id: int, message_id: int, text: str, at: datetime) -> bool:
    """Keeps a question's words for the organizers; False if they were kept already."""
    row = {"person_id": person_id, "message_id": message_id, "text": text, "at": at}
    statement = insert(db, OpenQuestion).values(row).on_conflict_do_nothing()
    done = db.connection().execute(statement, execution_options={"preserve_rowcount": True})
    return done.rowcount > 0


def disclosed(db: Session, *, offset: int, limit: int) -> Sequence[OpenQuestion]:
    """Those that organizers may read, the newest first."""
    query = select(OpenQuestion).order_by(
        col(OpenQuestion.at).desc(), col(OpenQuestion.person_id), col(OpenQuestion.message_id)
    )
    return db.exec(query.offset(offset).limit(limit)).all()


def count_disclosed(db: Session) -> int:
    """How many they are."""
    return db.exec(select(func.count()).select_from(OpenQuestion)).one()
