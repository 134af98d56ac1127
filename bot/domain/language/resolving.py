"""From what was asked to which sessions of the agenda answer it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain import clock
from bot.domain.agenda import Agenda
from bot.domain.language.index import index_of, midnight
from bot.domain.language.looking import Looking
from bot.domain.language.mentions import Source
from bot.domain.language.moments import DAY, Grain, When, part_of, whole_day
from bot.domain.language.question import FACETS, Act, Intent, Question, Slots

_MOST_LISTED = 4
_DAY = Intent.AGENDA


class Reason(StrEnum):
    """Why an answer is empty."""

    NONE = ""
    NOTHING = "nothing"
    """No session at the time asked."""
    GAP = "gap"
    """Between two sessions just now."""
    OUTSIDE = "outside"
    """The time is not within the event's days."""
    OVER = "over"
    """Nothing follows any more."""
    OTHER_DAY = "other_day"
    """The session exists, but not then."""
    ABSENT = "absent"
    """The agenda has no such session."""
    UNSAID = "unsaid"
    """The session is there, the fact is not."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """Sessions by position in the agenda, and what to remember about how they were found."""

    intent: Intent
    asked: Intent
    sessions: tuple[int, ...] = ()
    named: tuple[int, ...] = ()
    choices: tuple[int, ...] = ()
    subject: str = ""
    reason: Reason = Reason.NONE
    day: date | None = None
    part: str | None = None
    nearby: int | None = None
    when: When | None = None
    """The time meant, where what was spoken of before completes it."""

    @property
    def empty(self) -> bool:
        """Whether the rundown has no answer."""
        return self.reason is not Reason.NONE


def resolve(question: Question, agenda: Agenda, now: datetime) -> Resolved:
    """The sessions that answer ``question`` at ``now`` (aware)."""
    index = index_of(agenda)
    local = clock.local(now, agenda.timezone).replace(tzinfo=None)
    return _Resolver(question, index, local).resolved()


class _Resolver(Looking):
    """From the question to the sessions, by how they were named."""

    def resolved(self) -> Resolved:
        question = self.question
        if question.absent:
            return self._found((), subject="absent", reason=Reason.ABSENT)
        if question.intent is Intent.OVERVIEW:
            return self._found((), subject="overview")
        if question.picked:
            return self._picked()
        if question.mention is not None:
            return self._mentioned(question.mention.sessions)
        if question.back:
            return self._back(question.slots)
        if question.order is not None:
            return self._ordered(question.order)
        if question.about_event:
            return self._event()
        if question.intent is Intent.REST:
            return self._rest()
        if question.when is None and self.today not in self.days and question.intent is _DAY:
            return self._found((), subject="overview", intent=Intent.OVERVIEW)
        return self._timed(question.when or self._today())

    # Looking into the agenda

    def _found(
        self,
        sessions: Sequence[int],
        *,
        subject: str,
        named: Sequence[int] = (),
        reason: Reason = Reason.NONE,
        when: When | None = None,
        nearby: Sequence[int] = (),
        intent: Intent | None = None,
    ) -> Resolved:
        when = when or self.question.when
        day = when.first_day if when else None
        if day is None and sessions:
            day = self.index.starts[sessions[0]].date()
        return Resolved(
            intent or self.question.intent,
            self.question.intent,
            tuple(sessions),
            tuple(named),
            (),
            subject,
            reason,
            day,
            when.part if when else None,
            nearby[0] if nearby else None,
            when if self.question.when or self.question.anchor else None,
        )

    # A session, a speaker or a room was named

    def _mentioned(self, named: tuple[int, ...]) -> Resolved:
        question, mention = self.question, self.question.mention
        source = mention.source if mention else Source.SESSION
        if question.relation is not None and question.intent is question.relation:
            return self._beside(named)
        if mention is not None and mention.missing_number:
            return self._choose(named)
        when = question.when
        chosen = self._around(named) if when is None else self._filtered(named, when)
        if not chosen and source is Source.ROOM:
            return self._found(
                (), subject="time", reason=Reason.NOTHING, nearby=self._next(self.now, named)
            )
        if not chosen:
            near = self._upcoming(named)
            return self._found(
                near, subject=source.value, named=named, reason=Reason.OTHER_DAY, nearby=near
            )
        if question.order is not None:
            return self._in_order(chosen, question.order, source)
        if question.nth:
            return self._nth(chosen, question.nth, source)
        groups = self._groups(chosen)
        listing = question.many or source is not Source.SESSION
        sure = question.act is Act.ASK
        if listing or (when is not None and sure and len(chosen) <= _MOST_LISTED):
            return self._found(chosen, subject=source.value, named=named)
        if len(groups) > 1 or question.act is Act.UNSURE:
            return self._choose([self._one(group, when)[0] for group in groups])
        return self._found(self._one(chosen, when), subject=source.value, named=named)

    def _around(self, named: tuple[int, ...]) -> tuple[int, ...]:
        """ "kalau makan malam?" after a question about a day is of that day."""
        day = self.question.slots.day
        if not self.question.following or day is None:
            return named
        return tuple(i for i in named if self.index.starts[i].date() == day) or named

    def _filtered(self, named: tuple[int, ...], when: When) -> tuple[int, ...]:
        """Those named that lie in a time; a session that is not on then is told with its day's."""
        found = self._within(when, named)
        mention = self.question.mention
        if mention is not None and mention.source is Source.ROOM:
            return found
        if not found and when.grain in (Grain.PART, Grain.INSTANT) and when.day is not None:
            found = self._within(whole_day("", when.day), named)
        if not found and when.grain is Grain.INSTANT:
            found = self._within(whole_day("", when.first_day), named)
        return found

    def _groups(self, chosen: tuple[int, ...]) -> list[tuple[int, ...]]:
        mention = self.question.mention
        groups = mention.groups if mention else (chosen,)
        kept = [tuple(i for i in group if i in chosen) for group in groups]
        return [group for group in kept if group]

    def _one(self, group: Sequence[int], when: When | None) -> tuple[int, ...]:
        """Of repeated sessions the first of the day asked, else the next one that is not over."""
        if when is not None:
            return tuple(group[:1])
        return self._upcoming(group)

    def _in_order(self, chosen: tuple[int, ...], order: Intent, source: Source) -> Resolved:
        if order is Intent.NEXT:
            found = self._next(self.now, chosen) or chosen[-1:]
        elif order is Intent.NOW:
            found = tuple(i for i in chosen if i in self._running(self.now))
            found = found or self._upcoming(chosen)
        else:
            found = chosen[:1] if order is Intent.FIRST else chosen[-1:]
        return self._found(found, subject=source.value, named=chosen)

    def _nth(self, chosen: tuple[int, ...], number: int, source: Source) -> Resolved:
        today = [i for i in chosen if self.index.starts[i].date() == self.today]
        counted = today if len(today) >= number and self.question.when is None else chosen
        if number > len(counted):
            return self._choose(counted)
        found = (counted[number - 1],)
        return self._found(found, subject=source.value, named=chosen)

    def _choose(self, offered: Sequence[int]) -> Resolved:
        ends = self.index.ends
        ahead = sorted(offered, key=lambda i: (ends[i] <= self.now, i))
        return Resolved(self.question.intent, self.question.intent, choices=tuple(ahead[:4]))

    def _beside(self, named: tuple[int, ...]) -> Resolved:
        """What follows or precedes the session named, on the same day."""
        question = self.question
        chosen = named if question.when is None else self._filtered(named, question.when)
        anchors = self._one(chosen or named, question.when if chosen else None)
        return self._neighbours(anchors[0], named)

    def _neighbours(self, anchor: int, named: Sequence[int]) -> Resolved:
        starts, ends = self.index.starts, self.index.ends
        day = self.index.on_day(starts[anchor].date())
        if self.question.intent is Intent.BEFORE:
            earlier = [i for i in day if ends[i] <= starts[anchor]]
            found = tuple(earlier[-1:])
        else:
            later = [i for i in day if starts[i] >= ends[anchor] and i != anchor]
            found = tuple(i for i in later if starts[i] == starts[later[0]])
        day_of = starts[anchor].date()
        asked = self.question.when
        typed = " ".join(t for t in (asked.text if asked else "", self.question.anchor) if t)
        before = self.question.intent is Intent.BEFORE
        begin = midnight(day_of) if before else ends[anchor]
        over = starts[anchor] if before else max(midnight(day_of + DAY), ends[anchor])
        when = When(typed, begin, over, Grain.SPAN, day_of)
        return self._found(
            found,
            subject=self.question.intent.value,
            named=named,
            reason=Reason.NONE if found else Reason.OVER,
            when=when,
            nearby=self._next(ends[anchor] - timedelta(seconds=1)),
        )

    # What was spoken of before

    def _picked(self) -> Resolved:
        chosen = self.question.slots.choices[self.question.picked - 1]
        asked = Intent(self.question.slots.intent)
        found = self._positions([chosen])
        return self._found(found, subject="session", named=found, intent=asked)

    def _back(self, slots: Slots) -> Resolved:
        sessions = self._positions(slots.sessions)
        if self.question.intent in (Intent.AFTER, Intent.BEFORE) and sessions:
            anchors = self._positions(slots.named)
            if self.question.when is not None and slots.subject in ("after", "before"):
                on_day = self._within(self.question.when, anchors)
                return self._neighbours((on_day or anchors)[0], anchors)
            return self._neighbours(sessions[-1], sessions)
        if self.question.order in (Intent.FIRST, Intent.LAST) and sessions:
            edge = sessions[:1] if self.question.order is Intent.FIRST else sessions[-1:]
            return self._found(edge, subject="session", named=edge)
        when = self._taken_up(slots)
        if self.question.when is None:
            if not sessions:
                return self._ordered(Intent.NOW)
            if len(sessions) > 1:
                sessions = self._saying(sessions, self.question.intent)
            return self._found(sessions, subject=slots.subject, named=self._positions(slots.named))
        named = self._positions(slots.named)
        if named and slots.subject in ("session", "speaker", "room"):
            found = self._within(when, named)
            near = self._upcoming(named)
            reason = Reason.NONE if found else Reason.OTHER_DAY
            return self._found(
                found or near, subject=slots.subject, named=named, reason=reason, when=when
            )
        if slots.subject in (Intent.FIRST, Intent.LAST):
            return self._edge(Intent(slots.subject), when)
        return self._timed(when)

    def _taken_up(self, slots: Slots) -> When:
        """The time asked now on top of the one before: "sorenya?" is of the same day."""
        when = self.question.when or self._today()
        if when.day is None and when.part and slots.day:
            start, end = part_of(slots.day, when.part)
            return When(when.text, start, end, Grain.PART, slots.day, when.part)
        if (
            when.day is None
            and when.grain is Grain.INSTANT
            and slots.day
            and when.start > self.now
        ):
            moved = (slots.day - when.first_day) if slots.day > when.first_day else timedelta(0)
            return replace(when, start=when.start + moved, end=when.end + moved)
        return when

    # A time, or an order in time

    def _timed(self, when: When) -> Resolved:
        intent = self.question.intent
        found = self._within(when)
        if not found:
            reason = Reason.OUTSIDE if self._outside(when) else Reason.NOTHING
            near = self._next(when.start)
            return self._found((), subject="time", reason=reason, when=when, nearby=near)
        if intent in (Intent.WHEN, Intent.COUNTDOWN) or self.question.gathering:
            found = found[:1]
        elif intent in (Intent.END, Intent.REMAINING):
            found = (max(found, key=lambda i: self.index.ends[i]),)
        elif intent in FACETS and when.start != when.end:
            found = self._saying(found, intent)
        instant = Intent.AT if when.start == when.end else Intent.AGENDA
        shown = intent if intent in FACETS else instant
        if intent is Intent.DURATION:
            shown = Intent.AGENDA
        return self._found(found, subject="time", when=when, intent=shown)

    def _ordered(self, order: Intent) -> Resolved:
        when = self.question.when
        if order in (Intent.FIRST, Intent.LAST):
            return self._edge(order, when or self._whole())
        if order is Intent.NEXT:
            among = None if when is None else self._within(when)
            if self.question.intent is Intent.WHO:  # a break has no speaker to ask for
                speakers = [bool(s.speakers) for s in self.index.agenda.sessions]
                among = tuple(i for i in among or self.all if speakers[i]) or among
            found = self._next(self.now, among)
            reason = Reason.NONE if found else Reason.OVER
            return self._found(found, subject="next", named=found, reason=reason, when=when)
        running = self._running(self.now)
        near = self._next(self.now)
        if not running and self.question.intent in FACETS and near:
            return self._found(near, subject="next", named=near)
        reason = Reason.NONE
        if not running:
            outside = self._outside(self._today())
            reason = Reason.OUTSIDE if outside and near else Reason.GAP if near else Reason.OVER
        return self._found(running, subject="now", named=running, reason=reason, nearby=near)

    def _edge(self, order: Intent, when: When) -> Resolved:
        found = self._within(when)
        edge = found[:1] if order is Intent.FIRST else found[-1:]
        if edge:
            return self._found(edge, subject=order.value, named=edge, when=when)
        reason = Reason.OUTSIDE if self._outside(when) else Reason.NOTHING
        return self._found((), subject=order.value, reason=reason, when=when)

    def _rest(self) -> Resolved:
        when = self.question.when or self._today()
        found = tuple(i for i in self._within(when) if self.index.starts[i] >= self.now)
        if found:
            return self._found(found, subject="time", when=when, intent=Intent.REST)
        near = self._next(self.now)
        reason = Reason.OVER if not near else Reason.NOTHING
        if self._outside(when):
            reason = Reason.OUTSIDE
        return self._found(
            (), subject="time", reason=reason, when=when, nearby=near, intent=Intent.REST
        )

    def _event(self) -> Resolved:
        """Of the event as a whole: where it is, when it begins and ends."""
        if not self.all:
            return self._found((), subject="event", reason=Reason.NOTHING)
        intent = self.question.intent
        if intent is Intent.WHERE:
            found = self._running(self.now) or self._next(self.now) or (0,)
        elif intent in (Intent.END, Intent.REMAINING):
            found = (self.all[-1],)
        elif intent is Intent.DURATION:
            found = ()
        elif intent in (Intent.WHEN, Intent.COUNTDOWN):
            found = (0,)
        else:
            return (
                self._timed(self._today())
                if self.today in self.days
                else self._found(self._saying(tuple(self.all), intent), subject="event")
            )
        return self._found(found, subject="event", named=found)


__all__ = ["DAY", "Reason", "Resolved", "resolve"]
