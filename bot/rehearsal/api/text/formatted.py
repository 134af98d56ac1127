"""From a text parameter to what is stored: parsed, cleaned, trimmed, with entities in order."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.rehearsal.api.errors import bad
from bot.rehearsal.api.text.builder import Entity, TextBuilder
from bot.rehearsal.api.text.html import parse_html
from bot.rehearsal.api.text.markdown import parse_markdown, parse_markdown_v2
from bot.rehearsal.world.detected import found_entities, utf16_length, utf16_offsets

MAX_RAW = 32768
_PARSERS: dict[str, Callable[[str], TextBuilder]] = {
    "html": parse_html,
    "markdown": parse_markdown,
    "markdownv2": parse_markdown_v2,
}
_OWN = frozenset(
    {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number",
     "bank_card_number"}
)  # fmt: skip
_MARKED = frozenset(
    {"bold", "italic", "underline", "strikethrough", "spoiler", "blockquote",
     "expandable_blockquote", "code", "pre", "text_link", "text_mention", "custom_emoji",
     "date_time"}
)  # fmt: skip
_SOLID = frozenset({"code", "pre", "text_link", "text_mention"})
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\t]")
_INVISIBLE = re.compile(
    r"[\s\u200b-\u200f\u2028-\u202f\u2060-\u2064\u2800\ufeff\u00ad\U000e0000-\U000e007f]*"
)


@dataclass(frozen=True)
class Formatted:
    """Text and entities as they stand in a Message; lengths of text count characters."""

    text: str
    entities: list[Entity]

    @property
    def visible(self) -> bool:
        """Whether anything of it can be seen."""
        return _INVISIBLE.fullmatch(self.text) is None


def formatted(text: str, parse_mode: str | None, entities: list[Any] | None) -> Formatted:
    """What Telegram stores for a text with a parse mode or with explicit entities.

    Raises:
        ApiError: 400 in Telegram's words for markup, parse mode or entities.
        UnicodeEncodeError: half a surrogate pair.
    """
    text.encode()  # half a surrogate pair is the caller's UnicodeEncodeError
    if len(text) > MAX_RAW:
        raise bad("text is too long")
    marked: list[Entity]
    mode = (parse_mode or "").lower()
    if text and mode and mode != "none":
        parser = _PARSERS.get(mode)
        if parser is None:
            raise bad("unsupported parse_mode")
        built = parser(text)
        text, marked = built.text, built.entities
    else:
        marked = _explicit(entities or [])
    text, marked = _cleaned(text, marked)
    marked = _arranged(marked)
    own = found_entities(text, taken=[one for one in marked if one["type"] in _SOLID])
    if own:
        marked = sorted(marked + own, key=_order)
    return Formatted(text, marked)


def _explicit(entities: list[Any]) -> list[Entity]:
    kept = []
    for entity in entities:
        kind = entity["type"]
        if not kind:
            raise bad("can't parse MessageEntity: Type is not specified")
        if kind in _OWN:
            continue  # Telegram finds these itself
        if kind not in _MARKED:
            raise bad("can't parse MessageEntity: Unsupported type specified")
        needed = {"text_link": "url", "text_mention": "user", "custom_emoji": "custom_emoji_id",
                  "date_time": "unix_time"}.get(kind)  # fmt: skip
        if needed and needed not in entity:
            raise bad(f"can't parse MessageEntity: Can't find field \"{needed}\"")
        if entity["length"] > 0:
            kept.append(dict(entity))
    return kept


def _cleaned(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Control characters become spaces, ``\\r`` goes, outer white space is cut."""
    if "\r" in text and not entities:
        text = text.replace("\r", "")
    if _CONTROL.search(text):
        text = _CONTROL.sub(" ", text)
    text = text.rstrip(" \n")
    lead = len(text) - len(text.lstrip(" \n"))
    if entities:
        lead = min(lead, *(one["offset"] for one in entities))
    text = text[lead:]
    if not entities:
        return text, entities
    length = utf16_length(text)
    boundary = utf16_offsets(text)(len(text))
    assert boundary == length
    fitted = []
    for one in entities:
        offset = one["offset"] - lead
        if offset < 0 or offset > length + lead:
            continue
        size = min(one["length"], length - offset)
        if size > 0:
            fitted.append(one | {"offset": offset, "length": size})
    return text, fitted


_CODE = frozenset({"code", "pre"})
_RANK = {"blockquote": 0, "expandable_blockquote": 0, "pre": 1, "code": 2, "bold": 4, "italic": 5,
         "underline": 6, "strikethrough": 7, "spoiler": 8, "custom_emoji": 9}  # fmt: skip
_SPLITTABLE = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})


def _order(one: Entity) -> tuple[int, int, int]:
    return (one["offset"], -one["length"], _RANK.get(one["type"], 3))


def _around(one: Entity, solid: list[Entity]) -> list[Entity]:
    """The parts of a style outside of code."""
    if one["type"] not in _SPLITTABLE:
        return [one]
    parts = [(one["offset"], one["offset"] + one["length"])]
    for code in solid:
        begin, end = code["offset"], code["offset"] + code["length"]
        parts = [
            (start, stop)
            for left, right in parts
            for start, stop in ((left, min(right, begin)), (max(left, end), right))
            if start < stop
        ]
    return [one | {"offset": start, "length": stop - start} for start, stop in parts]


def _arranged(entities: list[Entity]) -> list[Entity]:
    """Sorted; styles stop at code and go on behind it; what lies within its own kind goes."""
    if not entities:
        return entities
    for one in entities:
        if one["type"] == "code":
            one.pop("language", None)
    solid = [one for one in entities if one["type"] in _CODE]
    ordered = sorted((part for one in entities for part in _around(one, solid)), key=_order)
    kept: list[Entity] = []
    for one in ordered:
        end = one["offset"] + one["length"]
        swallowed = any(
            other["offset"] <= one["offset"]
            and end <= other["offset"] + other["length"]
            and (other["type"] == one["type"] or other["type"] in _CODE)
            for other in kept
        )
        if not swallowed:
            kept.append(one)
    return kept
