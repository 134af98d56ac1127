"""The organizers' report: as a document, as pictures, and what is said about it in the chat."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from bot.documents.model import (
    Block,
    Cell,
    Chart,
    Document,
    Heading,
    Highlights,
    PageBreak,
    Paragraph,
    Quote,
    Table,
)
from bot.documents.pictures import Picture
from bot.documents.values import written
from bot.domain.agenda import Agenda
from bot.domain.commitments import Standing
from bot.domain.event_report import STARS, Report, SharedNote
from bot.domain.notes import FEWEST_ANSWERS
from bot.domain.statistics import Statistics
from bot.texts import statistics
from bot.texts.catalogue import text
from bot.texts.event_report_pictures import Pictures
from bot.texts.plain import plain
from bot.texts.rendered import Button, Rendered

Words = Sequence[tuple[str, int]]
"""Words and how many notes have them, the most frequent first."""


def choose(language: str, report: Report, forms: tuple[str, ...]) -> Rendered:
    """The report in a few lines, with a button for each form."""
    spread = report.spread
    html = text(
        "event_report.choose",
        language,
        writers=report.writers,
        participants=report.participants,
        mean=None if spread is None else written(round(spread.mean, 1), language),
        notes=len(report.notes),
        plans=len(report.plans),
        fewest=FEWEST_ANSWERS,
    )
    row = [Button(text(f"event_report.button_{form}", language), f"er:{form}") for form in forms]
    return Rendered(html, (tuple(row[:2]), tuple(row[2:])))


def document(
    report: Report,
    words: Words,
    agenda: Agenda,
    language: str,
    *,
    now: datetime,
    found: Statistics | None = None,
) -> Document:
    """The report. ``now``: the instant of making it, UTC. ``found``: how the event went."""
    more = statistics.pictures(found, agenda, language) if found is not None else ()
    return _Writer(report, words, agenda, language).document(now, more)


class _Writer:
    """Words of one report, in one language, by the event's clock."""

    def __init__(self, report: Report, words: Words, agenda: Agenda, language: str) -> None:
        self._report = report
        self._words = words
        self._agenda = agenda
        self._language = language
        self._pictures = Pictures(report, words, agenda, language)

    def document(self, now: datetime, more: Sequence[Picture]) -> Document:
        event = self._agenda.event
        lines = [self._say("days", start=event.start, end=event.end)]
        lines += [event.place] if event.place else []
        blocks = [
            *self._summary(),
            *self._participation(),
            *self._course(more),
            *self._ratings(),
            *self._frequencies(),
            *self._plans(),
            *self._quotes(),
            *self._delivery(),
        ]
        return Document(
            language=self._language,
            kicker=self._say("kicker"),
            title=event.name,
            lines=tuple(lines),
            bearer=event.organizer or "",
            office=(),
            colophon=self._say("made", now=now),
            page_words=self._say("page_of"),
            replaced_words=self._say("replaced"),
            blocks=tuple(blocks),
        )

    def _say(self, key: str, **facts: object) -> str:
        zone = self._agenda.timezone
        return plain(f"event_report.doc_{key}", self._language, zone=zone, **facts)

    def _few(self) -> str:
        return self._say("few", fewest=FEWEST_ANSWERS)

    def _or_few(self, count: float | None) -> Cell:
        return self._few() if count is None else count

    def _charts(self, pictures: Sequence[Picture]) -> Iterator[Block]:
        return (Chart(picture) for picture in pictures)

    # ------------------------------------------------------------------------------------ figures

    def _summary(self) -> Iterator[Block]:
        report = self._report
        total = sum(reach.total for reach in report.reached)
        came = sum(reach.delivered for reach in report.reached)
        yield Heading(self._say("summary"))
        yield Highlights(
            (
                (report.participants, self._say("participants")),
                (report.joined, self._say("joined")),
                (self._or_few(report.writers), self._say("writers")),
                (self._or_few(report.raters), self._say("raters")),
                (
                    self._or_few(round(report.spread.mean, 2) if report.spread else None),
                    self._say("mean"),
                ),
                (len(report.notes), self._say("shared")),
                (len(report.plans), self._say("plans_shared")),
                (f"{came}/{total}", self._say("reached")),
            )
        )
        yield Paragraph(self._say("rule", fewest=FEWEST_ANSWERS), quiet=True)

    def _participation(self) -> Iterator[Block]:
        yield PageBreak()
        yield Heading(self._say("participation"))
        yield from self._charts([*self._pictures.present(), *self._pictures.writers()])
        yield Heading(self._say("by_session"), 2)
        yield self._by_session()
        yield Heading(self._say("by_group"), 2)
        yield from self._charts(self._pictures.groups())
        yield Table(
            self._say("by_group"),
            tuple(map(self._say, ("group", "members", "wrote", "rated"))),
            tuple(
                (
                    figures.group or self._say("no_group"),
                    figures.members,
                    self._or_few(figures.writers),
                    self._or_few(figures.raters),
                )
                for figures in self._report.groups
            ),
            (5, 2, 2, 2),
        )

    def _course(self, more: Sequence[Picture]) -> Iterator[Block]:
        if more:
            yield PageBreak()
            yield Heading(self._say("course"))
            yield from self._charts(more)

    def _by_session(self) -> Table:
        """With who was there, if that was ever asked."""
        sessions = self._report.sessions
        called = any(figures.called for figures in sessions)
        present = ["present"] if called else []
        rows = []
        for figures in sessions:
            there = self._or_few(figures.present) if figures.called else None
            rows.append(
                (
                    self._day(figures.session_id),
                    self._pictures.session(figures.session_id),
                    *([there] if called else []),
                    self._or_few(figures.writers),
                    self._or_few(figures.raters),
                )
            )
        head = tuple(map(self._say, ("day", "session", *present, "wrote", "rated")))
        widths = (2, 4.6, 1.8, 1.8, 1.8) if called else (2, 5.6, 2.2, 2.2)
        return Table(self._say("by_session"), head, tuple(rows), widths)

    def _day(self, session_id: str | None) -> date | None:
        session = self._agenda.find(session_id or "")
        return None if session is None else self._agenda.day_of(session)

    def _ratings(self) -> Iterator[Block]:
        yield PageBreak()
        yield Heading(self._say("ratings"))
        rated = [figures for figures in self._report.sessions if figures.spread]
        if not rated:
            yield Paragraph(self._say("no_ratings", fewest=FEWEST_ANSWERS))
            return
        yield from self._charts([*self._pictures.spread(), *self._pictures.ratings()])
        yield Heading(self._say("ratings_table"), 2)
        yield Table(
            self._say("ratings_table"),
            (
                *map(self._say, ("session", "rated", "mean_head", "median_head")),
                *(self._say("star", star=star) for star in STARS),
            ),
            tuple(
                (
                    self._pictures.session(figures.session_id),
                    figures.spread.total,
                    round(figures.spread.mean, 2),
                    float(figures.spread.median),
                    *figures.spread.counts,
                )
                for figures in rated
                if figures.spread
            ),
            (4.4, 1.9, 2.2, 2, 1.1, 1.1, 1.1, 1.1, 1.1),
        )

    def _frequencies(self) -> Iterator[Block]:
        yield PageBreak()
        yield Heading(self._say("words"))
        if len(self._report.notes) < FEWEST_ANSWERS:
            yield Paragraph(self._say("words_few", fewest=FEWEST_ANSWERS))
            return
        if not self._words:
            yield Paragraph(self._say("words_none"))
            return
        yield Paragraph(self._say("words_note"), quiet=True)
        yield from self._charts(self._pictures.frequencies())
        head = (self._say("word"), self._say("notes_head"))
        yield Table(self._say("words"), head, tuple(self._words), (4, 1))

    # ------------------------------------------------------------------------- what people shared

    def _plans(self) -> Iterator[Block]:
        yield PageBreak()
        yield Heading(self._say("plans"))
        plans = self._report.plans
        yield from self._charts(self._pictures.plans())
        if plans:
            yield Heading(self._say("plans_table"), 2)
            yield Table(
                self._say("plans_table"),
                tuple(map(self._say, ("name", "what", "partner", "goal", "due", "standing"))),
                tuple(
                    (
                        plan.name,
                        plan.what,
                        plan.partner,
                        self._pictures.goal(plan.goal_id),
                        plan.due_on,
                        self._say(f"standing_{plan.standing}"),
                    )
                    for plan in plans
                ),
                (2.7, 4, 2.3, 3, 2.1, 2.5),
            )
        else:
            yield Paragraph(self._say("no_plans"))
        yield from self._unshared()

    def _unshared(self) -> Iterator[Block]:
        report = self._report
        if report.unshared is None:
            yield Paragraph(self._say("unshared_few", fewest=FEWEST_ANSWERS), quiet=True)
            return
        yield Heading(self._say("unshared"), 2)
        rows: list[tuple[Cell, ...]] = [
            (
                self._say(f"standing_{standing}"),
                self._or_few(report.unshared_by_standing[standing]),
            )
            for standing in Standing
        ]
        rows.append((self._say("unshared_total"), report.unshared))
        head = (self._say("standing"), self._say("count"))
        yield Table(self._say("unshared"), head, tuple(rows), (4, 2))

    def _quotes(self) -> Iterator[Block]:
        yield PageBreak()
        yield Heading(self._say("quotes"))
        notes = self._report.notes
        if not notes:
            yield Paragraph(self._say("no_quotes"))
            return
        for session_id in dict.fromkeys(note.session_id for note in notes):
            yield Heading(self._pictures.session(session_id), 2)
            for note in notes:
                if note.session_id == session_id:
                    yield Quote(note.text, self._by(note))

    def _by(self, note: SharedNote) -> str:
        if note.name is None:
            return self._say("nameless")
        same = note.office in (None, "", note.name)
        return note.name if same else f"{note.name}, {note.office}"

    def _delivery(self) -> Iterator[Block]:
        yield PageBreak()
        yield Heading(self._say("delivery"))
        reached = self._report.reached
        if not reached:
            yield Paragraph(self._say("no_delivery"))
            return
        yield from self._charts(self._pictures.delivery())
        yield Table(
            self._say("delivery_table"),
            tuple(map(self._say, ("title", "sent_at", "recipients", "delivered", "read"))),
            tuple(
                (
                    reach.title,
                    self._say("at", at=reach.at),
                    reach.total,
                    reach.delivered,
                    reach.read,
                )
                for reach in reached
            ),
            (4.6, 2.6, 2, 1.8, 2),
        )
