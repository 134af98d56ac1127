"""Personal invites to print and cut: a name, a QR code and the link each."""

import io
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.documents.typesetting import typeset


@dataclass(frozen=True, slots=True)
class Card:
    """One person's invite."""

    name: str
    office: str
    link: str


@dataclass(frozen=True, slots=True)
class Cards:
    """All invites of an event; ``how`` tells the holder what to do, ``title`` names the event."""

    language: str
    title: str
    how: str
    cards: tuple[Card, ...]


def pdf(invites: Cards) -> bytes:
    """A4 pages of eight cards.

    Raises:
        typst.TypstError: they cannot be set.
    """
    with TemporaryDirectory() as folder:
        for number, card in enumerate(invites.cards):
            Path(folder, f"{number}.svg").write_bytes(qr(card.link))
        return typeset("invites.typ", asdict(invites), form="pdf", root=Path(folder))


def qr(link: str) -> bytes:
    """The link as a QR code that a phone reads from a printed card: an SVG picture."""
    import segno

    stream = io.BytesIO()
    segno.make(link, error="m", micro=False).save(stream, kind="svg", border=2, scale=4)
    return stream.getvalue()
