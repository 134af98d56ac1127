"""A question to the facts that answer it. Facts only: `bot.texts.answers` puts them into words.

Every time comes from the agenda. What it does not say stays None and `Answer.empty` says so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain import clock
from bot.domain.agenda import Agenda, Material, Session
from bot.domain.language.cancelled import cancelled
from bot.domain.language.moments import Grain, When
from bot.domain.language.question import Act, Intent, Question, Slots
from bot.domain.language.resolved import Reason, Resolved
from bot.domain.language.resolving import resolve


class AnswerKind(StrEnum):
    """What sort of reply it is."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    FALLBACK = "fallback"
    GREETING = "greeting"
    THANKS = "thanks"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Span:
    """The time that was understood: the typed words, begin and end as UTC instants."""

    text: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Fields:
    """What the rundown says of one session; None where it is silent.

    ``remaining`` until its end while it runs, ``countdown`` until its start before it.
    """

    start: datetime
    end: datetime
    room: str | None
    speakers: tuple[str, ...]
    duration: timedelta
    remaining: timedelta | None
    countdown: timedelta | None
    dress: str | None
    bring: str | None
    materials: tuple[Material, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The facts of a reply. ``sessions`` is what it is about, ``choices`` what it offers.

    ``empty``: the rundown does not say what was asked; ``reason`` tells in which way.
    ``nearby`` is the session to point to when there is none at the time asked.
    """

    kind: AnswerKind
    intent: Intent
    now: datetime
    sessions: tuple[Session, ...] = ()
    fields: Fields | None = None
    choices: tuple[Session, ...] = ()
    overview: bool = False
    empty: bool = False
    reason: Reason = Reason.NONE
    day: date | None = None
    part: str | None = None
    label: str = ""
    nearby: Session | None = None
    about_event: bool = False
    time: Span | None = None
    slots: Slots = field(default_factory=Slots)


def answer(question: Question, agenda: Agenda, now: datetime) -> Answer:
    """What ``agenda`` says to ``question`` at ``now`` (aware).

    The slots of the answer are what to remember for the chat's next message.
    """
    span = _span(question.when, agenda)
    if gone := cancelled(question, agenda, now):
        return Answer(
            AnswerKind.ANSWER,
            question.intent if question.act is Act.ASK else Intent.CARD,
            now,
            gone,
            empty=True,
            reason=Reason.CANCELLED,
            slots=question.slots,
        )
    if question.act is not Act.ASK:
        return _unasked(question, agenda, now, span)
    if question.intent in (Intent.ME, Intent.SETTINGS, Intent.NOTES):
        return Answer(AnswerKind.ANSWER, question.intent, now, slots=question.slots)
    found = resolve(question, agenda, now)
    if found.choices:
        return _clarify(question, agenda, now, span, found.choices)
    overview = found.intent is Intent.OVERVIEW
    sessions = tuple(agenda.sessions[i] for i in found.sessions)
    fields = fields_of(agenda, sessions[0], now) if sessions else None
    silent = _silent(found.intent, sessions, agenda)
    return Answer(
        AnswerKind.ANSWER,
        found.intent,
        now,
        sessions,
        fields,
        overview=overview,
        empty=found.empty or silent,
        reason=Reason.UNSAID if silent and not found.empty else found.reason,
        day=found.day,
        part=found.part,
        label=question.mention.label if question.mention else "",
        nearby=None if found.nearby is None else agenda.sessions[found.nearby],
        about_event=question.about_event,
        time=_span(found.when, agenda) if found.when else span,
        slots=_remember(question, agenda, found),
    )


def _unasked(question: Question, agenda: Agenda, now: datetime, span: Span | None) -> Answer:
    kinds = {
        Act.GREETING: AnswerKind.GREETING,
        Act.THANKS: AnswerKind.THANKS,
        Act.HELP: AnswerKind.HELP,
        Act.UNSURE: AnswerKind.CLARIFY,
    }
    kind = kinds.get(question.act, AnswerKind.FALLBACK)
    if kind is AnswerKind.CLARIFY:
        found = resolve(question, agenda, now)
        instant = question.when is not None and question.when.grain is Grain.INSTANT
        exact = question.mention or question.order or instant
        offered = found.choices or (found.sessions[:4] if exact else ())
        return _clarify(question, agenda, now, span, offered)
    if kind is AnswerKind.FALLBACK:
        return Answer(kind, Intent.OTHER, now, slots=question.slots)
    return Answer(kind, question.intent, now, slots=question.slots)


def _clarify(
    question: Question,
    agenda: Agenda,
    now: datetime,
    span: Span | None,
    offered: Sequence[int],
) -> Answer:
    choices = tuple(agenda.sessions[i] for i in offered[:4])
    slots = Slots(
        intent=question.intent.value,
        subject="session",
        named=tuple(s.id for s in choices),
        choices=tuple(s.id for s in choices),
        day=question.when.day if question.when else None,
    )
    day = question.when.first_day if question.when else None
    return Answer(
        AnswerKind.CLARIFY, question.intent, now, choices=choices, day=day, time=span, slots=slots
    )


def fields_of(agenda: Agenda, session: Session, now: datetime) -> Fields:
    """What the rundown says of ``session``, with what is left of it or until it at ``now``."""
    return Fields(
        session.start,
        session.end,
        session.room,
        session.speakers,
        session.duration,
        session.end - now if session.running(now) else None,
        session.start - now if session.start > now else None,
        session.dress or agenda.event.dress,
        session.bring,
        session.materials,
    )


def _silent(intent: Intent, sessions: Sequence[Session], agenda: Agenda) -> bool:
    """Whether sessions were found but the rundown says nothing of what was asked."""
    if not sessions:
        return False
    facts: dict[Intent, Sequence[object]] = {
        Intent.WHERE: [s.room for s in sessions],
        Intent.WHO: [s.speakers for s in sessions],
        Intent.DRESS: [s.dress or agenda.event.dress for s in sessions],
        Intent.BRING: [s.bring for s in sessions],
        Intent.MATERIALS: [s.materials for s in sessions],
    }
    return intent in facts and not any(facts[intent])


def _span(when: When | None, agenda: Agenda) -> Span | None:
    if when is None:
        return None
    zone = agenda.timezone
    return Span(when.text, clock.localize(when.start, zone), clock.localize(when.end, zone))


def _remember(question: Question, agenda: Agenda, found: Resolved) -> Slots:
    ids = [s.id for s in agenda.sessions]
    return Slots(
        intent=found.asked.value,
        subject=found.subject,
        named=tuple(ids[i] for i in found.named[:60]),
        sessions=tuple(ids[i] for i in found.sessions[:60]),
        day=found.day,
        part=found.part,
    )


# What the fixed commands ask, in the same form as typed questions


def day_answer(agenda: Agenda, day: date, now: datetime) -> Answer:
    """The agenda of one local day."""
    sessions = agenda.on_day(day)
    outside = agenda.day_number(day) is None
    reason = Reason.OUTSIDE if outside else Reason.NOTHING
    reason = Reason.NONE if sessions else reason
    return _listed(agenda, Intent.AGENDA, now, sessions, day=day, reason=reason)


def now_answer(agenda: Agenda, now: datetime) -> Answer:
    """What is on at ``now``; `nearby` is what comes next."""
    running = agenda.running(now)
    reason = Reason.NONE if running else _around(agenda, now)
    return _listed(agenda, Intent.NOW, now, running, reason=reason)


def next_answer(agenda: Agenda, now: datetime) -> Answer:
    """What begins next after ``now``."""
    later = agenda.next_up(now)
    reason = Reason.NONE if later else Reason.OVER
    return _listed(agenda, Intent.NEXT, now, later, reason=reason)


def overview_answer(agenda: Agenda, now: datetime) -> Answer:
    """The whole schedule, day by day."""
    return Answer(
        AnswerKind.ANSWER, Intent.OVERVIEW, now, overview=True, slots=Slots(intent="overview")
    )


def card_answer(agenda: Agenda, session: Session, now: datetime) -> Answer:
    """All about one session."""
    day = agenda.day_of(session)
    return _listed(agenda, Intent.CARD, now, (session,), day=day)


_SUBJECTS = {Intent.AGENDA: "time", Intent.NOW: "now", Intent.NEXT: "next"}
"""What a follow-up is about after each command: the same as after the typed question."""


def _listed(
    agenda: Agenda,
    intent: Intent,
    now: datetime,
    sessions: Iterable[Session],
    *,
    day: date | None = None,
    reason: Reason = Reason.NONE,
) -> Answer:
    found = tuple(sessions)
    ids = tuple(s.id for s in found)
    upcoming = agenda.next_up(now)
    return Answer(
        AnswerKind.ANSWER,
        intent,
        now,
        found,
        fields_of(agenda, found[0], now) if found else None,
        empty=not found,
        reason=reason,
        day=day,
        nearby=upcoming[0] if upcoming else None,
        slots=Slots(intent.value, _SUBJECTS.get(intent, "session"), ids, ids, day=day),
    )


def _around(agenda: Agenda, now: datetime) -> Reason:
    if not agenda.upcoming(now):
        return Reason.OVER
    inside = agenda.day_number(clock.local_day(now, agenda.timezone)) is not None
    return Reason.GAP if inside else Reason.OUTSIDE
