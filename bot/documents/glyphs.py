"""Which characters a font has: the ``cmap`` table of an OpenType file, formats 4 and 12."""

from collections.abc import Iterator
from struct import unpack_from


def characters(font: bytes) -> set[int]:
    """Code points with a shape of their own in the font.

    Raises:
        ValueError: no OpenType font.
    """
    tables = unpack_from(">H", font, 4)[0] if len(font) > 12 else 0
    for number in range(tables):
        tag, _, offset, _ = unpack_from(">4sIII", font, 12 + 16 * number)
        if tag == b"cmap":
            return set(_mapped(font, offset))
    raise ValueError("not a font with a table of characters")


def _mapped(font: bytes, table: int) -> Iterator[int]:
    for number in range(unpack_from(">H", font, table + 2)[0]):
        _, _, offset = unpack_from(">HHI", font, table + 4 + 8 * number)
        form = unpack_from(">H", font, table + offset)[0]
        if form == 4:
            yield from _segments(font, table + offset)
        elif form == 12:
            groups = unpack_from(">I", font, table + offset + 12)[0]
            for group in range(groups):
                first, last, _ = unpack_from(">III", font, table + offset + 16 + 12 * group)
                yield from range(first, last + 1)


def _segments(font: bytes, table: int) -> Iterator[int]:
    double = unpack_from(">H", font, table + 6)[0]
    ends = table + 14
    starts = ends + double + 2
    for at in range(0, double, 2):
        last, first = (
            unpack_from(">H", font, ends + at)[0],
            unpack_from(">H", font, starts + at)[0],
        )
        shift = unpack_from(">h", font, starts + double + at)[0]
        where = starts + 2 * double + at
        reach = unpack_from(">H", font, where)[0]
        for point in range(first, last + 1):
            glyph = (point + shift) & 0xFFFF
            if reach:
                glyph = unpack_from(">H", font, where + reach + 2 * (point - first))[0]
            if glyph and point != 0xFFFF:
                yield point
