"""Who was there. Codes are not stored: see ``domain/presence.py``."""

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from bot.domain.presence import How
from bot.store.tables.columns import instant, words


class RollCall(SQLModel, table=True):
    """A session's attendance, or a headcount of a bus, from the moment it is opened."""

    __tablename__ = "roll_call"
    id: str = Field(primary_key=True)
    """The session's reference; for a bus the reference of its name and a number."""
    session_id: str | None = Field(default=None, unique=True)
    bus: str | None = None
    opened_at: datetime = instant()
    closed_at: datetime | None = instant(optional=True)


class Attendance(SQLModel, table=True):
    """One person at one roll call. Whether that was late follows from the session's start."""

    call_id: str = Field(primary_key=True)
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    at: datetime = instant()
    how: How = Field(sa_column=Column(words(How), nullable=False))


class WrongCode(SQLModel, table=True):
    """How often one person typed a wrong code lately."""

    __tablename__ = "wrong_code"
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    window: int
    """The window of time that ``count`` is of; a new one begins at none."""
    count: int
