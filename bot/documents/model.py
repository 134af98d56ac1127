"""A document as plain values, built once from facts and given to any of the renderers.

All text in it is text: what looks like markup, a formula or a control sequence is shown or left
out, never obeyed.
"""

from dataclasses import dataclass
from datetime import date

from bot.documents.pictures import Picture

Cell = str | int | float | date | None
"""What a table holds: numbers and days stay such, so that a spreadsheet can count with them."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; ``level`` 1 begins a chapter, 3 is the smallest."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; its line breaks stand. ``quiet``: smaller and softer, for remarks."""

    text: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody wrote, as they wrote it; ``by`` names them, empty: nobody is named."""

    text: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """Names and their values, a line each."""

    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Highlights:
    """A few figures that stand out, and what each counts."""

    figures: tuple[tuple[Cell, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its name. ``widths``: the columns' shares of the width, in any unit."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart, drawn where it stands."""

    picture: Picture


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo as its file, and its name for those who do not see it."""

    content: bytes
    name: str
    path: str = ""
    """Where it lies, for a form that does not hold it itself."""


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to an address."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins a page."""


Block = (
    Heading | Paragraph | Quote | KeyFacts | Highlights | Table | Chart | Photo | Link | PageBreak
)


@dataclass(frozen=True, slots=True)
class Document:
    """A cover and what follows it.

    Args:
        language: ``id`` or ``en``: how numbers and days are written.
        kicker: small words above the title of the cover, such as the sort of document.
        lines: below the title: days, place.
        bearer: whose copy it is; empty: nobody's own. ``office``: what they are, a line each.
        colophon: stands small at the foot of the cover: when it was made.
        page_words: between a page's number and the number of pages: ``dari``.
        replaced_words: said at the end where a character had to be replaced.
    """

    language: str
    kicker: str
    title: str
    lines: tuple[str, ...]
    bearer: str
    office: tuple[str, ...]
    colophon: str
    page_words: str
    replaced_words: str
    blocks: tuple[Block, ...]
