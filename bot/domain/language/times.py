"""Time expressions: hari ini, lusa, rabu depan, hari ke-2, 5/11, setengah delapan, nanti sore.

Sources of the readings: KBBI and common usage. "Setengah delapan" is half before eight, 07.30;
"kurang" takes away, "lewat" adds; "rabu depan" is the Wednesday of the week after this one;
"minggu depan" is next week, "hari minggu" the Sunday; "malam minggu" is Saturday evening.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from bot.domain.language.index import AgendaIndex, midnight
from bot.domain.language.lexicon import MONTHS, WEEKDAYS
from bot.domain.language.moments import (
    DAY,
    PARTS,
    Grain,
    Hour,
    When,
    on_clock,
    part_of,
)
from bot.domain.language.tokens import CLOCK, DATE, NUMBER, Token

_UNITS = {"jam": 60, "menit": 1, "hari": 1440, "minggu": 10080, "pekan": 10080,
          "bulan": 43200, "tahun": 525600}  # fmt: skip
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
_FORWARD = frozenset({"lagi", "kedepan", "kemudian", "mendatang"})


class TimeReader:
    """One pass over the words of a message. `taken` marks words that are already spoken for."""

    def __init__(
        self, tokens: Sequence[Token], taken: list[bool], *, now: datetime, index: AgendaIndex
    ) -> None:
        self.tokens = tokens
        self.taken = taken
        self.now = now
        self.today = now.date()
        self.index = index
        self.event = index.agenda.event
        self.day: date | None = None
        self.days: tuple[date, date] | None = None
        self.part: str | None = None
        self.hours: list[Hour] = []
        self.moment: datetime | None = None
        self.until: datetime | None = None
        self.bound: str | None = None
        self.direction = 0
        self.used: list[int] = []

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

    # Looking around

    def word(self, at: int) -> str:
        """The word at ``at``; empty beyond the message or where it is spoken for."""
        if 0 <= at < len(self.tokens) and not self.taken[at]:
            return self.tokens[at].word
        return ""

    def number(self, at: int) -> int | None:
        """The number at ``at``, if one stands there."""
        return self.tokens[at].number if self.word(at) == NUMBER else None

    # Days

    def relative_day(self, at: int) -> int:
        """besok, lusa, kemarin, hari ini; "besok rabu" is the Wednesday."""
        word = self.tokens[at].word
        shift = {"besok": 1, "lusa": 2, "kemarin": -1, "today": 0, "tonight": 0, "semalam": -1}
        self.day = self.today + DAY * shift[word]
        end = at + 1
        if word == "kemarin" and self.word(end) == "lusa":
            self.day, end = self.today - 2 * DAY, end + 1
        elif word == "besok" and self.word(end) == "lusa":
            self.day, end = self.today + 2 * DAY, end + 1
        if word in ("tonight", "semalam"):
            self.part = "malam"
        return end

    def weekday(self, at: int) -> int:
        """A weekday with depan, ini, lalu; alone it is the event's, or else the next one."""
        word = self.tokens[at].word
        number = WEEKDAYS[word]
        after = self.word(at + 1)
        if after == "yang" and self.word(at + 2) in ("lalu", "depan"):
            return self._weekday_of(number, self.word(at + 2), at + 3)
        if after in ("depan", "lalu", "kemarin"):
            return self._weekday_of(number, after, at + 2)
        if after == "ini":
            self.day = self._monday() + number * DAY
            return at + 2
        ahead = self.today + DAY * ((number - self.today.weekday()) % 7)
        in_event = [d for d in self.index.agenda.days if d.weekday() == number]
        coming = [d for d in in_event if d >= self.today]
        if not coming and self.today <= self.event.end:
            coming = in_event[-1:]  # "rabu" on Thursday: the event's, not the one after it
        self.day = coming[0] if coming else ahead
        return at + 1

    def _weekday_of(self, number: int, which: str, end: int) -> int:
        if which == "depan":
            self.day = self._monday() + (7 + number) * DAY
        else:
            back = (self.today.weekday() - number) % 7 or 7
            self.day = self.today - back * DAY
        return end

    def _monday(self) -> date:
        return self.today - self.today.weekday() * DAY

    def week(self, at: int) -> int:
        """minggu and pekan: the week with ini, depan, lalu; else the Sunday."""
        after = self.word(at + 1)
        shift = {"ini": 0, "depan": 1, "lalu": -1, "kemarin": -1}.get(after)
        sunday = at > 0 and self.tokens[at - 1].word in ("hari", "malam")
        if shift is not None and not sunday:
            first = self._monday() + 7 * shift * DAY
            self.days = (first, first + 6 * DAY)
            return at + 2
        return at if self.tokens[at].word == "pekan" else self.weekday(at)

    def weekend(self, at: int) -> int:
        """Saturday and Sunday of this week, or of the next with depan."""
        saturday = self._monday() + 5 * DAY
        later = self.word(at + 1) == "depan"
        saturday += 7 * DAY if later else timedelta(0)
        self.days = (saturday, saturday + DAY)
        return at + 2 if later or self.word(at + 1) == "ini" else at + 1

    def named_day(self, at: int) -> int:
        """What follows "hari": ini, a weekday, pertama, terakhir, ke-N, a number."""
        after = self.word(at + 1)
        if after == "ini":
            self.day = self.today
            return at + 2
        if after in WEEKDAYS:
            return self.weekday(at + 1)
        if after in ("berikutnya", "depan"):
            self.day = self.today + DAY
            return at + 2
        if after == "pertama":
            self.day = self.event.start
            return at + 2
        if after == "terakhir":
            self.day = self.event.end
            return at + 2
        number = self.number(at + 1)
        if number and self.word(at + 2) not in (*_UNITS, "lagi") and number < 400:
            month = self.month(at + 2)
            self.day = self.event.start + (number - 1) * DAY
            return self._date(number, month, at + 2) if month else at + 2
        return at

    def month(self, at: int) -> int | None:
        """The month named at ``at``."""
        return MONTHS.get(self.word(at))

    def dated(self, at: int) -> int:
        """tanggal N, with a month and a year or without."""
        number = self.number(at + 1)
        if number is None:
            if self.word(at + 1) == DATE:
                return self.written_date(at + 1)
            return at
        if not 1 <= number <= 31:
            return at
        return self._date(number, self.month(at + 2), at + 2)

    def written_date(self, at: int) -> int:
        """5/11, 5-11-2025, 2025-11-05: day before month."""
        day, month, year = self.tokens[at].value
        self.day = _nearest(day, month, year, self.event.start)
        return at + 1 if self.day else at

    def _date(self, number: int, month: int | None, end: int) -> int:
        year = 0
        if month:
            end += 1
            given = self.number(end)
            if given and 2000 <= given < 2100:
                year, end = given, end + 1
        else:
            days = [d for d in self.index.agenda.days if d.day == number]
            month = days[0].month if days else self.today.month
        found = _nearest(number, month, year, self.event.start)
        self.day = found or self.day
        return end

    # Parts of a day

    def part_of_day(self, at: int) -> int:
        """pagi, siang, sore, malam, subuh; with ini, nanti, tadi they are today's."""
        word, end = self.tokens[at].word, at + 1
        before = self.tokens[at - 1].word if at else ""
        if before in ("setelah", "sebelum", "salat") and word in self.index.weights:
            return at  # "habis subuh" where the agenda has it is a session
        if self.word(end) == "hari" and self.word(end + 1) not in ("ini", *WEEKDAYS):
            end += 1
        after = self.word(end)
        if after in ("pertama", "terakhir"):
            return self._first_or_last(word, last=after == "terakhir", end=end + 1)
        if word == "malam" and after in ("minggu", "jumat") and self.tokens[end].gap == " ":
            self.weekday(end)
            if self.day:
                self.day -= DAY
            self.part = word
            return end + 1
        if after in ("ini", "nanti", "tadi"):
            self._direct(after)
            self.day = self.day or self.today
            end += 1
        self.part = word
        if word == "malam" and self.direction < 0 and self.now.hour < 18:
            self.day = self.today - DAY
        return end

    def _first_or_last(self, part: str, *, last: bool, end: int) -> int:
        """ "malam terakhir": of the days that have something then."""
        self.part = part
        days = self.index.agenda.days
        self.day = days[-1] if last else days[0]
        for day in reversed(days) if last else days:
            begin, over = part_of(day, part)
            if any(begin <= self.index.starts[i] < over for i in self.index.on_day(day)):
                self.day = day
                break
        return end

    def months(self, at: int) -> int:
        """bulan ini, depan, lalu; bulan november; the same for tahun."""
        after, year = self.word(at + 1), self.today.year
        shift = {"ini": 0, "depan": 1, "lalu": -1, "kemarin": -1}.get(after)
        if self.tokens[at].word == "tahun":
            if shift is None:
                return at
            self.days = (date(year + shift, 1, 1), date(year + shift, 12, 31))
            return at + 2
        month = MONTHS.get(after)
        if shift is None and month is None:
            return at
        count = year * 12 + (month - 1 if month else self.today.month - 1 + (shift or 0))
        first = date(count // 12, count % 12 + 1, 1)
        following = date((count + 1) // 12, (count + 1) % 12 + 1, 1)
        self.days = (first, following - DAY)
        return at + 2

    def after_prayer(self, at: int) -> int:
        """ "ba'da isya" where the agenda has no such session: a part of the day, no clock time."""
        part = _AFTER_PRAYER.get(self.word(at + 1))
        part = part or (
            _AFTER_PRAYER.get(self.word(at + 2)) if self.word(at + 1) == "salat" else ""
        )
        end = at + (3 if self.word(at + 1) == "salat" else 2)
        if not part or self.tokens[end - 1].word in self.index.weights:
            return at
        self.part = part
        return end

    def fixed(self, at: int) -> int:
        """tengah hari is 12.00, tengah malam 24.00."""
        self._spoken(Hour(12 if self.tokens[at].word == "midday" else 24, bare=False), at)
        return at + 1

    def direct(self, at: int) -> int:
        """nanti and tadi point ahead and back; alone they are no time."""
        self._direct(self.tokens[at].word)
        known = self.word(at + 1)
        if known in PARTS or known in ("jam", CLOCK):
            self.day = self.day or self.today
            return at + 1
        return at

    def _direct(self, word: str) -> None:
        self.direction = {"nanti": 1, "tadi": -1}.get(word, self.direction)

    # Clock

    def clock(self, at: int) -> int:
        """jam or pukul and what follows: setengah delapan, 8 kurang 15, 7.30, 19."""
        end = at + 1
        while self.word(end) in ("tepat", "sekitar", "jam"):
            end += 1
        before = self.tokens[at - 1] if at else None
        if self.tokens[at].word == "jam" and before is not None and before.number is not None:
            if before.gap != "," and not self.taken[at - 1] and self.word(end) in ("lagi",):
                return at
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
            minutes = self.number(at)
            if spoken and minutes is not None and minutes < 60 and self.tokens[at].gap == " ":
                if self.word(at + 1) not in _UNITS and minutes % 5 == 0:
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

    # Counting on from now

    def counted(self, at: int) -> int:
        """What follows a number: 2 jam lagi, 3 hari lagi, 5 november, 7 pagi, 8 kurang 15."""
        number = self.number(at)
        if number is None:
            return at
        word = self.word(at + 1)
        if word in _UNITS:
            end = at + 2
            minutes = number * _UNITS[word]
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
        number, unit = self.number(at + 1), _UNITS.get(self.word(at + 2))
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

    def _count(self, ahead: timedelta) -> None:
        if abs(ahead) >= DAY:
            self.day = (self.now + ahead).date()
        else:
            self.moment = self.now + ahead

    # All together

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


def _nearest(day: int, month: int, year: int, near: date) -> date | None:
    """The date with this day and month closest to ``near``; None where there is none."""
    years = (year,) if year else (near.year, near.year + 1, near.year - 1)
    found = []
    for candidate in years:
        try:
            found.append(date(candidate, month, day))
        except ValueError:
            continue
    return min(found, key=lambda d: abs(d - near)) if found else None


_AFTER_PRAYER = {
    "subuh": "pagi", "zuhur": "siang", "asar": "sore", "magrib": "malam", "isya": "malam",
}  # fmt: skip
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
