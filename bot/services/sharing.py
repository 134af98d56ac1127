"""Giving a note to the organizers, with name or without, and what organizers read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from bot.domain.agenda import Agenda
from bot.domain.agenda import Session as AgendaSession
from bot.domain.commitments import Part
from bot.domain.notes import (
    FEWEST_ANSWERS,
    WITHOUT_NAME,
    Place,
    Sharing,
    fingerprint,
    same_words,
)
from bot.services import alerting, following_up
from bot.services.desk import Desk
from bot.store import commitments, dialogues, erasing, notes, shared_notes
from bot.store.tables import AnonymousNote, Commitment, CommitmentDraft, Note, Person

PAGE = 5


class Given(StrEnum):
    """What became of a note that was to be given without name."""

    DONE = "done"
    GONE = "gone"
    CHANGED = "changed"
    EMPTY = "empty"


@dataclass(frozen=True)
class Shared:
    """A note as an organizer reads it: a named one has its writer, the other a key alone."""

    text: str
    session: AgendaSession | None
    note: Note | None = None
    person: Person | None = None
    key: str = ""


@dataclass(frozen=True)
class SharedPage:
    """One page of shared notes, and how many there are of either sort in all."""

    notes: Sequence[Shared]
    place: Place
    total: int
    without_name: int


def share(
    db: Session, *, person_id: int, note_id: int, sharing: Sharing, now: datetime
) -> Note | None:
    """Lets the organizers read an own note under its writer's name, or takes that back.

    What the person writes next is another note: nobody adds unawares to one that is shared.
    Whether the person consented is the caller's to ask. None if there is no such note.
    """
    note = notes.of(db, person_id, note_id)
    if note is not None and note.sharing is not sharing:
        _close(db, note)
        note.sharing = sharing
        note.shared_at = now if sharing is Sharing.NAMED else None
        db.add(note)
    return note


def repeats(db: Session, *, person_id: int, note_id: int) -> list[str]:
    """What own commitments say, kept or half written, that repeats an own note.

    They stand under their owner's name, so they go when the note is given without it.
    """
    note = notes.of(db, person_id, note_id)
    return _repeats(db, note).shown if note is not None else []


def mark_of(text: str, repeated: Sequence[str]) -> str:
    """Changes with what is given without name and with what is deleted with it."""
    return fingerprint("\n".join((text, *repeated)))


def give_without_name(
    db: Session, desk: Desk, *, person_id: int, note_id: int, mark: str
) -> tuple[Given, frozenset[str]]:
    """Moves the words of an own note to where nothing says whose they are; the note is gone.

    Its earlier versions, its files' rows and its place in the index go with it, and so do
    commitments that repeat it, the words of every question about a commitment, and those of a
    question to the organizers that says the same. What the files of the store still hold of all
    that is erased soon after.

    Args:
        mark: ``mark_of`` what the person saw when deciding.

    Returns:
        what became of it, and the SHA-256 of files on the disk that no note has any more.
    """
    now = desk.now()
    note = notes.of(db, person_id, note_id)
    if note is None:
        return Given.GONE, frozenset()
    if not note.text.strip():
        return Given.EMPTY, frozenset()
    repeated = _repeats(db, note)
    if mark_of(note.text, repeated.shown) != mark:
        return Given.CHANGED, frozenset()
    shared_notes.give(db, note.text, session_id=note.session_id)
    for draft in repeated.drafts:
        db.delete(draft)
    commitments.forget(db, [each.id or 0 for each in repeated.commitments])
    following_up.forget_words(db, desk, person_id=person_id, now=now)
    writer = db.get(Person, person_id)
    if writer is not None:
        alerting.forget_question(db, writer, text=note.text)
    _close(db, note)
    digests = notes.forget(db, note)
    erasing.want(db, now=now)
    return Given.DONE, digests


def page(db: Session, agenda: Agenda, *, place: Place) -> SharedPage:
    """The page of shared notes at ``place``; the last one if that is past the end.

    All of those with name are newest first; those without name are in no order. A session shows
    both, but the latter only where there are ``FEWEST_ANSWERS`` of them.
    """
    if place.scope == WITHOUT_NAME.scope:
        total = sum(shared_notes.without_name_by_session(db).values())
        place = _within(place, total)
        found = shared_notes.without_name(db, offset=place.first, limit=PAGE)
        return SharedPage(_nameless(db, agenda, found), place, total, total)
    counts = shared_notes.without_name_by_session(db)
    session = agenda.by_ref(place.session_ref or "")
    session_id = session.id if session else ("" if place.session_ref else None)
    named = shared_notes.count_named(db, session_id=session_id)
    nameless = _shown(counts.get(session_id, 0)) if session else 0
    place = _within(place, named + nameless)
    rows = shared_notes.named(db, offset=place.first, limit=PAGE, session_id=session_id)
    shown = [_named(agenda, note, person) for note, person in rows]
    if nameless and len(shown) < PAGE:
        rest = shared_notes.without_name(
            db,
            offset=max(0, place.first - named),
            limit=PAGE - len(shown),
            session_id=session_id,
        )
        shown += _nameless(db, agenda, rest)
    return SharedPage(shown, place, named + nameless, sum(counts.values()))


def sessions(db: Session, agenda: Agenda) -> list[tuple[AgendaSession, int]]:
    """Sessions with shared notes and how many of them are shown there, in order of time."""
    named = shared_notes.named_by_session(db)
    nameless = shared_notes.without_name_by_session(db)
    counts = [
        (one, named.get(one.id, 0) + _shown(nameless.get(one.id, 0)))
        for one in sorted((*agenda.sessions, *agenda.cancelled), key=lambda s: (s.start, s.id))
    ]
    return [(one, many) for one, many in counts if many]


def read_named(db: Session, agenda: Agenda, *, note_id: int) -> Shared | None:
    """A note shared with name; None where it was taken back, deleted, or never shared."""
    found = shared_notes.named_one(db, note_id)
    return _named(agenda, *found) if found is not None else None


def read_without_name(db: Session, agenda: Agenda, *, key: str) -> Shared | None:
    """A text without name; None if there is none with this key."""
    found = shared_notes.one_without_name(db, key)
    return _nameless(db, agenda, [found])[0] if found is not None else None


@dataclass(frozen=True)
class _Repeats:
    """What repeats a note under its writer's name."""

    commitments: Sequence[Commitment]
    drafts: Sequence[CommitmentDraft]

    @property
    def shown(self) -> list[str]:
        """What they say; what was deleted before is nothing to decide about."""
        kept = [each.what for each in self.commitments if each.deleted_at is None]
        return kept + [draft.facts[Part.WHAT] for draft in self.drafts]


def _repeats(db: Session, note: Note) -> _Repeats:
    """Found by their words, which may have been typed anew; a draft also by the note it is of."""
    own = [
        each
        for each in commitments.anything_of(db, note.person_id)
        if same_words(each.what, note.text) or same_words(each.first_step, note.text)
    ]
    begun = [
        draft
        for draft in commitments.drafts(db, note.person_id)
        if draft.key == f"n{note.id}"
        or any(same_words(str(said), note.text) for said in draft.facts.values())
    ]
    return _Repeats(own, begun)


def _close(db: Session, note: Note) -> None:
    """The chat is in the middle of writing or changing this note no longer."""
    person = db.get(Person, note.person_id)
    if person is None or person.chat_id is None:
        return
    details = dialogues.get(db, person.chat_id).details
    begun = details.get("key") == f"n{note.id}"
    if begun or note.id in (details.get("note"), details.get("note_id")):
        dialogues.clear(db, person.chat_id)


def _named(agenda: Agenda, note: Note, person: Person) -> Shared:
    return Shared(note.text, agenda.find(note.session_id or ""), note, person)


def _nameless(db: Session, agenda: Agenda, found: Sequence[AnonymousNote]) -> list[Shared]:
    """Which session a text was about is told only where enough of them are."""
    counts = shared_notes.without_name_by_session(db)
    return [
        Shared(
            one.text,
            agenda.find(one.session_id or "") if _shown(counts.get(one.session_id, 0)) else None,
            key=one.key,
        )
        for one in found
    ]


def _shown(count: int) -> int:
    """So many may be seen to belong together, or none of them."""
    return count if count >= FEWEST_ANSWERS else 0


def _within(place: Place, total: int) -> Place:
    return place.at(max(0, min(place.first, (total - 1) // PAGE * PAGE)))
