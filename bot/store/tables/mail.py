"""Everything that goes out unasked, and everything that came in."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Index
from sqlalchemy import Integer as SqlInteger
from sqlmodel import Field, SQLModel

from bot.domain.outbox import Lane, Status
from bot.store.tables.columns import IntEnumType, SealedJson, instant, telegram_id, words


class Outbox(SQLModel, table=True):
    """Everything sent without being asked for, one row a recipient. See ``domain/outbox.py``."""

    __table_args__ = (
        Index("ix_outbox_ready", "status", "lane", "ready_at"),
        Index("ix_outbox_due", "kind", "due_at"),
        Index("ix_outbox_message", "chat_id", "message_id"),
        Index("ix_outbox_broadcast", "broadcast_id", "status"),
    )
    id: int | None = Field(
        default=None,
        sa_column=Column(BigInteger().with_variant(SqlInteger, "sqlite"), primary_key=True),
    )
    key: str = Field(unique=True)
    """Says what it is and for whom: planning it again finds it here and does nothing."""
    lane: Lane = Field(sa_column=Column(IntEnumType(Lane), nullable=False))
    kind: str
    """reminder, digest, prompt, change, broadcast or alert."""
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    chat_id: int = telegram_id(optional=False)
    broadcast_id: int | None = Field(default=None, foreign_key="broadcast.id")
    method: str = "sendMessage"
    payload: dict[str, Any] = Field(sa_column=Column(SealedJson("outbox.payload"), nullable=False))
    """Parameters of the Bot API method, chat_id left out."""
    created_at: datetime = instant()
    due_at: datetime = instant()
    ready_at: datetime = instant()
    """Not before: the due instant, later after a retry."""
    useful_until: datetime | None = instant(optional=True)
    status: Status = Field(default=Status.PENDING, sa_column=Column(words(Status), nullable=False))
    attempts: int = 0
    claimed_by: str | None = None
    claimed_at: datetime | None = instant(optional=True)
    finished_at: datetime | None = instant(optional=True)
    message_id: int | None = telegram_id()
    error: str | None = None
    """Telegram's words for the last failure."""
    agenda_version: int | None = None
    """The agenda that the words were written from; None where they say nothing of sessions."""
    reported_at: datetime | None = instant(optional=True)
    """When the organizers were told that this one failed."""


class Inbox(SQLModel, table=True):
    """Updates taken from Telegram: stored before they are confirmed, handled after."""

    __table_args__ = (Index("ix_inbox_waiting", "chat_id", "update_id"),)
    update_id: int = telegram_id(key=True, optional=False)
    received_at: datetime = instant(index=True)
    body: dict[str, Any] | None = Field(default=None, sa_column=Column(SealedJson("inbox.body")))
    """The update; emptied once it is handled, so that only the number stays."""
    chat_id: int | None = telegram_id()
    """Whose turn it is, 0 for nobody's; None once it is handled."""
    taken_by: str | None = None
    """The process that handles it; see ``store/replicas.py``."""
