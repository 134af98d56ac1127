"""Counts what is asked, off the answer's way, and keeps what organizers may read of it."""

from sqlmodel import Session

from bot.domain import clock
from bot.domain.answers import Answer
from bot.domain.asked import Counts, Kind, outcome_of
from bot.services.desk import Desk
from bot.store import asked
from bot.store.tables import OpenQuestion, Person

PAGE = 6
LONGEST = 500


def count(desk: Desk, found: Answer) -> None:
    """One more question, in memory: ``keep`` writes it with the others."""
    outcome = outcome_of(found)
    if outcome is not None:
        local = clock.local(desk.now(), desk.zone)
        desk.asked[Kind(local.date(), local.hour, found.intent.value, outcome)] += 1


async def keep(desk: Desk) -> None:
    """Writes what was counted since the last time, in one go.

    Raises:
        SQLAlchemyError: the store is out of reach; it is counted on.
    """
    if not desk.asked:
        return
    taken, desk.asked = desk.asked, Counts()
    try:
        await desk.db.write(asked.add, taken)
    except Exception:
        desk.asked.update(taken)
        raise


def disclose(db: Session, desk: Desk, person: Person, *, message_id: int, text: str) -> bool:
    """The asker lets organizers read the question, without a name; False if that was done."""
    return asked.disclose(
        db,
        person_id=person.id or 0,
        message_id=message_id,
        text=text[:LONGEST],
        at=desk.now(),
    )


def page(db: Session, number: int) -> tuple[list[OpenQuestion], int]:
    """One page of what organizers may read, the newest first, and how many there are in all."""
    found = asked.disclosed(db, offset=number * PAGE, limit=PAGE)
    return list(found), asked.count_disclosed(db)
