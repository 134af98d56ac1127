"""How the event goes, in a few lines and as pictures that read on a phone."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import TypeVar

from bot.documents.pictures import Bars, HeatMap, Mark, Picture, Row, Timeline
from bot.domain.agenda import Agenda, Session
from bot.domain.asked import Outcome
from bot.domain.notes import FEWEST_ANSWERS
from bot.domain.statistics import Attended, Statistics
from bot.texts.catalogue import text
from bot.texts.plain import plain
from bot.texts.rendered import Button, Rendered

_MOST_ROWS = 18
"""Bars of one picture."""
_FEWEST_STEPS = 3
"""A line over fewer says nothing."""
_KINDS = 12
_SHOWN = 300
"""Characters of a question in the list."""
T = TypeVar("T")


def summary(found: Statistics, language: str, *, ordered: bool) -> Rendered:
    """A few lines; the pictures follow when ``ordered``."""
    html = text("statistics.summary", language, s=found, ordered=ordered)
    rows = [(Button(text("statistics.button_picture", language), "st:png"),)]
    if found.disclosed:
        label = text("statistics.button_open", language, count=found.disclosed)
        rows.append((Button(label, "st:q:0"),))
    return Rendered(html, tuple(rows))


def open_questions(
    asked: Sequence[tuple[str, datetime]], page: int, language: str, *, pages: int, zone: str
) -> Rendered:
    """Questions without an answer that their askers let organizers read; nobody's name."""
    words = [(each if len(each) <= _SHOWN else each[:_SHOWN] + "…", at) for each, at in asked]
    html = text("statistics.open", language, zone=zone, asked=words, page=page + 1, pages=pages)
    turns = tuple(
        Button(arrow, f"st:q:{to}")
        for arrow, to in (("←", page - 1), ("→", page + 1))
        if 0 <= to < pages
    )
    return Rendered(html, (turns,) if turns else ())


def pictures(found: Statistics, agenda: Agenda, language: str) -> list[Picture]:
    """Every picture there is something to show in."""
    drawn = _Drawing(found, agenda, language)
    return [
        *drawn.reach(),
        *drawn.groups(),
        *drawn.attendance(),
        *drawn.attendance_over_time(),
        *drawn.questions(),
        *drawn.unanswered(),
    ]


class _Drawing:
    def __init__(self, found: Statistics, agenda: Agenda, language: str) -> None:
        self._found = found
        self._agenda = agenda
        self._language = language

    def reach(self) -> Iterator[Picture]:
        """Who can be reached; who came when, where that took some days."""
        reach = self._found.reach
        names = ("ready", "silent", "blocked", "waiting")
        yield Bars(
            self._say("reach_title"),
            tuple(Mark(self._say(f"reach_{each}"), getattr(reach, each)) for each in names),
            self._say("reach_sub", joined=reach.joined, total=reach.total),
            most=max(reach.total, 1),
        )
        days = self._found.joined_by_day
        if len(days) >= _FEWEST_STEPS:
            yield Timeline(
                self._say("joined_title"),
                tuple(Mark(self._say("short_day", day=day), count) for day, count in days),
                self._say("joined_sub", total=reach.total),
            )

    def groups(self) -> Iterator[Picture]:
        """Who pressed Start, by group."""
        groups = self._found.groups
        if len(groups) < 2:
            return
        for some in _portions(groups):
            hidden = any(each.joined is None for each in some)
            yield Bars(
                self._say("groups_title"),
                tuple(
                    Mark(
                        each.group or self._say("no_group"),
                        None if each.joined is None else 100 * each.joined / each.members,
                        ""
                        if each.joined is None
                        else self._say("of", part=each.joined, whole=each.members),
                    )
                    for each in some
                ),
                self._say("groups_sub"),
                self._say("withheld", fewest=FEWEST_ANSWERS) if hidden else "",
                most=100,
            )

    def attendance(self) -> Iterator[Picture]:
        """Who was there, session by session, a picture a day."""
        by_day: dict[date, list[Attended]] = {}
        for each in self._found.sessions:
            by_day.setdefault(self._agenda.day_of(self._session(each)), []).append(each)
        for day, found in by_day.items():
            for some in _portions(found):
                yield Bars(
                    self._say("attendance_title", day=day),
                    tuple(
                        Mark(
                            self._say("session", s=self._session(each)),
                            each.percent,
                            self._say("of", part=each.present, whole=each.expected),
                        )
                        for each in some
                    ),
                    self._say("attendance_sub"),
                    most=100,
                )

    def attendance_over_time(self) -> Iterator[Picture]:
        """The share of those present, from session to session."""
        if len(self._found.sessions) < _FEWEST_STEPS:
            return
        yield Timeline(
            self._say("attendance_line_title"),
            tuple(
                Mark(self._say("when", s=self._session(each)), each.percent)
                for each in self._found.sessions
            ),
            self._say("attendance_line_sub"),
        )

    def questions(self) -> Iterator[Picture]:
        """When people ask, by day and hour."""
        hours, days = self._found.by_hour()
        if not days:
            return
        for some in _portions(list(days.items())):
            yield HeatMap(
                self._say("questions_title"),
                tuple(f"{hour:02}" for hour in hours),
                tuple(
                    Row(self._say("short_day", day=day), tuple(map(float, counts)))
                    for day, counts in some
                ),
                self._say(
                    "questions_sub", count=self._found.questions, unanswered=self._found.unanswered
                ),
                self._say("questions_note"),
            )

    def unanswered(self) -> Iterator[Picture]:
        """What had no answer, by what was wanted."""
        missed = self._found.missed.most_common(_KINDS)
        if not missed:
            return
        yield Bars(
            self._say("unanswered_title"),
            tuple(Mark(self._kind(intent, why), count) for (intent, why), count in missed),
            self._say(
                "unanswered_sub", count=self._found.unanswered, questions=self._found.questions
            ),
        )

    def _kind(self, intent: str, why: Outcome) -> str:
        if why is Outcome.UNKNOWN:
            return self._say("kind_unknown")
        return self._say(f"kind_{intent}")

    def _session(self, attended: Attended) -> Session:
        session = self._agenda.find(attended.session_id)
        assert session is not None  # gathered from this agenda
        return session

    def _say(self, key: str, **facts: object) -> str:
        zone = self._agenda.timezone
        return plain(f"statistics.{key}", self._language, zone=zone, **facts)


def _portions(whole: Sequence[T]) -> Iterator[Sequence[T]]:
    """Pictures of about equal height."""
    if not whole:
        return
    count = -(-len(whole) // _MOST_ROWS)
    length = -(-len(whole) // count)
    for at in range(0, len(whole), length):
        yield whole[at : at + length]
