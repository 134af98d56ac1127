"""What the bot remembers about itself."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Text
from sqlmodel import Field, SQLModel

from bot.store.tables.columns import instant


class AgendaVersion(SQLModel, table=True):
    """Each different agenda the bot has run with."""

    __tablename__ = "agenda_version"
    version: int | None = Field(default=None, primary_key=True)
    digest: str
    """Of the event's file that it comes from, or that was there when it was changed."""
    loaded_at: datetime = instant()
    content: str | None = Field(default=None, sa_type=Text)
    """The agenda as it was changed in the chat, in the file's form; None: as in the file."""
    author_id: int | None = Field(default=None, foreign_key="person.id")
    """Who changed it; None: the file was changed."""
    touched: int = 0
    """How many sessions are other than in the version before."""


class AgendaEdit(SQLModel, table=True):
    """A change to the agenda from its preview to its end."""

    __tablename__ = "agenda_edit"
    id: int | None = Field(default=None, primary_key=True)
    author_id: int = Field(foreign_key="person.id")
    base_version: int
    """The version that the preview was worked out from: another one since means look again."""
    edit: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    state: str = "draft"
    """draft, applied or dropped."""
    created_at: datetime = instant()


class Setting(SQLModel, table=True):
    """Small facts that outlive the process, such as how far planning has come."""

    name: str = Field(primary_key=True)
    value: str
