"""From what was asked to which sessions of the agenda answer it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import clock
from bot.domain.agenda import Agenda, Kind
from bot.domain.language.index import index_of
from bot.domain.language.moments import Grain, When, part_of
from bot.domain.language.naming import Naming
from bot.domain.language.question import FACETS, Intent, Question, Slots
from bot.domain.language.resolved import Reason, Resolved

_MOST_LISTED = 4
_DAY = Intent.AGENDA


def resolve(question: Question, agenda: Agenda, now: datetime) -> Resolved:
    """The sessions that answer ``question`` at ``now`` (aware)."""
    index = index_of(agenda)
    local = clock.local(now, agenda.timezone).replace(tzinfo=None)
    return _Resolver(question, index, local).resolved()


class _Resolver(Naming):
    """From the question to the sessions, by how they were asked for."""

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
        if question.nth:
            return self._counted(question.nth, question.when or self._whole())
        if question.intent is Intent.BEFORE:
            return self._before_now()
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

    # What was spoken of before

    def _picked(self) -> Resolved:
        chosen = self.question.slots.offered[self.question.picked - 1]
        asked = self.question.intent
        if asked is Intent.CARD:  # what was asked when the choice was offered
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
            if self.question.talks:
                among = self._taught(self.all if among is None else among)
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

    def _taught(self, found: Sequence[int]) -> tuple[int, ...]:
        """Those at which something is taught or worked at; all where there is none."""
        sessions = self.index.agenda.sessions
        lessons = (Kind.OTHER, Kind.REFLECTION)
        taught = [
            i
            for i in found
            if sessions[i].kind.learning or (sessions[i].speakers and sessions[i].kind in lessons)
        ]
        return tuple(taught or found)

    def _before_now(self) -> Resolved:
        """What was on before the present session, or before the next where none is on."""
        over = [i for i in self.all if self.index.ends[i] <= self.now]
        running = self._running(self.now)
        if running:
            over = [i for i in over if self.index.ends[i] <= self.index.starts[running[0]]]
        found = tuple(over[-1:])
        reason = Reason.NONE if found else Reason.NOTHING
        return self._found(found, subject="before", named=found, reason=reason)

    def _edge(self, order: Intent, when: When) -> Resolved:
        found = self._within(when)
        if self.question.talks:
            found = self._taught(found)
        if self.question.intent is Intent.WHO:
            found = self._saying(found, Intent.WHO)
        edge = found[:1] if order is Intent.FIRST else found[-1:]
        if edge:
            return self._found(edge, subject=order.value, named=edge, when=when)
        reason = Reason.OUTSIDE if self._outside(when) else Reason.NOTHING
        return self._found((), subject=order.value, reason=reason, when=when)

    def _counted(self, number: int, when: When) -> Resolved:
        """The second lesson of the day, the third thing on it."""
        found = self._within(when)
        if self.question.talks:
            found = self._taught(found)
        one = found[number - 1 : number]
        reason = Reason.NONE if one else Reason.NOTHING
        return self._found(one, subject="session", named=one, reason=reason, when=when)

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
        elif intent in (Intent.DURATION, Intent.EVENT):
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
