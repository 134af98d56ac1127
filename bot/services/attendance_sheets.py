"""The attendance sheet (daftar hadir) of a roll call, as a file to print and sign."""

from dataclasses import dataclass

from bot.documents.attendance_sheet import AttendanceSheet, xlsx
from bot.documents.workshop import Workshop
from bot.domain import clock
from bot.domain.presence import How
from bot.services.desk import Desk
from bot.services.presence import Board
from bot.store.tables import Person
from bot.texts.catalogue import clock_text, text

_HEAD = ("no", "name", "position", "agency", "at", "remark", "signature")


@dataclass(frozen=True)
class Made:
    """A finished file."""

    name: str
    content: bytes


async def make(desk: Desk, board: Board, language: str) -> Made:
    """The sheet as .xlsx, everybody by name."""
    content = await Workshop().do(xlsx, _sheet(desk, board, language))
    about = board.call.session.ref if board.call.session else board.call.id
    return Made(f"{text('presence.sheet_file', language)}-{about}.xlsx", content)


def _sheet(desk: Desk, board: Board, language: str) -> AttendanceSheet:
    def say(key: str, **facts: object) -> str:
        return text(f"presence.sheet_{key}", language, zone=desk.zone, **facts).unescape()

    event, call = desk.agenda.event, board.call
    session, begin = call.session, call.session.start if call.session else call.opened_at
    if session is not None:
        zone_name = clock.short_name(desk.zone, begin)
        when, activity = say("when", s=session, zone_name=zone_name), session.title
    else:
        when, activity = say("opened", at=begin), say("boarding", bus=call.bus)
    place = ", ".join(part for part in (session.room if session else None, event.place) if part)
    day = text("presence.long_day", language, zone=desk.zone, at=begin).unescape()
    return AttendanceSheet(
        kop=tuple(part for part in (event.organizer, event.name, event.place) if part),
        title=say("title"),
        facts=(
            (say("day"), day),
            (say("time"), when),
            (say("place"), place or "-"),
            (say("activity"), activity),
        ),
        head=tuple(say(name) for name in _HEAD),
        rows=tuple(_row(desk, board, person, language) for person in board.expected),
        total=say("sum", present=len(board.present), total=len(board.expected)),
    )


def _row(desk: Desk, board: Board, person: Person, language: str) -> tuple[str, ...]:
    """Name, position, institution, time, remark. Who was ticked off by hand has no time."""
    line = board.lines.get(person.id or 0)
    by_hand = line is not None and line.how is How.HAND
    at = clock_text(line.at, desk.zone, language) if line and not by_hand else ""
    remark = "by_hand" if by_hand else "late" if board.is_late(person) else ""
    if line is None:
        remark = "absent"
    words = text(f"presence.sheet_{remark}", language).unescape() if remark else ""
    return (person.name, person.position or "", person.agency or "", at, words)
