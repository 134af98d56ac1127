"""What organizers hand out for the sessions."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from bot.store.tables.columns import instant, sealed


class Material(SQLModel, table=True):
    """A file or link of a session. Files stay with Telegram, under its name for them.

    A number is never given twice: an old button of a material must not mean another.
    """

    __table_args__ = ({"sqlite_autoincrement": True},)
    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(unique=True)
    """Who sent it, and in which of their messages: the same one twice is kept once."""
    session_id: str = Field(index=True)
    title: str = Field(sa_column=sealed("material.title"))
    kind: str
    """photo, voice, audio, video, document or link."""
    address: str = Field(sa_column=sealed("material.address"))
    """Telegram's name for the file, or the link."""
    added_by: int = Field(foreign_key="person.id")
    added_at: datetime = instant()
    removed_at: datetime | None = instant(optional=True)
    told_at: datetime | None = instant(optional=True)
    """When participants were told; all that were told of together have the same instant."""
    told_by: int | None = Field(default=None, foreign_key="person.id")
