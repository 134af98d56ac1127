"""Charts as plain values, drawn as PNG pictures that read well on a phone.

Every word and every shown number comes from the caller, in the reader's language; a value of None
is one that is withheld, and its bar stays empty. A picture has one width and the height it needs:
titles of any length wrap, rows never overlap.
"""

from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import singledispatch
from struct import unpack_from
from typing import Any

from bot.documents.typesetting import typeset

_PPI = 270
"""288 points of width become 1080 pixels, so that words are about as large as a message's."""
_HIGHEST = 8800
"""Pixels: a photo's width and height may be 10,000 together (Bot API, sendPhoto)."""
_UNBROKEN = 16
"""Characters after which a word may break where it has to."""


class Tone(StrEnum):
    """The colours, where their order alone does not say enough."""

    TEAL = "teal"
    GOLD = "gold"
    BLUE = "blue"
    RUST = "rust"
    PLUM = "plum"
    GREEN = "green"
    SKY = "sky"
    GREY = "grey"


@dataclass(frozen=True, slots=True)
class Mark:
    """One value under its name. ``shown`` is how it is written; empty: as a whole number."""

    label: str
    value: float | None
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """Several values under one name, one a series or column. ``shown`` stands at its end."""

    label: str
    values: tuple[float | None, ...]
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """Lying bars, for names of any length: the picture for most things.

    ``most`` is the value of a full bar (such as everybody, or a rating of 5); None: the largest.
    """

    title: str
    marks: tuple[Mark, ...]
    subtitle: str = ""
    note: str = ""
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Stacked:
    """Lying bars made of parts. ``steps``: the series are degrees of one thing, from low to high.

    ``whole``: every bar is as long as the others, and its parts are shares. ``tones``: a colour
    for each series; empty: in the order of the palette.
    """

    title: str
    series: tuple[str, ...]
    rows: tuple[Row, ...]
    subtitle: str = ""
    note: str = ""
    steps: bool = False
    whole: bool = False
    tones: tuple[Tone, ...] = ()


@dataclass(frozen=True, slots=True)
class Columns:
    """Standing columns in a given order: a distribution. Names should be short."""

    title: str
    marks: tuple[Mark, ...]
    subtitle: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """A line over equal steps of time. Names are short; as many are shown as have room."""

    title: str
    marks: tuple[Mark, ...]
    subtitle: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Rows and columns of cells, the darker the more."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    subtitle: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Ring:
    """Parts of a whole, with what stands in the middle. ``tones``: a colour for each part."""

    title: str
    marks: tuple[Mark, ...]
    middle: str = ""
    under: str = ""
    """Small words under the middle."""
    subtitle: str = ""
    note: str = ""
    tones: tuple[Tone, ...] = ()


Picture = Bars | Stacked | Columns | Timeline | HeatMap | Ring


def png(picture: Picture) -> bytes:
    """The picture as a PNG file, 1080 pixels wide; very tall ones are made smaller to fit a photo.

    Raises:
        ValueError: a row has another number of values than there are series or columns.
    """
    data = {"picture": plain(picture)}
    made = typeset("chart.typ", data, form="png", ppi=_PPI)
    high = size(made)[1]
    if high <= _HIGHEST:
        return made
    return typeset("chart.typ", data, form="png", ppi=_PPI * _HIGHEST / high)


def size(content: bytes) -> tuple[int, int]:
    """Width and height in pixels, from the head of a PNG file."""
    wide, high = unpack_from(">II", content, 16)
    return wide, high


def plain(picture: Picture) -> dict[str, Any]:
    """The picture as the templates read it.

    Raises:
        ValueError: a row has another number of values than there are series or columns.
    """
    names = picture.series if isinstance(picture, Stacked) else ()
    names = picture.columns if isinstance(picture, HeatMap) else names
    for row in picture.rows if isinstance(picture, (Stacked, HeatMap)) else ():
        if len(row.values) != len(names):
            raise ValueError(f"{len(row.values)} values for {len(names)} names")
    shape: dict[str, Any] = breakable(asdict(picture))
    return {"kind": type(picture).__name__.lower(), **shape}


@singledispatch
def breakable(value: Any) -> Any:
    """Words too long for any line get places where they may break."""
    return value


@breakable.register
def _(value: str) -> str:
    words = value.split(" ")
    if max(map(len, words)) <= _UNBROKEN:
        return value
    return " ".join(
        "\u200b".join(word[at : at + _UNBROKEN] for at in range(0, len(word), _UNBROKEN))
        for word in words
    )


@breakable.register
def _(value: dict) -> dict[str, Any]:  # type: ignore[type-arg]  # dispatch takes the bare class
    return {key: breakable(each) for key, each in value.items()}


@breakable.register(list)
@breakable.register(tuple)
def _(value: Any) -> list[Any]:
    return [breakable(each) for each in value]
