"""Quick polls and their votes."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from bot.domain.polls import State
from bot.store.tables.columns import SealedJson, instant, sealed, telegram_id, words


class Poll(SQLModel, table=True):
    """A question to many at once, from its preview on."""

    id: int | None = Field(default=None, primary_key=True)
    author_id: int = Field(foreign_key="person.id")
    session_id: str | None = None
    """The session it belongs to; None: to none."""
    question: str = Field(sa_column=sealed("poll.question"))
    options: dict[str, Any] = Field(sa_column=Column(SealedJson("poll.options"), nullable=False))
    """Under ``options``, in order."""
    several: bool = False
    """Whether more than one may be chosen."""
    audience: str = "all"
    """As an announcement's."""
    state: State = Field(sa_column=Column(words(State), nullable=False))
    on_wall: bool = False
    """Whether the page for the projector shows it."""
    turn: int = 0
    """How often it was closed or opened again: people's messages are edited each time."""
    posted: bool = True
    """Whether everybody has the row of the outbox that this turn needs; those of people who come
    later aside."""
    board_message_id: int | None = telegram_id()
    """The message in its author's chat that shows how it goes."""
    created_at: datetime = instant()
    opened_at: datetime | None = instant(optional=True)
    closed_at: datetime | None = instant(optional=True)


class PollVote(SQLModel, table=True):
    """One option that one person chose."""

    __tablename__ = "poll_vote"
    poll_id: int = Field(primary_key=True, foreign_key="poll.id")
    person_id: int = Field(primary_key=True, foreign_key="person.id", index=True)
    option: int = Field(primary_key=True)
    """From 0."""
    at: datetime = instant()
