"""Which sessions, speakers and rooms of the agenda a message names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.language.common import COMMON
from bot.domain.language.lexicon import HONORIFICS, KNOWN_CONCEPTS, STOPWORDS
from bot.domain.language.marking import Marking
from bot.domain.language.tally import FUZZY, Tally
from bot.domain.language.titles import DEGREES, door

_CLOSE = 0.95
ROUTINE = frozenset({
    "makan", "makan_siang", "makan_malam", "sarapan", "rehat", "istirahat", "kopi", "ishoma",
    "salat", "jumatan", "subuh", "zuhur", "asar", "magrib", "isya", "senam", "olahraga", "apel",
})  # fmt: skip
"""What comes every day: asked without a day, the next one is meant, whatever its title."""
_ANY_ROOM = frozenset({"ruang", "room", "tempat", "gedung", "lantai", "lt"})
_MEALS = frozenset({"sarapan", "makan_siang", "makan_malam"})
_TITLES = frozenset({"dokter", "doktor", "profesor", "haji", "hajah", "kiai", "ustaz", "ustadz"})
_OFFICES = frozenset({
    "gubernur", "bupati", "camat", "lurah", "menteri", "presiden", "rektor", "dekan", "kapolres",
    "dandim",
})  # fmt: skip


def _deputy(name: str) -> bool:
    return name.casefold().startswith("wakil ")


class Source(StrEnum):
    """By what something was named."""

    SESSION = "session"
    SPEAKER = "speaker"
    ROOM = "room"


@dataclass(frozen=True, slots=True)
class Mention:
    """Sessions a message names, by position in the agenda.

    ``groups`` holds them by title: more than one group means that it is not clear which is meant.
    ``share`` is how much of what was typed about them they account for, 0 to 1.
    """

    source: Source
    sessions: tuple[int, ...]
    groups: tuple[tuple[int, ...], ...]
    places: tuple[int, ...]
    """Positions of the words that named them."""
    weight: float
    exact: bool = False
    label: str = ""
    weak: bool = False
    """Named by everyday words alone: "mandi", "masak"; it takes a plain question to mean them."""
    missing_number: bool = False
    """A number was asked for that no session has: "simulasi 9"."""


class MentionReader(Marking):
    """Finds mentions among the words of a message and marks them in `taken`."""

    def read(self, start: int = 0, end: int | None = None) -> Mention | None:
        """The mention among tokens ``start`` to ``end``, if any: session, then speaker, room."""
        stop = len(self.tokens) if end is None else end
        session = self._session(start, stop)
        speaker = self._speaker(start, stop)
        room = self._room(start, stop)
        if session and room and self._within(session, speaker, room):
            return room
        if session is not None and session.weak and (found := speaker or room):
            return session if set(found.places) <= set(session.places) else found
        if session is not None and speaker is not None:
            return self._both(session, speaker)
        return session or speaker or room

    def _within(self, session: Mention, speaker: Mention | None, room: Mention) -> bool:
        """Whether "tenda biru" is the room, although a title has "tenda"; not so "ruang makan"."""
        more = set(room.places) > set(session.places)
        more = more and set(room.places) >= set(speaker.places if speaker else ())
        return (
            more and room.exact and not {self.tokens[at].word for at in session.places} <= ROUTINE
        )

    def _both(self, session: Mention, speaker: Mention) -> Mention:
        """A title word beside a speaker narrows the speaker's sessions down."""
        shared = tuple(i for i in speaker.sessions if i in session.sessions)
        heavier = speaker if speaker.weight >= session.weight else session
        if not shared:
            return heavier
        places = tuple(sorted({*session.places, *speaker.places}))
        return self._mention(Source.SESSION, shared, places, heavier.weight, exact=session.exact)

    def _session(self, start: int, end: int) -> Mention | None:
        tally = Tally(self.index)
        for at in range(start, end):
            word, pinned = self.tokens[at].word, self.pinned.get(at)
            if at in self.grouped:
                pinned = self.grouped[at]
                tally.only(pinned)
            elif at in self.numbered and pinned is None:
                pinned = self.index.numbered.get((word, self.numbered[at]), set())
                tally.only(pinned)
            elif pinned is None and (self.taken[at] or word in STOPWORDS):
                continue
            tally.add(at, self.tokens[at], pinned)
        scores, places = tally.scores, tally.places
        if scores and not any(at in self.pinned for at in places) and self._only_common(places):
            half = {i for i in scores if self._coverage(i, tally.seen) > 0.5}
            if not half:
                best = self._best(scores, tally.seen, places, missing=tally.missing)
                return replace(best, weak=True)
            scores = {i: score for i, score in scores.items() if i in half}
        if not scores:
            return None
        return self._best(scores, tally.seen, places, missing=tally.missing)

    def _only_common(self, places: list[int]) -> bool:
        return all(self.tokens[at].word in COMMON for at in places)

    def _best(
        self, scores: dict[int, float], seen: set[str], places: list[int], *, missing: bool
    ) -> Mention:
        top = max(scores.values())
        near = [i for i, score in scores.items() if score >= top * _CLOSE]
        if seen <= _MEALS:  # "Makan Siang Bersama" of the last day is no better than "Ishoma"
            near = list(scores)
        cover = {i: self._coverage(i, seen) for i in near}
        full = max(cover.values())
        if full >= 0.99 and not seen <= ROUTINE:
            near = [i for i in near if cover[i] >= 0.99]
        told = (self.pinned, self.numbered, self.grouped)
        heads = [i for i in near if {self.index.heads[i]} == seen - ROUTINE]
        if heads:
            near = heads  # what is said first is what it is: "Laporan Kunjungan" is no visit
        exact = any(at in each for at in places for each in told) or full >= 0.99
        return self._mention(Source.SESSION, near, places, top, exact=exact, missing=missing)

    def _coverage(self, session: int, seen: set[str]) -> float:
        """How much of the best fitting title or alias was typed."""
        best = 0.0
        for label in self.index.labels[session]:
            if label.total > 0:
                hit = sum(
                    self.index.weights[w].get(session, 0.0) for w in label.words if w in seen
                )
                best = max(best, hit / label.total)
        return best

    def _mention(
        self,
        source: Source,
        sessions: Iterable[int],
        places: Sequence[int],
        weight: float,
        *,
        exact: bool = False,
        label: str = "",
        missing: bool = False,
    ) -> Mention:
        ordered = tuple(sorted(sessions))
        words = {self.tokens[at].word for at in places}
        groups: dict[str, list[int]] = {}
        for i in ordered:
            group = "" if words <= ROUTINE else self.index.group_of(i)
            groups.setdefault(group, []).append(i)
        together = tuple(tuple(g) for g in groups.values())
        return Mention(
            source, ordered, together, tuple(places), weight, exact, label, missing_number=missing
        )

    def _speaker(self, start: int, end: int) -> Mention | None:
        index = self.index
        scores: dict[int, float] = {}
        telling: dict[int, int] = {}
        places: list[int] = []
        for at in range(start, end):
            token = self.tokens[at]
            speakers = index.speaker_words.get(token.word)
            if not speakers or (self.taken[at] and at not in self.pinned):
                continue
            before = self.tokens[at - 1] if at else None
            titled = before is not None and (before.word in HONORIFICS or before.raw in DEGREES)
            everyday = token.word in COMMON or token.word in KNOWN_CONCEPTS
            office = token.raw in _OFFICES
            everyday = (everyday or token.word in STOPWORDS) and not (titled or office)
            if before is not None and before.raw in _TITLES and not self.taken[at - 1]:
                places.append(at - 1)
            places.append(at)
            weight = (1.0 if token.exact else FUZZY) / len(speakers) ** 0.5
            for n in speakers:
                scores[n] = scores.get(n, 0.0) + weight
                telling[n] = telling.get(n, 0) + (1 if everyday else 2)
        scores = {n: score for n, score in scores.items() if self._names(n, telling[n], places)}
        if not scores:
            return None
        if "wakil" not in {self.tokens[at].raw for at in range(start, end)}:
            held = {n: s for n, s in scores.items() if not _deputy(index.speakers[n])}
            scores = held or scores  # "gubernur" is the governor before it is the deputy
        top = max(scores.values())
        best = [n for n, score in scores.items() if score >= top * _CLOSE]
        sessions = tuple(sorted({i for n in best for i in index.speaker_sessions[n]}))
        label = index.speakers[best[0]] if len(best) == 1 else ""
        return self._mention(
            Source.SPEAKER, sessions, places, top * index.rarest * 0.8,
            exact=len(places) > 1, label=label,
        )  # fmt: skip

    def _names(self, speaker: int, telling: int, places: list[int]) -> bool:
        """Whether the typed words are enough of a name: everyday words must be half of it."""
        name = self.index.speaker_names[speaker]
        typed = {self.tokens[at].raw for at in places} & name
        return telling > max(1, len(typed)) or (telling > 1 and len(typed) * 2 >= len(name))

    def _room(self, start: int, end: int) -> Mention | None:
        index = self.index
        scores: dict[int, float] = {}
        places: list[int] = []
        doors: set[str] = set()
        for at in range(start, end):
            token = self.tokens[at]
            rooms = index.room_words.get(token.word)
            if not rooms or self.taken[at]:
                continue
            places.append(at)
            mark = door(self.tokens[at + 1]) if at + 1 < end else None
            if mark and not self.taken[at + 1]:
                doors.add(mark)
                places.append(at + 1)
            for n in rooms:
                scores[n] = scores.get(n, 0.0) + index.room_weight(token.word)
        fitting = {n: s for n, s in scores.items() if self._room_fits(n, places, doors)}
        if not fitting:
            return None
        top = max(fitting.values())
        best = [n for n, score in fitting.items() if score >= top * _CLOSE]
        sessions = tuple(sorted({i for n in best for i in index.room_sessions[n]}))
        label = index.rooms[best[0]] if len(best) == 1 else ""
        typed = {self.tokens[at].word for at in places}
        exact = len(best) == 1 and index.room_names[best[0]][0] <= typed
        return self._mention(Source.ROOM, sessions, places, top, label=label, exact=exact)

    def _room_fits(self, room: int, places: list[int], doors: set[str]) -> bool:
        words, own = self.index.room_names[room]
        typed = {self.tokens[at].word for at in places}
        if doors and own and not doors & own:
            return False
        if words - {"ruang"} <= typed and words & typed:
            return not own or bool(doors)
        if any(len(self.index.room_words[w]) == 1 for w in words & typed - _ANY_ROOM):
            return True
        if self.index.room_heads[room] in typed - _ANY_ROOM:
            return True
        return any(self.index.room_weight(w) == 1.0 for w in words & typed)
