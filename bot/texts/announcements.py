"""Announcements: confirmation, progress and report as messages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup

from bot.domain.outbox import Status
from bot.texts.catalogue import text
from bot.texts.rendered import MESSAGE_LIMIT, Button, Rendered

_BAR = 12
_NAMES = 40
"""Names listed by state; beyond that the number alone tells."""
_ROOM = MESSAGE_LIMIT - 300
"""For a message with names; what is beyond is left for the rest of it."""
_STATES = {
    "blocked": Status.BLOCKED,
    "never_started": Status.NEVER_STARTED,
    "refused": Status.REFUSED,
    "expired": Status.EXPIRED,
    "unknown": Status.UNKNOWN,
    "cancelled": Status.CANCELLED,
}

Row = tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What the author is told before confirming. Instants are UTC."""

    id: int
    audience: str
    """Kind of audience; ``name`` is what its members share."""
    name: str
    names: Sequence[str]
    """Of everybody it would go to."""
    waiting: int
    quiet: bool
    urgent_reason: str | None
    ask_read: bool
    validity: str
    at: datetime | None


def confirm(language: str, preview: Preview, *, zone: str) -> Rendered:
    """Asks before sending; the common road is one button, the rest is behind further ones."""
    number = preview.id
    send = "broadcast.button_schedule" if preview.at else "broadcast.button_send"
    rows: list[Row] = [
        (
            Button(text(send, language), f"b:go:{number}"),
            Button(text("broadcast.button_discard", language), f"b:no:{number}"),
        ),
        (
            Button(text("broadcast.button_audience", language), f"b:p:{number}"),
            Button(text("broadcast.button_time", language), f"b:t:{number}"),
            Button(text("broadcast.button_more", language), f"b:m:{number}"),
        ),
    ]
    if preview.quiet and preview.urgent_reason is None:
        rows.append((Button(text("broadcast.button_urgent", language), f"b:q:{number}"),))
    html = text(
        "broadcast.confirm",
        language,
        zone=zone,
        count=len(preview.names),
        audience=audience_name(language, preview.audience, preview.name),
        names=some(preview.names),
        waiting=preview.waiting,
        at=preview.at,
        quiet=preview.quiet,
        urgent_reason=preview.urgent_reason,
        ask_read=preview.ask_read,
        validity=preview.validity,
    )
    return Rendered(html, tuple(rows))


def audience_name(language: str, kind: str, name: str) -> str:
    """An audience as people call it: "semua", "OPD Bappeda"."""
    if kind == "role":
        return str(text(f"broadcast.role_{name}", language))
    return str(text(f"broadcast.audience_{kind}", language, name=name).unescape())


def some(names: Sequence[str], most: int = _NAMES) -> list[str]:
    """The names, or the first of them and how many more."""
    return list(names) if len(names) <= most else [*names[:most], f"… +{len(names) - most}"]


# ------------------------------------------------------------------------------------- on its way


def undo(language: str, broadcast_id: int, *, total: int, seconds: int) -> Rendered:
    """It leaves in a moment and can still be taken back."""
    html = text("broadcast.undo", language, total=total, seconds=seconds)
    button = Button(text("broadcast.button_undo", language), f"b:stop:{broadcast_id}")
    return Rendered(html, ((button,),))


def scheduled(
    language: str, broadcast_id: int, *, total: int, at: datetime, title: str, zone: str
) -> Rendered:
    """It leaves at the instant ``at``; until then that can be changed."""
    html = text("broadcast.scheduled", language, zone=zone, total=total, at=at, title=title)
    rows = (
        (
            Button(text("broadcast.button_change_time", language), f"b:t:{broadcast_id}"),
            Button(text("broadcast.button_reopen", language), f"b:o:{broadcast_id}"),
        ),
        (Button(text("broadcast.button_undo", language), f"b:stop:{broadcast_id}"),),
    )
    return Rendered(html, rows)


def progress(
    language: str,
    broadcast_id: int,
    *,
    counts: Mapping[Status, int],
    open: int,
    elapsed: timedelta,
) -> Rendered:
    """How far it has come, with a bar, and how long it will take at this pace."""
    total = sum(counts.values())
    done = total - open
    filled = _BAR * done // total if total else _BAR
    left = elapsed * open / done if done and elapsed > timedelta() else None
    delivered = counts.get(Status.DELIVERED, 0)
    html = text(
        "broadcast.progress",
        language,
        bar="▓" * filled + "░" * (_BAR - filled),
        done=done,
        total=total,
        delivered=delivered,
        failed=done - delivered,
        left=left,
    )
    button = Button(text("broadcast.button_stop", language), f"b:stop:{broadcast_id}")
    return Rendered(html, ((button,),))


# ------------------------------------------------------------------------------------------ after


@dataclass(frozen=True, slots=True)
class Outline:
    """An announcement whose end is known, in the facts that its report needs."""

    id: int
    kind: str
    title: str
    counts: Mapping[Status, int]
    names: Mapping[Status, Sequence[str]]
    deleted: Sequence[str] = ()
    """Of those counted as blocked: whose account is no more; ``names`` leaves them out."""
    round: int = 0
    again: int = 0
    """How many it could be sent to once more."""
    read: int | None = None
    """How many confirmed it; None where that was not asked for."""
    unread: int = 0
    corrected_at: datetime | None = None
    retracted_at: datetime | None = None
    urgent_reason: str | None = None
    doubt: Sequence[str] = ()
    """Who may have a copy of the notice that a correction or retraction did not touch."""


def report(language: str, outline: Outline, *, zone: str) -> Rendered:
    """Who got it and who did not, by name, and what can be done about it."""
    total = sum(outline.counts.values())
    if total and outline.counts.get(Status.CANCELLED, 0) == total:
        return Rendered(text("broadcast.stopped", language, title=outline.title))
    most = _NAMES
    while True:
        html = _report(language, outline, total, most, zone)
        if len(html) <= _ROOM or most == 0:
            return Rendered(html, _after(language, outline))
        most //= 2


def _report(language: str, outline: Outline, total: int, most: int, zone: str) -> Markup:
    facts: dict[str, Any] = {
        word: some(outline.names.get(status, ()), most) if most else []
        for word, status in _STATES.items()
    }
    numbers = {word: outline.counts.get(status, 0) for word, status in _STATES.items()}
    numbers["blocked"] -= len(outline.deleted)
    facts["deleted"] = some(outline.deleted, most) if most else []
    numbers["deleted"] = len(outline.deleted)
    delivered = outline.counts.get(Status.DELIVERED, 0)
    return text(
        "broadcast.report",
        language,
        zone=zone,
        kind=outline.kind,
        title=outline.title,
        delivered=delivered,
        total=total,
        counts=numbers,
        read=outline.read,
        corrected_at=outline.corrected_at,
        retracted_at=outline.retracted_at,
        urgent_reason=outline.urgent_reason,
        in_doubt=len(outline.doubt),
        doubt=some(outline.doubt, most) if most else [],
        **facts,
    )


def _after(language: str, outline: Outline) -> tuple[Row, ...]:
    number = outline.id
    rows: list[Row] = []
    gone = outline.retracted_at is not None
    if outline.again and not gone:
        label = text("broadcast.button_again", language, count=outline.again)
        rows.append((Button(label, f"b:again:{number}:{outline.round}"),))
    if outline.unread and not gone:
        label = text("broadcast.button_unread", language, count=outline.unread)
        rows.append((Button(label, f"b:u:{number}"),))
    last = [Button(text("broadcast.button_sheet", language), f"b:x:{number}")]
    if outline.kind == "notice" and not gone and outline.counts.get(Status.DELIVERED):
        last.append(Button(text("broadcast.button_correct", language), f"b:e:{number}"))
        last.append(Button(text("broadcast.button_retract", language), f"b:d:{number}"))
    rows.append(tuple(last))
    return tuple(rows)


def read_markup(language: str, broadcast_id: int, *, read: bool = False) -> dict[str, Any]:
    """The keyboard below a notice that asks to be confirmed, or has been."""
    key = "broadcast.button_was_read" if read else "broadcast.button_read"
    button = Button(text(key, language), f"b:r:{broadcast_id}")
    markup = Rendered("", ((button,),)).markup()
    assert markup is not None
    return markup


def corrected(html: str, language: str, *, at: datetime, zone: str, in_place: bool) -> str:
    """The new text, marked; ``in_place`` or as a message that answers the notice."""
    key = "broadcast.corrected" if in_place else "broadcast.correction"
    # The text was a message before: Telegram's own HTML of it, escaped by the library.
    return str(text(key, language, zone=zone, at=at, html=Markup(html)))  # noqa: S704
