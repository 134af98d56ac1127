"""The charts of the organizers' report, for the document and for the chat."""

from collections.abc import Sequence
from typing import TypeVar

from bot.documents.pictures import Bars, Columns, Mark, Picture, Row, Stacked, Tone
from bot.documents.values import written
from bot.domain.agenda import Agenda
from bot.domain.commitments import Standing
from bot.domain.event_report import STARS, Report, SessionFigures
from bot.domain.notes import FEWEST_ANSWERS
from bot.texts.plain import plain

STANDING_TONES = (Tone.GREY, Tone.GOLD, Tone.TEAL, Tone.RUST)
"""Colours of how commitments stand, in the order of ``Standing``."""
_MOST_ROWS = 18
"""Lines of one chart: more do not fit on a page."""
T = TypeVar("T")


class Pictures:
    """Each method gives the charts of one topic; none where there is nothing to show."""

    def __init__(
        self, report: Report, words: Sequence[tuple[str, int]], agenda: Agenda, language: str
    ) -> None:
        self._report = report
        self._words = words
        self._agenda = agenda
        self._language = language

    def every(self) -> list[Picture]:
        """All of them, in the order of the report."""
        return [
            *self.present(),
            *self.writers(),
            *self.groups(),
            *self.spread(),
            *self.ratings(),
            *self.frequencies(),
            *self.plans(),
            *self.delivery(),
        ]

    def session(self, session_id: str | None) -> str:
        """What a session is called here."""
        session = self._agenda.find(session_id or "")
        return session.title if session else self._say("no_session")

    def goal(self, goal_id: str | None) -> str:
        """What a goal is called here."""
        goal = self._agenda.goal(goal_id)
        return goal.title if goal else self._say("no_goal")

    def present(self) -> list[Picture]:
        """Who was there, by session, a chart a day."""
        taken = [(each, each.present) for each in self._report.sessions if each.called]
        return self._by_day("present", taken)

    def writers(self) -> list[Picture]:
        """Who wrote, by session, a chart a day."""
        return self._by_day("writers", [(each, each.writers) for each in self._report.sessions])

    def _by_day(
        self, topic: str, counted: Sequence[tuple[SessionFigures, int | None]]
    ) -> list[Picture]:
        by_day: dict[object, list[Mark]] = {}
        for figures, count in counted:
            session = self._agenda.find(figures.session_id or "")
            day = self._agenda.day_of(session) if session else None
            mark = Mark(self.session(figures.session_id), count)
            by_day.setdefault(day, []).append(mark)
        return [
            Bars(
                self._say(f"{topic}_chart", day=day),
                tuple(some),
                self._say(f"{topic}_sub", total=self._report.joined),
                self._withheld(any(mark.value is None for mark in some)),
                most=max(1, self._report.joined),
            )
            for day, marks in by_day.items()
            if any(mark.value is not None for mark in marks)
            for some in _portions(marks)
        ]

    def groups(self) -> list[Picture]:
        """Who wrote, by group."""
        groups = self._report.groups
        if len(groups) < 2 or all(each.writers is None for each in groups):
            return []
        return [
            Bars(
                self._say("group_chart"),
                tuple(
                    Mark(
                        each.group or self._say("no_group"),
                        each.writers,
                        ""
                        if each.writers is None
                        else self._say("of", part=each.writers, whole=each.members),
                    )
                    for each in some
                ),
                self._say("group_sub"),
                self._withheld(any(each.writers is None for each in some)),
                most=max(each.members for each in groups),
            )
            for some in _portions(groups)
        ]

    def spread(self) -> list[Picture]:
        """How all ratings are spread."""
        spread = self._report.spread
        if spread is None:
            return []
        sub = self._say(
            "spread_sub",
            total=spread.total,
            mean=self._number(spread.mean),
            median=self._number(float(spread.median)),
        )
        marks = tuple(
            Mark(str(star), count) for star, count in zip(STARS, spread.counts, strict=True)
        )
        return [Columns(self._say("spread_chart"), marks, sub)]

    def ratings(self) -> list[Picture]:
        """How the ratings of each session are spread."""
        rows = [
            Row(
                self.session(figures.session_id),
                tuple(map(float, figures.spread.counts)),
                self._number(figures.spread.mean),
            )
            for figures in self._report.sessions
            if figures.spread
        ]
        return [
            Stacked(
                self._say("ratings_chart"),
                tuple(map(str, STARS)),
                tuple(some),
                self._say("ratings_sub"),
                steps=True,
                whole=True,
            )
            for some in _portions(rows)
        ]

    def frequencies(self) -> list[Picture]:
        """The most frequent words."""
        if not self._words or len(self._report.notes) < FEWEST_ANSWERS:
            return []
        marks = tuple(Mark(word, count) for word, count in self._words[:_MOST_ROWS])
        return [Bars(self._say("words"), marks, note=self._say("words_note"))]

    def plans(self) -> list[Picture]:
        """Shared commitments by goal and standing, in the order of the event's goals."""
        plans = self._report.plans
        wanted = [*(goal.id for goal in self._agenda.event.goals), None]
        rows = []
        for goal_id in wanted:
            known = [
                plan
                for plan in plans
                if (plan.goal_id if self._agenda.goal(plan.goal_id) else None) == goal_id
            ]
            if known:
                counts = [sum(plan.standing is each for plan in known) for each in Standing]
                rows.append(Row(self.goal(goal_id), tuple(map(float, counts)), str(len(known))))
        names = tuple(self._say(f"standing_{standing}") for standing in Standing)
        return [
            Stacked(self._say("plans_chart"), names, tuple(some), tones=STANDING_TONES)
            for some in _portions(rows)
        ]

    def delivery(self) -> list[Picture]:
        """How far the announcements came."""
        reached = self._report.reached
        return [
            Bars(
                self._say("delivery_chart"),
                tuple(
                    Mark(
                        each.title or "–",
                        each.delivered,
                        self._say("of", part=each.delivered, whole=each.total),
                    )
                    for each in some
                ),
                self._say("delivery_sub"),
                most=max(1, *(each.total for each in reached)),
            )
            for some in _portions(reached)
        ]

    def _say(self, key: str, **facts: object) -> str:
        zone = self._agenda.timezone
        return plain(f"event_report.doc_{key}", self._language, zone=zone, **facts)

    def _number(self, value: float) -> str:
        return written(round(value, 1), self._language)

    def _withheld(self, any_withheld: bool) -> str:
        return self._say("withheld_note", fewest=FEWEST_ANSWERS) if any_withheld else ""


def _portions(whole: Sequence[T]) -> list[Sequence[T]]:
    """In charts of about equal length, none longer than a page."""
    charts = -(-len(whole) // _MOST_ROWS)
    length = -(-len(whole) // charts) if charts else 1
    return [whole[at : at + length] for at in range(0, len(whole), length)]
