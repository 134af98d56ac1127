"""A typed message read through: its words, its time, what it names, and what is left to ask."""

from dataclasses import replace
from datetime import datetime

from bot.domain.language.cues import Cues
from bot.domain.language.index import AgendaIndex
from bot.domain.language.lexicon import SCHEDULE_NOUNS
from bot.domain.language.manners import addressed, greeting_end
from bot.domain.language.mentions import Mention, MentionReader, Source
from bot.domain.language.moments import When
from bot.domain.language.question import Intent, Slots
from bot.domain.language.times import TimeReader

_POINTERS = frozenset({"ini", "itu", "sekarang"})
_CEREMONIES = {
    "buka": "pembukaan", "membuka": "pembukaan", "tutup": "penutupan", "nutup": "penutupan",
    "menutup": "penutupan", "opens": "pembukaan", "closes": "penutupan",
}  # fmt: skip
_AFTER_BEFORE = ("setelah", ("sebelum",))
_OPENED = {"dibuka": "mulai", "ditutup": "selesai"}


class Message:
    """Greeting, names that hold a time word, times, names: each takes its words from the rest."""

    def __init__(self, text: str, index: AgendaIndex, now: datetime, slots: Slots) -> None:
        self.text = text
        self.slots = slots
        self.index = index
        self.tokens = index.tokens(text)
        taken = [False] * len(self.tokens)
        self.greeted = 0 if slots.day and len(self.tokens) == 1 else greeting_end(self.tokens)
        for at in range(self.greeted):
            taken[at] = True
        for at in addressed(self.tokens):
            taken[at] = True
        names = MentionReader(self.tokens, taken, index)
        names.mask()
        times = TimeReader(self.tokens, taken, now=now, index=index)
        self.when: When | None = times.read(text)
        self.taken = taken
        self.day = self.when.first_day if self.when else now.date()
        self.relation, self.relation_at = self._relation()
        self.mention = self._named(names)
        places = set(self.mention.places) if self.mention else set()
        free = [at for at in range(len(self.tokens)) if at not in places and not taken[at]]
        end = max([*places, *free], default=-1)
        self.cues = Cues(text, self.tokens, free, end=end, index=index)
        self.forward = times.direction

    def _relation(self) -> tuple[Intent | None, int]:
        for at, token in enumerate(self.tokens):
            if not self.taken[at] and token.word in ("setelah", "sebelum"):
                return (Intent.AFTER if token.word == "setelah" else Intent.BEFORE), at
        return None, -1

    def _named(self, names: MentionReader) -> Mention | None:
        self._opened(names)
        if between := self._between(names):
            self.relation = None
            return between
        if self.relation and self.points_back():
            found = names.read()
            if found is not None and "atau" in (token.word for token in self.tokens):
                for at in found.places:  # "habis ini salat atau makan?": what comes is asked
                    self.taken[at] = True
                return None
            if found is not None:
                self.relation = None
            return found
        if self.relation:
            behind = names.read(self.relation_at + 1)
            ahead = names.read(0, self.relation_at)
            if ahead is not None and behind is not None:
                relation, self.relation = self.relation, None
                return self._beside(ahead, behind, relation)
            if behind is None and ahead is not None:
                self.relation = None
            return behind or ahead
        return names.read() or self._ceremony(names)

    def _opened(self, names: MentionReader) -> None:
        """ "registrasi ditutup jam berapa": when what is named beside it ends, not the closing."""
        for at, token in enumerate(self.tokens):
            word = _OPENED.get(token.raw)
            if word and not self.taken[at]:
                beside = names.read(0, at) or names.read(at + 1)
                if beside and beside.source is Source.SESSION and not beside.weak:
                    self.tokens[at] = token._replace(word=word)

    def _ceremony(self, names: MentionReader) -> Mention | None:
        """ "siapa yang buka?": the opening, where nothing else is named."""
        if "siapa" not in {token.word for token in self.tokens}:
            return None
        for at, token in enumerate(self.tokens):
            if not self.taken[at] and (ceremony := _CEREMONIES.get(token.raw)):
                self.tokens[at] = token._replace(word=ceremony, known=True)
                return names.read()
        return None

    def _between(self, names: MentionReader) -> Mention | None:
        """ "antara ishoma dan pleno ada apa": what lies between two sessions of a day."""
        words = [t.word if not self.taken[at] else "" for at, t in enumerate(self.tokens)]
        opening, closing = ("antara", ("dan", "dengan")) if "antara" in words else _AFTER_BEFORE
        begin = words.index(opening) if opening in words else len(words)
        links = [at for at in range(begin, len(words)) if words[at] in closing]
        if not links:
            return None
        middle = links[0]
        first, second = names.read(begin + 1, middle), names.read(middle + 1)
        if first is None or second is None:
            return None
        starts, ends = self.index.starts, self.index.ends
        for one in sorted(first.sessions, key=lambda i: starts[i].date() < self.day):
            same = [i for i in second.sessions if starts[i].date() == starts[one].date()]
            after = [i for i in same if starts[i] >= ends[one]]
            for other in after[:1]:
                day = self.index.on_day(starts[one].date())
                found = tuple(
                    i for i in day if ends[one] <= starts[i] and ends[i] <= starts[other]
                )
                places = (*first.places, *second.places)
                found = found or (one, other)  # nothing: the two tell how long nothing is
                return replace(first, sessions=found, groups=(found,), places=places)
        return None

    def _beside(self, ahead: Mention, behind: Mention, relation: Intent) -> Mention:
        """Of "rehat kopi setelah pleno" the one that comes after it, where there is one."""
        starts, ends = self.index.starts, self.index.ends
        if relation is Intent.AFTER:
            kept = [i for i in ahead.sessions if starts[i] >= ends[behind.sessions[0]]]
        else:
            kept = [i for i in ahead.sessions if ends[i] <= starts[behind.sessions[0]]][-1:]
        if not kept:
            return ahead
        return replace(ahead, sessions=tuple(kept[:1]), groups=(tuple(kept[:1]),))

    def anchor(self) -> str:
        """What was typed of a relation to a session named: "habis makan siang"."""
        if self.relation is None or self.mention is None:
            return ""
        last = self.tokens[max(self.mention.places)]
        return self.text[self.tokens[self.relation_at].start : last.end]

    def points_back(self) -> bool:
        """ "habis ini", "setelah acara itu": what follows what is on, not what is named."""
        after = self.relation_at + 1
        word = self.tokens[after].word if after < len(self.tokens) else ""
        return word in _POINTERS or word in SCHEDULE_NOUNS
