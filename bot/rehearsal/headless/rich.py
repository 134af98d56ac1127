"""Formatted text of a message as HTML for the report. Nothing of it is taken for markup."""

import re
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup, escape

from bot.rehearsal.world import Json

_TAGS = {
    "bold": "b", "italic": "i", "underline": "u", "strikethrough": "s", "code": "code",
    "pre": "pre", "blockquote": "blockquote", "expandable_blockquote": "blockquote",
}  # fmt: skip
_WEB = re.compile(r"https?://\S+", re.IGNORECASE)


def rich(text: str, entities: Sequence[Json]) -> Markup:
    """``text`` with its entities as HTML; only links into the web become links."""
    known = [one for one in entities if one["type"] in _TAGS or _address(one, "")]
    if not known:
        return escape(text)
    raw = text.encode("utf-16-le")  # entities count in its units of two bytes
    known.sort(key=lambda one: (one["offset"], -one["length"]))
    return _build(raw, known, 0, len(raw) // 2)


def _build(raw: bytes, entities: Sequence[Json], start: int, end: int) -> Markup:
    built = Markup("")
    at = start
    for place, entity in enumerate(entities):
        begin = entity["offset"]
        stop = min(begin + entity["length"], end)
        if begin < at or begin >= end:
            continue  # stands inside one that was built already, or behind this stretch
        built += escape(_cut(raw, at, begin))
        built += _wrap(entity, _build(raw, entities[place + 1 :], begin, stop))
        at = stop
    return built + escape(_cut(raw, at, end))


def _cut(raw: bytes, start: int, end: int) -> str:
    return raw[2 * start : 2 * end].decode("utf-16-le", "replace")


def _wrap(entity: Json, inside: Markup) -> Markup:
    tag = _TAGS.get(entity["type"])
    if tag:
        return Markup("<{0}>{1}</{0}>").format(Markup(tag), inside)  # noqa: S704  # from _TAGS
    address = _address(entity, inside.unescape())
    return Markup('<a href="{}">{}</a>').format(address, inside) if address else inside


def _address(entity: dict[str, Any], text: str) -> str:
    """Where a link leads; nothing but the web counts."""
    address = str(entity.get("url", "")) if entity["type"] == "text_link" else text
    return address if _WEB.fullmatch(address) else ""
