"""A typed message read through: its words, its time, what it names, and what is left to ask."""

from dataclasses import replace
from datetime import datetime

from bot.domain.language.cues import Cues
from bot.domain.language.index import AgendaIndex
from bot.domain.language.lexicon import SCHEDULE_NOUNS
from bot.domain.language.manners import greeting_end
from bot.domain.language.mentions import Mention, MentionReader
from bot.domain.language.moments import When
from bot.domain.language.question import Intent, Slots
from bot.domain.language.times import TimeReader

_POINTERS = frozenset({"ini", "itu", "sekarang"})


class Message:
    """Greeting, names that hold a time word, times, names: each takes its words from the rest."""

    def __init__(self, text: str, index: AgendaIndex, now: datetime, slots: Slots) -> None:
        self.text = text
        self.slots = slots
        self.index = index
        self.tokens = index.tokens(text)
        taken = [False] * len(self.tokens)
        self.greeted = greeting_end(self.tokens)
        for at in range(self.greeted):
            taken[at] = True
        names = MentionReader(self.tokens, taken, index)
        names.mask()
        times = TimeReader(self.tokens, taken, now=now, index=index)
        self.when: When | None = times.read(text)
        self.taken = taken
        self.relation, self.relation_at = self._relation()
        self.mention = self._named(names)
        places = set(self.mention.places) if self.mention else set()
        free = [at for at in range(len(self.tokens)) if at not in places and not taken[at]]
        end = max([*places, *free], default=-1)
        self.cues = Cues(text, self.tokens, free, end=end, event=index.event_words)
        self.forward = times.direction

    def _relation(self) -> tuple[Intent | None, int]:
        for at, token in enumerate(self.tokens):
            if not self.taken[at] and token.word in ("setelah", "sebelum"):
                return (Intent.AFTER if token.word == "setelah" else Intent.BEFORE), at
        return None, -1

    def _named(self, names: MentionReader) -> Mention | None:
        if self.relation and self.points_back():
            found = names.read()
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
        return names.read()

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
