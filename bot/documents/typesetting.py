"""Typst with fonts of our own. Whatever people wrote reaches it as data, never as markup.

The fonts come with a Python package, so a page looks the same on every host; the host's own are
not used. Typst reads them from a folder, which lives as long as the process does.
"""

import atexit
import json
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, Literal

from bot.documents.glyphs import characters

if TYPE_CHECKING:
    import typst

TEMPLATES = Path(__file__).parent / "typst"
_FONTS = ("figo", "figbo", "figit", "figbi", "symbol1", "symbol2", "math")
"""FiraGO (Latin, Greek, Cyrillic, Arabic, Hebrew, Thai) in four cuts, symbols, mathematics."""
STAND_IN = "\N{WHITE SQUARE}"
"""Shown for a letter that none of the fonts has."""
_ORNAMENT = "\N{BLACK FOUR POINTED STAR}"
"""Shown for a pictograph that none of the fonts has: the fonts have no coloured emoji."""
_RELATED = {0x2705: "\N{HEAVY CHECK MARK}", 0x274C: "\N{HEAVY BALLOT X}"} | dict.fromkeys(
    (*range(0x1F600, 0x1F645), *range(0x1F910, 0x1F930), *range(0x1F970, 0x1F97B)),
    "\N{WHITE SMILING FACE}",
)
"""Simpler shapes that mean the same."""
_PICTOGRAPHS = {*range(0x2300, 0x2400), *range(0x2600, 0x27C0), *range(0x2B00, 0x2C00),
                *range(0x1F000, 0x1FB00)}  # fmt: skip
_UNSEEN = {0x200C, 0x200D, 0x20E3, 0xFEFF, *range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400)}
"""Joiners, variation selectors, skin tones: they only change the character before them."""
_KEPT = {*map(ord, "\n\t\u00a0\u00ad\u200b\u200e\u200f\u2028\u2029"), *range(0x202A, 0x202F),
         *range(0x2066, 0x206A)}  # fmt: skip
"""Characters without a shape that the setting itself understands."""


def typeset(
    template: str,
    data: Mapping[str, Any],
    *,
    form: Literal["pdf", "png"],
    root: Path | None = None,
    ppi: float = 216,
) -> bytes:
    """One of the templates, filled in.

    Args:
        template: file name in ``TEMPLATES``.
        data: what it shows, as JSON knows it; the template reads it from ``sys.inputs``.
        root: folder of the pictures that ``data`` names; the template finds them in ``files``.
        ppi: pixels an inch, of a PNG.

    Raises:
        typst.TypstError: it cannot be set, for example because a picture is damaged.
    """
    import typst

    words = json.dumps(readable(data), ensure_ascii=False)
    # The templates and the pictures have to lie under one root: the machine's.
    base = "" if root is None else str(root.resolve())
    made = typst.compile(
        TEMPLATES / template,
        root=Path("/"),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        format=form,
        ppi=ppi,
        sys_inputs={"data": words, "files": base},
    )
    assert isinstance(made, bytes)
    return made


def readable(value: Any) -> Any:
    """``value`` with every string in it made of characters that the fonts have."""
    if isinstance(value, str):
        return _readable(value)
    if isinstance(value, Mapping):
        return {key: readable(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [readable(each) for each in value]
    return value


def _readable(text: str) -> str:
    known = _known()
    if known.issuperset(points := set(map(ord, text))):
        return text
    table: dict[int, str | None] = {}
    for point in points - known:
        if point in _UNSEEN:
            table[point] = None
        elif point in _PICTOGRAPHS:
            table[point] = _RELATED.get(point, _ORNAMENT)
        elif unicodedata.category(chr(point)).startswith("C"):
            table[point] = None
        else:
            table[point] = STAND_IN
    return text.translate(table)


@cache
def _folder() -> Path:
    import pymupdf_fonts

    folder = mkdtemp(prefix="mandala-fonts-")
    atexit.register(rmtree, folder, ignore_errors=True)
    for name in _FONTS:
        Path(folder, f"{name}.ttf").write_bytes(pymupdf_fonts.myfont(name))
    return Path(folder)


@cache
def _fonts() -> "typst.Fonts":
    import typst

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[_folder()]
    )


@cache
def _known() -> frozenset[int]:
    shapes = (characters(path.read_bytes()) for path in _folder().iterdir())
    found = set().union(*shapes) - _UNSEEN
    controls = {point for point in found if unicodedata.category(chr(point)) == "Cc"}
    return frozenset(_KEPT | found - controls)
