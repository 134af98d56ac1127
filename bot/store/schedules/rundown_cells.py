"""What stands in the cells of a rundown: headings, days and times, in Indonesian and English."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from bot.domain.language.lexicon import MONTHS, ORDINALS, ROMANS, SPELLINGS, WEEKDAYS

_HEADINGS = {
    "day": "hari, tanggal, tgl, hari tanggal, hari dan tanggal, hari tgl, waktu pelaksanaan, day, "
    "date, day date",
    "time": "waktu, pukul, jam, wib, waktu wib, pukul wib, jam wib, alokasi, time, hour, hours",
    "start": "mulai, jam mulai, waktu mulai, awal, dari, start, start time, begin, from",
    "end": "selesai, jam selesai, waktu selesai, akhir, sampai, end, end time, finish, to, until",
    "duration": "durasi, lama, menit, alokasi waktu, jp, jumlah jp, duration, minutes, length",
    "title": "kegiatan, acara, mata acara, agenda, susunan acara, nama kegiatan, nama acara, "
    "uraian kegiatan, rincian kegiatan, jenis kegiatan, sesi, judul, aktivitas, program, "
    "activity, session, title, event, programme, agenda item",
    "topic": "materi, topik, tema, pokok bahasan, mata pelatihan, judul materi, topic, subject, "
    "theme",
    "room": "tempat, ruang, ruangan, lokasi, venue, tempat ruang, room, place, location",
    "speakers": "narasumber, nara sumber, pemateri, pembicara, pengajar, penceramah, widyaiswara, "
    "fasilitator, instruktur, pengampu, moderator, speaker, speakers, presenter, facilitator, "
    "lecturer, narasumber fasilitator, pengisi acara",
    "pic": "penanggung jawab, penanggungjawab, pj, pic, pelaksana, petugas, koordinator, "
    "person in charge, responsible, in charge",
    "note": "keterangan, ket, catatan, uraian, deskripsi, rincian, notes, note, remarks, "
    "description, remark, details",
    "dress": "pakaian, busana, seragam, dress, dress code, dresscode, attire",
    "bring": "perlengkapan, yang dibawa, bawaan, dibawa, barang bawaan, bring, what to bring",
    "link": "tautan, link, url, bahan, salindia, slides, material, materials",
    "kind": "jenis, kategori, jenis sesi, kind, type, category",
    "id": "id, kode, kode sesi, code",
    "number": "no, nomor, no urut, num",
}
_FIELDS = {word: field for field, words in _HEADINGS.items() for word in words.split(", ")}
_FACTS = {
    "name": "nama kegiatan, nama acara, kegiatan, acara, event, event name, judul kegiatan",
    "place": "tempat, lokasi, tempat kegiatan, tempat pelaksanaan, venue, place, location",
    "organizer": "penyelenggara, panitia, organizer, organiser, pelaksana",
    "day": "hari tanggal, tanggal, hari dan tanggal, waktu pelaksanaan, tanggal pelaksanaan, "
    "waktu, hari, date, dates, day date",
    "zone": "zona waktu, zona, time zone, timezone",
}
_FACT_OF = {word: fact for fact, words in _FACTS.items() for word in words.split(", ")}
_ZONES = {"wib": "Asia/Jakarta", "wita": "Asia/Makassar", "wit": "Asia/Jayapura"}

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ t]00:00:00)?")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?!\d)")
_NAMED = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)?[\s.-]+(?:of\s+)?([a-z]+)\.?[\s,.-]*(\d{4})?"
)
_ENGLISH = re.compile(r"([a-z]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?!\d)(?:,?\s*(\d{4}))?")
_NTH = re.compile(r"\b(?:hari|day)\s*(?:ke)?[\s-]*(\d{1,2}|[ivx]+|[a-z]+)\b")
_SPAN = re.compile(r"\d\s*(?:-|–|—|s\.?\s*/?\s*d\.?|sampai|hingga|to|&|dan)\s*(?:\w+,?\s+)?\d")
_HOUR_IN_TEXT = re.compile(r"(?<![\d./-])\d{1,2}[.:]\d{2}(?!\d|[./-]\d{4})")
_FILLERS = {"hari", "tanggal", "tgl", "pada", "date", "day", "ke", "the", "on"}

_CLOCK = r"(\d{1,2})(?:\s?[.:]\s?(\d{2})(?:[.:]\d{2})?)?\s*(am|pm)?|(\d{2})(\d{2})"
_TO = r"\s*(?:-|–|—|−|~|→|s\s?[./]\s?d\s?\.?|sd\.?|sampai(?:\s+dengan)?|hingga|until|till?|to)\s*"
_OPEN = r"selesai|sls|slesai|end|finish|close|penutupan|onwards|\.{2,}|…"
_TIMES = re.compile(rf"(?:{_CLOCK})(?:{_TO}(?:(?:{_CLOCK})|({_OPEN}))?)?")
_DRESSING = re.compile(r"\b(?:pukul|pkl|pk|jam|at|from|dari|mulai|time)\b\.?|[±()]|kira-kira")
_LENGTH = re.compile(
    r"(?:(\d{1,3}(?:[.,]\d{1,2})?)\s*(?:jam|hours?|hrs?|h)\b)?\s*"
    r"(?:(\d{1,4})\s*(?:menit|min\w*|m|')?)?"
)
_LESSON = timedelta(minutes=45)
"""One JP (jam pelajaran) of Indonesian training curricula: 45 minutes (LAN regulations)."""


def plain(text: str) -> str:
    """Lower-case words with single blanks, without punctuation and what stands in brackets."""
    text = re.sub(r"\(.*?\)", " ", text.casefold())
    return " ".join(re.sub(r"[\W_]+", " ", text).split())


@lru_cache(maxsize=4096)
def field_of(heading: str) -> str | None:
    """The field of a column: ``Hari/Tanggal`` as a whole, else its first part that is known."""
    for part in (heading, *re.split(r"[/\n|]", heading)):
        if found := _FIELDS.get(plain(part)):
            return found
    return None


def holds_day_and_time(heading: str) -> bool:
    """Whether a column is for both, such as ``Hari/Tanggal/Waktu``."""
    parts = (_FIELDS.get(plain(part)) for part in re.split(r"[/,&+\n|]|\bdan\b|\band\b", heading))
    return {"day", "time"} <= set(parts)


def fact_of(label: str) -> str | None:
    """What a line above the table tells, such as ``Nama Kegiatan``."""
    return _FACT_OF.get(plain(label))


def zone_in(text: str) -> str | None:
    """The zone of WIB, WITA or WIT, or an IANA name."""
    words = re.findall(r"[a-z]+(?:/[a-z_]+)?", text.casefold())
    return next((_ZONES[word] for word in words if word in _ZONES), None)


@dataclass(frozen=True, slots=True)
class DayCell:
    """A day as written: in full, without its year, by its number in the event or by its name.

    Attributes:
        weekday: 0 is Monday, where it is written beside the date or instead of it.
        number: of ``Hari ke-2``.
        whole: nothing else stands in the cell.
    """

    day: int | None = None
    month: int | None = None
    year: int | None = None
    weekday: int | None = None
    number: int | None = None
    whole: bool = False

    def date(self, *, first: date | None, year: int | None) -> date | None:
        """The date, by the event's first day and year where they are needed."""
        if self.day and self.month and (self.year or year):
            try:
                return date(self.year or year or 0, self.month, self.day)
            except ValueError:
                return None
        if self.day or first is None:
            return None
        if self.number:
            return first + timedelta(days=self.number - 1)
        assert self.weekday is not None  # one of the three is there
        return first + timedelta(days=(self.weekday - first.weekday()) % 7)


def day_in(value: object) -> DayCell | None:
    """The day in a cell; None where there is none, or several."""
    if isinstance(value, datetime | date):
        return DayCell(value.day, value.month, value.year, whole=True)
    if not isinstance(value, str):
        return None
    text = " ".join(value.casefold().replace("’", "").replace("'", "").split())
    if _SPAN.search(_ISO.sub(" ", _NUMERIC.sub(" ", text))):
        return None
    number, rest = _nth(text)
    weekday, rest = _weekday(rest)
    found, rest = _date(rest)
    left = [word for word in re.findall(r"\w+", rest) if word not in _FILLERS]
    if found is None and number is None and (weekday is None or left):
        return None
    day, month, year = found or (None, None, None)
    return DayCell(day, month, year, weekday, number, whole=not left)


def _nth(text: str) -> tuple[int | None, str]:
    for found in _NTH.finditer(text):
        word = found[1]
        ordinal = {"pertama": 1, "satu": 1, "dua": 2, "tiga": 3, "i": 1, "v": 5, "x": 10, "one": 1}
        number = int(word) if word.isdigit() else None
        number = number or ordinal.get(word) or ORDINALS.get(word) or ROMANS.get(word)
        after = text[found.end() :].lstrip()
        if number and not re.match(rf"[/.-]\d|({'|'.join(MONTHS)})\b", after):
            return number, f"{text[: found.start()]} {text[found.end() :]}"
    return None, text


def _weekday(text: str) -> tuple[int | None, str]:
    for found in re.finditer(r"[a-z]+", text):
        number = WEEKDAYS.get(SPELLINGS.get(found[0], found[0]))
        if number is not None:
            return number, f"{text[: found.start()]} {text[found.end() :]}"
    return None, text


def _date(text: str) -> tuple[tuple[int, int, int | None] | None, str]:
    """Day, month and year in the text, and the text without them."""
    if found := _ISO.search(text):
        made = (int(found[3]), int(found[2]), int(found[1]))
    elif found := _NUMERIC.search(text):
        year = int(found[3])
        made = (int(found[1]), int(found[2]), year if year > 99 else 2000 + year)
    else:
        for form, day_at, month_at in ((_NAMED, 1, 2), (_ENGLISH, 2, 1)):
            for found in form.finditer(text):
                month = 5 if found[month_at] == "may" else MONTHS.get(found[month_at])
                if month:
                    year_or_none = int(found[3]) if found[3] else None
                    rest = f"{text[: found.start()]} {text[found.end() :]}"
                    return (int(found[day_at]), month, year_or_none), rest
        return None, text
    return made, f"{text[: found.start()]} {text[found.end() :]}"


def day_and_time(value: object) -> tuple[object, object]:
    """What a column for both says of the day and of the time: ``4 Nov 2025, 08.00 - 09.00``."""
    if isinstance(value, datetime):
        return value.date(), value.time()
    if not isinstance(value, str):
        return value, None
    found = _HOUR_IN_TEXT.search(value)
    if found is None:
        return value, None
    before = re.sub(r"(?:pukul|pkl|jam)\W*$", "", value[: found.start()].strip(), flags=re.I)
    return before.strip(" ,/|;-–\n") or None, value[found.start() :]


@dataclass(frozen=True, slots=True)
class TimeCell:
    """Times as minutes since midnight. ``open_end``: until it is over, whenever that is."""

    start: int
    end: int | None = None
    open_end: bool = False
    zone: str | None = None


def times_in(value: object) -> TimeCell | None:
    """The start, and the end if it is there, in a cell; None where it is no time."""
    if (minutes := _minutes(value)) is not None:
        return TimeCell(minutes)
    if not isinstance(value, str):
        return None
    text = value.casefold()
    zone = zone_in(text)
    text = re.sub(r"\b(?:wib|wita|wit)\b\.?|\([^)]*\)", " ", text)
    text = " ".join(_DRESSING.sub(" ", text).split())
    found = _TIMES.fullmatch(text)
    if found is None:
        return None
    one, two, open_end = found.groups()[:5], found.groups()[5:10], found[11]
    lone_hour = one[0] and not (one[1] or one[2])
    if lone_hour and two[0] is None and two[3] is None:
        return None  # a number, not a time
    start, end = _clock(one, two[2]), _clock(two, None)
    if start is None or (end is None and (two[0] or two[3])):
        return None
    if end is not None and end <= start:
        end += 24 * 60
    return TimeCell(start, end, open_end=bool(open_end), zone=zone)


def _clock(parts: tuple[str | None, ...], half: str | None) -> int | None:
    """Minutes since midnight; ``half`` is am or pm of the other end, for ``8-9 am``."""
    hour, minute, own_half, long_hour, long_minute = parts
    if hour is None and long_hour is None:
        return None
    hours, minutes = int(hour or long_hour or 0), int(minute or long_minute or 0)
    half = own_half or half
    if half and hours <= 12:
        hours = hours % 12 + (12 if half == "pm" else 0)
    total = hours * 60 + minutes
    return total if minutes < 60 and total <= 24 * 60 else None


def _minutes(value: object) -> int | None:
    """A spreadsheet's own time: a time, a date with one, a length, a fraction of a day, or 8.3."""
    if isinstance(value, datetime | time):
        return value.hour * 60 + value.minute
    if isinstance(value, timedelta):
        return round(value.total_seconds() / 60)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if 0 <= value < 1:
        return round(value * 24 * 60)
    hours, minutes = int(value), round(value % 1 * 100)  # 8.3 is what became of "08.30"
    return (
        hours * 60 + minutes if isinstance(value, float) and hours < 24 and minutes < 60 else None
    )


def length_in(value: object, *, heading: str = "") -> timedelta | None:
    """A duration: minutes, ``1 jam 30 menit``, ``1:30``, lessons (JP)."""
    if isinstance(value, time):
        return timedelta(hours=value.hour, minutes=value.minute)
    if isinstance(value, timedelta):
        return value
    text = " ".join(str(value or "").casefold().split())
    lessons = re.fullmatch(r"(\d{1,3}(?:[.,]\d{1,2})?)\s*jp", text)
    if not lessons and re.search(r"\bjp\b", heading.casefold()):
        lessons = re.fullmatch(r"(\d{1,3}(?:[.,]\d{1,2})?)", text)
    if lessons:
        return _LESSON * float(lessons[1].replace(",", "."))
    if clock := re.fullmatch(r"(\d{1,2}):(\d{2})(?::\d{2})?", text):
        return timedelta(hours=int(clock[1]), minutes=int(clock[2]))
    if (found := _LENGTH.fullmatch(text.removesuffix(".0"))) and (found[1] or found[2]):
        hours = float((found[1] or "0").replace(",", "."))
        return timedelta(hours=hours, minutes=int(found[2] or 0))
    return None
