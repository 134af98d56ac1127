"""A document as PDF."""

from functools import singledispatch
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.documents.model import (
    Chart,
    Document,
    Heading,
    Highlights,
    KeyFacts,
    Link,
    PageBreak,
    Paragraph,
    Photo,
    Quote,
    Table,
)
from bot.documents.pictures import plain
from bot.documents.typesetting import readable, typeset
from bot.documents.values import leftward, numeric, written

_FORMATS = {b"\xff\xd8\xff": "jpg", b"\x89PNG": "png", b"RIFF": "webp", b"GIF8": "gif"}


def pdf(document: Document) -> bytes:
    """The document as a PDF file of A4 pages.

    A photo that is damaged, or in a format that cannot be set, is named instead of shown.

    Raises:
        typst.TypstError: it cannot be set.
    """
    import typst

    with TemporaryDirectory() as folder:
        place = Path(folder)
        blocks = [_block(block, document, place) for block in document.blocks]
        data = {
            "language": document.language,
            "kicker": document.kicker,
            "title": document.title,
            "lines": document.lines,
            "bearer": document.bearer,
            "office": document.office,
            "colophon": document.colophon,
            "page_words": document.page_words,
            "blocks": blocks,
        }
        changed = readable(data) != _listed(data)
        data["replaced"] = document.replaced_words if changed else ""
        try:
            return typeset("document.typ", data, form="pdf", root=place)
        except typst.TypstError:
            data["blocks"] = [_sound(block, place) for block in blocks]
            return typeset("document.typ", data, form="pdf", root=place)


def _sound(block: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The block, or the name of the photo where it is one that cannot be set."""
    import typst

    if block["kind"] != "photo":
        return block
    try:
        typeset("photo.typ", block, form="png", root=folder, ppi=10)
    except typst.TypstError:
        return _named(block["name"])
    return block


def _named(name: str) -> dict[str, Any]:
    return {"kind": "paragraph", "parts": _parts(name), "quiet": True}


def _listed(value: Any) -> Any:
    """With lists for tuples, as ``readable`` gives them."""
    if isinstance(value, dict):
        return {key: _listed(each) for key, each in value.items()}
    return [_listed(each) for each in value] if isinstance(value, (list, tuple)) else value


def _block(block: Any, document: Document, folder: Path) -> dict[str, Any]:
    if isinstance(block, Table):
        return _table(block, document.language)
    if isinstance(block, Photo):
        return _photo(block, folder)
    if isinstance(block, Highlights):
        shown = [(written(value, document.language), name) for value, name in block.figures]
        return {"kind": "highlights", "figures": shown}
    return {"kind": type(block).__name__.lower(), **_facts(block)}


@singledispatch
def _facts(block: Any) -> dict[str, Any]:
    raise TypeError(type(block).__name__)


@_facts.register
def _(block: Heading) -> dict[str, Any]:
    return {"text": block.text, "level": block.level}


@_facts.register
def _(block: Paragraph) -> dict[str, Any]:
    return {"parts": _parts(block.text), "quiet": block.quiet}


@_facts.register
def _(block: Quote) -> dict[str, Any]:
    return {"parts": _parts(block.text), "by": block.by}


@_facts.register
def _(block: KeyFacts) -> dict[str, Any]:
    return {"lines": block.lines}


@_facts.register
def _(block: Chart) -> dict[str, Any]:
    return {"picture": plain(block.picture)}


@_facts.register
def _(block: Link) -> dict[str, Any]:
    return {"text": block.text, "url": block.url}


@_facts.register
def _(_block: PageBreak) -> dict[str, Any]:
    return {}


def _parts(text: str) -> list[dict[str, Any]]:
    """Line by line, each with its direction."""
    return [{"text": line, "leftward": leftward(line)} for line in text.splitlines() or [""]]


def _table(table: Table, language: str) -> dict[str, Any]:
    return {
        "kind": "table",
        "head": table.head,
        "rows": [[written(cell, language) for cell in row] for row in table.rows],
        "widths": table.widths,
        "numeric": numeric(table),
    }


def _photo(photo: Photo, folder: Path) -> dict[str, Any]:
    ending = next((end for head, end in _FORMATS.items() if photo.content.startswith(head)), None)
    if ending is None:
        return _named(photo.name)
    name = f"{len(list(folder.iterdir()))}.{ending}"
    (folder / name).write_bytes(photo.content)
    return {"kind": "photo", "file": name, "name": photo.name}
