"""How cells are written in a language, and which way a text runs."""

import unicodedata
from datetime import date

from bot.documents.model import Cell, Table

_WHOLE, _BROKEN = "#,##0", "#,##0.0#"


def written(cell: Cell, language: str) -> str:
    """A cell as text: 1.234,5 in Indonesian, 1,234.5 in English; None is empty."""
    from babel.dates import format_date
    from babel.numbers import format_decimal

    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, date):
        return format_date(cell, "d MMM y", locale=language)
    form = _BROKEN if isinstance(cell, float) else _WHOLE
    return format_decimal(cell, format=form, locale=language)


def numeric(table: Table) -> tuple[bool, ...]:
    """Which columns hold numbers: all in them, and what stands for one, keeps to the right."""
    return tuple(
        any(isinstance(row[column], (int, float)) for row in table.rows)
        for column in range(len(table.head))
    )


def leftward(text: str) -> bool:
    """Whether it is written from right to left, by its first letter that has a direction."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in ("R", "AL"):
            return True
        if direction == "L":
            return False
    return False


def printable(text: str) -> str:
    """Without the characters that XML 1.0 refuses; lines and tabs stay."""
    kept = text.translate(_REFUSED)
    return "".join(
        character
        for character in kept
        if not 0xD800 <= ord(character) < 0xE000 and (ord(character) & 0xFFFE) != 0xFFFE
    )


_REFUSED = dict.fromkeys(
    [point for point in (*range(0x20), *range(0x7F, 0xA0)) if chr(point) not in "\n\t"]
)
