"""A document as Markdown (CommonMark with tables), for whoever keeps notes as plain files."""

import re
from functools import singledispatch
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
from bot.documents.values import printable, written

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$&!])")
_LEADING = re.compile(r"^(\s*)([-+=]|\d+[.)](?=\s|$))")


def markdown(document: Document) -> str:
    """The document as Markdown text. Charts become lists of their values."""
    head = [f"# {_safe(document.title)}", f"**{_safe(document.kicker)}**"]
    head += [f"**{_safe(document.bearer)}**"] if document.bearer else []
    head += [_safe(line) for line in (*document.office, *document.lines, document.colophon)]
    body = [_block(block, document.language) for block in document.blocks]
    return "\n\n".join(part for part in (*head, *body) if part) + "\n"


def _safe(text: str) -> str:
    """One line in which nothing is markup."""
    flat = " ".join(printable(text).split())
    return _LEADING.sub(_guarded, _SPECIAL.sub(r"\\\1", flat))


def _guarded(match: "re.Match[str]") -> str:
    """The mark of a list or a rule at the head of a line: its last sign is escaped."""
    return f"{match[1]}{match[2][:-1]}\\{match[2][-1]}"


def _lines(text: str, mark: str = "") -> str:
    shown = [f"{mark}{_safe(line)}".rstrip() for line in text.splitlines()]
    return "\n".join(line if line.strip("> ") == "" else f"{line}  " for line in shown).rstrip()


@singledispatch
def _block(block: Any, _language: str) -> str:
    raise TypeError(type(block).__name__)


@_block.register
def _(block: Heading, _language: str) -> str:
    return f"{'#' * (block.level + 1)} {_safe(block.text)}"


@_block.register
def _(block: Paragraph, _language: str) -> str:
    return _lines(block.text)


@_block.register
def _(block: Quote, _language: str) -> str:
    words = _lines(block.text, "> ")
    return f"{words}\n>\n> — {_safe(block.by)}" if block.by else words


@_block.register
def _(block: KeyFacts, _language: str) -> str:
    return "\n".join(f"- **{_safe(name)}:** {_safe(value)}" for name, value in block.lines)


@_block.register
def _(block: Highlights, language: str) -> str:
    figures = [(written(value, language), name) for value, name in block.figures]
    return "\n".join(f"- **{_safe(shown)}** {_safe(name)}" for shown, name in figures)


@_block.register
def _(block: Table, language: str) -> str:
    rows = [[_safe(written(cell, language)) for cell in row] for row in (block.head, *block.rows)]
    rows.insert(1, ["---"] * len(block.head))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


@_block.register
def _(block: Chart, language: str) -> str:
    picture: Any = block.picture
    lines = [f"**{_safe(picture.title)}**", ""]
    for mark in getattr(picture, "marks", ()):
        lines.append(
            f"- {_safe(mark.label)}: {_safe(mark.shown or written(mark.value, language))}"
        )
    for row in getattr(picture, "rows", ()):
        values = ", ".join(written(value, language) for value in row.values)
        lines.append(f"- {_safe(row.label)}: {values}")
    return "\n".join(lines)


@_block.register
def _(block: Photo, _language: str) -> str:
    return f"![{_safe(block.name)}](<{_address(block.path)}>)" if block.path else _safe(block.name)


@_block.register
def _(block: Link, _language: str) -> str:
    return f"- [{_safe(block.text)}](<{_address(block.url)}>)"


@_block.register
def _(_block_: PageBreak, _language: str) -> str:
    return ""


def _address(url: str) -> str:
    return re.sub(r"[\s<>]", "", printable(url))
