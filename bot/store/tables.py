"""Every table. Instants are stored in UTC and come back as aware datetimes."""

from datetime import UTC, date, datetime
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, DateTime, Enum, Index, Text, UniqueConstraint
from sqlalchemy import Integer as SqlInteger
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from bot.domain.outbox import Lane, Status
from bot.domain.people import Role


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. SQLite has no zone of its own, so it is put back on reading.

    Raises:
        ValueError: a naive datetime is written; it would mean a different instant on each host.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuses naive values and turns the rest into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime must not reach the store")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Puts UTC back where the database dropped it."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class IntEnumType(TypeDecorator[IntEnum]):
    """An IntEnum kept as its number, so that rows sort by it."""

    impl = SqlInteger
    cache_ok = True

    def __init__(self, kind: type[IntEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_result_value(self, value: int | None, dialect: Dialect) -> IntEnum | None:
        """The member with this number."""
        return None if value is None else self.kind(value)


def _words(kind: type[StrEnum]) -> Enum:
    """A StrEnum kept as its word, without a database type that would need migrating."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


def _instant(*, index: bool = False, optional: bool = False) -> Any:
    return Field(
        default=None if optional else ...,
        sa_column=Column(UtcDateTime(), nullable=optional, index=index),
    )


def _chat(*, unique: bool = False, optional: bool = True, key: bool = False) -> Any:
    """Telegram ids exceed 32 bits."""
    return Field(
        default=None if optional else ...,
        sa_column=Column(
            BigInteger(),
            nullable=optional,
            unique=unique or None,
            primary_key=key,
            autoincrement=False if key else "auto",
        ),
    )


class Person(SQLModel, table=True):
    """A roster entry, and the Telegram account bound to it once the invite was used."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name: str
    position: str | None = None
    agency: str | None = None
    echelon: str | None = None
    group: str | None = None
    phone: str | None = None
    role: Role = Field(sa_column=Column(_words(Role), nullable=False))
    removed: bool = False
    """No longer in the roster; kept, because notes and deliveries refer to it."""
    invite_generation: int = 1
    chat_id: int | None = _chat(unique=True)
    joined_at: datetime | None = _instant(optional=True)
    blocked_at: datetime | None = _instant(optional=True)
    language: str = "id"
    reminder_minutes: int | None = 15
    """Minutes before each session; None: no reminders."""
    digest: bool = True
    prompt: bool = True
    preferences_at: datetime | None = _instant(optional=True)
    """When reminders were chosen last: nothing due before it is sent late on account of it."""


class SessionReminder(SQLModel, table=True):
    """One person's own choice for one session, over the general one."""

    __tablename__ = "session_reminder"
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    session_id: str = Field(primary_key=True)
    minutes: int | None = None
    """Minutes before the session; None: none for this session."""
    chosen_at: datetime = _instant()


class Note(SQLModel, table=True):
    """A reflection note. Private: only its owner's id ever selects it."""

    __table_args__ = (UniqueConstraint("source_chat_id", "source_message_id"),)
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    session_id: str | None = None
    day: date
    """Local day of the event that it belongs to."""
    text: str = Field(sa_type=Text)
    created_at: datetime = _instant()
    updated_at: datetime = _instant()
    source_chat_id: int = _chat(optional=False)
    source_message_id: int = _chat(optional=False)
    """The Telegram message it came from: the same message delivered twice is one note."""


class Dialogue(SQLModel, table=True):
    """What a chat is in the middle of: survives a restart, read by any replica."""

    chat_id: int = _chat(key=True, optional=False)
    awaiting: str | None = None
    """Name of the question the bot has put, None if any text is a new question."""
    details: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    expires_at: datetime | None = _instant(optional=True)
    slots: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """What the last question was about, for follow-ups."""
    slots_at: datetime | None = _instant(optional=True)


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
    """draft, sending (from confirmation to report), done or discarded."""
    source_chat_id: int = _chat(optional=False)
    source_message_id: int = _chat(optional=False)
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
    valid_until: datetime | None = _instant(optional=True)
    created_at: datetime = _instant()
    confirmed_at: datetime | None = _instant(optional=True)
    scheduled_at: datetime | None = _instant(optional=True)
    """The instant an organizer chose; None: at once."""
    release_at: datetime | None = _instant(optional=True)
    """When the first copy leaves: the end of the time to think again, or ``scheduled_at``."""
    finished_at: datetime | None = _instant(optional=True)
    round: int = 0
    """How often it was sent again to those it had not reached."""
    nudges: int = 0
    """How often those who had not read it were reminded."""
    corrected_at: datetime | None = _instant(optional=True)
    retracted_at: datetime | None = _instant(optional=True)
    progress_chat_id: int | None = _chat()
    progress_message_id: int | None = _chat()
    """The message that shows how far it has come, and then the report."""


class Receipt(SQLModel, table=True):
    """Somebody confirmed that they read a notice."""

    broadcast_id: int = Field(primary_key=True, foreign_key="broadcast.id")
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    read_at: datetime = _instant()


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
    chat_id: int = _chat(optional=False)
    broadcast_id: int | None = Field(default=None, foreign_key="broadcast.id")
    method: str = "sendMessage"
    payload: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    """Parameters of the Bot API method, chat_id left out."""
    created_at: datetime = _instant()
    due_at: datetime = _instant()
    ready_at: datetime = _instant()
    """Not before: the due instant, later after a retry."""
    useful_until: datetime | None = _instant(optional=True)
    status: Status = Field(
        default=Status.PENDING, sa_column=Column(_words(Status), nullable=False)
    )
    attempts: int = 0
    claimed_by: str | None = None
    claimed_at: datetime | None = _instant(optional=True)
    finished_at: datetime | None = _instant(optional=True)
    message_id: int | None = _chat()
    error: str | None = None
    """Telegram's words for the last failure."""
    reported_at: datetime | None = _instant(optional=True)
    """When the organizers were told that this one failed."""


class Inbox(SQLModel, table=True):
    """Updates taken from Telegram: stored before they are confirmed, handled after."""

    update_id: int = _chat(key=True, optional=False)
    received_at: datetime = _instant(index=True)
    body: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    """The update; emptied once it is handled, so that only the number stays."""


class AgendaVersion(SQLModel, table=True):
    """Each different agenda the bot has run with."""

    __tablename__ = "agenda_version"
    version: int | None = Field(default=None, primary_key=True)
    digest: str
    loaded_at: datetime = _instant()


class Setting(SQLModel, table=True):
    """Small facts that outlive the process, such as how far planning has come."""

    name: str = Field(primary_key=True)
    value: str
