"""What may be shown of answers without pointing at persons: nothing under five people.

Shown parts and a shown total give away the rest by subtraction. So parts that are withheld must
together come to five people at least, or another part is withheld with them.
"""

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

from bot.domain.notes import FEWEST_ANSWERS

K = TypeVar("K", bound=Hashable)
People = frozenset[int]
"""Ids of the persons who gave an answer."""


def together(parts: Iterable[People]) -> People:
    """Everybody in any of the parts."""
    return frozenset().union(*parts)


def withheld(parts: Mapping[K, People]) -> frozenset[K]:
    """Which parts of a total that is shown must stay hidden.

    Those with fewer people than may be shown (none at all included), and then the smallest of the
    others for as long as the hidden ones together are too few.
    """
    hidden = {key for key, people in parts.items() if len(people) < FEWEST_ANSWERS}
    order = sorted(parts, key=lambda key: len(parts[key]))
    while hidden and len(together(parts[key] for key in hidden)) < FEWEST_ANSWERS:
        open_ones = [key for key in order if key not in hidden]
        if not open_ones:
            break
        hidden.add(open_ones[0])
    return frozenset(hidden)


def counted(parts: Mapping[K, People]) -> People:
    """Whom a total over all parts may count, where the parts may overlap (sessions).

    Parts with too few people are left out, unless those who are only in such parts are many
    enough by themselves: so the total minus the shown parts never comes to a few people.
    """
    shown = together(people for people in parts.values() if len(people) >= FEWEST_ANSWERS)
    only_in_small = together(parts.values()) - shown
    return shown | only_in_small if len(only_in_small) >= FEWEST_ANSWERS else shown


def number(count: int) -> int | None:
    """The count if it may be shown, else None."""
    return count if count >= FEWEST_ANSWERS else None
