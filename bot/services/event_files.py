"""The files of the event's folder at start: taken over the first time, later shown and asked for.

Once organizers are there, what they confirmed in the chat counts. A file that was changed since is
put before them as if one of them had sent it: with its difference, and nothing done until one of
them says so. Before anybody is there to ask, the files simply count.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from bot.domain.agenda import Agenda
from bot.domain.people import RosterEntry
from bot.domain.problems import Problem
from bot.domain.rescheduling import Do, Edit, Impossible
from bot.services import alerting, calendars, rescheduling, rosters
from bot.services.desk import Desk
from bot.services.rescheduling import written
from bot.store import agenda_versions, people
from bot.store import rosters as roster_rows
from bot.store.tables import AgendaVersion, Person
from bot.texts import changes as change_texts
from bot.texts import rosters as roster_texts
from bot.texts.catalogue import text
from bot.texts.problems import problem_line
from bot.texts.rendered import Rendered


@dataclass(frozen=True)
class RosterFile:
    """A roster as its file has it; the same content has the same ``digest``."""

    name: str
    digest: str
    entries: Sequence[RosterEntry]
    problems: Sequence[Problem] = ()


def take_up_roster(db: Session, desk: Desk, file: RosterFile) -> None:
    """Applies the roster where nobody can be asked, else puts what is new in it before them."""
    known = roster_rows.loaded(db)
    if known == file.digest:
        return
    roster_rows.set_loaded(db, file.digest)
    asked = people.organizers(db)
    if known is None or not asked:
        people.put_roster(db, file.entries)
        return
    roster_rows.drop_of_file(db)
    author = asked[0]
    lines = [problem_line(problem, author.language) for problem in file.problems]
    found = rosters.draft(
        db, desk, author_id=author.id or 0, entries=file.entries, warnings=lines, of_file=True
    )
    if isinstance(found, rosters.Refusal):
        alerting.alert(db, desk, "roster.file_refused", key=file.digest, file=file.name)
        return
    if found.changes:
        _ask(db, desk, file.digest, file.name, lambda who: roster_texts.preview(found, who))


def take_up_agenda(db: Session, desk: Desk, *, digest: str, file: str) -> None:
    """Puts on the desk the agenda to go on with; the desk holds that of the file.

    A version that the store has is gone on with. Another event's file, or the first, counts at
    once.
    """
    _open(db, desk, digest, file)
    calendars.record(db, desk.agenda, desk.now())


def _open(db: Session, desk: Desk, digest: str, file: str) -> None:
    own, last = desk.from_file, agenda_versions.latest(db)
    if last is not None and last.digest == digest:
        if last.content is None:  # kept by an older program
            last.content = written(own)
            db.add(last)
        desk.agenda = rescheduling.numbered(last)
        return
    asked = people.organizers(db)
    before = rescheduling.numbered(last) if last is not None and last.content else None
    if last is None or before is None or not asked or before.event.id != own.event.id:
        row = AgendaVersion(digest=digest, loaded_at=desk.now(), content=written(own))
        desk.agenda = rescheduling.numbered(agenda_versions.add(db, row))
        if last is not None:
            number = desk.agenda.version
            alerting.alert(db, desk, "change.file_won", key=str(number), version=number)
        return
    desk.agenda, last.digest = before, digest
    db.add(last)
    _propose(db, desk, own, digest, file, author=asked[0])


def _propose(
    db: Session, desk: Desk, own: Agenda, digest: str, file: str, *, author: Person
) -> None:
    agenda_versions.drop_of_file(db)
    edit = Edit(Do.REPLACE, facts={"content": written(own), "file": file})
    try:
        found = rescheduling.draft(db, desk, author_id=author.id or 0, edit=edit)
    except Impossible:
        return  # it says what is in force
    _ask(
        db,
        desk,
        digest,
        file,
        lambda who: change_texts.preview(found.preview, found.old, found.new, who),
    )


def _ask(
    db: Session, desk: Desk, digest: str, file: str, preview: Callable[[str], Rendered]
) -> None:
    def words(language: str) -> Rendered:
        shown = preview(language)
        head = text("change.file_changed", language, file=file)
        return Rendered(f"{head}\n\n{shown.html}", shown.buttons)

    alerting.show(db, desk, words, key=f"file:{digest[:16]}:{desk.agenda.version}")
