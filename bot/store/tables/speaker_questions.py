"""Questions to speakers."""

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from bot.domain.speaker_questions import State
from bot.store.tables.columns import sealed, words


class SpeakerQuestion(SQLModel, table=True):
    """A question to those who speak in a session.

    Without a person nothing says whose it is: the key is random, and the table keeps no order of
    insertion and no instant.
    """

    __tablename__ = "speaker_question"
    __table_args__ = ({"sqlite_with_rowid": False},)
    key: str = Field(primary_key=True)
    session_id: str = Field(index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    """Who asks; None: without name."""
    text: str = Field(sa_column=sealed("speaker_question.text"))
    state: State = Field(default=State.WAITING, sa_column=Column(words(State), nullable=False))


class QuestionVote(SQLModel, table=True):
    """That somebody wants to hear the answer too.

    ``voter`` is derived from question, person and the bot's secret: it tells a second vote, but
    not whose it is, nor that two votes for different questions are of one person.
    """

    __tablename__ = "question_vote"
    __table_args__ = ({"sqlite_with_rowid": False},)
    question: str = Field(primary_key=True)
    voter: str = Field(primary_key=True)
