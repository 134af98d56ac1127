"""A date by which something is to be done, as people write it. Pure.

A stretch of time means its last day: "Desember" is the 31st, "minggu depan" that week's Sunday.
What is not spelled out here is read by ``bot.domain.language``, without the agenda.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from bot.domain.agenda import Agenda, Event
from bot.domain.clock import localize
from bot.domain.language import understand
from bot.domain.language.lexicon import MONTHS, NUMBERS, ROMANS, WEEKDAYS
from bot.domain.language.moments import Grain

_LONG_AGO = timedelta(days=31)
"""A day of the year that passed longer ago than this means next year's."""
_MONTH = rf"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\.?"
_YEAR = r"(?:\s*,?\s*(?P<year>20\d\d))?"
_COUNT = rf"(?P<count>\d{{1,3}}|se|a|an|one|{'|'.join(sorted(NUMBERS, key=len, reverse=True))})"
_UNIT = r"(?P<unit>hari|minggu|pekan|bulan|tahun|days?|weeks?|months?|years?)"
_SHIFTS = {"depan": 1, "next": 1, "ini": 0, "this": 0}
_PERIODS = {
    "minggu": "week", "pekan": "week", "bulan": "month", "tahun": "year",
    "week": "week", "month": "month", "year": "year",
}  # fmt: skip
_FILLING = re.compile(
    r"^(?:(?:paling lambat|selambatnya|sebelum|sampai|hingga|pada|by|before|until|on|at|the)\s+)+"
)

_NEXT_WEEK = re.compile(rf"(?:hari )?({'|'.join(WEEKDAYS)}) (?:minggu|pekan) depan")


def read_deadline(words: str, today: date, *, zone: str) -> date | None:
    """The local day that ``words`` mean, None if they mean none. It may lie in the past.

    Args:
        words: Indonesian or English, such as "15 Desember", "akhir bulan", "in two weeks".
        today: the local day on which they were written.
        zone: IANA name of the event's zone.
    """
    plain = _FILLING.sub("", " ".join(words.casefold().split()).strip(" .!"))
    for form, rule in _RULES:
        found = form.fullmatch(plain)
        if found is not None:
            try:
                return rule(found, today)
            except (ValueError, OverflowError):
                return None  # no such day
    return _understood(_NEXT_WEEK.sub(r"\1 depan", plain), today, zone=zone)


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    last = month_end(day.year, day.month + months)
    return last.replace(day=min(day.day, last.day))


def month_end(year: int, month: int) -> date:
    """Last day of the month; months beyond the twelfth run on into the following years."""
    count = year * 12 + month
    return date(count // 12, count % 12 + 1, 1) - timedelta(days=1)


def _day_of_month(found: re.Match[str], today: date) -> date:
    """15 Desember 2025, December 15th: the coming one where no year is named."""
    month, day = MONTHS[found["month"]], int(found["day"])
    if found["year"]:
        return date(int(found["year"]), month, day)
    for year in (today.year, today.year + 1):
        candidate = date(year, month, day)
        if candidate >= today - _LONG_AGO:
            return candidate
    raise ValueError("no such day")


def _number_alone(found: re.Match[str], today: date) -> date:
    """tanggal 20, 20: of this month, or of the next where it has passed."""
    day = int(found["day"])
    if day >= today.day:
        return today.replace(day=day)
    following = month_end(today.year, today.month + 1)
    return following.replace(day=day)


def _whole_month(found: re.Match[str], today: date) -> date:
    month = MONTHS[found["month"]]
    year = int(found["year"] or today.year + (month < today.month))
    return month_end(year, month)


def _period(found: re.Match[str], today: date) -> date:
    """akhir bulan, minggu depan, end of next year."""
    period = _PERIODS[found["period"]]
    shift = _SHIFTS.get(found["after"] or found["before"] or "ini", 0)
    if period == "week":
        return today + timedelta(days=6 - today.weekday() + 7 * shift)
    if period == "month":
        return month_end(today.year, today.month + shift)
    return date(today.year + shift, 12, 31)


def _ahead(found: re.Match[str], today: date) -> date:
    """dua minggu lagi, sebulan, in 30 days."""
    word = found["count"]
    count = int(word) if word.isdigit() else NUMBERS.get(word, 1)
    unit = found["unit"].removesuffix("s")
    if unit in ("hari", "day"):
        return today + timedelta(days=count)
    if _PERIODS[unit] == "week":
        return today + timedelta(weeks=count)
    return add_months(today, count * (12 if _PERIODS[unit] == "year" else 1))


def _part_of_year(found: re.Match[str], today: date) -> date:
    """triwulan III, Q2 2026, semester 1: its last day."""
    number = {"i": 1, **ROMANS}.get(found["number"]) or int(found["number"])
    length = 6 if found["part"] == "semester" else 3
    year = int(found["year"] or today.year)
    last = month_end(year, number * length)
    return last if found["year"] or last >= today else month_end(year + 1, number * length)


def _understood(words: str, today: date, *, zone: str) -> date | None:
    agenda = Agenda(Event("", "", zone, today, today), ())
    when = understand(words, agenda, localize(datetime.combine(today, time(12)), zone)).when
    if when is None:
        return None
    if when.grain is Grain.SPAN:
        return (when.end - timedelta(microseconds=1)).date()
    day = when.day or when.first_day
    if day < today - _LONG_AGO and re.search(r"20\d\d", words) is None:
        return add_months(day, 12)
    return day


_PERIOD = rf"(?P<before>next|this)?\s*(?P<period>{'|'.join(_PERIODS)})\s*(?P<after>depan|ini)?"
_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], date]], ...] = tuple(
    (re.compile(form), rule)
    for form, rule in (
        (rf"(?:(?:tanggal|tgl)\.?\s*)?(?P<day>\d{{1,2}})\s*{_MONTH}{_YEAR}", _day_of_month),
        (rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)\s*(?:of\s*)?{_MONTH}{_YEAR}", _day_of_month),
        (rf"{_MONTH}\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_YEAR}", _day_of_month),
        (r"(?:(?:tanggal|tgl)\.?\s*)?(?P<day>\d{1,2})", _number_alone),
        (rf"(?:akhir\s*|end of\s*)?(?:bulan\s*)?{_MONTH}{_YEAR}", _whole_month),
        (rf"(?:akhir|end of)\s*(?:the\s*)?{_PERIOD}", _period),
        (r"(?P<before>next|this)\s*(?P<period>week|month|year)(?P<after>)", _period),
        (r"(?P<before>)(?P<period>minggu|pekan|bulan|tahun)\s*(?P<after>depan|ini)", _period),
        (rf"(?:dalam|in|within)?\s*{_COUNT}\s*{_UNIT}(?:\s*(?:lagi|from now|ke depan))?", _ahead),
        (
            r"(?P<part>triwulan|tw|kuartal|quarter|q)\s*(?P<number>iii|ii|iv|i|[1-4])" + _YEAR,
            _part_of_year,
        ),
        (r"(?P<part>semester)\s*(?P<number>ii|i|[12])" + _YEAR, _part_of_year),
    )
)
