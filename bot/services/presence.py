"""Roll calls of sessions and buses: opening them, checking in, who is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from bot.domain import presence
from bot.domain.agenda import Session as AgendaSession
from bot.domain.outbox import Lane
from bot.domain.people import Role
from bot.domain.presence import Call, How
from bot.domain.refs import ref
from bot.services import locking
from bot.services.desk import Desk
from bot.store import attendance, outbox, people
from bot.store.tables import Attendance, Outbox, Person, RollCall
from bot.texts import presence as texts
from bot.texts.rendered import Rendered


class Outcome(StrEnum):
    """What became of somebody's wish to be recorded."""

    PRESENT = "present"
    ALREADY = "already"
    WRONG = "wrong"
    STOPPED = "stopped"
    LOCKED = "locked"
    OLD = "old"
    EARLY = "early"
    CLOSED = "closed"
    NOT_OPEN = "not_open"
    NOT_LISTED = "not_listed"


@dataclass(frozen=True, slots=True)
class CheckIn:
    """The outcome; ``at`` is since when the person is recorded, ``left`` how many tries remain."""

    outcome: Outcome
    call: Call | None = None
    at: datetime | None = None
    left: int = 0


@dataclass(frozen=True, slots=True)
class Board:
    """A roll call as organizers see it: everybody who should be there, by name."""

    call: Call
    expected: Sequence[Person]
    lines: dict[int, Attendance]

    @property
    def present(self) -> list[Person]:
        """Who is there, of those who should be."""
        return [person for person in self.expected if person.id in self.lines]

    @property
    def missing(self) -> list[Person]:
        """Who is not."""
        return [person for person in self.expected if person.id not in self.lines]

    @property
    def late(self) -> int:
        """How many of those present came late."""
        return sum(self.is_late(person) for person in self.present)

    def is_late(self, person: Person) -> bool:
        """Whether the person came late. Who ticked somebody off says nothing of when they came."""
        line = self.lines.get(person.id or 0)
        return line is not None and line.how is not How.HAND and self.call.is_late(line.at)


def find(db: Session, desk: Desk, call_id: str) -> Call | None:
    """The roll call with this id; None if it was never opened or its session is gone."""
    row = attendance.get(db, call_id)
    return None if row is None else _call(desk, row)


def under_way(db: Session, desk: Desk) -> list[Call]:
    """The roll calls that are open now, the oldest first."""
    found = (_call(desk, row) for row in attendance.unclosed(db))
    now = desk.now()
    return [call for call in found if call is not None and call.is_open(now)]


def for_person(db: Session, desk: Desk, person: Person) -> list[tuple[Call, datetime | None]]:
    """Open roll calls in which the person should answer, and since when they have."""
    return [
        (call, line.at if line is not None else None)
        for call in under_way(db, desk)
        if _listed(person, call)
        for line in (attendance.find(db, call.id, person.id or 0),)
    ]


def open_session(db: Session, desk: Desk, session: AgendaSession) -> Call:
    """Opens a session's attendance, or opens it again."""
    known = find(db, desk, session.ref)
    now = desk.now()
    if known is None or not known.is_open(now):
        attendance.open_(db, RollCall(id=session.ref, session_id=session.id, opened_at=now))
    return find(db, desk, session.ref) or Call(session.ref, now, session=session)


def bus_call_id(bus: str, number: int) -> str:
    """The id of a headcount; ``number`` tells one trip from the next."""
    return f"{ref(bus)}-{number}"


def open_bus(db: Session, desk: Desk, *, bus: str, number: int) -> Call:
    """Opens a headcount and sends its people the button.

    Opening the same one again, by the same ``number``, changes nothing; while one is open, that
    one goes on.
    """
    now, call_id = desk.now(), f"{ref(bus)}-{number}"
    going_on = next((call for call in under_way(db, desk) if call.bus == bus), None)
    known = going_on or find(db, desk, call_id)
    if known is not None:
        return known
    attendance.open_(db, RollCall(id=call_id, bus=bus, opened_at=now))
    call = Call(call_id, now, bus=bus)
    _send(db, desk, call, attendance.passengers(db, bus), key="ask")
    return call


def headcounts(db: Session, desk: Desk) -> list[tuple[str, Call | None]]:
    """The buses of the roster, each with its newest headcount that is still open."""
    open_now = {call.bus: call for call in under_way(db, desk)}
    return [(bus, open_now.get(bus)) for bus in attendance.buses(db)]


def reachable_on(db: Session, bus: str) -> int:
    """How many of a bus's people a message would reach."""
    return sum(_reachable(person) for person in attendance.passengers(db, bus))


def close(db: Session, desk: Desk, call_id: str) -> None:
    """Ends it; reminders that have not left are called off."""
    attendance.close(db, call_id, now=desk.now())
    outbox.cancel(db, now=desk.now(), key_prefix=f"presence:{call_id}:")


def coordinates(leader: Person, person: Person) -> bool:
    """Whether the leader may put down the presence of this person."""
    led = (leader.coordinator or "").split(",")
    on_bus = "bus" in led and leader.bus is not None and leader.bus == person.bus
    return on_bus or ("group" in led and leader.group is not None and leader.group == person.group)


def led_by(db: Session, desk: Desk, leader: Person) -> list[Call]:
    """Open roll calls in which somebody is expected whom the leader may put down."""
    return [call for call in under_way(db, desk) if board(db, call, of=leader).expected]


def board(db: Session, call: Call, *, of: Person | None = None) -> Board:
    """Who is there and who is not.

    Args:
        of: a coordinator, who sees their own people alone; organizers see everybody.
    """
    everybody = attendance.passengers(db, call.bus) if call.bus else attendance.participants(db)
    expected = [person for person in everybody if _listed(person, call)]
    if of is not None and of.role is not Role.ORGANIZER:
        expected = [person for person in expected if coordinates(of, person)]
    return Board(call, expected, attendance.of_call(db, call.id))


def remind(db: Session, desk: Desk, call: Call, *, number: int) -> int:
    """Reminds those who are missing, once for each ``number``; gives how many messages go out.

    The aides of those hear of it, too.
    """
    missing = board(db, call).missing
    principals = {person.key: person for person in missing}
    told = _send(db, desk, call, missing, key=str(number))
    for aide in people.aides(db):
        principal = principals.get(aide.aide_of or "")
        if principal is not None and _reachable(aide):
            words = texts.invitation_by_aide(call, desk.agenda, aide.language, principal.name)
            row = _row(desk, call, aide, words, key=f"{number}:aide")
            told += outbox.enqueue(db, [row])
    return told


def tick(
    db: Session, desk: Desk, call: Call, *, person_id: int, present: bool, by: Person
) -> bool:
    """Puts somebody down as present or not, by hand.

    False if the roll has nobody like that, or nobody whom ``by`` may put down.
    """
    person = people.get(db, person_id)
    if person is None or person.removed or not _listed(person, call):
        return False
    if by.role is not Role.ORGANIZER and not coordinates(by, person):
        return False
    if present:
        attendance.record(db, call_id=call.id, person_id=person_id, at=desk.now(), how=How.HAND)
        if call.bus is not None:
            _tell_if_complete(db, desk, call)
    else:
        attendance.strike(db, call_id=call.id, person_id=person_id)
    return True


def by_digits(
    db: Session, desk: Desk, person: Person, typed: str, *, call_id: str | None = None
) -> CheckIn | None:
    """Checks in by the spoken code, also for one roll call alone.

    None: the digits mean nothing here, since no roll call waits for this person's code.
    """
    open_calls = [c for c in under_way(db, desk) if c.session and call_id in (None, c.id)]
    mine = [call for call in open_calls if _listed(person, call)]
    window = presence.window(desk.now(), presence.SPOKEN)
    stopped = attendance.wrong_codes(db, person.id or 0, window) >= presence.TRIES
    right = None if stopped else next((c for c in open_calls if _right(desk, c, typed)), None)
    if right is not None:
        return _check_in(db, desk, person, right, How.CODE)
    waiting = [c for c in mine if attendance.find(db, c.id, person.id or 0) is None]
    if not waiting:
        return None
    if stopped:
        return CheckIn(Outcome.STOPPED, waiting[0])
    count = attendance.count_wrong(db, person.id or 0, window)
    left = presence.TRIES - count
    return CheckIn(Outcome.WRONG if left else Outcome.STOPPED, waiting[0], left=left)


def is_right(db: Session, desk: Desk, typed: str) -> bool:
    """Whether these are the digits of any open roll call."""
    return any(_right(desk, call, typed) for call in under_way(db, desk) if call.session)


def by_scan(db: Session, desk: Desk, person: Person, start: str) -> CheckIn:
    """Checks in by the picture on the wall, whose start parameter this is."""
    call = find(db, desk, presence.call_of_scan(start) or "")
    event_id, chat_id, now = desk.agenda.event.id, person.chat_id or 0, desk.now()
    if locking.locked(db, chat_id, now):
        return CheckIn(Outcome.LOCKED, call)
    if not presence.right_scan(start, desk.invite_secret, event_id=event_id, at=now):
        if not presence.genuine_scan(start, desk.invite_secret, event_id=event_id):
            locking.count_wrong(db, desk, chat_id)
        return CheckIn(Outcome.OLD, call)
    if call is None:
        return CheckIn(Outcome.NOT_OPEN)
    return _check_in(db, desk, person, call, How.QR)


def is_own_scan(desk: Desk, start: str) -> bool:
    """Whether a start parameter is from a picture on this event's wall, and not too old."""
    event_id = desk.agenda.event.id
    return presence.right_scan(start, desk.invite_secret, event_id=event_id, at=desk.now())


def aboard(db: Session, desk: Desk, person: Person, call_id: str) -> CheckIn:
    """ "Sudah di bus" was pressed; sessions ask for a code."""
    call = find(db, desk, call_id)
    if call is None or call.bus is None:
        return CheckIn(Outcome.NOT_OPEN)
    done = _check_in(db, desk, person, call, How.CODE)
    if done.outcome is Outcome.PRESENT:
        _tell_if_complete(db, desk, call)
    return done


def standing(db: Session, desk: Desk, person: Person, call_id: str) -> CheckIn | None:
    """Why the person need not or cannot type a code now; None: they may."""
    call, now = find(db, desk, call_id), desk.now()
    if call is None or call.session is None:
        return CheckIn(Outcome.NOT_OPEN)
    return _hindrance(db, person, call, now)


def code(desk: Desk, call: Call) -> str:
    """The four digits of now."""
    event_id = desk.agenda.event.id
    return presence.digits(desk.invite_secret, event_id=event_id, call_id=call.id, at=desk.now())


def screen_link(desk: Desk, base: str, session: AgendaSession, language: str) -> str:
    """The address of the page for the projector, with the key that opens it."""
    event_id = desk.agenda.event.id
    key = presence.screen_key(desk.invite_secret, event_id=event_id, call_id=session.ref)
    return f"{base}/layar/{session.ref}?key={key}&lang={language}"


def _tell_if_complete(db: Session, desk: Desk, call: Call) -> None:
    """Organizers wait for the last one on a bus: they are told once, when all are there."""
    found = board(db, call)
    if found.missing:
        return
    total = len(found.expected)
    rows = [
        _row(desk, call, each, texts.complete(call, total, each.language), key="complete")
        for each in people.organizers(db)
    ]
    if rows:
        outbox.enqueue(db, rows)


def _check_in(db: Session, desk: Desk, person: Person, call: Call, how: How) -> CheckIn:
    now = desk.now()
    hindrance = _hindrance(db, person, call, now)
    if hindrance is not None:
        return hindrance
    attendance.record(db, call_id=call.id, person_id=person.id or 0, at=now, how=how)
    return CheckIn(Outcome.PRESENT, call, at=now)


def _hindrance(db: Session, person: Person, call: Call, now: datetime) -> CheckIn | None:
    if not _listed(person, call):
        return CheckIn(Outcome.NOT_LISTED, call)
    line = attendance.find(db, call.id, person.id or 0)
    if line is not None:
        return CheckIn(Outcome.ALREADY, call, at=line.at)
    if not call.is_open(now):
        return CheckIn(Outcome.CLOSED, call)
    return CheckIn(Outcome.EARLY, call) if now < call.since else None


def _listed(person: Person, call: Call) -> bool:
    if call.bus is not None:
        return person.bus == call.bus
    session = call.session
    return person.role is Role.PARTICIPANT and (session is None or session.meant_for(person.group))


def _right(desk: Desk, call: Call, typed: str) -> bool:
    return presence.right_digits(
        typed,
        desk.invite_secret,
        event_id=desk.agenda.event.id,
        call_id=call.id,
        at=desk.now(),
    )


def _call(desk: Desk, row: RollCall) -> Call | None:
    session = desk.agenda.find(row.session_id) if row.session_id else None
    if session is None and row.bus is None:
        return None
    return Call(row.id, row.opened_at, row.closed_at, session, row.bus)


def _reachable(person: Person) -> bool:
    return person.chat_id is not None and person.joined_at is not None and not person.blocked_at


def _send(db: Session, desk: Desk, call: Call, persons: Sequence[Person], *, key: str) -> int:
    rows = [
        _row(desk, call, person, texts.invitation(call, desk.agenda, person.language), key=key)
        for person in persons
        if _reachable(person)
    ]
    return outbox.enqueue(db, rows) if rows else 0


def _row(desk: Desk, call: Call, person: Person, words: Rendered, *, key: str) -> Outbox:
    """It sounds in quiet hours too: a bus that leaves at half past four waits for an answer."""
    now = desk.now()
    return Outbox(
        key=f"presence:{call.id}:{key}:{person.id}",
        lane=Lane.CHANGE,
        kind="presence",
        person_id=person.id,
        chat_id=person.chat_id or 0,
        payload=words.payload(),
        created_at=now,
        due_at=now,
        ready_at=now,
        useful_until=call.until,
    )
