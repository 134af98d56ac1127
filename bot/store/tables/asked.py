"""How much was asked, and what the bot could not answer."""

from datetime import date, datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from bot.domain.asked import Outcome
from bot.store.tables.columns import instant, sealed, telegram_id, words


class QuestionCount(SQLModel, table=True):
    """How many questions of one kind came in one hour, whoever asked."""

    __tablename__ = "question_count"
    day: date = Field(primary_key=True)
    """Local day of the event."""
    hour: int = Field(primary_key=True)
    intent: str = Field(primary_key=True)
    """What was wanted: see ``domain/language/question.py``."""
    outcome: Outcome = Field(sa_column=Column(words(Outcome), primary_key=True))
    count: int


class OpenQuestion(SQLModel, table=True):
    """A question without an answer whose words its asker lets the organizers read."""

    __tablename__ = "open_question"
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    message_id: int = telegram_id(key=True, optional=False)
    text: str = Field(sa_column=sealed("open_question.text"))
    at: datetime = instant()
