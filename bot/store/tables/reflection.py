"""Notes and what is done with them, ratings, commitments. Private unless the owner shares."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.domain.commitments import Standing
from bot.domain.notes import Sharing
from bot.store.tables.columns import SealedJson, instant, sealed, telegram_id, words


class Note(SQLModel, table=True):
    """A reflection note. Private unless shared: only its owner's id ever selects it.

    A number is never given twice: an old button of a note that is gone must not mean another.
    """

    __table_args__ = ({"sqlite_autoincrement": True},)
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    session_id: str | None = None
    day: date
    """Local day of the event that it belongs to."""
    text: str = Field(sa_column=sealed("note.text"))
    """What its messages say together; empty where they only carry files."""
    created_at: datetime = instant()
    updated_at: datetime = instant()
    sharing: Sharing = Field(
        default=Sharing.PRIVATE, sa_column=Column(words(Sharing), nullable=False)
    )
    shared_at: datetime | None = instant(optional=True)
    deleted_at: datetime | None = instant(optional=True)
    """Deleted by its owner, who may still undo that for a while."""


class NoteMessage(SQLModel, table=True):
    """One Telegram message of a note: the same message delivered twice is kept once."""

    __tablename__ = "note_message"
    chat_id: int = telegram_id(key=True, optional=False)
    message_id: int = telegram_id(key=True, optional=False)
    note_id: int = Field(foreign_key="note.id", index=True)
    text: str = Field(default="", sa_column=sealed("note_message.text"))
    """Its share of the note's text."""


class NoteVersion(SQLModel, table=True):
    """What a note said before it was changed."""

    __tablename__ = "note_version"
    id: int | None = Field(default=None, primary_key=True)
    note_id: int = Field(foreign_key="note.id", index=True)
    text: str = Field(sa_column=sealed("note_version.text"))
    replaced_at: datetime = instant()


class Attachment(SQLModel, table=True):
    """A file kept with a note; its content lies under its digest in the attachments folder."""

    __table_args__ = (UniqueConstraint("chat_id", "message_id"),)
    id: int | None = Field(default=None, primary_key=True)
    note_id: int = Field(foreign_key="note.id", index=True)
    chat_id: int = telegram_id(optional=False)
    message_id: int = telegram_id(optional=False)
    kind: str
    """photo, voice, audio, video or document."""
    file_name: str = Field(sa_column=sealed("attachment.file_name"))
    mime_type: str
    size: int
    """Bytes."""
    digest: str = Field(index=True)
    """SHA-256 of the content, hexadecimal; empty: not fetched yet, so it is not kept."""
    file_id: str
    """Telegram's name for it, to show it again in the chat."""
    file_unique_id: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Telegram's name for its content, by which a replaced file is noticed; empty: not known."""


class AnonymousNote(SQLModel, table=True):
    """A note given to the organizers without name: nothing here or elsewhere says whose it was.

    Its key is random and the table keeps no order of insertion, no instant, no Telegram message.
    """

    __tablename__ = "anonymous_note"
    __table_args__ = ({"sqlite_with_rowid": False},)
    key: str = Field(primary_key=True)
    session_id: str | None = None
    text: str = Field(sa_column=sealed("anonymous_note.text"))


class Rating(SQLModel, table=True):
    """How useful one person found one session, 1 to 5."""

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    session_id: str = Field(primary_key=True)
    value: int
    rated_at: datetime = instant()


class Commitment(SQLModel, table=True):
    """What a person undertakes to do after the event (rencana tindak lanjut)."""

    __table_args__ = (Index("ix_commitment_due", "standing", "due_on"),)
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    what: str = Field(sa_column=sealed("commitment.what"))
    partner: str = Field(default="", sa_column=sealed("commitment.partner"))
    """With whom: an agency, a unit, a person by office; empty: alone."""
    first_step: str = Field(default="", sa_column=sealed("commitment.first_step"))
    goal_id: str | None = None
    """The programme or point it serves, by its id in the event folder."""
    due_on: date
    """Local day by which it is to be done."""
    standing: Standing = Field(
        default=Standing.NOT_BEGUN, sa_column=Column(words(Standing), nullable=False)
    )
    shared: bool = False
    """Whether the organizers see it, with name."""
    ask_on: date | None = None
    """Local day on which its owner wants to be asked again."""
    created_at: datetime = instant()
    updated_at: datetime = instant()
    deleted_at: datetime | None = instant(optional=True)


class CommitmentDraft(SQLModel, table=True):
    """A commitment that its owner is still writing; it waits however long that takes."""

    __tablename__ = "commitment_draft"
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    key: str = Field(primary_key=True)
    """What it began with: ``m`` and a message's number, or ``n`` and a note's."""
    facts: dict[str, Any] = Field(
        default_factory=dict,
        sa_column=Column(SealedJson("commitment_draft.facts"), nullable=False),
    )
    """What was said so far, by field; a field that was passed over is empty."""
    updated_at: datetime = instant()


class CommitmentStep(SQLModel, table=True):
    """How a commitment stood at one time, in its owner's words."""

    __tablename__ = "commitment_step"
    id: int | None = Field(default=None, primary_key=True)
    commitment_id: int = Field(foreign_key="commitment.id", index=True)
    standing: Standing = Field(sa_column=Column(words(Standing), nullable=False))
    remark: str = Field(default="", sa_column=sealed("commitment_step.remark"))
    """Why, above all where it was dropped."""
    said_at: datetime = instant()
