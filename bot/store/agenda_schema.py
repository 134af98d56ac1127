"""What may stand in agenda.yaml: fields, their types, and the words accepted for them."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
)
from pydantic_core import PydanticCustomError

from bot.domain.agenda import Kind
from bot.store.findings import bad_character
from bot.store.slugs import slug

_DATE = r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
_CLOCK = r"([0-9]{1,2})[:.]([0-9]{2})(?:[:.]([0-9]{2})(?:\.[0-9]+)?)?"
_OFFSET = r"(Z|z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
_DAY_FORM = re.compile(rf"{_DATE}(?:[Tt ].*)?", re.DOTALL)
_CLOCK_FORM = re.compile(_CLOCK)
_MOMENT_FORM = re.compile(rf"{_DATE}(?:[Tt]|[ \t]+){_CLOCK}[ \t]*{_OFFSET}")
_YEARS = range(1970, 2200)

_KIND_WORDS = {
    Kind.REGISTRATION: "registrasi pendaftaran daftar presensi checkin check-in",
    Kind.CEREMONY: "upacara pembukaan penutupan seremoni pelantikan opening closing",
    Kind.TALK: "materi ceramah paparan kuliah pembekalan seminar lecture keynote panel",
    Kind.WORKSHOP: "lokakarya pelatihan praktik praktikum tutorial training",
    Kind.SIMULATION: "simulasi studi-kasus permainan-peran role-play",
    Kind.DISCUSSION: "diskusi fgd tanya-jawab bof debat rapat pleno meeting",
    Kind.REFLECTION: "refleksi renungan evaluasi",
    Kind.ASSEMBLY: "apel briefing pengarahan",
    Kind.EXERCISE: "senam olahraga jalan-sehat outbound sport",
    Kind.BREAK: "istirahat rehat jeda kopi kudapan coffee pause",
    Kind.MEAL: "makan sarapan santap breakfast lunch dinner food",
    Kind.PRAYER: "ibadah ishoma salat sholat shalat doa subuh jumatan worship",
    Kind.SOCIAL: "keakraban hiburan ramah-tamah malam-keakraban pentas party concert",
    Kind.TRAVEL: "perjalanan keberangkatan kepulangan transport bus departure arrival transfer",
    Kind.OTHER: "lain lainnya lain-lain misc",
}
_KINDS = {
    word.replace("-", " "): kind
    for kind, words in _KIND_WORDS.items()
    for word in [kind.value, *words.split()]
}


def kind_of(word: str) -> Kind | None:
    """The kind meant by an English or Indonesian word or by a phrase that begins with one."""
    plain = " ".join(re.sub(r"[-_/]", " ", word.casefold()).split())
    return _KINDS.get(plain) or _KINDS.get(plain.partition(" ")[0])


def kind_words() -> tuple[str, ...]:
    """Every word that names a kind, for suggestions."""
    return tuple(_KINDS)


def _fail(code: str, **facts: object) -> PydanticCustomError:
    # The code doubles as message: words are found for it later, by whoever shows the problem.
    return PydanticCustomError(code, code, facts)


def _as_text(value: object) -> str:
    if not isinstance(value, str):
        raise _fail("not_text")
    return value


def _parts(form: re.Pattern[str], value: object, code: str) -> tuple[str | None, ...]:
    found = form.fullmatch(_as_text(value).strip())
    if found is None:
        raise _fail(code, value=_as_text(value)[:40])
    return found.groups()


def _date(year: str | None, month: str | None, day: str | None) -> date:
    try:
        made = date(int(year or 0), int(month or 0), int(day or 0))
    except ValueError as error:
        raise _fail("no_such_date", value=f"{year}-{month}-{day}") from error
    if made.year not in _YEARS:
        raise _fail("no_such_date", value=f"{year}-{month}-{day}")
    return made


def _clock(hour: str | None, minute: str | None, second: str | None) -> timedelta:
    """Time since midnight; 24:00 is the end of the day, as in ISO 8601."""
    hours, minutes, seconds = int(hour or 0), int(minute or 0), int(second or 0)
    made = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if minutes > 59 or seconds > 59 or made > timedelta(hours=24):
        raise _fail("no_such_clock", value=f"{hour}:{minute}")
    return made


def parse_day(value: object) -> date:
    """``2025-11-04``; of a full moment the day as written."""
    year, month, day = _parts(_DAY_FORM, value, "bad_day")
    return _date(year, month, day)


def parse_days(value: object) -> tuple[date, ...]:
    """Days one by one, or from first to last as ``2025-11-06/2025-11-09`` (ISO 8601)."""
    written = _as_list(value)
    if not isinstance(written, list | tuple):
        raise _fail("bad_day", value=str(value)[:40])
    days: set[date] = set()
    for item in written:
        first, slash, last = _as_text(item).partition("/")
        begin = parse_day(first)
        end = parse_day(last) if slash else begin
        days.update(begin + timedelta(days=n) for n in range(min((end - begin).days, 366) + 1))
    return tuple(sorted(days))


def parse_clock(value: object) -> time:
    """``05:30`` or ``05.30``, wall time of the event."""
    since = _clock(*_parts(_CLOCK_FORM, value, "bad_clock"))
    if since >= timedelta(hours=24):
        raise _fail("no_such_clock", value=_as_text(value)[:40])
    return (datetime.min + since).time()


def parse_moment(value: object) -> datetime:
    """``2025-11-04 08:00`` (naive: wall time of the event) or with an offset (aware).

    A ``T`` may stand for the blank, seconds may follow, fractions of them are dropped.
    """
    year, month, day, hour, minute, second, offset = _parts(_MOMENT_FORM, value, "bad_moment")
    wall = datetime.combine(_date(year, month, day), time()) + _clock(hour, minute, second)
    if offset is None:
        return wall
    sign, digits = offset[0], offset[1:].replace(":", "").ljust(4, "0")
    iso = "+00:00" if offset in "Zz" else f"{sign}{digits[:2]}:{digits[2:]}"
    try:
        return datetime.fromisoformat(f"{wall.isoformat()}{iso}")
    except ValueError as error:
        raise _fail("bad_moment", value=_as_text(value)[:40]) from error


def _checked(value: str) -> str:
    if odd := bad_character(value):
        raise _fail("bad_character", character=odd)
    return value


def _one_line(value: str) -> str:
    return " ".join(_checked(value).split())


def _filled(value: str) -> str:
    if not value:
        raise _fail("empty")
    return value


def _blank_is_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _as_list(value: object) -> object:
    if value is None or (isinstance(value, str) and not value.strip()):
        return ()
    return (value,) if isinstance(value, str) else value


def _number_as_text(value: object) -> object:
    return str(value) if isinstance(value, int | float) else value


def _by_id(value: object) -> object:
    """A list of texts becomes texts by their own first words as ids."""
    if not isinstance(value, list):
        return value
    texts = [_as_text(item) for item in value]
    return {slug(text): text for text in texts}


def _link(value: str) -> str:
    try:
        parts = urlsplit(value)
    except ValueError as error:
        raise _fail("bad_url", value=value[:60]) from error
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise _fail("bad_url", value=value[:60])
    return value


def _between(low: float, high: float) -> Callable[[float], float]:
    def check(value: float) -> float:
        if not low <= value <= high:  # also refuses nan
            raise _fail("bad_coordinate", value=str(value), low=int(low), high=int(high))
        return value

    return check


Line = Annotated[str, AfterValidator(_one_line), AfterValidator(_filled)]
OptionalLine = Annotated[Line | None, BeforeValidator(_blank_is_none)]
Prose = Annotated[str, AfterValidator(_checked), AfterValidator(str.strip)]
OptionalProse = Annotated[Prose | None, BeforeValidator(_blank_is_none)]
Lines = Annotated[tuple[Line, ...], BeforeValidator(_as_list)]
Day = Annotated[date, PlainValidator(parse_day)]
Days = Annotated[tuple[date, ...], PlainValidator(parse_days)]
Clock = Annotated[time, PlainValidator(parse_clock)]
Moment = Annotated[datetime, PlainValidator(parse_moment)]
Latitude = Annotated[float, AfterValidator(_between(-90, 90))]
Longitude = Annotated[float, AfterValidator(_between(-180, 180))]


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", populate_by_name=True)


class MapPoint(_Part):
    """Where on the map, in degrees."""

    latitude: Latitude = Field(validation_alias=AliasChoices("latitude", "lat"))
    longitude: Longitude = Field(validation_alias=AliasChoices("longitude", "lon"))


class MaterialRow(_Part):
    """A hand-out."""

    title: Line
    url: Annotated[Line, AfterValidator(_link)]


class GoalList(_Part):
    """A plan or mission and its programmes or points: texts, or texts by their ids."""

    title: Line
    items: Annotated[dict[Line, Line], BeforeValidator(_by_id)]


class EventRow(_Part):
    """The mapping ``event``. What is optional here and required in the file: ``EVENT_NEEDS``."""

    id: OptionalLine = None
    name: OptionalLine = None
    short_name: OptionalLine = None
    organizer: OptionalLine = None
    place: OptionalLine = None
    address: OptionalLine = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    map: MapPoint | None = None
    timezone: OptionalLine = None
    start: Day | None = None
    end: Day | None = None
    example: bool = False
    dress: OptionalProse = None
    reflection_questions: Lines = ()
    digest_at: Clock = time(5, 30)
    prompt_at: Clock = time(20, 30)
    quiet_from: Clock = time(21, 30)
    quiet_until: Clock = time(5)
    session_prompts: bool = True
    goals: Annotated[tuple[GoalList, ...], BeforeValidator(lambda v: v or ())] = ()
    consent_version: Annotated[Line, BeforeValidator(_number_as_text)] = "1"
    consent_text: OptionalProse = None
    keep_until: Day | None = None
    shared_rooms: Lines = ()
    free_days: Days = ()
    version: Annotated[int, Field(ge=1)] = 1


class SessionRow(_Part):
    """One item of ``sessions``. Optional here, required in the file: ``SESSION_NEEDS``."""

    id: OptionalLine = None
    title: Line
    start: Moment
    end: Moment | None = None
    kind: OptionalLine = None
    room: OptionalLine = None
    speakers: Lines = ()
    description: OptionalProse = None
    dress: OptionalProse = None
    bring: OptionalProse = None
    aliases: Lines = ()
    materials: Annotated[tuple[MaterialRow, ...], BeforeValidator(lambda v: v or ())] = ()
    question: OptionalProse = None
    cancelled: bool = False
    groups: Lines = ()


EVENT_NEEDS = ("name", "timezone", "start", "end")
"""Keys of the event that only a foreign file may leave out."""

SESSION_NEEDS = ("id", "end")
"""Keys of a session that only a foreign file may leave out."""

FOREIGN_KEYS = {
    "speaker": "speakers",
    "presenter": "speakers",
    "narasumber": "speakers",
    "pembicara": "speakers",
    "pemateri": "speakers",
    "location": "room",
    "venue": "room",
    "ruang": "room",
    "ruangan": "room",
    "lokasi": "room",
    "tempat": "room",
    "type": "kind",
    "jenis": "kind",
    "category": "kind",
    "judul": "title",
    "nama": "name",
    "mulai": "start",
    "selesai": "end",
    "abstract": "description",
    "deskripsi": "description",
    "dress_code": "dress",
    "pakaian": "dress",
    "alias": "aliases",
    "group": "groups",
    "kelompok": "groups",
    "tz": "timezone",
    "time_zone": "timezone",
    "zona": "timezone",
}
"""Other people's names for our fields: read in lenient reading, suggested otherwise."""
