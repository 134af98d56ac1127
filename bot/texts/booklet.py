"""The participant's booklet: as a document, and what is said about it in the chat."""

from collections.abc import Iterator
from datetime import date, datetime

from bot.documents.model import (
    Block,
    Chart,
    Document,
    Heading,
    KeyFacts,
    Link,
    PageBreak,
    Paragraph,
    Photo,
    Quote,
    Table,
)
from bot.documents.pictures import Mark, Ring
from bot.domain import clock
from bot.domain.agenda import Agenda, Session
from bot.domain.booklet import Booklet, OwnCommitment, OwnFile, OwnNote
from bot.domain.commitments import Standing
from bot.domain.materials import LINK
from bot.texts.catalogue import text
from bot.texts.event_report_pictures import STANDING_TONES
from bot.texts.plain import plain
from bot.texts.rendered import Button, Rendered

_KINDS = ("photo", "voice", "audio", "video", "document")


def choose(language: str, forms: tuple[str, ...]) -> Rendered:
    """What the booklet is, with a button for each form."""
    row = tuple(Button(text(f"booklet.button_{form}", language), f"bk:{form}") for form in forms)
    return Rendered(text("booklet.choose", language), (row[:2], row[2:]))


def document(booklet: Booklet, agenda: Agenda, language: str, *, now: datetime) -> Document:
    """The booklet. ``now``: the instant of making it, UTC."""
    return _Writer(booklet, agenda, language).document(now)


class _Writer:
    """Words of one booklet, in one language, by the event's clock."""

    def __init__(self, booklet: Booklet, agenda: Agenda, language: str) -> None:
        self._booklet = booklet
        self._agenda = agenda
        self._own = booklet.rundown(agenda)
        self._language = language

    def document(self, now: datetime) -> Document:
        event, own = self._agenda.event, self._booklet
        lines = [self._say("days", start=event.start, end=event.end)]
        lines += [event.place] if event.place else []
        lines += [self._say("example")] if event.example else []
        office = dict.fromkeys(line for line in (own.position, own.agency) if line)
        blocks = [*self._notes(), *self._plans(), *self._rundown(), *self._materials()]
        return Document(
            language=self._language,
            kicker=self._say("kicker"),
            title=event.name,
            lines=tuple(lines),
            bearer=own.name,
            office=tuple(line for line in office if line != own.name),
            colophon=self._say("made", now=now),
            page_words=self._say("page_of"),
            replaced_words=self._say("replaced"),
            blocks=tuple(blocks),
        )

    def _say(self, key: str, **facts: object) -> str:
        zone = self._agenda.timezone
        return plain(f"booklet.doc_{key}", self._language, zone=zone, **facts)

    # ------------------------------------------------------------------------------------- notes

    def _notes(self) -> Iterator[Block]:
        yield Heading(self._say("notes"))
        own = self._booklet
        rated = {session for session in self._agenda.sessions if session.id in own.ratings}
        if not own.notes and not rated:
            yield Paragraph(self._say("no_notes"))
            return
        by_day: dict[date, list[OwnNote]] = {day: [] for day in self._agenda.days}
        for note in own.notes:
            by_day.setdefault(self._day(note), []).append(note)
        for day in sorted(by_day):
            yield Heading(self._say("day", day=day), 2)
            parts = list(self._of_day(day, by_day[day]))
            yield from parts or [Paragraph(self._say("quiet_day"), quiet=True)]

    def _day(self, note: OwnNote) -> date:
        """Where the note stands: on its session's day, else on its own."""
        session = self._agenda.find(note.session_id or "")
        return self._agenda.day_of(session) if session else note.day

    def _of_day(self, day: date, notes: list[OwnNote]) -> Iterator[Block]:
        by_session: dict[str | None, list[OwnNote]] = {}
        for note in notes:
            by_session.setdefault(note.session_id, []).append(note)
        for session in self._agenda.on_day(day):
            rating = self._booklet.ratings.get(session.id)
            mine = by_session.pop(session.id, [])
            if mine or rating is not None:
                yield Heading(session.title, 3)
                yield KeyFacts(tuple(self._facts(session, rating)))
                yield from self._written(mine)
        general = by_session.pop(None, [])
        for heading, rest in (
            ("lost_session", [note for lost in by_session.values() for note in lost]),
            ("general", general),
        ):
            if rest:
                yield Heading(self._say(heading), 3)
                yield from self._written(rest)

    def _facts(self, session: Session, rating: int | None) -> Iterator[tuple[str, str]]:
        zone = clock.short_name(self._agenda.timezone, session.start)
        yield self._say("time"), self._say("time_value", session=session, zone_name=zone)
        if session.room:
            yield self._say("room"), session.room
        if session.speakers:
            yield self._say("speakers"), "; ".join(session.speakers)
        if rating is not None:
            yield self._say("rating"), self._say("rating_value", value=rating)

    def _written(self, notes: list[OwnNote]) -> Iterator[Block]:
        for note in notes:
            if note.text.strip():
                yield Quote(note.text)
            for file in note.files:
                yield from self._file(file)
            yield Paragraph(self._say("written", at=note.at), quiet=True)

    def _file(self, file: OwnFile) -> Iterator[Block]:
        kind = file.kind if file.kind in _KINDS else "document"
        name = self._say(
            "file_absent" if file.left_out else "file",
            name=file.name,
            kind=self._say(f"kind_{kind}"),
            size=size(file.size, self._language),
        )
        if kind == "photo" and file.content is not None:
            yield Photo(file.content, name, file.path)
        elif file.path:
            yield Link(name, file.path)
        else:
            yield Paragraph(name, quiet=True)

    # ------------------------------------------------------------------------------- commitments

    def _plans(self) -> Iterator[Block]:
        yield PageBreak()
        yield Heading(self._say("plans"))
        plans = self._booklet.commitments
        if not plans:
            yield Paragraph(self._say("no_plans"))
            return
        yield Chart(self._ring(plans))
        for number, plan in enumerate(plans, start=1):
            yield Heading(self._say("plan", number=number), 3)
            yield Quote(plan.what)
            yield KeyFacts(tuple(self._plan(plan)))
            if plan.steps:
                yield Table(
                    self._say("history"),
                    (self._say("date"), self._say("standing"), self._say("remark")),
                    tuple(
                        (
                            clock.local_day(step.at, self._agenda.timezone),
                            self._standing(step.standing),
                            step.remark,
                        )
                        for step in plan.steps
                    ),
                    (2, 3, 6),
                )

    def _ring(self, plans: tuple[OwnCommitment, ...]) -> Ring:
        counts = [sum(plan.standing is each for plan in plans) for each in Standing]
        marks = [
            Mark(self._standing(each), count) for each, count in zip(Standing, counts, strict=True)
        ]
        done = counts[list(Standing).index(Standing.DONE)]
        return Ring(
            self._say("plans"),
            tuple(marks),
            f"{done}/{len(plans)}",
            under=self._say("done"),
            tones=STANDING_TONES,
        )

    def _plan(self, plan: OwnCommitment) -> Iterator[tuple[str, str]]:
        goal = self._agenda.goal(plan.goal_id)
        if goal is not None:
            yield self._say("goal"), f"{goal.title} ({goal.source})" if goal.source else goal.title
        if plan.partner:
            yield self._say("partner"), plan.partner
        yield self._say("due"), self._say("day", day=plan.due_on)
        if plan.first_step:
            yield self._say("first_step"), plan.first_step
        yield self._say("standing"), self._standing(plan.standing)

    def _standing(self, standing: Standing) -> str:
        return self._say(f"standing_{standing}")

    # --------------------------------------------------------------------- rundown and materials

    def _rundown(self) -> Iterator[Block]:
        yield PageBreak()
        yield Heading(self._say("rundown"))
        head = (self._say("time"), self._say("session"), self._say("room"))
        for day in self._agenda.days:
            name = self._say("day", day=day)
            yield Heading(name, 2)
            sessions = self._own.on_day(day)
            if not sessions:
                yield Paragraph(self._say("no_sessions"), quiet=True)
                continue
            rows = [
                (
                    self._say("time_value", session=each, zone_name="").strip(),
                    each.title,
                    each.room,
                )
                for each in sessions
            ]
            yield Table(name, head, tuple(rows), (2.2, 6, 3))

    def _materials(self) -> Iterator[Block]:
        handouts = self._booklet.handouts
        having = [s for s in self._own.sessions if s.materials or handouts.get(s.id)]
        if not having:
            return
        yield PageBreak()
        yield Heading(self._say("materials"))
        for session in having:
            yield Heading(session.title, 3)
            for material in session.materials:
                yield Link(material.title, material.url)
            for handout in handouts.get(session.id, ()):
                if handout.kind == LINK:
                    yield Link(handout.title, handout.address)
                else:
                    yield Paragraph(self._say("handout", title=handout.title))


def size(count: int, language: str) -> str:
    """Bytes as people read them: 120 kB; 1,4 MB in Indonesian, 1.4 MB in English."""
    from babel.numbers import format_decimal

    if count < 1_000_000:
        return f"{max(1, round(count / 1000))} kB"
    return f"{format_decimal(count / 1_000_000, format='0.#', locale=language)} MB"
