"""Time expressions: one pass over the words of a message, then all that was found together."""

from collections.abc import Callable
from datetime import timedelta

from bot.domain.language.clocks import ClockRules
from bot.domain.language.index import midnight
from bot.domain.language.lexicon import WEEKDAYS
from bot.domain.language.moments import DAY, PARTS, Grain, When, on_clock, part_of
from bot.domain.language.tokens import CLOCK, DATE, NUMBER

_LINKS = frozenset(
    {
        "sampai",
        "antara",
        "dan",
        "dengan",
        "di",
        "pada",
        "ke",
        "dari",
        "the",
        "yang",
        "tepat",
        "sekitar",
        "itu",
        "hari",
    }
)


class TimeReader(ClockRules):
    """Reads the time a message speaks of."""

    def read(self, text: str) -> When | None:
        """The time the message speaks of; None where it speaks of none."""
        at = 0
        while at < len(self.tokens):
            rule = None if self.taken[at] else _RULES.get(self.tokens[at].word)
            before = self.day
            end = rule(self, at) if rule else at
            if end > at and before and self.day != before and self._joined_days(at):
                self.days = (min(before, self.day or before), max(before, self.day or before))
            if end > at:
                for i in range(at, end):
                    self.taken[i] = True
                self.used.extend(range(at, end))
                at = end
            else:
                at += 1
        return self._combined(text) if self.used else None

    def _joined_days(self, at: int) -> bool:
        """ "rabu dan kamis", "hari rabu sampai jumat"."""
        links = [self.tokens[i].word for i in range(max(0, at - 2), at)]
        return any(word in ("dan", "sampai") for word in links) and not self.hours

    def _combined(self, text: str) -> When | None:
        phrase = self._phrase(text)
        if self.moment is not None:
            end = self.until or self.moment
            grain = Grain.SPAN if self.until else Grain.INSTANT
            return When(phrase, self.moment, end, grain, None)
        if self.hours:
            return self._clocked(phrase)
        if self.days is not None:
            first, last = self.days
            return When(phrase, midnight(first), midnight(last) + DAY, Grain.SPAN, None)
        if self.day is None and self.part is None:
            return None
        day = self.day or self.today
        if self.part:
            start, end = part_of(day, self.part)
            if self.from_part and (begin := part_of(day, self.from_part)[0]) < start:
                return When(phrase, begin, end, Grain.SPAN, self.day)
            if self.until_part and day == self.today and self.now < start:
                return When(phrase, self.now, end, Grain.SPAN, self.day)  # "sampai malam nanti"
            return When(phrase, start, end, Grain.PART, self.day, self.part)
        return When(phrase, midnight(day), midnight(day) + DAY, Grain.DAY, day)

    def _clocked(self, phrase: str) -> When:
        day = self.day or self.today
        after = self.now if self.direction > 0 and day == self.today else None
        moments = [
            on_clock(h, day, part=self.part, index=self.index, after=after, loose=bool(self.bound))
            for h in self.hours
        ]
        start = moments[0]
        if self.bound == "range" and len(moments) > 1:
            end = moments[1]
            if end <= start:
                end += timedelta(hours=12) if self.hours[1].bare else DAY
            return When(phrase, start, end, Grain.SPAN, self.day, between=True)
        if self.bound in ("after", "from"):
            return When(phrase, start, midnight(start.date()) + DAY, Grain.SPAN, self.day)
        if self.bound in ("before", "until"):
            begin = midnight(start.date())
            if self.bound == "until" and start > self.now > begin:
                begin = self.now
            return When(phrase, begin, start, Grain.SPAN, self.day)
        return When(phrase, start, start, Grain.INSTANT, self.day)

    def _phrase(self, text: str) -> str:
        """The typed words, in one piece where only linking words stand between them."""
        pieces: list[list[int]] = []
        for i in sorted(set(self.used)):
            if pieces and all(self.tokens[k].word in _LINKS for k in range(pieces[-1][-1] + 1, i)):
                pieces[-1].append(i)
            else:
                pieces.append([i])
        tokens = self.tokens
        return " ".join(text[tokens[p[0]].start : tokens[p[-1]].end] for p in pieces)


_Rule = Callable[[TimeReader, int], int]
_RULES: dict[str, _Rule] = {
    **dict.fromkeys(
        ("besok", "lusa", "kemarin", "today", "tonight", "semalam"), TimeReader.relative_day
    ),
    **dict.fromkeys(WEEKDAYS, TimeReader.weekday),
    **dict.fromkeys(PARTS, TimeReader.part_of_day),
    **dict.fromkeys(("sejam", "sehari", "seminggu"), TimeReader.unit_word),
    **dict.fromkeys(("jam", "at"), TimeReader.clock),
    **dict.fromkeys(("nanti", "tadi"), TimeReader.direct),
    **dict.fromkeys(("minggu", "pekan"), TimeReader.week),
    "weekend": TimeReader.weekend,
    **dict.fromkeys(("bulan", "tahun"), TimeReader.months),
    "hari": TimeReader.named_day,
    "tanggal": TimeReader.dated,
    DATE: TimeReader.written_date,
    "setengah": TimeReader.half,
    "seperempat": TimeReader.quarter,
    NUMBER: TimeReader.counted,
    CLOCK: lambda reader, at: reader._hour(at, spoken=False) or at,
    "midday": TimeReader.fixed,
    "midnight": TimeReader.fixed,
    "lagi": TimeReader.more,
    "setelah": TimeReader.after_prayer,
}
