"""Announcements, and who confirmed that they read them."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from bot.store.tables.columns import instant, telegram_id


class Broadcast(SQLModel, table=True):
    """An announcement by an organizer, from draft to report; also what is done to one later.

    A correction, a retraction and a reminder to read are broadcasts of their own, ``about`` the
    notice they concern, so that they are delivered and reported in the same way.
    """

    id: int | None = Field(default=None, primary_key=True)
    kind: str = "notice"
    """notice, correction, retraction or nudge (a reminder to confirm reading)."""
    about_id: int | None = Field(default=None, index=True)
    """The notice that this one is about; None for a notice."""
    author_id: int = Field(foreign_key="person.id")
    state: str = "draft"
    """draft, preparing (not everybody has a row of the outbox yet), sending, done (reported);
    stopping (as preparing, but cancelled), discarded."""
    source_chat_id: int = telegram_id(optional=False)
    source_message_id: int = telegram_id(optional=False)
    """The composed message; it is copied, so it arrives as it was written."""
    content: str = "text"
    """What can be corrected in it: its text, its caption, or nothing (other)."""
    title: str = ""
    """Its first words, for lists."""
    html: str | None = Field(default=None, sa_type=Text)
    """Of a correction: the new text as Telegram HTML."""
    audience: str = "all"
    """all, or a kind of audience and its value: ``group:Kelompok 1``."""
    ask_read: bool = False
    """Whether a button asks to confirm that it was read."""
    urgent_reason: str | None = None
    """Why it sounds in quiet hours; None: it does not."""
    validity: str = "day"
    """How long people who join later get it: day, event or none."""
    valid_until: datetime | None = instant(optional=True)
    created_at: datetime = instant()
    confirmed_at: datetime | None = instant(optional=True)
    scheduled_at: datetime | None = instant(optional=True)
    """The instant an organizer chose; None: at once."""
    release_at: datetime | None = instant(optional=True)
    """When the first copy leaves: the end of the time to think again, or ``scheduled_at``."""
    finished_at: datetime | None = instant(optional=True)
    round: int = 0
    """How often it was sent again to those it had not reached."""
    nudges: int = 0
    """How often those who had not read it were reminded."""
    corrected_at: datetime | None = instant(optional=True)
    retracted_at: datetime | None = instant(optional=True)
    progress_chat_id: int | None = telegram_id()
    progress_message_id: int | None = telegram_id()
    """The message that shows how far it has come, and then the report."""


class Receipt(SQLModel, table=True):
    """Somebody confirmed that they read a notice."""

    broadcast_id: int = Field(primary_key=True, foreign_key="broadcast.id")
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    read_at: datetime = instant()
