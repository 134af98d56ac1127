"""What the desk holds of the store, read again after another process has changed it."""

from dataclasses import dataclass

from sqlmodel import Session

from bot.domain.materials import Handouts
from bot.services import materials, rescheduling
from bot.services.desk import Desk
from bot.store import agenda_versions
from bot.store.tables import AgendaVersion


@dataclass(frozen=True)
class Held:
    """The newest version of the agenda, and the materials."""

    last: AgendaVersion | None
    handouts: Handouts


def read(db: Session) -> Held:
    """As the store has them."""
    return Held(agenda_versions.latest(db), materials.everything(db))


def lay_out(desk: Desk, held: Held) -> None:
    """Puts them on the desk; an agenda that is there already, or is older, changes nothing."""
    last = held.last
    if last is not None and last.content and (last.version or 0) > desk.agenda.version:
        desk.agenda = rescheduling.numbered(last)
    desk.handouts = held.handouts
