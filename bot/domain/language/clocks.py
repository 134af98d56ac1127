"""Clock times and counting on: setengah delapan, jam 8 kurang 10, 09.00-10.30, 2 jam lagi.

"Setengah delapan" is half before eight, 07.30; "kurang" takes away from the hour, "lewat" and
"lebih" add to it (KBBI and common usage). "Jam 2" is a time, "2 jam" a length.
"""

from datetime import timedelta

from bot.domain.language.days import UNITS, DayRules
from bot.domain.language.lexicon import MONTHS
from bot.domain.language.moments import PARTS, Hour
from bot.domain.language.tokens import CLOCK

_FORWARD = frozenset({"lagi", "kedepan", "kemudian", "mendatang"})


class ClockRules(DayRules):
    """Rules for hours, and for moments counted from now."""

    def clock(self, at: int) -> int:
        """jam or pukul and what follows: setengah delapan, 8 kurang 15, 7.30, 19."""
        end = at + 1
        while self.word(end) in ("tepat", "sekitar", "jam"):
            end += 1
        return self._hour(end, spoken=True) or at

    def _to(self, at: int) -> int:
        """The second hour of "jam 9 sampai 12", "09.00-10.30"."""
        then = at
        if self.word(at) in ("sampai", "ke", "dan") or self._dashed(at):
            then += not self._dashed(at)
            while self.word(then) in ("jam", "dengan", "sekitar"):
                then += 1
            ahead = self._hour(then, spoken=True) if len(self.hours) == 1 else 0
            return ahead or at
        return at

    def _dashed(self, at: int) -> bool:
        return self.word(at) != "" and self.tokens[at].gap == "-"

    def half(self, at: int) -> int:
        """setengah delapan is 07.30; "setengah jam lagi" is half an hour from now."""
        if self.word(at + 1) == "jam" and self.number(at + 2) is None:
            return self._from_now(30, at, at + 2)
        return self._hour(at, spoken=False) or at

    def quarter(self, at: int) -> int:
        """English "quarter to nine", "quarter past nine"."""
        number = self.number(at + 2)
        if number and self.word(at + 1) in ("ke", "lewat") and number <= 12:
            minutes = -15 if self.word(at + 1) == "ke" else 15
            self._spoken(Hour(number).shifted(minutes), at)
            return at + 3
        return at

    def fixed(self, at: int) -> int:
        """tengah hari is 12.00, tengah malam 24.00."""
        self._spoken(Hour(12 if self.tokens[at].word == "midday" else 24, bare=False), at)
        return at + 1

    def _hour(self, at: int, *, spoken: bool) -> int:
        """Reads an hour at ``at``; 0 where there is none. ``spoken``: "jam" stood before it."""
        first = at
        half = self.word(at) == "setengah"
        if half:
            at += 1
            if self.tokens[at - 1].raw == "half" and self.word(at) == "lewat":
                number = self.number(at + 1)
                if number and number <= 12:
                    self._spoken(Hour(number, 30), first)
                    return at + 2
        if self.word(at) == CLOCK:
            hour, minute = self.tokens[at].value
            exact = hour > 12 or self.tokens[at].raw.startswith("0")
            value = Hour(hour, minute, bare=not exact)
            at += 1
        else:
            number = self.number(at)
            if number is None or number > 24 or (half and not 1 <= number <= 12):
                return 0
            exact = self.tokens[at].raw.startswith("0") or number > 12
            value = Hour(number, 0, bare=not exact)
            at += 1
            minutes = self._minutes(at) if spoken else None
            if minutes is not None:
                value, at = Hour(number, minutes, value.bare), at + 1
            if self.word(at) == "setengah" and spoken and self.word(at + 1) == "":
                value, at = value.shifted(30), at + 1
        if half:
            value = value.shifted(-30)
        value, at = self._more_or_less(value, at)
        value, at = self._meridiem(value, at)
        if self.word(at) == "wib":
            at += 1
        self._spoken(value, first)
        return self._to(at)

    def _minutes(self, at: int) -> int | None:
        """Minutes behind an hour: "jam tujuh tiga puluh", not "jam 7 30 menit"."""
        minutes = self.number(at)
        if minutes is None or self.tokens[at].gap != " " or self.word(at + 1) in UNITS:
            return None
        return minutes if minutes < 60 and minutes % 5 == 0 else None

    def _more_or_less(self, value: Hour, at: int) -> tuple[Hour, int]:
        sign = {"lewat": 1, "kurang": -1}.get(self.word(at))
        if sign is None:
            quarter = self.word(at) == "seperempat"
            return (value.shifted(15), at + 1) if quarter else (value, at)
        word = self.word(at + 1)
        minutes = {"seperempat": 15, "setengah": 30}.get(word) or self.number(at + 1)
        if minutes is None or minutes > 59:
            return value, at
        end = at + 2
        return value.shifted(sign * minutes), end + 1 if self.word(end) == "menit" else end

    def _meridiem(self, value: Hour, at: int) -> tuple[Hour, int]:
        if self.word(at) in ("am", "pm") and value.hour <= 12:
            hour = value.hour % 12 + (12 if self.word(at) == "pm" else 0)
            return Hour(hour, value.minute, bare=False), at + 1
        return value, at

    def _spoken(self, hour: Hour, first: int) -> None:
        self.hours.append(hour)
        if len(self.hours) > 1:
            self.bound = "range"
            return
        back = first - 1
        while back >= 0 and self.tokens[back].word in ("jam", "at", "tepat", "sekitar"):
            back -= 1
        before = self.tokens[back].word if back >= 0 and not self.taken[back] else ""
        bounds = {"setelah": "after", "sebelum": "before", "dari": "from", "sampai": "until"}
        if before in bounds or before == "antara":
            self.bound = bounds.get(before)
            self.used.append(back)
            self.taken[back] = True

    def counted(self, at: int) -> int:
        """What follows a number: 2 jam lagi, 3 hari lagi, 5 november, 7 pagi, 8 kurang 15."""
        number = self.number(at)
        if number is None:
            return at
        word = self.word(at + 1)
        if word in UNITS:
            end = at + 2
            minutes = number * UNITS[word]
            if word == "jam" and self.word(end) == "setengah":
                minutes, end = minutes + 30, end + 1
            if word == "jam" and self.number(end) and self.word(end + 1) == "menit":
                minutes, end = minutes + (self.number(end) or 0), end + 2
            return self._from_now(minutes, at, end)
        if word in MONTHS and 1 <= number <= 31:
            return self._date(number, MONTHS[word], at + 1)
        if word == "setengah" and self.word(at + 2) == "jam":
            return self._from_now(number * 60 + 30, at, at + 3)
        clocklike = word in PARTS or word in ("am", "pm", "oclock")
        shifted = word in ("lewat", "kurang") and (
            self.number(at + 2) is not None or self.word(at + 2) in ("seperempat", "setengah")
        )
        if not self.tokens[at].ordinal and number <= 24 and (clocklike or shifted):
            return self._hour(at, spoken=False) or at
        return at

    def unit_word(self, at: int) -> int:
        """sejam lagi, seminggu lagi."""
        minutes = {"sejam": 60, "sehari": 1440, "seminggu": 10080}[self.tokens[at].word]
        return self._from_now(minutes, at, at + 1)

    def more(self, at: int) -> int:
        """Number after the word: "lagi 2 jam"."""
        number, unit = self.number(at + 1), UNITS.get(self.word(at + 2))
        if number is None or unit is None:
            return at
        self._count(timedelta(minutes=number * unit))
        return at + 3

    def _from_now(self, minutes: int, at: int, end: int) -> int:
        after, then = self.word(end), self.word(end + 1)
        ahead = timedelta(minutes=min(minutes, 60 * 24 * 3650))
        if after in _FORWARD or (after == "dari" and then == "sekarang"):
            self._count(ahead)
            return end + (1 if after in _FORWARD else 2)
        if after == "ke" and then == "depan":
            self.moment, self.until = self.now, self.now + ahead
            return end + 2
        if after == "lalu" or (after == "yang" and then == "lalu"):
            self._count(-ahead)
            return end + (1 if after == "lalu" else 2)
        if self.word(at - 1) in ("dalam", "di") and self.tokens[at - 1].raw in ("dalam", "in"):
            self.used.append(at - 1)
            self._count(ahead)
            return end
        return at
