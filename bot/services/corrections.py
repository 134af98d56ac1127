"""What is done to an announcement after it was sent: corrected, retracted, or recalled to mind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col

from bot.domain.outbox import Status
from bot.services import broadcasting, drafting, letters, posting
from bot.services.broadcasting import Refusal, Report
from bot.services.desk import Desk
from bot.store import broadcasts, outbox, recipients
from bot.store.tables import Broadcast

Watcher = tuple[int, int | None]
"""The chat that is shown how far it comes, and the message that shows it."""


@dataclass(frozen=True)
class Reach:
    """Whose copies can still be taken back."""

    notice: Broadcast
    within: int
    too_old: int
    """Copies that Telegram does not let a bot delete any more."""
    doubt: Sequence[str]
    """Who may have a copy of which nobody knows: it stays as it is."""


def correctable(db: Session, notice_id: int) -> Broadcast | Refusal:
    """The notice, if it reached somebody and was not taken back."""
    notice = broadcasts.get(db, notice_id)
    if notice is None or notice.kind != "notice" or notice.retracted_at is not None:
        return Refusal.GONE
    counts = broadcasts.counts(db, notice)
    # Where a correction answers the copies, one that is still to come would have none.
    to_come = counts.get(Status.PENDING) and not in_place(notice)
    being_made = notice.state in (broadcasts.PREPARING, broadcasts.STOPPING)
    if counts.get(Status.SENDING) or to_come or being_made:
        return Refusal.BUSY
    return notice if counts.get(Status.DELIVERED) else Refusal.NOBODY


def in_place(notice: Broadcast) -> bool:
    """Whether its copies can be edited; else a correction answers them."""
    return notice.content in letters.IN_PLACE


def draft_correction(
    db: Session,
    *,
    notice_id: int,
    author_id: int,
    source: tuple[int, int],
    words: str,
    html: str,
    now: datetime,
) -> tuple[Broadcast, int, Sequence[str]] | Refusal:
    """A draft of the new text, how many it would reach, and who may have a copy that it would not.

    ``source`` is its preview, ``words`` are the text without markup.
    """
    notice = correctable(db, notice_id)
    if isinstance(notice, Refusal):
        return notice
    draft = _about(notice, "correction", author_id, now)
    draft.state, draft.html, draft.title = "draft", html, drafting.shortened(words)
    draft.source_chat_id, draft.source_message_id = source
    db.add(draft)
    db.flush()
    count = broadcasts.counts(db, notice).get(Status.DELIVERED, 0)
    return draft, count, broadcasting.in_doubt(db, notice)


def drafted(db: Session, correction_id: int) -> tuple[Broadcast, Broadcast] | None:
    """The correction and its notice; None if it is no draft any more."""
    correction = broadcasts.get(db, correction_id)
    if correction is None or correction.state != "draft" or correction.about_id is None:
        return None
    notice = broadcasts.get(db, correction.about_id)
    return (correction, notice) if notice else None


def correct(db: Session, desk: Desk, *, correction_id: int, watcher: Watcher) -> Report | Refusal:
    """Sends the correction to everybody who has the notice, once.

    The notice's source has been corrected before, so that who gets it later gets the new text.
    What has no words to correct is not given to latecomers any more.
    """
    found = drafted(db, correction_id)
    if found is None:
        return Refusal.ALREADY
    correction, notice = found
    checked = correctable(db, notice.id or 0)
    if isinstance(checked, Refusal):
        return checked
    now = desk.now()
    confirmed = _confirmed(desk, watcher)
    if not broadcasts.change_draft(db, correction_id, **confirmed):
        return Refusal.ALREADY
    notice.corrected_at = now
    if in_place(notice):
        notice.title = correction.title
    else:
        notice.valid_until = None
    db.add(notice)
    posting.begin(db, desk, correction)
    return broadcasting.report(db, correction_id) or Refusal.GONE


def drop(db: Session, correction_id: int) -> bool:
    """Throws the draft away; False if it was sent or thrown away already."""
    kind = col(Broadcast.kind) == "correction"
    draft = col(Broadcast.state) == "draft"
    return broadcasts.change(db, correction_id, kind, draft, state="discarded")


def reach(db: Session, desk: Desk, notice_id: int) -> Reach | Refusal:
    """Whose copies could be taken back now."""
    notice = correctable(db, notice_id)
    if isinstance(notice, Refusal):
        return notice
    since = desk.now() - letters.DELETABLE
    within, too_old = broadcasts.deletable(db, notice_id, since=since)
    return Reach(notice, within, too_old, broadcasting.in_doubt(db, notice))


def retract(
    db: Session, desk: Desk, *, notice_id: int, author_id: int, watcher: Watcher
) -> Report | Refusal:
    """Takes the notice back from everybody, once; copies that wait are not sent any more."""
    found = reach(db, desk, notice_id)
    if isinstance(found, Refusal):
        return found
    now = desk.now()
    if not found.within:
        return Refusal.NOBODY
    free = col(Broadcast.retracted_at).is_(None)
    if not broadcasts.change(db, notice_id, free, retracted_at=now, valid_until=None):
        return Refusal.ALREADY
    outbox.cancel(db, now=now, broadcast_id=notice_id)
    return _begin(db, desk, found.notice, "retraction", author_id, watcher)


def read(db: Session, *, notice_id: int, person_id: int, now: datetime) -> datetime | None:
    """The person confirms that they read it; since when. None: it was not sent to them.

    Reminders that still wait for them are not sent any more.
    """
    notice = broadcasts.get(db, notice_id)
    if notice is None or not broadcasts.was_sent_to(db, notice_id, person_id):
        return None
    for number in broadcasts.reminding(db, notice_id):
        outbox.cancel(db, now=now, broadcast_id=number, person_id=person_id)
    return broadcasts.confirm_read(db, notice_id, person_id, now=now)


def unread(db: Session, notice_id: int) -> tuple[Broadcast, Sequence[str]] | None:
    """The notice with the names of all who have not confirmed it."""
    notice = broadcasts.get(db, notice_id)
    if notice is None or not notice.ask_read:
        return None
    return notice, recipients.unread(db, notice_id)


def nudge(
    db: Session, desk: Desk, *, notice_id: int, count: int, author_id: int, watcher: Watcher
) -> Report | Refusal:
    """Reminds those who have not confirmed, and only those.

    ``count`` is how often that had been done when the button was made: of all who press it, the
    first one sends.
    """
    found = unread(db, notice_id)
    if found is None or found[0].retracted_at is not None:
        return Refusal.GONE
    if not found[1]:
        return Refusal.NOBODY
    same = col(Broadcast.nudges) == count
    if not broadcasts.change(db, notice_id, same, nudges=count + 1):
        return Refusal.ALREADY
    return _begin(db, desk, found[0], "nudge", author_id, watcher)


def _begin(
    db: Session,
    desk: Desk,
    notice: Broadcast,
    kind: str,
    author_id: int,
    watcher: Watcher,
) -> Report | Refusal:
    deed = _about(notice, kind, author_id, desk.now())
    for name, value in _confirmed(desk, watcher).items():
        setattr(deed, name, value)
    posting.begin(db, desk, deed)
    return broadcasting.report(db, deed.id or 0) or Refusal.GONE


def _about(notice: Broadcast, kind: str, author_id: int, now: datetime) -> Broadcast:
    return Broadcast(
        kind=kind,
        about_id=notice.id,
        author_id=author_id,
        source_chat_id=notice.source_chat_id,
        source_message_id=notice.source_message_id,
        content=notice.content,
        title=notice.title,
        audience=notice.audience,
        ask_read=notice.ask_read and kind == "correction",
        # What had to be heard at night has to be heard when it was wrong.
        urgent_reason=notice.urgent_reason if kind == "correction" else None,
        validity="none",
        created_at=now,
    )


def _confirmed(desk: Desk, watcher: Watcher) -> dict[str, object]:
    now = desk.now()
    return {
        "state": broadcasts.PREPARING,
        "confirmed_at": now,
        "release_at": now,
        "progress_chat_id": watcher[0],
        "progress_message_id": watcher[1],
    }
