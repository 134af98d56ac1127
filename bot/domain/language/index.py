"""An agenda's own words, gathered once per agenda and kept with it.

Every title, alias, speaker and room goes through the same reading as a typed message, so that
"Coffee Break", "rehat kopi" and "snack" meet. Rare words weigh more than common ones.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from math import log

from bot.domain import clock
from bot.domain.agenda import Agenda, Kind, Session
from bot.domain.language.common import COMMON
from bot.domain.language.lexicon import SPELLINGS, STOPWORDS
from bot.domain.language.spelling import Spelling
from bot.domain.language.tokens import NUMBER, Token, clean, tokenize

_KEY = "_language_index"
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ`´][^\W\d_]+)*")
_APOSTROPHES = str.maketrans("", "", "'’ʼ`´")
_IMPLIED, _ACRONYM, _FAINT = 0.5, 0.9, 0.35
_DAYPARTS = frozenset({"pagi", "siang", "sore", "malam", "subuh"})
_BUILDINGS = frozenset({
    "ruang", "gedung", "aula", "hall", "room", "lantai", "lt", "lobby", "lobi", "lapangan",
    "balai", "wisma", "kelas", "tempat", "kampus", "auditorium", "ballroom", "studio", "lab",
    "laboratorium",
})  # fmt: skip
DEGREES = frozenset({
    "dr", "drs", "dra", "ir", "prof", "h", "hj", "kh", "st", "sh", "se", "si", "mm", "mt", "msi",
    "mpd", "spd", "sip", "ssos", "phd", "mba", "mha", "ma", "mh", "msc", "jenderal", "letjen",
    "mayjen", "brigjen", "kolonel", "irjen", "komjen", "akbp", "kombes", "tni", "purn", "pak",
    "bu", "bapak", "ibu", "gus", "kyai", "ustadz", "ustaz", "rm", "pdt",
})  # fmt: skip
_KIND_WORDS = {
    Kind.REGISTRATION: "registrasi", Kind.CEREMONY: "upacara", Kind.TALK: "ceramah",
    Kind.WORKSHOP: "workshop", Kind.SIMULATION: "simulasi", Kind.DISCUSSION: "diskusi",
    Kind.REFLECTION: "refleksi", Kind.ASSEMBLY: "apel", Kind.EXERCISE: "olahraga",
    Kind.BREAK: "rehat", Kind.MEAL: "makan", Kind.PRAYER: "salat", Kind.TRAVEL: "berangkat",
}  # fmt: skip
_MEALS = {"sarapan": (4, 10), "makan_siang": (11, 15), "makan_malam": (17, 22)}
PRAYERS = {"subuh": (3, 7), "zuhur": (11, 15), "asar": (14, 17), "magrib": (17, 19),
           "isya": (18, 21)}  # fmt: skip
"""Local hours (from, to) within which a pause can hold a prayer; no times of prayer themselves."""


@dataclass(frozen=True, slots=True)
class Label:
    """A title or an alias of one session: its words, their weight together, its numbers."""

    session: int
    words: frozenset[str]
    total: float
    numbers: frozenset[int]


@dataclass(slots=True)
class _Words:
    """Words under which something is found, with the weight each has there."""

    postings: dict[str, dict[int, float]] = field(default_factory=dict)

    def add(self, word: str, item: int, weight: float) -> None:
        found = self.postings.setdefault(word, {})
        found[item] = max(weight, found.get(item, 0.0))

    def rarity(self, word: str, population: int) -> float:
        return log(1 + population / max(1, len(self.postings.get(word, ()))))


class AgendaIndex:
    """Everything `understand` looks up in an agenda. Times are naive wall times of the event."""

    def __init__(self, agenda: Agenda) -> None:
        self.agenda = agenda
        self.spelling = Spelling(_vocabulary(agenda), _joined(agenda))
        zone = agenda.timezone
        self.starts = [_naive(s.start, zone) for s in agenda.sessions]
        self.ends = [_naive(s.end, zone) for s in agenda.sessions]
        self._start_days = [s.date() for s in self.starts]
        self.labels: dict[int, list[Label]] = {}
        self.phrases: dict[tuple[str, ...], set[int]] = {}
        self.phrase_starts: dict[str, int] = {}
        self.daypart_pairs: dict[tuple[str, str], set[int]] = {}
        self.numbers: dict[str, set[str]] = {}
        """What tells sessions of a series apart: "komisi" has A and B."""
        self.numbered: dict[tuple[str, str], set[int]] = {}
        self.weights: dict[str, dict[int, float]] = {}
        self.own_names = _own_names(agenda)
        self._collect()
        self.speakers: list[str] = []
        self.speaker_sessions: list[tuple[int, ...]] = []
        self.speaker_words: dict[str, tuple[int, ...]] = {}
        self.speaker_names: list[frozenset[str]] = []
        self._collect_speakers()
        self.rooms: list[str] = []
        self.room_sessions: list[tuple[int, ...]] = []
        self.room_words: dict[str, tuple[int, ...]] = {}
        self.room_names: list[tuple[frozenset[str], frozenset[str]]] = []
        self._collect_rooms()
        self.event_words = self._event_words()

    def tokens(self, text: str) -> list[Token]:
        """Known words of a typed message (already cleaned)."""
        return tokenize(text, self.spelling)

    def on_day(self, day: date) -> range:
        """Positions of the sessions that start on ``day``."""
        first = bisect_right(self._start_days, day - timedelta(days=1))
        return range(first, bisect_right(self._start_days, day))

    def anything_at(self, moment: datetime, *, within: timedelta = timedelta(0)) -> bool:
        """Whether a session is running at ``moment`` or begins less than ``within`` after it."""
        near = self.on_day(moment.date())
        return any(
            self.starts[i] <= moment < self.ends[i] or moment <= self.starts[i] < moment + within
            for i in near
        )

    def _collect(self) -> None:
        words = _Words()
        raw: list[tuple[int, list[Token]]] = []
        titles: set[frozenset[str]] = set()
        for i, session in enumerate(self.agenda.sessions):
            labels = [session.title, *_parts(session.title), *session.aliases]
            for label in labels:
                tokens = self.tokens(clean(label))
                raw.append((i, tokens))
                self._phrase(i, [t.word if t.number is None else str(t.number) for t in tokens])
                for word, strength in self._telling(tokens).items():
                    words.add(word, i, strength)
            title = self.tokens(clean(session.title))
            titles.add(frozenset(t.word for t in title))
            if acronym := _acronym(title, self.spelling):
                words.add(acronym, i, _ACRONYM)
                self._phrase(i, [acronym])
            held = {w for _, tokens in raw[-len(labels) :] for w, _ in _content(tokens)}
            for word, strength in self._implied(i, session, held):
                words.add(word, i, strength)
        population = len(titles)
        for word, found in words.postings.items():
            rarity = words.rarity(word, population)
            self.weights[word] = {i: weight * rarity for i, weight in found.items()}
        self.rarest = log(1 + max(population, 2))
        for i, tokens in raw:
            self._label(i, tokens)
        self._groups = [
            _series(self.tokens(clean(t))) for t in (s.title for s in self.agenda.sessions)
        ]

    def _telling(self, tokens: list[Token]) -> dict[str, float]:
        """Words that tell a session from others; the event's own short name does not."""
        content = dict(_content(tokens))
        kept = {w: strength for w, strength in content.items() if w not in self.own_names}
        return kept or content

    def _phrase(self, session: int, words: list[str]) -> None:
        if words and not all(w in STOPWORDS for w in words):
            key = tuple(words)
            self.phrases.setdefault(key, set()).add(session)
            longest = self.phrase_starts.get(words[0], 0)
            self.phrase_starts[words[0]] = max(longest, min(len(words), 12))
        for pair in pairwise(words):
            if (pair[0] in _DAYPARTS) != (pair[1] in _DAYPARTS) and _meaty(pair):
                self.daypart_pairs.setdefault(pair, set()).add(session)

    def _label(self, session: int, tokens: list[Token]) -> None:
        content = dict(self._telling(tokens))
        total = sum(self.weights[w].get(session, 0.0) for w in content)
        numbers = frozenset(t.number for t in tokens if t.number is not None)
        label = Label(session, frozenset(content), total, numbers)
        self.labels.setdefault(session, []).append(label)
        before: list[str] = []
        for token in tokens:
            mark = door(token)
            if mark is None or not before:
                before.append(token.word)
                continue
            for word in before:
                self.numbers.setdefault(word, set()).add(mark)
                self.numbered.setdefault((word, mark), set()).add(session)
            before = []

    def _implied(self, i: int, session: Session, held: set[str]) -> Iterator[tuple[str, float]]:
        """Words a session answers to by its kind, its hour, or what its title says otherwise."""
        kind, start = session.kind, self.starts[i]
        hour = start.hour + start.minute / 60
        if kind in _KIND_WORDS:
            yield _KIND_WORDS[kind], _IMPLIED
        both = "ishoma" in held or {"makan", "salat"} <= held
        if both:
            yield from ((w, _IMPLIED) for w in ("ishoma", "makan", "salat", "istirahat"))
        elif {"istirahat", "salat"} <= held:
            yield "ishoma", _IMPLIED
        named = held & _MEALS.keys()
        meal = both or bool(named) or kind is Kind.MEAL or "makan" in held
        if meal:
            yield "makan", 1.0
            for word, (start_hour, end_hour) in _MEALS.items():
                if not named and start_hour <= hour < end_hour:
                    yield word, _IMPLIED
        pause = kind is Kind.BREAK or bool(held & {"rehat", "kopi", "istirahat"})
        if pause and not both:
            yield from (("rehat", _IMPLIED), ("kopi", _IMPLIED))
        if pause or both:
            yield "istirahat", 1.0
        if both or kind is Kind.PRAYER or held & {"salat", "jumatan"}:
            yield "salat", 1.0
            for word, (start_hour, end_hour) in PRAYERS.items():
                if not held & {*PRAYERS, "jumatan"} and start_hour <= hour < end_hour:
                    yield word, _IMPLIED
        if held & {"senam", "lari", "jogging", "yoga"} or kind is Kind.EXERCISE:
            yield "olahraga", _IMPLIED
            yield "senam", _FAINT

    def _collect_speakers(self) -> None:
        found: dict[str, list[int]] = {}
        for i, session in enumerate(self.agenda.sessions):
            for name in (person for text in session.speakers for person in _persons(text)):
                found.setdefault(name, []).append(i)
        words: dict[str, list[int]] = {}
        for n, (name, sessions) in enumerate(found.items()):
            self.speakers.append(name)
            self.speaker_sessions.append(tuple(sessions))
            own = [w for w in split_words(name) if w not in DEGREES]
            own = [w for w in own if len(w) > 1]
            self.speaker_names.append(frozenset(own))
            for word in own:
                words.setdefault(self.spelling.read(word).text, []).append(n)
        self.speaker_words = {w: tuple(ns) for w, ns in words.items()}

    def _collect_rooms(self) -> None:
        found: dict[str, list[int]] = {}
        for i, session in enumerate(self.agenda.sessions):
            if session.room:
                found.setdefault(session.room, []).append(i)
        words: dict[str, list[int]] = {}
        for n, (name, sessions) in enumerate(found.items()):
            self.rooms.append(name)
            self.room_sessions.append(tuple(sessions))
            tokens = self.tokens(clean(name))
            marks = frozenset(mark for t in tokens if (mark := door(t)))
            own = {t.word for t in tokens if not door(t)} - (STOPWORDS - _BUILDINGS)
            self.room_names.append((frozenset(own), marks))
            for word in own:
                words.setdefault(word, []).append(n)
        self.room_words = {w: tuple(ns) for w, ns in words.items()}

    def group_of(self, session: int) -> str:
        """Title words and numbers of a session: repeated sessions share them."""
        return self._groups[session]

    def _event_words(self) -> frozenset[str]:
        """Words of the event's own name that no session, speaker or room uses."""
        event = self.agenda.event
        tokens = self.tokens(clean(f"{event.name} {event.short_name or ''}"))
        own = {t.word for t in tokens if t.word not in COMMON and t.number is None}
        own -= STOPWORDS
        return self.own_names - self.weights.keys() | frozenset(
            own - self.weights.keys() - self.room_words.keys()
        )

    def room_weight(self, word: str) -> float:
        """How much a word says which room is meant: "ruang" little, a proper name much."""
        return 0.3 if word in _BUILDINGS else 1.0


def index_of(agenda: Agenda) -> AgendaIndex:
    """The index of ``agenda``, built at the first question and kept on the object itself.

    Like a cached property: the agenda is a frozen value, so the index can never grow stale, and
    it goes when the agenda goes.
    """
    kept = vars(agenda).get(_KEY)
    if isinstance(kept, AgendaIndex):
        return kept
    index = AgendaIndex(agenda)
    object.__setattr__(agenda, _KEY, index)
    return index


def door(token: Token) -> str | None:
    """The number or single letter that tells one of a series from the next: 201, B, II."""
    if token.number is not None:
        return str(token.number)
    if token.raw == "i":
        return "1"
    return token.raw if len(token.raw) == 1 else None


def split_words(text: str) -> list[str]:
    """Case-folded letter words of a name, without apostrophes."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return [w.translate(_APOSTROPHES) for w in _WORD.findall(folded)]


def _vocabulary(agenda: Agenda) -> set[str]:
    event = agenda.event
    texts: list[str] = [event.name, event.short_name or "", event.id]
    for session in agenda.sessions:
        texts += [session.title, *session.aliases, *session.speakers]
        if session.room:
            texts.append(session.room)
    words = {w for text in texts for w in split_words(text)}
    return {w for w in words if w not in SPELLINGS and len(w) > 1}


def _own_names(agenda: Agenda) -> frozenset[str]:
    """What the event itself is called for short: short name, id, acronym of its name."""
    event = agenda.event
    named = [*split_words(event.short_name or ""), *split_words(event.id)]
    acronym = "".join(w[0] for w in split_words(event.name))
    return frozenset(w for w in (*named, acronym) if len(w) > 2 and w not in SPELLINGS)


def _parts(title: str) -> list[str]:
    """The parts of "Materi 3: Arah Pembangunan", each of which may be called for by itself."""
    parts = [part.strip() for part in re.split(r"[:|–—]| - ", title)]
    return [part for part in parts if part] if len(parts) > 1 else []


def _persons(text: str) -> list[str]:
    """The names in "Andi Rahmat, Dewi Kartika"; what has full stops after a comma is a degree."""
    first, *others = (part.strip() for part in text.split(","))
    return [first, *(part for part in others if part and "." not in part)]


def _joined(agenda: Agenda) -> dict[str, tuple[str, ...]]:
    """Neighbours of a title written as one word: "astacita"."""
    found: dict[str, tuple[str, ...]] = {}
    for session in agenda.sessions:
        for label in (session.title, *session.aliases):
            for pair in pairwise(split_words(label)):
                if min(map(len, pair)) > 2:
                    found["".join(pair)] = pair
    return found


def _content(tokens: Iterable[Token]) -> Iterator[tuple[str, float]]:
    """Words that tell one session from another; a word of everyday speech tells less."""
    for token in tokens:
        if token.number is None and token.word not in STOPWORDS and len(token.word) > 1:
            yield token.word, _FAINT if token.word in COMMON else 1.0


def _series(tokens: list[Token]) -> str:
    """A title without its filling words and without "hari kedua": what repeated sessions share."""
    words: list[str] = []
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.number is not None:
            if before is None or before.word != "hari":
                words.append(str(token.number))
        elif token.word not in STOPWORDS:
            words.append(token.word)
    return " ".join(words)


def _acronym(tokens: list[Token], spelling: Spelling) -> str | None:
    letters = [t.raw[0] for t in tokens if t.number is None and t.word not in STOPWORDS]
    word = "".join(letters)
    if len(word) < 3 or word in COMMON or (spelling.read(word).exact and word in SPELLINGS):
        return None
    return word


def _meaty(pair: tuple[str, str]) -> bool:
    return any(w not in STOPWORDS and not w.isdecimal() for w in pair)


def _naive(instant: datetime, zone: str) -> datetime:
    return clock.local(instant, zone).replace(tzinfo=None)


def midnight(day: date) -> datetime:
    """The naive first moment of ``day``."""
    return datetime.combine(day, time(0))


__all__ = ["NUMBER", "AgendaIndex", "Label", "door", "index_of", "midnight", "split_words"]
