"""Readable keys made from names, for files that bring none."""

import re
import unicodedata
from collections.abc import Container

_NOT_WORD = re.compile(r"[\W_]+")
_LONGEST = 60


def slug(text: str) -> str:
    """Lower-case words of ``text`` joined by hyphens; ``x`` where nothing is left."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return _NOT_WORD.sub("-", plain)[:_LONGEST].strip("-") or "x"


def unused(wanted: str, taken: Container[str]) -> str:
    """``wanted``, or the first of ``wanted-2``, ``wanted-3``, ... that is not taken."""
    candidate, number = wanted, 1
    while candidate in taken:
        number += 1
        candidate = f"{wanted}-{number}"
    return candidate
