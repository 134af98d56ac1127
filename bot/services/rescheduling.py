"""Changing the rundown: draft, preview, apply and tell, undo. One version after the other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from sqlmodel import Session

from bot.domain.agenda import Agenda
from bot.domain.changes import Changes, diff
from bot.domain.rescheduling import Do, Edit, Impossible, apply, concerns, following
from bot.services import calendars, change_notices, reminding
from bot.services.desk import Desk
from bot.store import agenda_versions, people
from bot.store.agenda_file import parse_agenda
from bot.store.event_writer import agenda_text
from bot.store.tables import AgendaEdit, AgendaVersion
from bot.texts.changes import Past, Preview

_HISTORY = 10


class Refusal(StrEnum):
    """Why a confirmation was not followed."""

    GONE = "change.draft_gone"
    DONE = "change.done_already"
    OVERTAKEN = "change.overtaken"


@dataclass(frozen=True)
class Drafted:
    """An edit to look at: the preview and both agendas."""

    preview: Preview
    old: Agenda
    new: Agenda


@dataclass(frozen=True)
class Applied:
    """What is in force now. ``agenda`` is to be put on the desk by whoever confirmed."""

    agenda: Agenda
    changes: Changes
    told: int


def draft(db: Session, desk: Desk, *, author_id: int, edit: Edit) -> Drafted:
    """Keeps the edit and shows what it would do.

    Raises:
        Impossible: it cannot be done; nothing was kept.
    """
    _made(desk.agenda, edit)
    kept = agenda_versions.draft(
        db,
        author_id=author_id,
        base_version=desk.agenda.version,
        edit=edit.to_dict(),
        now=desk.now(),
    )
    return _drafted(db, desk, kept)


def rescope(db: Session, desk: Desk, *, edit_id: int, alone: bool) -> Drafted | Refusal:
    """The same delay for one session, or for all that follow it that day.

    Raises:
        Impossible: the session is gone meanwhile.
    """
    kept = agenda_versions.drafted(db, edit_id)
    if kept is None or kept.state != "draft":
        return Refusal.GONE if kept is None else Refusal.DONE
    edit = Edit.from_dict(kept.edit)
    first = desk.agenda.find(edit.sessions[0]) if edit.sessions else None
    if first is None:
        raise Impossible("session_gone")
    reach = (first,) if alone else following(desk.agenda, first)
    kept.edit = replace(edit, sessions=tuple(s.id for s in reach)).to_dict()
    kept.base_version = desk.agenda.version
    db.add(kept)
    return _drafted(db, desk, kept)


def confirm(
    db: Session, desk: Desk, *, edit_id: int, author_id: int
) -> Applied | Drafted | Refusal:
    """Makes the edit the next version and tells everybody, once.

    Where somebody else changed the rundown since the preview, nothing is done: the edit is worked
    out anew and given back to be confirmed again.

    Raises:
        Impossible: after that other change it cannot be done any more.
    """
    kept = agenda_versions.drafted(db, edit_id)
    if kept is None or kept.state != "draft":
        return Refusal.GONE if kept is None else Refusal.DONE
    last = agenda_versions.lock(db)
    if last is None or last.version != desk.agenda.version:
        return Refusal.OVERTAKEN  # it is being put on the desk this very moment
    if kept.base_version != desk.agenda.version:
        kept.base_version = desk.agenda.version
        db.add(kept)
        return replace(
            found := _drafted(db, desk, kept), preview=replace(found.preview, overtaken=True)
        )
    kept.state = "applied"
    db.add(kept)
    return _apply(db, desk, kept, last, author_id=author_id)


def audience(db: Session, desk: Desk, *, edit_id: int) -> Sequence[tuple[str, list[str]]]:
    """Who would be told of this draft: names by group; nobody where it is none any more."""
    kept = agenda_versions.drafted(db, edit_id)
    if kept is None or kept.state != "draft":
        return ()
    try:
        made = _made(desk.agenda, Edit.from_dict(kept.edit))
    except Impossible:
        return ()
    changes = diff(desk.agenda, made)
    told = change_notices.hearers(db, changes, author_id=kept.author_id, now=desk.now())
    return tuple(change_notices.names(told))


def drop(db: Session, *, edit_id: int) -> bool:
    """Throws the draft away; False if it is done already."""
    kept = agenda_versions.drafted(db, edit_id)
    if kept is None or kept.state != "draft":
        return False
    kept.state = "dropped"
    db.add(kept)
    return True


def undo(db: Session, desk: Desk, *, version: int, author_id: int) -> Drafted:
    """A draft that puts back what was before this version.

    Raises:
        Impossible: it is not the newest version, or the one before is not known.
    """
    if version != desk.agenda.version:
        raise Impossible("not_newest")
    before = agenda_versions.get(db, version - 1)
    if before is None or not before.content:
        raise Impossible("not_known")
    edit = Edit(Do.REPLACE, facts={"content": before.content})
    return draft(db, desk, author_id=author_id, edit=edit)


def agenda_at(db: Session, instant: datetime) -> Agenda | None:
    """What was in force at an instant (UTC); None where that is not kept any more."""
    found = agenda_versions.at(db, instant)
    return numbered(found) if found is not None and found.content else None


def _version(db: Session, desk: Desk, number: int) -> Agenda:
    """The agenda with this number; where it is not kept any more, the one on the desk."""
    found = agenda_versions.get(db, number)
    return numbered(found) if found is not None and found.content else desk.agenda


def history(db: Session) -> Sequence[Past]:
    """The last versions, newest first."""
    found = agenda_versions.history(db, _HISTORY + 1)
    older = [*found[1:], None]
    return [_past(db, *each) for each in zip(found, older, strict=True)][:_HISTORY]


def _past(db: Session, version: AgendaVersion, before: AgendaVersion | None) -> Past:
    author = people.get(db, version.author_id) if version.author_id else None
    name = author.name if author else None
    changes = None
    if version.content and before is not None and before.content:
        changes = diff(numbered(before), numbered(version))
    return Past(version.version or 0, version.loaded_at, name, version.touched, changes)


def _made(agenda: Agenda, edit: Edit) -> Agenda:
    """The agenda after the edit."""
    if edit.do is Do.REPLACE:
        return _replaced(agenda, str((edit.facts or {})["content"]))
    return apply(agenda, edit)


def _replaced(agenda: Agenda, content: str) -> Agenda:
    made = _parsed(content)
    if (made.event, made.sessions) == (agenda.event, agenda.sessions):
        raise Impossible("nothing_changes")
    return replace(made, version=agenda.version, changed_at=agenda.changed_at)


def _drafted(db: Session, desk: Desk, kept: AgendaEdit) -> Drafted:
    old, now = desk.agenda, desk.now()
    edit = Edit.from_dict(kept.edit)
    new = _made(old, edit)
    changes = diff(old, new)
    told = change_notices.hearers(db, changes, author_id=kept.author_id, now=now)
    scope, count = _scope(old, edit)
    odd = tuple(concerns(old, new, now))
    warnings = tuple((edit.facts or {}).get("warnings", ()))
    groups = tuple(change_notices.by_group(told))
    shown = Preview(kept.id or 0, changes, odd, groups, scope, count, warnings=warnings)
    return Drafted(shown, old, new)


def _scope(agenda: Agenda, edit: Edit) -> tuple[str | None, int]:
    """What a delay reaches now, and how many sessions it could."""
    first = agenda.find(edit.sessions[0]) if edit.do is Do.SHIFT and edit.sessions else None
    reach = len(following(agenda, first)) if first else 0
    if reach < 2:
        return None, 0
    return ("one" if len(edit.sessions) == 1 else "rest"), reach


def _apply(
    db: Session, desk: Desk, kept: AgendaEdit, last: AgendaVersion, *, author_id: int
) -> Applied:
    old, now = desk.agenda, desk.now()
    made = _made(old, Edit.from_dict(kept.edit))
    changes = diff(old, made)
    version = agenda_versions.add(
        db,
        AgendaVersion(
            digest=last.digest,
            loaded_at=now,
            content=written(made),
            author_id=author_id,
            touched=_count(changes),
        ),
    )
    agenda = _numbered(made, version)
    told = change_notices.tell(
        db, desk, agenda, author_id=author_id, version=lambda number: _version(db, desk, number)
    )
    reminding.renew(db, agenda)
    calendars.record(db, agenda, now)
    return Applied(agenda, changes, told)


def _count(changes: Changes) -> int:
    """How many sessions are other than before."""
    parts = (changes.added, changes.changed, changes.cancelled, changes.restored)
    return sum(len(part) for part in parts)


def written(agenda: Agenda) -> str:
    """The agenda in the form of its file, as a version keeps it."""
    return agenda_text(agenda, comment="", heading=lambda number, day: f"{number} {day}")


def numbered(version: AgendaVersion) -> Agenda:
    """The agenda of a version whose content is kept."""
    return _numbered(_parsed(version.content or ""), version)


@lru_cache(maxsize=16)  # history and lateness look at the same versions again and again
def _parsed(content: str) -> Agenda:
    """What an organizer confirmed is taken as it is: two sessions in a room are their choice."""
    return parse_agenda(content.encode(), lenient=True)[0]


def _numbered(agenda: Agenda, version: AgendaVersion) -> Agenda:
    number = version.version or 1
    changed_at = version.loaded_at if number > 1 else None  # the first one changes nothing
    return replace(agenda, version=number, changed_at=changed_at)
