"""What organizers do to the rundown: an edit gives a new agenda, and what is odd about it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.domain import clock
from bot.domain.agenda import Agenda, Kind, Session

_NIGHT_ENDS = 6
"""What is pushed to before this hour was an evening's session."""
_LONGEST_SHIFT = timedelta(days=1)


class Do(StrEnum):
    """What an edit does."""

    SHIFT = "shift"
    AMEND = "amend"
    CANCEL = "cancel"
    RESTORE = "restore"
    ADD = "add"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing done to the agenda, as it is kept until it is confirmed.

    Attributes:
        sessions: ids of those it is done to.
        minutes: of SHIFT: how much later; negative: earlier.
        facts: of SHIFT ids under ``running``: these have begun, so that only their end moves. Of
            AMEND the new values by field, of ADD those of the new session: ``start`` and ``end``
            as ISO 8601 instants, ``speakers`` as a list, the rest as text. Of REPLACE the text of
            a whole agenda under ``content``, and under ``warnings`` lines about what in the file
            could not be read.
    """

    do: Do
    sessions: tuple[str, ...] = ()
    minutes: int = 0
    facts: Mapping[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON-able values."""
        return {
            "do": self.do.value,
            "sessions": list(self.sessions),
            "minutes": self.minutes,
            "facts": dict(self.facts or {}),
        }

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> "Edit":
        """From ``to_dict``."""
        return cls(Do(kept["do"]), tuple(kept["sessions"]), kept["minutes"], kept["facts"])


class Impossible(Exception):  # noqa: N818 - an answer to the organizer, no error of the program
    """The edit cannot be made; ``reason`` names the text that says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Odd(StrEnum):
    """What an organizer should know before confirming."""

    PAST = "past"
    BEGUN = "begun"
    OVER = "over"
    AFTER_MIDNIGHT = "after_midnight"
    ROOM_TAKEN = "room_taken"


@dataclass(frozen=True, slots=True)
class Concern:
    """One oddity of the new agenda; ``other`` is the session it collides with."""

    odd: Odd
    session: Session
    other: Session | None = None


def following(agenda: Agenda, session: Session) -> tuple[Session, ...]:
    """The session and all that begin at the same time or later on its local day."""
    return tuple(s for s in agenda.on_day(agenda.day_of(session)) if s.start >= session.start)


def apply(agenda: Agenda, edit: Edit) -> Agenda:
    """The agenda after the edit; REPLACE needs a file read and is not made here.

    Raises:
        Impossible: a session is not there (any more), it would end before it begins, it would
            move by more than a day, before the event's days or more than a day behind them, or
            nothing would change.
    """
    if edit.do is Do.ADD:
        made = _added(agenda, edit)
    else:
        targets = [_session(agenda, session_id, edit.do) for session_id in edit.sessions]
        changed = {s.id: _changed(s, edit) for s in targets}
        everything = (*agenda.sessions, *agenda.cancelled)
        made = replace(
            agenda, sessions=tuple(changed.get(s.id, s) for s in everything), cancelled=()
        )
    if (made.sessions, made.cancelled) == (agenda.sessions, agenda.cancelled):
        raise Impossible("nothing_changes")
    return _lasting(made, set(made.sessions) - set(agenda.sessions))


def _lasting(agenda: Agenda, touched: set[Session]) -> Agenda:
    """The event lasts a day longer where something is pushed into the night after it."""
    event = agenda.event
    days = {agenda.day_of(s) for s in touched}
    last = max(days, default=event.end)
    if min(days, default=event.start) < event.start or last > event.end + timedelta(days=1):
        raise Impossible("outside")
    if last <= event.end:
        return agenda
    kept = event.keep_until
    if kept is not None and kept < last:
        kept = last
    return replace(agenda, event=replace(event, end=last, keep_until=kept))


def concerns(old: Agenda, new: Agenda, now: datetime) -> Iterator[Concern]:
    """What is odd about the sessions that are new or other than before."""
    before = {s.id: s for s in old.sessions}
    touched = [s for s in new.sessions if before.get(s.id) != s]
    for session in touched:
        was = before.get(session.id)
        if was is not None and was.end <= now:
            yield Concern(Odd.OVER, session)
        elif was is not None and was.running(now) and was.start == session.start:
            if was.end != session.end:
                yield Concern(Odd.BEGUN, session)
        elif session.start < now and (was is None or was.start != session.start):
            yield Concern(Odd.PAST, session)
        if _runs_late(new, session, was) and not (was and _runs_late(old, was, None)):
            yield Concern(Odd.AFTER_MIDNIGHT, session)
    yield from _taken_rooms(old, new, {s.id for s in touched})


def _session(agenda: Agenda, session_id: str, do: Do) -> Session:
    session = agenda.find(session_id)
    if session is None or session.cancelled is not (do is Do.RESTORE):
        raise Impossible("session_gone")
    return session


def _changed(session: Session, edit: Edit) -> Session:
    if edit.do is Do.SHIFT:
        by = timedelta(minutes=edit.minutes)
        if abs(by) > _LONGEST_SHIFT:
            raise Impossible("too_far")
        begun = session.id in (edit.facts or {}).get("running", ())
        start, end = session.start + (timedelta() if begun else by), session.end + by
        if end <= start:
            raise Impossible("ends_early")
        return replace(session, start=start, end=end)
    if edit.do in (Do.CANCEL, Do.RESTORE):
        return replace(session, cancelled=edit.do is Do.CANCEL)
    return _with(session, edit.facts or {})


def _with(session: Session, facts: Mapping[str, Any]) -> Session:
    """The session with the facts in it. One that starts at another time keeps its length."""
    values = {name: value for name, value in facts.items() if name not in ("start", "end")}
    if "speakers" in values:
        values["speakers"] = tuple(values["speakers"])
    if "kind" in values:
        values["kind"] = Kind(values["kind"])
    start = datetime.fromisoformat(facts["start"]) if "start" in facts else session.start
    length = session.end - session.start
    end = datetime.fromisoformat(facts["end"]) if "end" in facts else start + length
    if end <= start:
        raise Impossible("ends_early")
    if abs(end - start) > _LONGEST_SHIFT:
        raise Impossible("too_long")
    return replace(session, start=start, end=end, **values)


def _added(agenda: Agenda, edit: Edit) -> Agenda:
    facts = dict(edit.facts or {})
    session_id, title = facts.pop("id"), facts.pop("title")
    if agenda.find(session_id) is not None:
        raise Impossible("session_known")
    start = datetime.fromisoformat(facts["start"])
    blank = Session(session_id, title, start, start + timedelta(hours=1))
    return replace(agenda, sessions=(*agenda.sessions, _with(blank, facts)))


def _runs_late(agenda: Agenda, session: Session, was: Session | None) -> bool:
    """Whether it ends, or was pushed, past midnight of the day that it was on."""
    day = agenda.day_of(session)
    if clock.local_day(session.end - timedelta(microseconds=1), agenda.timezone) > day:
        return True
    night = clock.local(session.start, agenda.timezone).hour < _NIGHT_ENDS
    return was is not None and night and day > agenda.day_of(was)


def _taken_rooms(old: Agenda, new: Agenda, touched: set[str]) -> Iterator[Concern]:
    """Two sessions at once in one room, where that was not so before."""
    known = {(a.id, b.id) for a, b in _sharing(old)}
    for first, second in _sharing(new):
        if (first.id, second.id) not in known and {first.id, second.id} & touched:
            yield Concern(Odd.ROOM_TAKEN, second, first)


def _sharing(agenda: Agenda) -> Iterator[tuple[Session, Session]]:
    """Each session that begins while its room is taken, with the one that has it longest."""
    rooms: dict[str, list[Session]] = {}
    for session in agenda.sessions:
        if session.room and session.room not in agenda.event.shared_rooms:
            rooms.setdefault(session.room.casefold(), []).append(session)
    for sessions in rooms.values():
        longest = sessions[0]
        for session in sessions[1:]:
            if session.start < longest.end:
                yield longest, session
            longest = max(longest, session, key=lambda each: each.end)
