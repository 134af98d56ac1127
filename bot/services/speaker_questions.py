"""Questions to speakers: asking, voting, and what organizers let through."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from sqlmodel import Session

from bot.domain import presence
from bot.domain.agenda import Session as AgendaSession
from bot.domain.outbox import Lane
from bot.domain.speaker_questions import PUBLIC, Asked, State, voter
from bot.services import alerting, talking
from bot.services.desk import Desk
from bot.store import erasing, outbox, people, speaker_questions
from bot.store.tables import Outbox, Person, SpeakerQuestion
from bot.texts import speaker_questions as texts

ASKING = "speaker_question"
"""The next message is a question to the speakers of a session."""
_BETWEEN_ALERTS = timedelta(minutes=5)
_NEWS = timedelta(days=1)
"""How long it is of use to hear that one was answered."""


def open_for_all(
    db: Session, desk: Desk, session: AgendaSession, person: Person | None = None
) -> list[Asked]:
    """What organizers let through of a session, the most wanted first; what ``person`` voted."""
    asked = speaker_questions.of_session(db, session.id, PUBLIC)
    if person is None:
        return asked
    names = {each.key: _voter(desk, each.key, person) for each in asked}
    mine = speaker_questions.voted(db, set(names.values()))
    return [replace(each, voted=each.key in mine) for each in asked]


def everything(db: Session, session: AgendaSession) -> list[Asked]:
    """All of a session, for organizers: those that wait for them first."""
    return speaker_questions.of_session(db, session.id, tuple(State))


def submit(db: Session, desk: Desk, person: Person, *, named: bool) -> AgendaSession | None:
    """Keeps what the person has written, once; None if there is nothing (any more).

    Without name nothing in the store says whose it is: also the draft goes from the files.
    """
    chat_id, now = person.chat_id or 0, desk.now()
    draft = talking.details(db, chat_id, ASKING)
    words = str(draft.get("text") or "") if draft else ""
    session = desk.agenda.find(str(draft.get("session"))) if draft else None
    if session is None or not words:
        return None
    talking.forget(db, chat_id)
    speaker_questions.add(
        db, session_id=session.id, person_id=person.id if named else None, text=words
    )
    if not named:
        erasing.want(db, now=now)
    _tell_organizers(db, desk, session)
    return session


def vote(db: Session, desk: Desk, person: Person, *, key: str, wanted: bool) -> str | None:
    """A person's vote; gives the session's id, None if the question is not open to all."""
    row = speaker_questions.get(db, key)
    if row is None or row.state not in PUBLIC:
        return None
    if row.state is not State.ANSWERED:
        name = _voter(desk, key, person)
        speaker_questions.vote(db, question=key, voter=name, wanted=wanted)
    return row.session_id


def moderate(db: Session, desk: Desk, *, key: str, state: State) -> str | None:
    """An organizer's decision; gives the session's id, None if there is no such question.

    Where another is being answered from now on, the one before has been. Who asked with name hears
    that the question was answered.
    """
    row = speaker_questions.get(db, key)
    if row is None:
        return None
    if state is State.ANSWERING:
        for other in speaker_questions.standing(db, row.session_id, State.ANSWERING):
            if other.key != key:
                _stand(db, desk, other, State.ANSWERED)
    _stand(db, desk, row, state)
    return row.session_id


def _stand(db: Session, desk: Desk, row: SpeakerQuestion, state: State) -> None:
    row.state = state
    db.add(row)
    person = people.get(db, row.person_id) if row.person_id else None
    session = desk.agenda.find(row.session_id)
    if state is not State.ANSWERED or person is None or person.removed or session is None:
        return
    if person.chat_id is None or person.blocked_at is not None:
        return
    now = desk.now()
    told = Outbox(
        key=f"question:{row.key}:answered",
        lane=Lane.CHANGE,
        kind="question",
        person_id=person.id,
        chat_id=person.chat_id,
        payload=texts.answered(session, row.text, person.language).payload(),
        created_at=now,
        due_at=now,
        ready_at=now,
        useful_until=now + _NEWS,
    )
    outbox.enqueue(db, [told])


def _voter(desk: Desk, key: str, person: Person) -> str:
    return voter(desk.invite_secret, question=key, person_id=person.id or 0)


def _tell_organizers(db: Session, desk: Desk, session: AgendaSession) -> None:
    """That there is something to look at: at most once in five minutes for a session."""
    window = presence.window(desk.now(), _BETWEEN_ALERTS)
    key = f"questions:{session.ref}:{window}"
    alerting.show(db, desk, partial(texts.news, session), key=key)
