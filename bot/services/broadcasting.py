"""Announcements: draft, confirmation, delivery through the outbox, truthful report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.domain.outbox import OPEN, Lane, Status
from bot.services.desk import Desk
from bot.store import broadcasts, outbox, people
from bot.store.tables import Broadcast, Outbox, Person


@dataclass(frozen=True)
class Report:
    """How far an announcement has come. ``names`` are those it did not reach, by state."""

    broadcast: Broadcast
    counts: Mapping[Status, int]
    names: Mapping[Status, Sequence[str]]
    author_chat_id: int | None
    language: str

    @property
    def total(self) -> int:
        """How many it is for."""
        return sum(self.counts.values())

    @property
    def open(self) -> int:
        """How many are still on their way."""
        return sum(self.counts.get(status, 0) for status in OPEN)

    @property
    def delivered(self) -> int:
        """How many Telegram has confirmed."""
        return self.counts.get(Status.DELIVERED, 0)


def audience(db: Session) -> list[Person]:
    """Everybody who joined, the author too: they see what everyone sees."""
    return [person for person in people.members(db) if person.chat_id is not None]


def draft(
    db: Session, *, author_id: int, source: tuple[int, int], now: datetime
) -> tuple[Broadcast, int, int]:
    """A new draft of the message ``source`` (chat, message id).

    Returns:
        the draft, how many it would go to, and how many of the roster have not joined.
    """
    broadcast = Broadcast(
        author_id=author_id,
        source_chat_id=source[0],
        source_message_id=source[1],
        created_at=now,
    )
    db.add(broadcast)
    db.flush()
    total, joined = people.count(db)
    return broadcast, joined, total - joined


def confirm(
    db: Session,
    desk: Desk,
    *,
    broadcast_id: int,
    author_id: int,
    progress_message_id: int | None,
) -> Report | None:
    """Sends the draft on its way, once; None if it was confirmed or discarded already.

    ``progress_message_id`` is the author's message that shows how far it has come.
    """
    now = desk.now()
    if not broadcasts.confirm(db, broadcast_id, author_id, now=now):
        return None
    broadcast = broadcasts.get(db, broadcast_id)
    assert broadcast is not None
    broadcast.progress_message_id = progress_message_id
    db.add(broadcast)
    outbox.enqueue(db, [_row(broadcast, person, now) for person in audience(db)])
    return report(db, broadcast_id)


def discard(db: Session, *, broadcast_id: int, author_id: int) -> bool:
    """Throws the draft away; False if it was confirmed or discarded already."""
    return broadcasts.discard(db, broadcast_id, author_id)


def report(db: Session, broadcast_id: int) -> Report | None:
    """Where the announcement stands now."""
    broadcast = broadcasts.get(db, broadcast_id)
    if broadcast is None:
        return None
    counts = broadcasts.counts(db, broadcast_id)
    missed: list[Status] = [s for s in counts if s is not Status.DELIVERED and s not in OPEN]
    names: dict[Status, list[str]] = {
        status: [
            person.name
            for person_id in broadcasts.recipients(db, broadcast_id, status)
            if (person := people.get(db, person_id))
        ]
        for status in missed
    }
    author = people.get(db, broadcast.author_id)
    assert author is not None
    return Report(broadcast, counts, names, author.chat_id, author.language)


def running(db: Session) -> list[Report]:
    """Every announcement whose final report is still to come."""
    found = [report(db, broadcast.id or 0) for broadcast in broadcasts.sending(db)]
    return [each for each in found if each is not None]


def finish(db: Session, *, broadcast_id: int, now: datetime) -> None:
    """The final report has been shown."""
    broadcast = broadcasts.get(db, broadcast_id)
    if broadcast is not None:
        broadcast.state, broadcast.finished_at = "done", now
        db.add(broadcast)


def _row(broadcast: Broadcast, person: Person, now: datetime) -> Outbox:
    return Outbox(
        key=f"broadcast:{broadcast.id}:{person.id}",
        lane=Lane.BROADCAST,
        kind="broadcast",
        person_id=person.id,
        chat_id=person.chat_id or 0,
        broadcast_id=broadcast.id,
        method="copyMessage",
        payload={
            "from_chat_id": broadcast.source_chat_id,
            "message_id": broadcast.source_message_id,
        },
        created_at=now,
        due_at=now,
        ready_at=now,
    )
