"""Adding up, word by word, which sessions a message speaks of."""

from bot.domain.language.index import AgendaIndex
from bot.domain.language.tokens import Token

FUZZY = 0.85
"""Weight of a word that was guessed, beside one that was typed as it is written."""


class Tally:
    """Adds up what the words of a message say for each session."""

    def __init__(self, index: AgendaIndex) -> None:
        self._index = index
        self._scores: dict[int, float] = {}
        self._wanted: set[int] | None = None
        self.seen: set[str] = set()
        self.places: list[int] = []
        self.missing = False

    def only(self, sessions: set[int]) -> None:
        """A number was given: only these sessions bear it; none do if it is of no session."""
        self.missing = self.missing or not sessions
        if sessions:
            self._wanted = sessions if self._wanted is None else self._wanted & sessions

    def add(self, at: int, token: Token, pinned: set[int] | None) -> None:
        """Counts a word for the sessions that have it; ``pinned`` those of a whole title."""
        postings = self._index.weights.get(token.word)
        if postings is None and pinned is None:
            return
        self.places.append(at)
        if token.word in self.seen:
            return
        self.seen.add(token.word)
        quality = 1.0 if token.exact else FUZZY
        for i, weight in (postings or {}).items():
            self._scores[i] = self._scores.get(i, 0.0) + weight * quality
        if postings is None:  # a filling word counts only as part of a whole title
            for i in pinned or ():
                self._scores[i] = self._scores.get(i, 0.0) + self._index.rarest / 2

    @property
    def scores(self) -> dict[int, float]:
        """Weight by session, of those that the number allows."""
        if not self._wanted:
            return self._scores
        return {i: score for i, score in self._scores.items() if i in self._wanted}
