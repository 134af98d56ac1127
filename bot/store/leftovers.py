"""Drafts that came to nothing, and what is left of those that came to something."""

from datetime import datetime

from sqlmodel import Session, col, delete

from bot.store.tables import AgendaEdit, Broadcast, CommitmentDraft, RosterDraft

_OPEN = "draft"
_NEVER_SENT = (_OPEN, "discarded")


def forget_before(db: Session, instant: datetime, *, rosters_before: datetime) -> None:
    """Deletes changes of the rundown and announcements that were drafted before ``instant`` (UTC):
    what became of them stands elsewhere, and nothing became of the others. Whoever presses a
    button below one of them is told that it is gone.

    Args:
        rosters_before: rosters wait until then, since nobody reads the event's file twice.
    """
    db.exec(delete(AgendaEdit).where(col(AgendaEdit.created_at) < instant))
    drafted = col(RosterDraft.created_at)
    over = (drafted < instant) & (col(RosterDraft.state) != _OPEN)
    db.exec(delete(RosterDraft).where(over | (drafted < rosters_before)))
    unsent = col(Broadcast.state).in_(_NEVER_SENT)
    db.exec(delete(Broadcast).where(col(Broadcast.created_at) < instant, unsent))


def forget_unwritten_before(db: Session, instant: datetime) -> None:
    """Deletes commitments that were begun and not touched since ``instant`` (UTC)."""
    db.exec(delete(CommitmentDraft).where(col(CommitmentDraft.updated_at) < instant))
