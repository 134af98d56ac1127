"""Words a session answers to although its title does not say them: by its kind and its hour."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.domain.agenda import Kind, Session

_IMPLIED, _FAINT = 0.5, 0.35
_SHORTEST_LUNCH = timedelta(minutes=45)
_LONGEST_COFFEE = timedelta(hours=1)
_KIND_WORDS = {
    Kind.REGISTRATION: "registrasi", Kind.CEREMONY: "upacara", Kind.TALK: "ceramah",
    Kind.WORKSHOP: "workshop", Kind.SIMULATION: "simulasi", Kind.DISCUSSION: "diskusi",
    Kind.REFLECTION: "refleksi", Kind.ASSEMBLY: "apel", Kind.EXERCISE: "olahraga",
    Kind.BREAK: "rehat", Kind.MEAL: "makan", Kind.PRAYER: "salat", Kind.TRAVEL: "berangkat",
}  # fmt: skip
_ATTENDANCE = frozenset({"absensi", "presensi", "absen"})
_MEALS = {"sarapan": (4, 10), "makan_siang": (11, 15), "makan_malam": (17, 22)}
PRAYERS = {"subuh": (3, 7), "zuhur": (11, 15), "asar": (14, 17), "magrib": (17, 19),
           "isya": (18, 21)}  # fmt: skip
"""Local hours (from, to) within which a pause can hold a prayer; no times of prayer themselves."""


def implied(session: Session, start: datetime, held: set[str]) -> Iterator[tuple[str, float]]:
    """Words a session answers to by its kind, its hour, or what its title says otherwise."""
    kind = session.kind
    hour = start.hour + start.minute / 60
    if kind in _KIND_WORDS:
        yield _KIND_WORDS[kind], _IMPLIED
    fed = bool(held & {"makan", *_MEALS})
    both = "ishoma" in held or (fed and bool(held & {"salat", *PRAYERS}))
    if both:
        yield from ((w, _IMPLIED) for w in ("ishoma", "makan", "salat", "istirahat"))
    elif {"istirahat", "salat"} <= held:
        yield "ishoma", _IMPLIED
    named = held & _MEALS.keys()
    noon = kind is Kind.BREAK and 11 <= hour < 14 and session.duration >= _SHORTEST_LUNCH
    meal = both or bool(named) or noon or kind is Kind.MEAL or "makan" in held
    if meal:
        yield "makan", 1.0
        for word, (start_hour, end_hour) in _MEALS.items():
            if not named and start_hour <= hour < end_hour:
                yield word, _IMPLIED
    short = session.duration <= _LONGEST_COFFEE  # longer, coffee is its subject
    coffee = "kopi" in held and short
    pause = kind is Kind.BREAK or coffee or bool(held & {"rehat", "istirahat"})
    if pause and not both:
        yield from (("rehat", _IMPLIED), ("kopi", _IMPLIED))
    if pause or both:
        yield "istirahat", 1.0
    if both or kind is Kind.PRAYER or held & {"salat", "jumatan"}:
        yield "salat", 1.0
        for word, (start_hour, end_hour) in PRAYERS.items():
            if not held & {*PRAYERS, "jumatan"} and start_hour <= hour < end_hour:
                yield word, _IMPLIED
    yield from ((word, 1.0) for word in _ATTENDANCE if held & _ATTENDANCE)
    if held & {"senam", "lari", "jogging", "yoga"} or kind is Kind.EXERCISE:
        yield "olahraga", _IMPLIED
        yield "senam", _FAINT
