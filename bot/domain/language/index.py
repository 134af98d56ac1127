"""An agenda's own words, gathered once per agenda and kept with it.

Every title, alias, speaker and room goes through the same reading as a typed message, so that
"Coffee Break", "rehat kopi" and "snack" meet. Rare words weigh more than common ones.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from math import log

from bot.domain import clock
from bot.domain.agenda import Agenda
from bot.domain.language.common import COMMON
from bot.domain.language.implied import implied
from bot.domain.language.lexicon import STOPWORDS
from bot.domain.language.spelling import Spelling
from bot.domain.language.titles import (
    DEGREES,
    agenda_words,
    content_words,
    door,
    initials,
    neighbours,
    persons,
    series_key,
    short_names,
    split_words,
    title_acronym,
    title_parts,
)
from bot.domain.language.tokens import Token, clean, tokenize

_KEY = "_language_index"
_ACRONYM = 0.9
_DAYPARTS = frozenset({"pagi", "siang", "sore", "malam", "subuh"})
_BUILDINGS = frozenset({
    "ruang", "gedung", "aula", "hall", "room", "lantai", "lt", "lobby", "lobi", "lapangan",
    "balai", "wisma", "kelas", "tempat", "kampus", "auditorium", "ballroom", "studio", "lab",
    "laboratorium",
})  # fmt: skip


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
        self.spelling = Spelling(agenda_words(agenda), neighbours(agenda), initials(agenda))
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
        self.groups: dict[tuple[str, ...], set[int]] = {}
        """Words of the name of a group of people to the sessions that are for it alone."""
        self.numbered: dict[tuple[str, str], set[int]] = {}
        self.weights: dict[str, dict[int, float]] = {}
        self.own_names = short_names(agenda)
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
        every = [agenda.event.dress, *(s.dress for s in agenda.sessions)]
        self.dress_words = _things(every)
        self.bring_words = _things([s.bring for s in agenda.sessions])
        self.place_words = self._place_words()

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
            labels = [session.title, *title_parts(session.title), *session.aliases]
            for label in labels:
                tokens = self.tokens(clean(label))
                raw.append((i, tokens))
                self._phrase(i, [spoken(t) for t in tokens])
                for word, strength in self._telling(tokens).items():
                    words.add(word, i, strength)
            for group in session.groups:
                named = tuple(spoken(token) for token in self.tokens(clean(group)))
                self.groups.setdefault(named, set()).add(i)
            title = self.tokens(clean(session.title))
            titles.add(frozenset(t.word for t in title))
            if acronym := title_acronym(title, self.spelling):
                words.add(acronym, i, _ACRONYM)
                self._phrase(i, [acronym])
            held = {w for _, tokens in raw[-len(labels) :] for w, _ in content_words(tokens)}
            for word, strength in implied(session, self.starts[i], held):
                words.add(word, i, strength)
        population = len(titles)
        for word, found in words.postings.items():
            rarity = words.rarity(word, population)
            self.weights[word] = {i: weight * rarity for i, weight in found.items()}
        self.rarest = log(1 + max(population, 2))
        for i, tokens in raw:
            self._label(i, tokens)
        titles_read = [self.tokens(clean(s.title)) for s in self.agenda.sessions]
        self._groups = [series_key(tokens) for tokens in titles_read]
        self.heads = [self._head(t) for t in titles_read]
        """The first telling word of each title."""

    def _head(self, tokens: list[Token]) -> str:
        words = [w for w, _ in content_words(tokens)]
        told = [w for w in words if w not in ("berangkat", "kedatangan")] or words
        return told[0] if told else ""

    def _telling(self, tokens: list[Token]) -> dict[str, float]:
        """Words that tell a session from others; the event's own short name does not."""
        content = dict(content_words(tokens))
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

    def _collect_speakers(self) -> None:
        found: dict[str, list[int]] = {}
        for i, session in enumerate(self.agenda.sessions):
            for name in (person for text in session.speakers for person in persons(text)):
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
        heads = [split_words(name)[:1] for name in self.rooms]
        self.room_heads = [head[0] if head and heads.count(head) == 1 else "" for head in heads]
        """First words of the rooms, where no other room begins so: "aula" is Aula Utama."""

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

    def _place_words(self) -> frozenset[str]:
        """Words of the place and its address that no session, speaker or room uses."""
        event = self.agenda.event
        own = {t.word for t in self.tokens(clean(f"{event.place or ''} {event.address or ''}"))}
        return frozenset(own - STOPWORDS - self.weights.keys() - self.room_words.keys())

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


def spoken(token: Token) -> str:
    """A word as phrases are compared: numbers by their value."""
    return token.word if token.number is None else str(token.number)


def _things(texts: Iterable[str | None]) -> frozenset[str]:
    """Words of what is to be worn or brought."""
    words = {word for text in texts for word in split_words(text or "")}
    return frozenset(words - STOPWORDS)


def _meaty(pair: tuple[str, str]) -> bool:
    return any(w not in STOPWORDS and not w.isdecimal() for w in pair)


def _naive(instant: datetime, zone: str) -> datetime:
    return clock.local(instant, zone).replace(tzinfo=None)


def midnight(day: date) -> datetime:
    """The naive first moment of ``day``."""
    return datetime.combine(day, time(0))
