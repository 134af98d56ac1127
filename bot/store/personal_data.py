"""Where the store holds something of a person: the one list that export and deletion go by.

A table that names a person or a chat must stand here; a test looks at all tables for that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from markupsafe import escape
from sqlalchemy import ColumnElement
from sqlalchemy import select as select_columns
from sqlalchemy.orm import Mapped
from sqlmodel import Session, SQLModel, col, delete, or_, select, update

from bot.domain.document_orders import Order
from bot.domain.notes import Sharing
from bot.domain.outbox import OPEN, Status
from bot.store import broadcasts, document_orders, erasing, inbox, note_search, people
from bot.store.tables import (
    AgendaEdit,
    AgendaVersion,
    Attachment,
    Attendance,
    Broadcast,
    Commitment,
    CommitmentDraft,
    CommitmentStep,
    Dialogue,
    Favourite,
    Inbox,
    Material,
    Note,
    NoteMessage,
    NoteVersion,
    OpenQuestion,
    Outbox,
    Person,
    Poll,
    PollVote,
    QuestionVote,
    Rating,
    Receipt,
    Refusal,
    RosterDraft,
    SessionReminder,
    SpeakerQuestion,
    WrongCode,
    WrongInvite,
)

Row = dict[str, Any]


def column(table: type[SQLModel], name: str) -> Mapped[Any]:
    """A column by its name."""
    return col(getattr(table, name))


@dataclass(frozen=True, slots=True)
class Holding:
    """A table whose rows belong to one person each and are deleted with what the person has."""

    table: type[SQLModel]
    column: str = "person_id"
    """What says whose a row is: it names a person, or a row of ``through``."""
    through: "Holding | None" = None
    """The table whose rows this one's rows hang on."""
    by: str = "id"
    """What ``column`` names: this column of the person, or of ``through``."""
    others: frozenset[str] = frozenset()
    """Columns that tell of other people, and so are not given to this one."""

    def of(self, person: Person) -> ColumnElement[bool]:
        """Which rows are this person's."""
        if self.through is None:
            mine: ColumnElement[bool] = self.owner == getattr(person, self.by)
            return mine
        key = column(self.through.table, self.by)
        theirs: ColumnElement[bool] = self.owner.in_(
            select_columns(key).where(self.through.of(person))
        )
        return theirs

    @property
    def owner(self) -> Mapped[Any]:
        """The column that says whose a row is."""
        return column(self.table, self.column)


_NOTE = Holding(Note)
_COMMITMENT = Holding(Commitment)
_QUESTION = Holding(SpeakerQuestion)

HOLDINGS = (
    Holding(NoteVersion, "note_id", _NOTE),
    Holding(NoteMessage, "note_id", _NOTE),
    Holding(Attachment, "note_id", _NOTE),
    _NOTE,
    Holding(Rating),
    Holding(CommitmentStep, "commitment_id", _COMMITMENT),
    _COMMITMENT,
    Holding(CommitmentDraft),
    Holding(SessionReminder),
    Holding(Favourite),
    Holding(Attendance),
    Holding(QuestionVote, "question", _QUESTION, by="key", others=frozenset(["voter"])),
    _QUESTION,
    Holding(OpenQuestion),
    Holding(PollVote),
    Holding(WrongCode),
    Holding(Receipt),
    Holding(RosterDraft, "author_id", others=frozenset(["roster"])),
    Holding(Refusal, "chat_id", by="chat_id"),
    Holding(WrongInvite, "chat_id", by="chat_id"),
    Holding(Dialogue, "chat_id", by="chat_id"),
)
"""In the order of deletion: what hangs on a row goes before it."""

IN_PART: tuple[type[SQLModel], ...] = (Person, Outbox, Broadcast, Inbox)
"""Tables with rows that stay without what they say of the person; ``erase`` knows each."""

NOT_PERSONAL: Mapping[type[SQLModel], str] = {
    AgendaVersion: "an organizer's act on the rundown; who it was is the number of a roster line",
    AgendaEdit: "an organizer's act on the rundown; who it was is the number of a roster line",
    Poll: "asked of everybody; who did is the number of a roster line",
    Material: "handed out to everybody; who did is the number of a roster line",
}
"""Tables that name a person and are neither exported nor deleted with them, and why."""

_ROSTER = (
    "key", "name", "position", "agency", "echelon", "group", "phone", "role", "removed",
    "aide_of", "bus", "room", "seat", "coordinator",
)  # fmt: skip
"""What the organizers' roster says; it is theirs and comes back with it at every start."""
_INVITE = ("id", "invite_generation")
_ACCOUNT = ("chat_id", "joined_at", "blocked_at", "language")
_CONSENT = ("consent_version", "consent_shown_at", "consented_at")


@dataclass(frozen=True, slots=True)
class Erased:
    """What a deletion leaves to do on the disk: content that no row speaks of any more."""

    digests: frozenset[str]


def export(db: Session, person: Person) -> dict[str, list[Row]]:
    """Everything that is held about the person, by table, and nothing about anybody else.

    Values are as JSON has them: instants and days in ISO 8601, instants in UTC.
    """
    found = {
        str(holding.table.__tablename__): _rows(
            db, holding.table, holding.of(person), without=holding.others
        )
        for holding in HOLDINGS
    }
    found["person"] = _rows(db, Person, col(Person.id) == person.id)
    found["broadcast"] = _rows(db, Broadcast, col(Broadcast.author_id) == person.id)
    found["outbox"] = [_sent(db, row) for row in db.exec(_outbox(person)).all()]
    found["inbox"] = [
        {"update_id": row.update_id, "received_at": _plain(row.received_at), "body": row.body}
        for row in _received(db, person)
    ]
    found["document_order"] = [
        {"what": str(order.what), "form": order.form, "at": _plain(order.at)}
        for order in _orders(db, person)
    ]
    return {name: rows for name, rows in sorted(found.items()) if rows}


def unshare(db: Session, person: Person) -> None:
    """Nothing of the person's is shared under their name any more."""
    named = (col(Note.person_id) == person.id, col(Note.sharing) == Sharing.NAMED)
    db.execute(update(Note).where(*named).values(sharing=Sharing.PRIVATE, shared_at=None))
    own = col(Commitment.person_id) == person.id
    db.execute(update(Commitment).where(own).values(shared=False))


def announcing(db: Session, person: Person) -> bool:
    """Whether an announcement of theirs is on its way, copied from their chat to others."""
    own = select(Broadcast.id).where(
        Broadcast.author_id == person.id,
        col(Broadcast.state).in_([*broadcasts.ON_ITS_WAY, broadcasts.STOPPING]),
    )
    return db.exec(own).first() is not None


def erase(db: Session, person: Person, *, now: datetime, account: bool = True) -> Erased:
    """Deletes everything the person wrote, chose and received, for good.

    The line of the roster stays. Rows that others' deliveries are counted by stay without what
    they say of the person. What the store's files still hold of it goes soon after: see
    ``store/erasing.py``.

    Args:
        account: whether the Telegram account is let go too, so that the invite works as at first;
            else the person stays a member, with nothing else to their name.
    """
    notes = db.exec(select(Note.id).where(_NOTE.of(person))).all()
    own = select(Attachment.digest).where(col(Attachment.note_id).in_(notes))
    digests = frozenset(db.exec(own).all())
    note_search.drop(db, [number or 0 for number in notes])
    for holding in HOLDINGS:
        db.execute(delete(holding.table).where(holding.of(person)))
    for order in _orders(db, person):
        document_orders.done(db, order)
    erasing.want(db, now=now)
    if account:
        inbox.handled(db, [row.update_id for row in _received(db, person)])
    _erase_announcements(db, person, now)
    _erase_deliveries(db, person, now, also_open=account)
    _erase_alerts(db, person, now)
    _reset(db, person, account=account)
    db.flush()
    used = select(Attachment.digest).where(col(Attachment.digest).in_(digests))
    return Erased(digests - set(db.exec(used).all()))


def forget(db: Session, person: Person, *, now: datetime) -> Erased:
    """As ``erase``, for somebody whom the roster does not name any more: their line goes blank.

    Only its key stays, by which the person is known should the roster name them again.
    """
    erased = erase(db, person, now=now)
    person.name = ""
    person.position = person.agency = person.echelon = person.group = person.phone = None
    person.aide_of = person.bus = person.room = person.seat = person.coordinator = None
    db.add(person)
    return erased


def _rows(
    db: Session,
    table: type[SQLModel],
    which: ColumnElement[bool],
    *,
    without: frozenset[str] = frozenset(),
) -> list[Row]:
    return [
        {name: _plain(value) for name, value in row.model_dump().items() if name not in without}
        for row in db.exec(select(table).where(which)).all()
    ]


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _outbox(person: Person) -> Any:
    mine = or_(col(Outbox.person_id) == person.id, col(Outbox.chat_id) == person.chat_id)
    return select(Outbox).where(mine).order_by(col(Outbox.id))


def _sent(db: Session, row: Outbox) -> Row:
    """A message to the person. Alerts are about other people, so their words are left out."""
    words: object = row.payload.get("text") or row.payload.get("caption")
    if words is None and row.broadcast_id is not None:
        announcement = db.get(Broadcast, row.broadcast_id)
        words = announcement.title if announcement is not None else None
    return {
        "kind": row.kind,
        "text": None if row.kind == "alert" else words,
        "due_at": _plain(row.due_at),
        "status": row.status.value,
        "finished_at": _plain(row.finished_at),
        "message_id": row.message_id,
    }


def _received(db: Session, person: Person) -> list[Inbox]:
    """Updates from the person's chat that wait to be handled."""
    waiting = inbox.unhandled(db) if person.chat_id is not None else ()
    return [row for row in waiting if _mentions(row.body, person.chat_id)]


def _orders(db: Session, person: Person) -> list[Order]:
    """Documents the person waits for; they are kept among the settings."""
    return [order for order in document_orders.waiting(db) if order.person_id == person.id]


def _mentions(part: object, chat_id: int | None) -> bool:
    if isinstance(part, dict):
        return part.get("id") == chat_id or any(_mentions(each, chat_id) for each in part.values())
    return isinstance(part, list) and any(_mentions(each, chat_id) for each in part)


def _erase_announcements(db: Session, person: Person, now: datetime) -> None:
    """What an organizer announced stays, as the event's; the chat it was copied from goes."""
    own = [each.id for each in db.exec(select(Broadcast).where(Broadcast.author_id == person.id))]
    sent = update(Outbox).where(col(Outbox.broadcast_id).in_(own), col(Outbox.status).not_in(OPEN))
    db.execute(sent.values(payload={}))
    never_sent = col(Broadcast.state).in_(("draft", "discarded"))
    db.execute(delete(Broadcast).where(col(Broadcast.author_id) == person.id, never_sent))
    db.execute(
        update(Broadcast)
        .where(col(Broadcast.author_id) == person.id)
        .values(source_chat_id=0, source_message_id=0, valid_until=now)
    )
    db.execute(
        update(Broadcast)
        .where(col(Broadcast.progress_chat_id) == person.chat_id)
        .values(progress_chat_id=None, progress_message_id=None)
    )


def _erase_deliveries(db: Session, person: Person, now: datetime, *, also_open: bool) -> None:
    """Copies of announcements stay to be counted by; everything else sent to the person goes."""
    for row in db.exec(_outbox(person)).all():
        if row.status in OPEN and not also_open:
            continue
        if row.broadcast_id is None:
            db.delete(row)
            continue
        row.key = f"broadcast:{row.broadcast_id}:gone:{row.id}"
        row.person_id, row.chat_id, row.payload = None, 0, {}
        row.message_id = row.error = None
        if row.status is Status.PENDING:
            row.status, row.finished_at = Status.CANCELLED, now
        db.add(row)


def _erase_alerts(db: Session, person: Person, now: datetime) -> None:
    """What organizers were told of the person: questions passed on, a second account, failures."""
    own = tuple(f"alert:alert.{topic}:{person.id}:" for topic in ("question", "second_account"))
    name = str(escape(person.name))
    account = str(person.chat_id or name)
    for row in db.exec(select(Outbox).where(Outbox.kind == "alert")).all():
        words = str(row.payload.get("text", ""))
        asked = row.key.startswith(own)
        if not asked and name not in words and account not in words:
            continue
        if row.status in OPEN and not asked:  # it tells of others too: these must be heard of
            row.payload = {**row.payload, "text": words.replace(name, "…").replace(account, "…")}
        else:
            row.key, row.payload = f"alert:gone:{row.id}", {}
        if row.status is Status.PENDING and asked:
            row.status, row.finished_at = Status.CANCELLED, now
        db.add(row)


def _reset(db: Session, person: Person, *, account: bool) -> None:
    """Back to a line of the roster. Who organizes by the settings keeps the number from there."""
    blank = Person(key="", name="", role=person.role)
    kept = {*_ROSTER, *_INVITE, *(() if account else (*_ACCOUNT, *_CONSENT))}
    if person.key.startswith(people.CONFIGURED):
        kept.add("chat_id")
    for name in Person.model_fields.keys() - kept:
        setattr(person, name, getattr(blank, name))
    db.add(person)
