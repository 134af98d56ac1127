"""Marks words of a message that name something, before times are read: whole titles, numbers."""

from collections.abc import Sequence

from bot.domain.language.common import COMMON
from bot.domain.language.index import AgendaIndex, spoken
from bot.domain.language.titles import door
from bot.domain.language.tokens import Token

_TIMELIKE = frozenset({"subuh"})
_BLIND = frozenset({"jam", "hari", "menit", "tanggal", "minggu", "bulan", "ke", "at"})


class Marking:
    """Takes whole titles, "senam pagi" and "simulasi 2", and keeps what they stand for."""

    def __init__(self, tokens: Sequence[Token], taken: list[bool], index: AgendaIndex) -> None:
        self.tokens = tokens
        self.taken = taken
        self.index = index
        self.pinned: dict[int, set[int]] = {}
        """Token position to sessions of a full title, or of a title with a part of the day."""
        self.numbered: dict[int, str] = {}
        """Token position of a word to the number or letter that goes with it."""
        self.grouped: dict[int, set[int]] = {}
        """Token position of a group's name to the sessions that are for that group alone."""

    def mask(self) -> None:
        """Takes whole titles, "senam pagi" and "simulasi 2" before times are read."""
        tokens, index = self.tokens, self.index
        keys = [spoken(t) for t in tokens]
        at = 0
        while at < len(tokens):
            at += self._whole_title(keys, at) or self._group(keys, at) or 1
        for at in range(len(tokens) - 1):
            if self.taken[at] or self.taken[at + 1] or tokens[at + 1].gap == ",":
                continue
            sessions = index.daypart_pairs.get((keys[at], keys[at + 1]))
            if sessions:
                self._pin(at, at + 2, sessions)
        for at, token in enumerate(tokens[:-1]):
            then = at + 1 + (tokens[at + 1].word == "yang")  # "sidang yang ketiga"
            mark = self._mark(token.word, then) if then < len(tokens) else None
            if mark == "2" and tokens[then].gap == "" and mark not in index.numbers[token.word]:
                self.taken[then], mark = True, None  # "komisi2": all of them
            if mark and not self.taken[then] and not self._counts_time(then):
                self.numbered[at] = mark
                self.taken[then] = True

    def _mark(self, word: str, at: int) -> str | None:
        """The number or letter at ``at`` that tells which of a series called ``word`` is meant."""
        marks = self.index.numbers.get(word)
        if marks is None or word in _BLIND:
            return None
        mark = "1" if self.tokens[at].word == "pertama" else door(self.tokens[at])
        if mark is None or (mark not in marks and self.tokens[at].number is None):
            return None
        return mark

    def _counts_time(self, at: int) -> bool:
        """Whether a number belongs to what follows: "simulasi 2 jam lagi" does not name one."""
        after = [t.word for t in self.tokens[at + 1 : at + 3]]
        return len(after) == 2 and after[0] in ("jam", "menit", "hari") and after[1] == "lagi"

    def _whole_title(self, keys: list[str], at: int) -> int:
        longest = self.index.phrase_starts.get(keys[at], 0)
        for size in range(min(longest, len(keys) - at), 0, -1):
            sessions = self.index.phrases.get(tuple(keys[at : at + size]))
            if sessions and not any(self.taken[at : at + size]):
                if size == 1 and (keys[at] in COMMON or keys[at] in _TIMELIKE):
                    return 0
                self._pin(at, at + size, sessions)
                return size
        return 0

    def _group(self, keys: list[str], at: int) -> int:
        for name, sessions in self.index.groups.items():
            end = at + len(name)
            if tuple(keys[at:end]) == name and not any(self.taken[at:end]):
                for i in range(at, end):
                    self.taken[i], self.grouped[i] = True, sessions
                return len(name)
        return 0

    def _pin(self, start: int, end: int, sessions: set[int]) -> None:
        for i in range(start, end):
            self.taken[i] = True
            self.pinned[i] = sessions
