"""What time expressions mean, asked on Tuesday 4 November 2025 at 09.30, the event's first day."""

from datetime import datetime

import pytest

from bot.domain.agenda import Agenda
from bot.domain.language import understand
from bot.domain.language.moments import When

DAY = "day"
EXPRESSIONS = [
    ("hari ini", "04", DAY),
    ("besok", "05", DAY),
    ("bsk", "05", DAY),
    ("sesuk", "05", DAY),
    ("lusa", "06", DAY),
    ("besok lusa", "06", DAY),
    ("kemarin", "03", DAY),
    ("kemarin lusa", "02", DAY),
    ("tomorrow", "05", DAY),
    ("rabu", "05", DAY),
    ("hari kamis", "06", DAY),
    ("rabu ini", "05", DAY),
    ("rabu depan", "12", DAY),
    ("kamis depan", "13", DAY),
    ("senin lalu", "03", DAY),
    ("senin yang lalu", "03", DAY),
    ("hari minggu", "09", DAY),
    ("tanggal 5", "05", DAY),
    ("tgl 6 november", "06", DAY),
    ("6 nov 2025", "06", DAY),
    ("5/11", "05", DAY),
    ("7-11-2025", "07", DAY),
    ("2025-11-06", "06", DAY),
    ("hari ke-2", "05", DAY),
    ("hari kedua", "05", DAY),
    ("hari ke 3", "06", DAY),
    ("day 2", "05", DAY),
    ("hari pertama", "04", DAY),
    ("hari terakhir", "07", DAY),
    ("2 hari lagi", "06", DAY),
    ("tiga hari lagi", "07", DAY),
    ("3 hari yang lalu", "01", DAY),
    ("jam 2", "04T14:00", None),
    ("2 jam lagi", "04T11:30", None),
    ("dua jam lagi", "04T11:30", None),
    ("sejam lagi", "04T10:30", None),
    ("setengah jam lagi", "04T10:00", None),
    ("1 jam setengah lagi", "04T11:00", None),
    ("45 menit lagi", "04T10:15", None),
    ("in 2 hours", "04T11:30", None),
    ("setengah delapan", "04T07:30", None),
    ("jam setengah delapan malam", "04T19:30", None),
    ("stgh 8 pagi", "04T07:30", None),
    ("jam 8 kurang seperempat", "04T07:45", None),
    ("jam 8 kurang 10", "04T07:50", None),
    ("jam 10 lewat 20 menit", "04T10:20", None),
    ("pukul 9 lebih seperempat", "04T09:15", None),
    ("pkl 13.15", "04T13:15", None),
    ("19:30", "04T19:30", None),
    ("jam 7 malam", "04T19:00", None),
    ("besok jam 7", "05T07:00", None),
    ("jam tujuh tiga puluh", "04T07:30", None),
    ("jam sebelas siang", "04T11:00", None),
    ("jam 3 sore besok", "05T15:00", None),
    ("jam 5 subuh", "04T05:00", None),
    ("jam 12 malam", "05T00:00", None),
    ("jam 1 malam", "05T01:00", None),
    ("at 9 am", "04T09:00", None),
    ("half past 10", "04T10:30", None),
    ("quarter to nine", "04T08:45", None),
    ("jam pitu esuk", "04T07:00", None),
    ("nanti jam 7", "04T19:00", None),
    ("besok pagi", "05T04:00", "05T11:00"),
    ("pagi besok", "05T04:00", "05T11:00"),
    ("nanti sore", "04T15:00", "04T18:30"),
    ("sore ini", "04T15:00", "04T18:30"),
    ("malam ini", "04T18:00", "05T04:00"),
    ("tadi pagi", "04T04:00", "04T11:00"),
    ("tadi malam", "03T18:00", "04T04:00"),
    ("mengko mbengi", "04T18:00", "05T04:00"),
    ("kamis malam", "06T18:00", "07T04:00"),
    ("malam minggu", "08T18:00", "09T04:00"),
    ("minggu ini", "03", "10"),
    ("minggu depan", "10", "17"),
    ("akhir pekan", "08", "10"),
    ("jam 9 sampai jam 11", "04T09:00", "04T11:00"),
    ("09.00-10.30", "04T09:00", "04T10:30"),
    ("antara jam 1 dan jam 3", "04T13:00", "04T15:00"),
    ("setelah jam 3", "04T15:00", "05"),
    ("sebelum jam 10", "04", "04T10:00"),
    ("2 jam ke depan", "04T09:30", "04T11:30"),
]


def _moment(short: str) -> datetime:
    return datetime.fromisoformat(f"2025-11-{short}")


@pytest.mark.parametrize(("typed", "begin", "end"), EXPRESSIONS)
def test_a_time_expression_is_read(
    magelang: Agenda, first_morning: datetime, typed: str, begin: str, end: str | None
) -> None:
    when = understand(f"{typed} acara apa", magelang, first_morning).when
    assert isinstance(when, When)
    assert when.text == typed
    assert when.start == _moment(begin)
    if end == DAY:
        assert (when.end - when.start).days == 1
    else:
        assert when.end == (_moment(end) if end else when.start)


@pytest.mark.parametrize(
    "typed",
    [
        "simulasi 2 di mana",
        "selamat pagi pak",
        "senam pagi di mana",
        "makan siang di mana",
        "malam keakraban di mana",
        "jam berapa penutupan",
        "lagi acara apa",
        "materi 3 siapa",
    ],
)
def test_what_looks_like_a_time_is_none(
    magelang: Agenda, first_morning: datetime, typed: str
) -> None:
    assert understand(typed, magelang, first_morning).when is None
