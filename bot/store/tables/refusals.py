"""Who was turned away, and who tried codes that are none."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from bot.store.tables.columns import instant, telegram_id


class Refusal(SQLModel, table=True):
    """How often one chat was refused one thing on one day; no word of what was typed."""

    chat_id: int = telegram_id(key=True, optional=False)
    """0: a page opened without the right key, or too many chats to tell apart."""
    what: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    """The event's local day."""
    at: datetime = instant(index=True)
    """The last time."""
    count: int


class WrongInvite(SQLModel, table=True):
    """How often one chat sent codes lately that are none: of invites, or forged scans."""

    __tablename__ = "wrong_invite"
    chat_id: int = telegram_id(key=True, optional=False)
    window: int
    """The window of time that ``count`` is of; a new one begins at none."""
    count: int
