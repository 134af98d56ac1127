"""Questions to speakers and their votes."""

import secrets
from collections.abc import Collection, Sequence

from sqlmodel import Session, col, func, select

from bot.domain.speaker_questions import Asked, State
from bot.store.inserting import insert
from bot.store.tables import Person, QuestionVote, SpeakerQuestion


def add(db: Session, *, session_id: str, person_id: int | None, text: str) -> None:
    """Keeps a question; without a person nothing says whose it is."""
    key = secrets.token_hex(8)
    db.add(SpeakerQuestion(key=key, session_id=session_id, person_id=person_id, text=text))


def get(db: Session, key: str) -> SpeakerQuestion | None:
    """The question with this key."""
    return db.get(SpeakerQuestion, key)


def standing(db: Session, session_id: str, state: State) -> Sequence[SpeakerQuestion]:
    """The questions of a session that stand so."""
    query = select(SpeakerQuestion).where(
        SpeakerQuestion.session_id == session_id, SpeakerQuestion.state == state
    )
    return db.exec(query.order_by(SpeakerQuestion.key)).all()


def counts(db: Session) -> dict[str, dict[State, int]]:
    """How many there are of each state, by session."""
    query = select(SpeakerQuestion.session_id, SpeakerQuestion.state, func.count()).group_by(
        SpeakerQuestion.session_id, col(SpeakerQuestion.state)
    )
    found: dict[str, dict[State, int]] = {}
    for session_id, state, count in db.exec(query).all():
        found.setdefault(session_id, {})[State(state)] = count
    return found


def of_session(db: Session, session_id: str, states: Collection[State]) -> list[Asked]:
    """Those of a session that stand so: the waiting and shown first, then by votes."""
    votes = (
        select(col(QuestionVote.question), func.count().label("votes"))
        .group_by(col(QuestionVote.question))
        .subquery()
    )
    query = (
        select(SpeakerQuestion, Person.name, votes.c.votes)
        .join(Person, col(Person.id) == col(SpeakerQuestion.person_id), isouter=True)
        .join(votes, votes.c.question == col(SpeakerQuestion.key), isouter=True)
        .where(SpeakerQuestion.session_id == session_id, col(SpeakerQuestion.state).in_(states))
    )
    found = [
        Asked(row.key, row.session_id, row.text, name, row.state, count or 0)
        for row, name, count in db.exec(query).all()
    ]
    order = list(State)
    return sorted(found, key=lambda each: (order.index(each.state), -each.votes, each.key))


def voted(db: Session, voters: Collection[str]) -> set[str]:
    """The questions that any of these voted for."""
    query = select(QuestionVote.question).where(col(QuestionVote.voter).in_(voters))
    return set(db.exec(query).all())


def vote(db: Session, *, question: str, voter: str, wanted: bool) -> None:
    """Sets or takes back a vote; doing it again changes nothing."""
    if wanted:
        row = {"question": question, "voter": voter}
        db.connection().execute(insert(db, QuestionVote).values(row).on_conflict_do_nothing())
    elif (kept := db.get(QuestionVote, (question, voter))) is not None:
        db.delete(kept)
