"""Changes to the rundown in an organizer's own words: "mundur 15 menit", "X pindah ke Aula B".

What is said is read into an order; which session it is about may be left to choose. Whether the
order makes sense is for ``domain.rescheduling``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import clock
from bot.domain.agenda import Agenda, Session
from bot.domain.language import Intent, understand
from bot.domain.language.moments import Grain
from bot.domain.rescheduling import Do

_NUMBERS = {
    "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8,
    "sembilan": 9, "sepuluh": 10, "sebelas": 11, "lima belas": 15, "dua puluh": 20,
    "dua puluh lima": 25, "tiga puluh": 30, "empat puluh": 40, "empat puluh lima": 45,
    "lima puluh": 50, "enam puluh": 60, "sembilan puluh": 90, "one": 1, "two": 2, "five": 5,
    "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "an": 1, "half an": 0.5,
    "setengah": 0.5, "seperempat": 0.25, "satu setengah": 1.5, "se": 1,
}  # fmt: skip
_NUMBER = "|".join([r"\d{1,3}(?:[.,]\d)?", *sorted(_NUMBERS, key=len, reverse=True)])
_LENGTH = re.compile(
    rf"\b(?:(?P<hours>{_NUMBER})\s*(?:jam|hours?|hrs?)\b(?:\s*(?:dan\s+|lewat\s+|and\s+)?"
    rf"(?P<rest>{_NUMBER})\s*(?:menit|mnt|minutes?|mins?)\b)?"
    rf"|(?P<minutes>{_NUMBER})\s*(?:menit|mnt|minutes?|mins?|m|')(?![a-z]))"
)
_LATER = re.compile(
    r"\b(?:(?:di|ter)?mundur(?:kan)?|(?:di)?undur(?:kan)?|(?:di)?tunda|molor|(?:di)?geser(?:kan)?"
    r"|delay(?:ed)?|postponed?|push(?:ed)?(?: back)?|later)\b"
)
_EARLIER = re.compile(
    r"\b(?:(?:di)?maju(?:kan)?|(?:di)?percepat|lebih (?:awal|cepat)|earlier|bring forward)\b"
)
_DROP = re.compile(r"\b(?:(?:di)?batal(?:kan)?|(?:di)?tiada(?:kan)|cancel(?:l?ed)?|call off)\b")
_TO = re.compile(
    r"\b(?:(?:di|ber)?(?:pindah(?:kan)?|geser(?:kan)?|ganti|ubah)|moved?|change)\b"
    r"(?P<what>.*?)\b(?:ke|jadi|menjadi|to|di)\s+(?P<where>.+)$"
)
_BEGINS = re.compile(r"^(?P<what>.+?)\b(?:jadi|menjadi|dimulai|mulai|starts?)\s+(?P<where>.+)$")
_ALL = re.compile(
    r"\b(?:semua(?:nya)?|seluruh(?:nya)?|seterusnya|selanjutnya|sesudah(?:nya)?|setelah(?:nya)?"
    r"|sisa(?:nya)?|all|everything|following|onwards?|rest)\b"
)
_BEHIND = re.compile(r"\b(?:sesudah|setelah|after)\s+(?!ini\b|itu\b|this\b)\w")
"""Behind a session, and so not that one itself."""
_ALONE = re.compile(r"\b(?:hanya|saja|cuma|only|just)\b")
_ASKING = re.compile(
    r"\?|\b(?:apa(?:kah)?|kapan|kenapa|mengapa|bagaimana|siapa|kalau|jika|bisa(?:kah)?|boleh(?:kah)?"
    r"|jam berapa|dimana|di mana|why|when|what|who|can|could|if|does|is|are)\b"
)
_CLOCK = re.compile(r"^(?:jam|pukul|at)?\s*\d|^(?:jam|pukul)\b")
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Order:
    """A change as it was said.

    Attributes:
        do: SHIFT, CANCEL or AMEND.
        sessions: ids of those it may be about: one if that is clear, several to choose from, none
            if none was named and none is on or to come today.
        minutes: of SHIFT: how much later; negative: earlier.
        following: whether all that follow that day go along; None: it was not said.
        start: of AMEND: the new start (UTC).
        room: of AMEND: the new room.
    """

    do: Do
    sessions: tuple[str, ...]
    minutes: int = 0
    following: bool | None = None
    start: datetime | None = None
    room: str | None = None


def read_order(text: str, agenda: Agenda, now: datetime) -> Order | None:
    """The order in ``text``; None where it is a question or nothing of the kind."""
    plain = " ".join(text.casefold().split())
    if not plain or len(plain) > _LONGEST or _ASKING.search(plain):
        return None
    length = _LENGTH.search(plain)
    later, earlier = _LATER.search(plain), _EARLIER.search(plain)
    if length and (later or earlier):
        return _shift(plain, length, agenda, now, sign=-1 if earlier else 1)
    if drop := _DROP.search(plain):
        named = _named(_without(plain, drop), agenda, now)
        return Order(Do.CANCEL, named) if named else None
    for form in (_TO, _BEGINS):
        moved = form.search(plain)
        if moved:
            return _move(plain, moved, agenda, now)
    return None


def _shift(
    plain: str, length: re.Match[str], agenda: Agenda, now: datetime, *, sign: int
) -> Order | None:
    minutes = round(_minutes(length))
    if not minutes:
        return None
    rest = _without(plain, length)
    for form in (_LATER, _EARLIER):
        rest = form.sub(" ", rest)
    behind = _BEHIND.search(rest)
    following = True if _ALL.search(rest) else False if _ALONE.search(rest) else None
    for form in (_ALL, _ALONE):
        rest = form.sub(" ", rest)
    named = _named(rest, agenda, now) or _current(agenda, now)
    if behind:
        named, following = _next_to(named, agenda), True
    return Order(Do.SHIFT, named, minutes=sign * minutes, following=following)


def _move(plain: str, moved: re.Match[str], agenda: Agenda, now: datetime) -> Order | None:
    """Another room or another time; only for a session that is named."""
    where = moved["where"].strip(" .")
    named = _named(f"{plain[: moved.start()]} {moved['what']}", agenda, now)
    if not named:
        return None
    if _CLOCK.search(where):
        start = _start(where, agenda, now, agenda.find(named[0]))
        return Order(Do.AMEND, named, start=start) if start else None
    if moved.re is _BEGINS:
        return None
    return Order(Do.AMEND, named, room=_as_written(where, agenda))


def _minutes(length: re.Match[str]) -> float:
    if length["minutes"]:
        return _number(length["minutes"])
    return _number(length["hours"]) * 60 + (_number(length["rest"]) if length["rest"] else 0)


def _number(word: str) -> float:
    return _NUMBERS[word] if word in _NUMBERS else float(word.replace(",", "."))


def _without(plain: str, found: re.Match[str]) -> str:
    return f"{plain[: found.start()]} {plain[found.end() :]}"


def _named(words: str, agenda: Agenda, now: datetime) -> tuple[str, ...]:
    """Sessions that the words name, those that are not over first; one if that is clear."""
    question = understand(words, agenda, now)
    sessions = agenda.sessions
    if question.order in (Intent.NOW, Intent.NEXT):
        return _current(agenda, now, later=question.order is Intent.NEXT)
    if question.mention is None:
        return ()
    found = [sessions[i] for i in question.mention.sessions]
    if question.when is not None and question.when.day is not None:
        found = [s for s in found if agenda.day_of(s) == question.when.day] or found
    ahead = [s for s in found if s.end > now] or found
    if len(question.mention.groups) == 1 and not question.many:
        ahead = ahead[:1]
    return tuple(s.id for s in ahead)


def _current(agenda: Agenda, now: datetime, *, later: bool = False) -> tuple[str, ...]:
    """What is on, else what comes next today; ``later``: what comes next in any case."""
    today = clock.local_day(now, agenda.timezone)
    running: Sequence[Session] = () if later else agenda.running(now)
    coming = [s for s in agenda.next_up(now) if agenda.day_of(s) == today]
    return tuple(s.id for s in running or coming)


def _next_to(named: tuple[str, ...], agenda: Agenda) -> tuple[str, ...]:
    """What begins next on the same day once the first of these is over."""
    session = agenda.find(named[0]) if named else None
    if session is None:
        return ()
    later = [s for s in agenda.on_day(agenda.day_of(session)) if s.start >= session.end]
    return tuple(s.id for s in later[:1])


def _start(where: str, agenda: Agenda, now: datetime, session: Session | None) -> datetime | None:
    """The new start: an hour on the session's own day, in its half of the day if it is open."""
    if session is None:
        return None
    begins = clock.local(session.start, agenda.timezone)
    bare = Agenda(agenda.event, ())
    when = understand(where if not where[0].isdigit() else f"jam {where}", bare, now).when
    if when is None or when.grain is not Grain.INSTANT:
        return None
    day = when.day or begins.date()
    choices = [clock.at(day, when.start.time(), agenda.timezone)]
    if not re.search(r"\b0\d|\b1[3-9]|\b2\d|\b(?:pagi|siang|sore|malam|am|pm)\b", where):
        choices += [instant + timedelta(hours=12 * way) for instant in choices for way in (-1, 1)]
        choices = [c for c in choices if clock.local_day(c, agenda.timezone) == day]
    return min(choices, key=lambda instant: abs(instant - session.start))


def _as_written(where: str, agenda: Agenda) -> str:
    """The room as the agenda writes it; else each word with a capital."""
    for session in (*agenda.sessions, *agenda.cancelled):
        if session.room and session.room.casefold() == where:
            return session.room
    return " ".join(
        word if word[0].isdigit() else word[0].upper() + word[1:] for word in where.split()
    )
