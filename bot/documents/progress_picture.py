"""A person's commitments at a glance: a ring of how they stand, and the dates that come next."""

from dataclasses import asdict, dataclass

from bot.documents.pictures import breakable
from bot.documents.typesetting import typeset

_PPI = 288
"""270 points of width become 1080 pixels: on a phone its words are as large as a message's."""


@dataclass(frozen=True, slots=True)
class Part:
    """One share of the ring. ``color`` as ``#rrggbb``."""

    label: str
    count: int
    color: str


@dataclass(frozen=True, slots=True)
class Row:
    """One commitment and its date; ``late``: the date has passed."""

    what: str
    when: str
    color: str
    late: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """All that the picture shows, in the reader's language."""

    title: str
    middle: str
    under: str
    parts: tuple[Part, ...]
    rows: tuple[Row, ...]
    more: str = ""


def png(progress: Progress) -> bytes:
    """The picture as a PNG file, 1080 pixels wide.

    Raises:
        typst.TypstError: it cannot be set.
    """
    return typeset("progress.typ", breakable(asdict(progress)), form="png", ppi=_PPI)
