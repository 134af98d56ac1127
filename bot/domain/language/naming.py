"""Of the sessions, speakers and rooms a message names, those that are meant."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.language.index import midnight
from bot.domain.language.looking import Looking
from bot.domain.language.mentions import Source
from bot.domain.language.moments import DAY, Grain, When, whole_day
from bot.domain.language.question import FACETS, Act, Intent
from bot.domain.language.resolved import Reason, Resolved

_MOST_LISTED = 4
_DAY = Intent.AGENDA


class Naming(Looking):
    """Chooses among what was named: by the day asked, by order, else what comes next."""

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
        if source is Source.SPEAKER and question.intent in FACETS:
            chosen = self._saying(chosen, question.intent)
        if listing or (when is not None and sure and len(chosen) <= _MOST_LISTED):
            return self._found(chosen, subject=source.value, named=named)
        if sure and self._together(groups) and question.intent in FACETS:
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
        if not found and when.grain is Grain.INSTANT and when.day is None:
            found = tuple(i for i in named if self._on_at(i, when.start))
        return found

    def _on_at(self, session: int, moment: datetime) -> bool:
        """Whether a session of another day is on at the same time of day: "lomba jam 4 ya?"."""
        start, end = self.index.starts[session], self.index.ends[session]
        return start <= datetime.combine(start.date(), moment.time()) < end

    def _groups(self, chosen: tuple[int, ...]) -> list[tuple[int, ...]]:
        mention = self.question.mention
        groups = mention.groups if mention else (chosen,)
        kept = [tuple(i for i in group if i in chosen) for group in groups]
        return [group for group in kept if group]

    def _together(self, groups: list[tuple[int, ...]]) -> bool:
        """Whether these are few and all at the same time, so that one answer fits all."""
        every = [i for group in groups for i in group]
        times = {(self.index.starts[i], self.index.ends[i]) for i in every}
        return len(times) == 1 and 1 < len(every) <= _MOST_LISTED

    def _one(self, group: Sequence[int], when: When | None) -> tuple[int, ...]:
        """Of repeated sessions the first of the day asked, else the next one that is not over."""
        if when is not None:
            return tuple(group[:1])
        return self._upcoming(group)

    def _in_order(self, chosen: tuple[int, ...], order: Intent, source: Source) -> Resolved:
        if order is Intent.NEXT:
            found = self._next(self.now, chosen) or chosen[-1:]
        elif order is Intent.NOW and source is Source.ROOM:
            found = tuple(i for i in chosen if i in self._running(self.now))
            if not found:
                later = self._next(self.now, chosen)
                return self._found((), subject="now", reason=Reason.GAP, nearby=later)
        elif order is Intent.NOW:
            found = tuple(i for i in chosen if i in self._running(self.now))
            if not found and self.question.intent is Intent.CARD:
                near = self._upcoming(chosen)
                reason = Reason.OTHER_DAY
                return self._found(near, subject=source.value, reason=reason, nearby=near)
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
            every = self.question.many
            found = tuple(i for i in later if every or starts[i] == starts[later[0]])
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
            reason=Reason.NONE if found else Reason.FIRST if before else Reason.OVER,
            when=when,
            nearby=self._next(ends[anchor] - timedelta(seconds=1)),
        )
