"""Who belongs to the event, what they chose, and what their chat is in the middle of."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from bot.domain.people import Role
from bot.store.tables.columns import SealedJson, instant, telegram_id, words


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
    aide_of: str | None = None
    """Key of the person whom an aide goes with."""
    bus: str | None = None
    room: str | None = None
    seat: str | None = None
    coordinator: str | None = None
    """Whose presence the person may put down: see ``domain/people.py``."""
    role: Role = Field(sa_column=Column(words(Role), nullable=False))
    removed: bool = False
    """No longer in the roster; kept, because notes and deliveries refer to it."""
    invite_generation: int = 1
    chat_id: int | None = telegram_id(unique=True)
    joined_at: datetime | None = instant(optional=True)
    blocked_at: datetime | None = instant(optional=True)
    language: str = "id"
    reminder_minutes: int | None = 15
    """Minutes before each session; None: no reminders."""
    digest: bool = True
    prompt: bool = True
    seen_at: datetime | None = instant(optional=True)
    """Their last message or press, to some minutes."""
    seen_before: datetime | None = instant(optional=True)
    """The last one before the present visit."""
    chosen_at: datetime | None = instant(optional=True)
    """When they chose this event over others of the same bot."""
    preferences_at: datetime | None = instant(optional=True)
    """When reminders were chosen last: nothing due before it is sent late on account of it."""
    consent_version: str | None = None
    """The version of the event's privacy text that was shown last."""
    consent_shown_at: datetime | None = instant(optional=True)
    consented_at: datetime | None = instant(optional=True)
    """When the person agreed to that version; None: not yet."""


class RosterDraft(SQLModel, table=True):
    """A new roster from its preview to its end."""

    __tablename__ = "roster_draft"
    id: int | None = Field(default=None, primary_key=True)
    author_id: int = Field(foreign_key="person.id")
    base: str
    """Digest of the roster that the preview was compared with."""
    roster: dict[str, Any] = Field(
        sa_column=Column(SealedJson("roster_draft.roster"), nullable=False)
    )
    """Its entries under ``people``."""
    state: str = "draft"
    """draft, applied or dropped."""
    created_at: datetime = instant()


class SessionReminder(SQLModel, table=True):
    """One person's own choice for one session, over the general one."""

    __tablename__ = "session_reminder"
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    session_id: str = Field(primary_key=True)
    minutes: int | None = None
    """Minutes before the session; None: none for this session."""
    chosen_at: datetime = instant()


class Dialogue(SQLModel, table=True):
    """What a chat is in the middle of: survives a restart, read by any replica."""

    chat_id: int = telegram_id(key=True, optional=False)
    awaiting: str | None = None
    """Name of the question the bot has put, None if any text is a new question."""
    details: dict[str, Any] = Field(
        default_factory=dict, sa_column=Column(SealedJson("dialogue.details"), nullable=False)
    )
    expires_at: datetime | None = instant(optional=True)
    slots: dict[str, Any] = Field(
        default_factory=dict, sa_column=Column(SealedJson("dialogue.slots"), nullable=False)
    )
    """What the last question was about, for follow-ups."""
    slots_at: datetime | None = instant(optional=True)
