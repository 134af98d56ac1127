"""Announcements: confirmation, time to think again, delivery, truthful report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col

from bot.domain import clock
from bot.domain.outbox import OPEN, Status, deleted
from bot.services import drafting, letters, posting
from bot.services.audiences import UNREAD, Audience
from bot.services.desk import Desk
from bot.services.drafting import Draft
from bot.store import broadcasts, outbox, people, recipients
from bot.store.broadcasts import Copy
from bot.store.tables import Broadcast
from bot.texts.catalogue import DEFAULT_LANGUAGE


class Refusal(StrEnum):
    """Why nothing was done."""

    ALREADY = "already"
    NOBODY = "nobody"
    BUSY = "busy"
    GONE = "gone"


@dataclass(frozen=True)
class Report:
    """How far an announcement has come. ``missed`` are the copies that did not arrive."""

    broadcast: Broadcast
    counts: Mapping[Status, int]
    missed: Sequence[Copy]
    language: str
    """Of whoever watches the progress message."""
    again: int = 0
    """How many it could be sent to once more."""
    read: int | None = None
    """How many confirmed it; None where that was not asked for."""
    unread: int = 0
    doubt: Sequence[str] = ()
    """Of a correction or retraction: who may have a copy that it did not touch."""

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

    @property
    def names(self) -> Mapping[Status, Sequence[str]]:
        """Those it did not reach, by what became of it."""
        found: dict[Status, list[str]] = {}
        for copy in self.missed:
            if not deleted(copy.words):
                found.setdefault(copy.status, []).append(copy.name)
        return found

    @property
    def deleted(self) -> Sequence[str]:
        """Those whose Telegram account is no more."""
        return [copy.name for copy in self.missed if deleted(copy.words)]


# ------------------------------------------------------------------------------------- sending


def confirm(
    db: Session, desk: Desk, *, broadcast_id: int, watcher: tuple[int, int | None]
) -> Report | Refusal:
    """Sends the draft on its way, once, after the time to think again or when it is scheduled.

    ``watcher`` is the chat that is shown how far it comes, and the message that shows it.
    """
    found = drafting.look_at(db, desk, broadcast_id)
    if found is None:
        return Refusal.ALREADY
    if not found.names:
        return Refusal.NOBODY
    now, leaves = desk.now(), drafting.release(desk, found.broadcast)
    later = leaves > now + drafting.UNDO
    if not broadcasts.change_draft(
        db,
        broadcast_id,
        state=broadcasts.PREPARING,
        confirmed_at=now,
        release_at=leaves,
        valid_until=_valid_until(desk, found.broadcast.validity, leaves),
        progress_chat_id=watcher[0],
        # A message of days ago is no place for a report: it gets one of its own when it leaves.
        progress_message_id=None if later else watcher[1],
    ):
        return Refusal.ALREADY
    posting.begin(db, desk, found.broadcast)
    return _report(db, found.broadcast)


def reschedule(
    db: Session, desk: Desk, *, broadcast_id: int, at: datetime | None
) -> Draft | Report | Refusal:
    """Sets when it leaves: of a draft, or of one that is confirmed and has not begun to leave.

    None, or an instant that has passed, means at once, after the time to think again.
    """
    if broadcasts.change_draft(db, broadcast_id, scheduled_at=at):
        return drafting.look_at(db, desk, broadcast_id) or Refusal.ALREADY
    broadcast = waiting(db, desk, broadcast_id)
    if broadcast is None:
        return Refusal.ALREADY
    broadcasts.drop_waiting(db, broadcast_id)
    broadcast.scheduled_at = at
    broadcast.release_at = leaves = drafting.release(desk, broadcast)
    broadcast.valid_until = _valid_until(desk, broadcast.validity, leaves)
    posting.begin(db, desk, broadcast)
    return _report(db, broadcast)


def waiting(db: Session, desk: Desk, broadcast_id: int) -> Broadcast | None:
    """The announcement if it is confirmed and has not begun to leave."""
    broadcast = broadcasts.get(db, broadcast_id)
    if broadcast is None or broadcast.round:
        return None
    if broadcast.state not in broadcasts.ON_ITS_WAY:
        return None
    if broadcast.release_at is None or broadcast.release_at <= desk.now():
        return None
    return broadcast if broadcasts.counts(db, broadcast).get(Status.PENDING) else None


def reopen(db: Session, desk: Desk, *, broadcast_id: int) -> Draft | Refusal:
    """A confirmed announcement that has not begun to leave is a draft again, to be changed."""
    broadcast = waiting(db, desk, broadcast_id)
    if broadcast is None:
        return Refusal.ALREADY
    broadcasts.drop_waiting(db, broadcast_id)
    broadcast.state = "draft"
    broadcast.confirmed_at = broadcast.release_at = broadcast.valid_until = None
    db.add(broadcast)
    db.flush()
    return drafting.look_at(db, desk, broadcast_id) or Refusal.ALREADY


def stop(
    db: Session, desk: Desk, *, broadcast_id: int, watcher: tuple[int, int | None]
) -> int | Refusal:
    """Cancels every copy that has not left yet; returns how many."""
    broadcast = broadcasts.get(db, broadcast_id)
    if broadcast is None or broadcast.state not in broadcasts.ON_ITS_WAY:
        return Refusal.ALREADY
    count = outbox.cancel(db, now=desk.now(), broadcast_id=broadcast_id)
    if broadcast.state == broadcasts.PREPARING:
        broadcast.state = broadcasts.STOPPING
        count += recipients.in_line(db, broadcast)
    if not count:
        return Refusal.ALREADY
    broadcast.valid_until = None
    broadcast.release_at = min(broadcast.release_at or desk.now(), desk.now())
    broadcast.progress_chat_id, broadcast.progress_message_id = watcher
    db.add(broadcast)
    return count


def send_again(
    db: Session, desk: Desk, *, broadcast_id: int, round: int, watcher: tuple[int, int | None]
) -> Report | Refusal:
    """Once more to those whom it failed to reach or may not have reached.

    ``round`` is how often that had been done when the button was made: of all who press it, the
    first one sends.
    """
    broadcast = broadcasts.get(db, broadcast_id)
    if broadcast is None:
        return Refusal.GONE
    if not recipients.again(db, broadcast):
        return Refusal.NOBODY
    if not broadcasts.change(
        db,
        broadcast_id,
        col(Broadcast.round) == round,
        col(Broadcast.state) == "done",
        col(Broadcast.retracted_at).is_(None),
        round=round + 1,
        state=broadcasts.PREPARING,
        release_at=desk.now(),
        finished_at=None,
        progress_chat_id=watcher[0],
        progress_message_id=watcher[1],
    ):
        return Refusal.ALREADY
    posting.begin(db, desk, broadcast)
    return _report(db, broadcast)


def catch_up(db: Session, desk: Desk) -> int:
    """Notices that still hold, or have not left, go to people who joined since; how many copies.

    The report is opened again, so that it stays true.
    """
    now, added = desk.now(), 0
    for notice in broadcasts.valid(db, now):
        if Audience.parse(notice.audience).kind == UNREAD:
            continue  # it was for people who had a message before them
        late = recipients.late(db, notice, limit=posting.BATCH)
        if not late:
            continue
        ready = max(now, notice.release_at or now)
        made = letters.rows(db, desk, notice, late, ready=ready)
        for row in made:
            row.useful_until = notice.valid_until
        added += outbox.enqueue(db, made)
        notice.state = "sending"
        db.add(notice)
    return added


def _valid_until(desk: Desk, validity: str, release: datetime) -> datetime | None:
    if validity == "none":
        return None
    day = clock.local_day(release, desk.zone)
    if validity == "event":
        day = max(day, desk.agenda.event.end)
    return clock.day_bounds(day, desk.zone)[1]


# -------------------------------------------------------------------------------------- report


def report(db: Session, broadcast_id: int) -> Report | None:
    """Where the announcement stands now."""
    broadcast = broadcasts.get(db, broadcast_id)
    return _report(db, broadcast) if broadcast else None


def running(db: Session, desk: Desk) -> list[Report]:
    """Every announcement that has begun to leave, or was stopped, and has no final report yet."""
    now = desk.now()
    return [
        found
        for broadcast in broadcasts.sending(db)
        if (found := _report(db, broadcast))
        and (found.open or broadcast.state == "sending")
        and (not found.open or (broadcast.release_at or now) <= now)
    ]


def next_release(db: Session, desk: Desk) -> datetime | None:
    """When the next one begins to leave (UTC)."""
    now = desk.now()
    instants = [each.release_at for each in broadcasts.sending(db)]
    return min((each for each in instants if each is not None and each > now), default=None)


def listed(db: Session, *, limit: int = 10) -> list[Report]:
    """The newest announcements, those to come first."""
    return [_report(db, broadcast) for broadcast in broadcasts.recent(db, limit=limit)]


def details(db: Session, broadcast_id: int) -> tuple[Broadcast, list[Copy]] | None:
    """The announcement with everybody's copy, by name."""
    broadcast = broadcasts.get(db, broadcast_id)
    return (broadcast, broadcasts.copies(db, broadcast)) if broadcast else None


def in_doubt(db: Session, notice: Broadcast) -> list[str]:
    """Names of those of whom nobody knows whether the notice arrived."""
    return [copy.name for copy in broadcasts.copies(db, notice, {Status.UNKNOWN})]


def finish(db: Session, *, broadcast_id: int, now: datetime) -> None:
    """The final report has been shown. One that was opened again meanwhile stays open."""
    broadcast = broadcasts.get(db, broadcast_id)
    if broadcast is None or broadcast.state != "sending":
        return
    counts = broadcasts.counts(db, broadcast)
    if not any(counts.get(status) for status in OPEN):
        broadcast.state, broadcast.finished_at = "done", now
        db.add(broadcast)


def watched(db: Session, *, broadcast_id: int, message_id: int) -> None:
    """This message shows its progress from now on."""
    broadcasts.change(db, broadcast_id, progress_message_id=message_id)


def _report(db: Session, broadcast: Broadcast) -> Report:
    counts = broadcasts.counts(db, broadcast)
    watcher = people.by_chat(db, broadcast.progress_chat_id or 0)
    language = watcher.language if watcher else DEFAULT_LANGUAGE
    if any(counts.get(status) for status in OPEN):
        return Report(broadcast, counts, (), language)
    missed = broadcasts.copies(db, broadcast, set(counts) - {Status.DELIVERED})
    found = Report(broadcast, counts, missed, language, recipients.again(db, broadcast))
    notice = broadcasts.get(db, broadcast.about_id) if broadcast.about_id else None
    if notice is not None and broadcast.kind in ("correction", "retraction"):
        return replace(found, doubt=in_doubt(db, notice))
    if not broadcast.ask_read or broadcast.kind != "notice":
        return found
    number = broadcast.id or 0
    read, unread = broadcasts.count_read(db, number), recipients.count_unread(db, number)
    return replace(found, read=read, unread=unread)
