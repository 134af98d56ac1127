"""A history from a seed: moves that say all about themselves, so that any of them can be left out.

What a move does depends on its dice alone and on what it finds: where there is nothing to press it
does nothing.
"""

import random
from dataclasses import dataclass

from tests.simulation.ground import ORGANIZERS, PEOPLE

LENGTH = 40
_WEIGHTS = {
    "join": 6,
    "leave": 2,
    "ask": 3,
    "note": 8,
    "edit": 3,
    "note_button": 4,
    "commit": 3,
    "rate": 4,
    "remind": 4,
    "snooze": 3,
    "announce": 4,
    "change": 5,
    "undo": 1,
    "roster": 2,
    "any_button": 10,
    "fault": 6,
    "updates": 2,
    "kill": 3,
    "behead": 7,
    "wait": 12,
    "sleep": 4,
    "back": 1,
    "stranger": 1,
}
_OF_ORGANIZERS = ("announce", "change", "undo", "roster")


@dataclass(frozen=True)
class Move:
    """Somebody does something; ``dice`` are 0 to 999 each."""

    name: str
    who: str
    dice: tuple[int, int, int]
    number: int
    """Its place in the history it was made for: words that it writes carry it."""

    def __str__(self) -> str:
        return f"{self.number:3} {self.name:12} {self.who}  {self.dice}"


def history(seed: int, length: int = LENGTH) -> list[Move]:
    """Everybody joins in the first moves, most of them."""
    chance = random.Random(seed)
    names, weights = list(_WEIGHTS), list(_WEIGHTS.values())
    moves = [("join", key) for key in PEOPLE if chance.random() < 0.85 or key == "o1"]
    while len(moves) < length:
        name = chance.choices(names, weights)[0]
        who = chance.choice(ORGANIZERS if name in _OF_ORGANIZERS else PEOPLE)
        moves.append((name, who))
    return [
        Move(
            name, who, (chance.randrange(1000), chance.randrange(1000), chance.randrange(1000)), n
        )
        for n, (name, who) in enumerate(moves)
    ]
