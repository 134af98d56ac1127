"""Reading one's own notes: in pages, by day, by session, by words; deleting with undo."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from bot.domain import search
from bot.domain.agenda import Agenda
from bot.domain.agenda import Session as AgendaSession
from bot.domain.notes import FOUND, UNDO, Place
from bot.store import erasing, note_search, notes
from bot.store.notes import Where
from bot.store.tables import Attachment, Note, NoteVersion

PAGE = 5


@dataclass(frozen=True)
class Page:
    """One page of own notes: newest first, or best first where words were looked for."""

    notes: Sequence[Note]
    place: Place
    total: int
    files: dict[int, int]
    """How many files hang on a note, by its id; none: it is not in here."""
    wanted: Sequence[str] = ()
    """The words looked for, as ``domain.search`` compares them."""


@dataclass(frozen=True)
class Opened:
    """One note whole, with what hangs on it."""

    note: Note
    files: Sequence[Attachment]
    versions: Sequence[NoteVersion]
    """What it said before, the newest first."""


def page(
    db: Session, agenda: Agenda, *, person_id: int, place: Place, words: str | None = None
) -> Page | None:
    """The page at ``place``; the last one if that is past the end.

    Args:
        words: what is looked for, at a place of that kind.

    Returns:
        None where a search has no words (any more): there is nothing to look for.
    """
    if place.scope == FOUND.scope:
        wanted = search.asked(words or "")
        if not wanted:
            return None
        found = note_search.search(db, person_id, wanted)
        place = _within(place, len(found))
        shown = notes.these(db, person_id, found[place.first : place.first + PAGE])
        return Page(shown, place, len(found), _files(db, shown), wanted)
    where = _where(agenda, place)
    total = notes.count(db, person_id, where=where)
    place = _within(place, total)
    shown = notes.page(db, person_id, offset=place.first, limit=PAGE, where=where)
    return Page(shown, place, total, _files(db, shown))


def days(db: Session, *, person_id: int) -> list[tuple[date, int]]:
    """Local days with own notes and how many, the newest first."""
    return notes.count_by_day(db, person_id)


def sessions(
    db: Session, agenda: Agenda, *, person_id: int
) -> list[tuple[AgendaSession | None, int]]:
    """Sessions with own notes and how many, the latest first; last, as None, all other notes."""
    counts = notes.count_by_session(db, person_id)
    known = [(agenda.find(session_id or ""), many) for session_id, many in counts.items()]
    there = [(session, many) for session, many in known if session is not None]
    there.sort(key=lambda each: (each[0].start, each[0].id), reverse=True)
    other = sum(many for session, many in known if session is None)
    return [*there, *([(None, other)] if other else [])]


def opened(db: Session, *, person_id: int, note_id: int) -> Opened | None:
    """An own note; None if there is none with this id."""
    note = notes.of(db, person_id, note_id)
    if note is None:
        return None
    return Opened(note, notes.files(db, [note_id]), notes.versions(db, note))


def remove(db: Session, *, person_id: int, note_id: int, now: datetime) -> Note | None:
    """Deletes an own note, for ``UNDO`` with a way back; None if there is none.

    Deleting it again changes nothing.
    """
    note = notes.removed_of(db, person_id, note_id)
    if note is not None and note.deleted_at is None:
        notes.remove(db, note, now=now)
    return note


def bring_back(db: Session, *, person_id: int, note_id: int, now: datetime) -> bool:
    """Undoes that; False where it is too late or there is nothing of this person's own."""
    note = notes.removed_of(db, person_id, note_id)
    if note is None or (note.deleted_at is not None and note.deleted_at + UNDO <= now):
        return False
    if note.deleted_at is not None:
        notes.bring_back(db, note)
    return True


def forget_removed(db: Session, *, now: datetime) -> None:
    """What was deleted longer than ``UNDO`` ago is gone for good, with all that hung on it."""
    gone = notes.removed_before(db, now - UNDO)
    for note in gone:
        notes.forget(db, note)
    if gone:
        erasing.want(db, now=now)


def _where(agenda: Agenda, place: Place) -> Where:
    session = agenda.by_ref(place.session_ref or "")
    nowhere = "" if place.session_ref else None  # a button of a session that is gone
    outside = frozenset(one.id for one in (*agenda.sessions, *agenda.cancelled))
    return Where(
        day=place.day,
        session_id=session.id if session else nowhere,
        outside=outside if place.outside else None,
    )


def _within(place: Place, total: int) -> Place:
    return place.at(max(0, min(place.first, (total - 1) // PAGE * PAGE)))


def _files(db: Session, shown: Sequence[Note]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for file in notes.files(db, [note.id or 0 for note in shown]):
        counts[file.note_id] = counts.get(file.note_id, 0) + 1
    return counts
