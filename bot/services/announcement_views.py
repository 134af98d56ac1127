"""An announcement as its organizer sees it now: before it leaves, on its way, at its end."""

from bot.services import drafting
from bot.services.broadcasting import Report
from bot.services.desk import Desk
from bot.texts import announcements as texts
from bot.texts.announcements import Outline
from bot.texts.rendered import Rendered


def view(desk: Desk, report: Report, language: str) -> Rendered:
    """The message that shows where it stands."""
    if not report.open:
        return final(desk, report, language)
    at = report.broadcast.release_at
    return (
        before(desk, report, language)
        if at and at > desk.now()
        else on_its_way(desk, report, language)
    )


def before(desk: Desk, report: Report, language: str) -> Rendered:
    """Confirmed and not begun: when it leaves, and how to take it back."""
    broadcast = report.broadcast
    number, at = broadcast.id or 0, broadcast.release_at
    assert at is not None
    left = at - desk.now()
    if left <= drafting.UNDO:
        seconds = max(0, round(left.total_seconds()))
        return texts.undo(language, number, total=report.total, seconds=seconds)
    return texts.scheduled(
        language, number, total=report.total, at=at, title=broadcast.title, zone=desk.zone
    )


def on_its_way(desk: Desk, report: Report, language: str) -> Rendered:
    """How far it has come."""
    now = desk.now()
    return texts.progress(
        language,
        report.broadcast.id or 0,
        counts=report.counts,
        open=report.open,
        elapsed=now - (report.broadcast.release_at or now),
    )


def final(desk: Desk, report: Report, language: str) -> Rendered:
    """The report."""
    broadcast = report.broadcast
    outline = Outline(
        id=broadcast.id or 0,
        kind=broadcast.kind,
        title=broadcast.title,
        counts=report.counts,
        names=report.names,
        deleted=report.deleted,
        round=broadcast.round,
        again=report.again,
        read=report.read,
        unread=report.unread,
        corrected_at=broadcast.corrected_at,
        retracted_at=broadcast.retracted_at,
        urgent_reason=broadcast.urgent_reason,
        doubt=report.doubt,
    )
    return texts.report(language, outline, zone=desk.zone)
