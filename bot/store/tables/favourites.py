"""What people starred, and how often each session was changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from bot.store.tables.columns import instant


class Favourite(SQLModel, table=True):
    """A session that one person wants in their own rundown."""

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    session_id: str = Field(primary_key=True)
    at: datetime = instant()
    """When it was starred: a reminder that was due before is sent then."""


class SessionRevision(SQLModel, table=True):
    """How a session stood last, for the calendars of phones: they go by the number."""

    __tablename__ = "session_revision"
    session_id: str = Field(primary_key=True)
    sequence: int = 0
    """Rises with each change of this session and never falls."""
    changed_at: datetime = instant()
    facts: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    """What a calendar shows of it; kept of one that the agenda knows no more."""
