"""An announcement before it is confirmed: composed, addressed, timed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.services import audiences
from bot.services.audiences import Audience
from bot.services.desk import Desk
from bot.store import broadcasts, recipients
from bot.store.tables import Broadcast

UNDO = timedelta(seconds=10)
"""Nothing leaves for so long after the confirmation, so that it can still be taken back."""
_TITLE = 60


@dataclass(frozen=True)
class Draft:
    """An announcement before it is confirmed, with all that its author should know."""

    broadcast: Broadcast
    audience: Audience
    name: str
    """What the audience shares."""
    names: Sequence[str]
    """Of everybody it would go to."""
    waiting: int
    """How many of the audience have not pressed Start."""
    quiet: bool
    """Whether it would leave in quiet hours."""


def draft(
    db: Session,
    *,
    author_id: int,
    source: tuple[int, int],
    title: str,
    content: str,
    now: datetime,
) -> Broadcast:
    """A new draft of the message ``source`` (chat, message id), to everybody.

    ``content`` is text, caption or other: what can be corrected in it later.
    """
    broadcast = Broadcast(
        author_id=author_id,
        source_chat_id=source[0],
        source_message_id=source[1],
        title=shortened(title),
        content=content,
        created_at=now,
    )
    db.add(broadcast)
    db.flush()
    return broadcast


def replace(
    db: Session, *, broadcast_id: int, source: tuple[int, int], title: str, content: str
) -> bool:
    """Another message in the draft, which stays as it was chosen; False if it is none any more."""
    return broadcasts.change_draft(
        db,
        broadcast_id,
        source_chat_id=source[0],
        source_message_id=source[1],
        title=shortened(title),
        content=content,
    )


def shortened(words: str) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(words.split())
    return line if len(line) <= _TITLE else line[: _TITLE - 1].rstrip() + "…"


def look_at(db: Session, desk: Desk, broadcast_id: int) -> Draft | None:
    """The draft as it stands; None if it was confirmed or thrown away."""
    broadcast = broadcasts.get(db, broadcast_id)
    if broadcast is None or broadcast.state != "draft" or broadcast.kind != "notice":
        return None
    audience = Audience.parse(broadcast.audience)
    return Draft(
        broadcast,
        audience,
        audiences.name(db, audience),
        recipients.names(db, broadcast.audience),
        audiences.waiting(db, audience),
        desk.agenda.quiet(release(desk, broadcast)),
    )


def choose(
    db: Session,
    desk: Desk,
    *,
    broadcast_id: int,
    audience: Audience | None = None,
    ask_read: bool | None = None,
    validity: str | None = None,
    urgent_reason: str | None = None,
) -> Draft | None:
    """Sets what is given; None if it is no draft any more."""
    given = {
        "audience": str(audience) if audience else None,
        "ask_read": ask_read,
        "validity": validity,
        "urgent_reason": urgent_reason,
    }
    values = {name: value for name, value in given.items() if value is not None}
    if values and not broadcasts.change_draft(db, broadcast_id, **values):
        return None
    return look_at(db, desk, broadcast_id)


def discard(db: Session, *, broadcast_id: int) -> bool:
    """Throws the draft away; False if it was confirmed or thrown away already."""
    return broadcasts.change_draft(db, broadcast_id, state="discarded")


def release(desk: Desk, broadcast: Broadcast) -> datetime:
    """When it would leave if it were confirmed now (UTC)."""
    soonest = desk.now() + UNDO
    return max(soonest, broadcast.scheduled_at) if broadcast.scheduled_at else soonest
