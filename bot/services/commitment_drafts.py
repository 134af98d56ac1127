"""Writing a commitment step by step, and changing one that was kept.

Both are a ``Sheet`` under a key: ``m`` and the number of the message, or ``n`` and that of the
note, with which a new one began; ``c`` and its number for one that was kept, where every answer
takes effect at once. A draft waits in the store until it is confirmed or thrown away.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, delete

from bot.domain.commitments import LIMITS, Part, Sheet
from bot.domain.deadlines import read_deadline
from bot.services.desk import Desk
from bot.store import commitments, notes
from bot.store.tables import Commitment, CommitmentDraft, Person

FARTHEST = timedelta(days=5 * 366)
"""A commitment that ends later than that is a slip of the finger."""
_COLUMNS = {
    Part.WHAT: "what",
    Part.PARTNER: "partner",
    Part.DUE: "due_on",
    Part.STEP: "first_step",
    Part.GOAL: "goal_id",
}


class NoDate(StrEnum):
    """Why words are no date for a commitment."""

    UNCLEAR = "unclear"
    PAST = "past"
    FAR = "far"


def begin(db: Session, *, person_id: int, key: str, what: str, now: datetime) -> Sheet:
    """A new draft; where there is one under this key already, that one."""
    known = commitments.draft(db, person_id, key)
    if known is None:
        known = CommitmentDraft(
            person_id=person_id, key=key, facts={Part.WHAT: what}, updated_at=now
        )
        db.add(known)
    return _of_draft(known)


def begin_from_note(
    db: Session, *, person_id: int, note_id: int, now: datetime
) -> tuple[Sheet, bool] | None:
    """A new draft that says what an own note says; None without such a note, or an empty one.

    Returns:
        the draft, and whether the note was too long and its end is missing.
    """
    note = notes.of(db, person_id, note_id)
    words = " ".join(note.text.split()) if note is not None else ""
    if not words:
        return None
    limit = LIMITS[Part.WHAT]
    what = words if len(words) <= limit else words[: limit - 1].rstrip() + "…"
    sheet = begin(db, person_id=person_id, key=f"n{note_id}", what=what, now=now)
    return sheet, len(words) > limit


def find(db: Session, *, person_id: int, key: str) -> Sheet | None:
    """The person's own draft or kept commitment under this key."""
    if key.startswith("c"):
        kept = commitments.of(db, person_id, int(key[1:]))
        return _of_commitment(kept) if kept is not None else None
    known = commitments.draft(db, person_id, key)
    return _of_draft(known) if known is not None else None


def unfinished(db: Session, *, person_id: int) -> Sequence[Sheet]:
    """Everything the person began and did not confirm, the newest first."""
    return [_of_draft(each) for each in commitments.drafts(db, person_id)]


def answer(
    db: Session,
    *,
    person_id: int,
    key: str,
    part: Part,
    value: str,
    now: datetime,
) -> Sheet | None:
    """What the person said about one part; None if the sheet is gone.

    Args:
        value: the words, an ISO date, or a goal's id; empty: passed over.
    """
    if key.startswith("c"):
        return _change(db, person_id, int(key[1:]), part=part, value=value, now=now)
    known = commitments.draft(db, person_id, key)
    if known is None:
        return None
    known.facts, known.updated_at = {**known.facts, part: value}, now
    db.add(known)
    return _of_draft(known)


def confirm(db: Session, *, person_id: int, key: str, now: datetime) -> Commitment | None:
    """Keeps a finished draft; None if it was kept or thrown away before, or has no date."""
    known = commitments.draft(db, person_id, key)
    sheet = _of_draft(known) if known is not None else None
    if sheet is None or sheet.due_on is None or not discard(db, person_id=person_id, key=key):
        return None
    made = Commitment(
        person_id=person_id,
        what=sheet.what,
        partner=sheet.partner or "",
        first_step=sheet.first_step or "",
        goal_id=sheet.goal_id or None,
        due_on=sheet.due_on,
        created_at=now,
        updated_at=now,
    )
    return commitments.add(db, made)


def discard(db: Session, *, person_id: int, key: str) -> bool:
    """Throws a draft away; False if there is none any more. Two at once do it once."""
    own = (col(CommitmentDraft.person_id) == person_id, col(CommitmentDraft.key) == key)
    return bool(db.exec(delete(CommitmentDraft).where(*own)).rowcount)


def read_due(desk: Desk, words: str) -> date | tuple[NoDate, date | None]:
    """The local day that ``words`` mean, or why they will not do and what they seemed to mean."""
    today = desk.today()
    day = read_deadline(words, today, zone=desk.zone)
    if day is None:
        return NoDate.UNCLEAR, None
    return day if (problem := check_due(day, today)) is None else (problem, day)


def check_due(day: date, today: date) -> NoDate | None:
    """Why a commitment cannot be due on this local day; None if it can."""
    if day < today:
        return NoDate.PAST
    return NoDate.FAR if day > today + FARTHEST else None


def agencies(db: Session, person: Person) -> list[str]:
    """The roster's agencies by name, the person's own first."""
    names = commitments.agencies(db)
    return sorted(names, key=lambda name: name != person.agency)


def _change(
    db: Session, person_id: int, commitment_id: int, *, part: Part, value: str, now: datetime
) -> Sheet | None:
    kept = commitments.of(db, person_id, commitment_id)
    if kept is None:
        return None
    stored: Any = value
    if part is Part.DUE:
        stored = date.fromisoformat(value)
    elif part is Part.GOAL:
        stored = value or None
    if getattr(kept, _COLUMNS[part]) != stored:
        setattr(kept, _COLUMNS[part], stored)
        kept.updated_at = now
        db.add(kept)
    return _of_commitment(kept)


def _of_draft(known: CommitmentDraft) -> Sheet:
    facts = known.facts
    return Sheet(
        key=known.key,
        what=facts[Part.WHAT],
        partner=facts.get(Part.PARTNER),
        due_on=date.fromisoformat(facts[Part.DUE]) if facts.get(Part.DUE) else None,
        first_step=facts.get(Part.STEP),
        goal_id=facts.get(Part.GOAL),
    )


def _of_commitment(kept: Commitment) -> Sheet:
    return Sheet(
        key=f"c{kept.id}",
        what=kept.what,
        partner=kept.partner,
        due_on=kept.due_on,
        first_step=kept.first_step,
        goal_id=kept.goal_id or "",
    )
