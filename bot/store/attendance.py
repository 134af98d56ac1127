"""Roll calls and who answered them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from bot.domain.people import Role
from bot.domain.presence import How
from bot.store.inserting import insert
from bot.store.tables import Attendance, Person, RollCall, WrongCode


def get(db: Session, call_id: str) -> RollCall | None:
    """The roll call with this id, if it was ever opened."""
    return db.get(RollCall, call_id)


def unclosed(db: Session) -> Sequence[RollCall]:
    """Those that nobody has closed, the oldest first; the time of some may be over."""
    query = select(RollCall).where(col(RollCall.closed_at).is_(None))
    return db.exec(query.order_by(col(RollCall.opened_at), col(RollCall.id))).all()


def open_(db: Session, call: RollCall) -> None:
    """Opens it, again too; one that is open stays as it is."""
    known = db.get(RollCall, call.id)
    if known is None:
        db.add(call)
    elif known.closed_at is not None or known.opened_at < call.opened_at:
        known.opened_at, known.closed_at = call.opened_at, None
        db.add(known)


def close(db: Session, call_id: str, *, now: datetime) -> None:
    """Ends it; one that was closed before stays so since then."""
    known = db.get(RollCall, call_id)
    if known is not None and known.closed_at is None:
        known.closed_at = now
        db.add(known)


def record(db: Session, *, call_id: str, person_id: int, at: datetime, how: How) -> bool:
    """Puts down that the person is there; False if it was known, and then nothing changes."""
    row = {"call_id": call_id, "person_id": person_id, "at": at, "how": how}
    statement = insert(db, Attendance).values(row).on_conflict_do_nothing()
    return db.connection().execute(statement).rowcount > 0


def strike(db: Session, *, call_id: str, person_id: int) -> None:
    """Takes it back."""
    row = find(db, call_id, person_id)
    if row is not None:
        db.delete(row)


def find(db: Session, call_id: str, person_id: int) -> Attendance | None:
    """The person's line of this roll call."""
    return db.get(Attendance, (call_id, person_id))


def of_call(db: Session, call_id: str) -> dict[int, Attendance]:
    """Everybody's line of this roll call by person, also of people who left since."""
    query = select(Attendance).where(Attendance.call_id == call_id)
    return {row.person_id: row for row in db.exec(query).all()}


def participants(db: Session) -> Sequence[Person]:
    """All participants by name."""
    return _listed(db, col(Person.role) == Role.PARTICIPANT)


def passengers(db: Session, bus: str) -> Sequence[Person]:
    """All on the bus by name, whatever their role."""
    return _listed(db, col(Person.bus) == bus)


def _listed(db: Session, belongs: ColumnElement[bool]) -> Sequence[Person]:
    query = select(Person).where(belongs, ~col(Person.removed))
    return db.exec(query.order_by(Person.name, col(Person.id))).all()


def buses(db: Session) -> list[str]:
    """The buses that the roster names, in order."""
    query = select(Person.bus).where(col(Person.bus).is_not(None), ~col(Person.removed))
    return sorted({bus for bus in db.exec(query).all() if bus})


def wrong_codes(db: Session, person_id: int, window: int) -> int:
    """How many wrong codes the person typed in this window of time."""
    row = db.get(WrongCode, person_id)
    return row.count if row is not None and row.window == window else 0


def count_wrong(db: Session, person_id: int, window: int) -> int:
    """Counts one more, and gives how many there are."""
    count = wrong_codes(db, person_id, window) + 1
    db.merge(WrongCode(person_id=person_id, window=window, count=count))
    return count
