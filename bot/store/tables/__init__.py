"""Every table. Instants are stored in UTC and come back as aware datetimes."""

from bot.store.tables.announcements import Broadcast, Receipt
from bot.store.tables.asked import OpenQuestion, QuestionCount
from bot.store.tables.columns import IntEnumType, UtcDateTime
from bot.store.tables.favourites import Favourite, SessionRevision
from bot.store.tables.keeping import AgendaEdit, AgendaVersion, Setting
from bot.store.tables.mail import Inbox, Outbox
from bot.store.tables.materials import Material
from bot.store.tables.membership import Dialogue, Person, RosterDraft, SessionReminder
from bot.store.tables.polls import Poll, PollVote
from bot.store.tables.presence import Attendance, RollCall, WrongCode
from bot.store.tables.reflection import (
    AnonymousNote,
    Attachment,
    Commitment,
    CommitmentDraft,
    CommitmentStep,
    Note,
    NoteMessage,
    NoteVersion,
    Rating,
)
from bot.store.tables.refusals import Refusal, WrongInvite
from bot.store.tables.speaker_questions import QuestionVote, SpeakerQuestion

__all__ = [
    "AgendaEdit",
    "AgendaVersion",
    "AnonymousNote",
    "Attachment",
    "Attendance",
    "Broadcast",
    "Commitment",
    "CommitmentDraft",
    "CommitmentStep",
    "Dialogue",
    "Favourite",
    "Inbox",
    "IntEnumType",
    "Material",
    "Note",
    "NoteMessage",
    "NoteVersion",
    "OpenQuestion",
    "Outbox",
    "Person",
    "Poll",
    "PollVote",
    "QuestionCount",
    "QuestionVote",
    "Rating",
    "Receipt",
    "Refusal",
    "RollCall",
    "RosterDraft",
    "SessionReminder",
    "SessionRevision",
    "Setting",
    "SpeakerQuestion",
    "UtcDateTime",
    "WrongCode",
    "WrongInvite",
]
