"""Days: hari ini, lusa, rabu depan, hari ke-2, tanggal 5, 5/11, minggu ini, bulan depan.

"Rabu depan" is the Wednesday of the week after this one; "minggu depan" is next week, "hari
minggu" the Sunday; "malam minggu" is Saturday evening (KBBI and common usage).
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from bot.domain.language.index import AgendaIndex
from bot.domain.language.lexicon import MONTHS, WEEKDAYS
from bot.domain.language.moments import DAY, PARTS, Hour, part_of
from bot.domain.language.tokens import CLOCK, DATE, NUMBER, Token

UNITS = {
    "jam": 60, "menit": 1, "hari": 1440, "minggu": 10080, "pekan": 10080, "bulan": 43200,
    "tahun": 525600,
}  # fmt: skip
"""Minutes of each unit, for counting on from now."""
_AFTER_PRAYER = {
    "subuh": "pagi", "zuhur": "siang", "asar": "sore", "magrib": "malam", "isya": "malam",
}  # fmt: skip


class Scan:
    """The words of a message and what of a time was read so far.

    A rule takes the position of a word and gives the position behind what it has read, or the
    same position where it does not apply. `taken` marks words that are already spoken for.
    """

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
        self.from_part: str | None = None
        self.until_part = False
        """The first of several parts: of "siang sampai malam" the "siang"."""
        self.hours: list[Hour] = []
        self.moment: datetime | None = None
        self.until: datetime | None = None
        self.bound: str | None = None
        self.direction = 0
        self.used: list[int] = []

    def word(self, at: int) -> str:
        """The word at ``at``; empty beyond the message or where it is spoken for."""
        if 0 <= at < len(self.tokens) and not self.taken[at]:
            return self.tokens[at].word
        return ""

    def number(self, at: int) -> int | None:
        """The number at ``at``, if one stands there."""
        return self.tokens[at].number if self.word(at) == NUMBER else None

    def _count(self, ahead: timedelta) -> None:
        if abs(ahead) >= DAY:
            self.day = (self.now + ahead).date()
        else:
            self.moment = self.now + ahead


class DayRules(Scan):
    """Rules for days and parts of days."""

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
        if number and self.word(at + 2) not in (*UNITS, "lagi") and number < 400:
            month = self.month(at + 2)
            self.day = self.event.start + (number - 1) * DAY
            return self._date(number, month, at + 2) if month else at + 2
        return at

    def month(self, at: int) -> int | None:
        """The month named at ``at``."""
        return MONTHS.get(self.word(at))

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

    def dated(self, at: int) -> int:
        """tanggal N, with a month and a year or without."""
        number = self.number(at + 1)
        if number is None:
            if self.word(at + 1) == DATE:
                return self.written_date(at + 1)
            return at
        if not 1 <= number <= 31:
            return at
        last, end = self._through(at + 2)
        month = self.month(end)
        then = self._date(number, month, end)
        if last and (first := self.day):
            self._date(last, month, end)
            self.days = (first, self.day or first)
        return then

    def _through(self, at: int) -> tuple[int, int]:
        """The second number of "tanggal 9 sampai 10" and where it ends; 0 where there is none."""
        dashed = at < len(self.tokens) and self.tokens[at].gap == "-"
        if not dashed and self.word(at) != "sampai":
            return 0, at
        then = at if dashed else at + 1
        then += self.word(then) == "tanggal"
        last = self.number(then) or 0
        counted = self.word(then + 1) in UNITS
        return (last, then + 1) if 1 <= last <= 31 and not counted else (0, at)

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
        number = self.number(end)
        if number and self.tokens[end].ordinal:  # "malam kedua"
            self.part, self.day = word, self.event.start + (number - 1) * DAY
            return end + 1
        if self.part in PARTS and before in ("sampai", "dan"):
            self.from_part = self.from_part or self.part  # "siang sampai malam"
        self.until_part = before == "sampai" and self.part is None
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
