"""What the bot remembers about itself."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from bot.store.tables.columns import instant


class AgendaVersion(SQLModel, table=True):
    """Each different agenda the bot has run with."""

    __tablename__ = "agenda_version"
    version: int | None = Field(default=None, primary_key=True)
    digest: str
    loaded_at: datetime = instant()


class Setting(SQLModel, table=True):
    """Small facts that outlive the process, such as how far planning has come."""

    name: str = Field(primary_key=True)
    value: str
