"""Telegram's HTML, refused in Telegram's words.

The rules are those of the Bot API documentation ("HTML style"): these tags and no others, named
entities lt, gt, amp and quot and all numeric ones; other ``&`` stand for themselves.
"""

import re
from dataclasses import dataclass, field

from bot.rehearsal.api.text.builder import TextBuilder, bytes_before, link_entity, unparsable

_KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline",
    "ins": "underline", "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "tg-spoiler": "spoiler", "span": "spoiler", "code": "code", "pre": "pre",
    "blockquote": "blockquote", "a": "link", "tg-emoji": "custom_emoji", "tg-time": "date_time",
}  # fmt: skip
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))|(lt|gt|amp|quot));?")
_TAG = re.compile(r"<(/?)([^\s>]*)")
_NAME = re.compile(r"[^\s=>]+")
_SPACE = re.compile(r"\s*")


@dataclass
class _Open:
    """A start tag whose end has not come."""

    name: str
    start: int
    parts: int
    attributes: dict[str, str] = field(default_factory=dict)


def parse_html(text: str) -> TextBuilder:
    """Plain text and entities of ``text``.

    Raises:
        ApiError: 400 "can't parse entities: ...", with byte offsets into ``text``.
    """
    builder = TextBuilder()
    if "<" not in text:
        builder.add(_decoded(text))
        return builder
    opened: list[_Open] = []
    at = 0
    while (tag := text.find("<", at)) >= 0:
        builder.add(_decoded(text[at:tag]))
        at = _end_tag(text, tag, builder, opened) if text[tag + 1 : tag + 2] == "/" else (
            _start_tag(text, tag, builder, opened)
        )  # fmt: skip
    builder.add(_decoded(text[at:]))
    if opened:
        name = opened[-1].name
        raise unparsable(f'Can\'t find end tag corresponding to start tag "{name}"')
    return builder


def _decoded(text: str) -> str:
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    hexadecimal, decimal, name = match.groups()
    if name:
        return _NAMED[name]
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if code == 0 or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return match[0]
    return chr(code)


def _start_tag(text: str, tag: int, builder: TextBuilder, opened: list[_Open]) -> int:
    match = _TAG.match(text, tag)
    assert match is not None
    at, where = match.end(), bytes_before(text, tag)
    if at >= len(text):
        raise unparsable(f"Unclosed start tag at byte offset {where}")
    name = match[2].lower()
    if name not in _KINDS:
        raise unparsable(f'Unsupported start tag "{name}" at byte offset {where}')
    attributes: dict[str, str] = {}
    while True:
        at = _skip_space(text, at)
        if at >= len(text):
            raise unparsable(f"Unclosed start tag at byte offset {where}")
        if text[at] == ">":
            break
        at = _attribute(text, at, name, where, attributes)
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise unparsable(f'Tag "span" must have class "tg-spoiler" at byte offset {where}')
    opened.append(_Open(name, builder.offset, len(builder.parts), attributes))
    return at + 1


def _attribute(text: str, at: int, name: str, where: int, found: dict[str, str]) -> int:
    match = _NAME.match(text, at)
    if match is None:
        raise unparsable(f'Empty attribute name in the tag "{name}" at byte offset {where}')
    key, at = match[0].lower(), _skip_space(text, match.end())
    if text[at : at + 1] != "=":
        if name == "blockquote" and key == "expandable":
            found[key] = ""
            return at
        raise unparsable(
            f'Expected equal sign in declaration of an attribute of the tag "{name}" '
            f"at byte offset {where}"
        )
    at = _skip_space(text, at + 1)
    quote = text[at : at + 1]
    if quote in ("'", '"') and quote:
        end = text.find(quote, at + 1)
        if end < 0:
            raise unparsable(f"Unclosed start tag at byte offset {where}")
        found[key] = _decoded(text[at + 1 : end])
        return end + 1
    token = re.compile(r"[A-Za-z0-9.-]*").match(text, at)
    assert token is not None
    end = token.end()
    if end >= len(text):
        raise unparsable(f'Unclosed start tag "{name}" at byte offset {where}')
    if not (text[end].isspace() or text[end] == ">"):
        raise unparsable(f"Unexpected end of name token at byte offset {bytes_before(text, at)}")
    found[key] = token[0].lower()
    return end


def _end_tag(text: str, tag: int, builder: TextBuilder, opened: list[_Open]) -> int:
    where = bytes_before(text, tag)
    if not opened:
        raise unparsable(f"Unexpected end tag at byte offset {where}")
    match = _TAG.match(text, tag)
    assert match is not None
    name, at = match[2].lower(), _skip_space(text, match.end())
    if text[at : at + 1] != ">":
        raise unparsable(f"Unclosed end tag at byte offset {where}")
    last = opened[-1]
    if name and name != last.name:
        raise unparsable(
            f'Unmatched end tag at byte offset {where}, expected "</{last.name}>", '
            f'found "</{name}>"'
        )
    _close(builder, opened.pop())
    return at + 1


def _close(builder: TextBuilder, tag: _Open) -> None:
    kind, attributes = _KINDS[tag.name], tag.attributes
    if kind == "link":
        link_entity(builder, tag.start, attributes.get("href") or builder.since(tag.parts))
    elif kind == "custom_emoji":
        number = attributes.get("emoji-id", "")
        if not number.isdigit() or int(number) == 0:
            raise unparsable("Invalid custom emoji identifier specified")
        builder.mark(tag.start, kind, custom_emoji_id=number)
    elif kind == "date_time":
        _close_time(builder, tag)
    elif kind == "blockquote":
        expandable = "expandable" in attributes
        builder.mark(tag.start, "expandable_blockquote" if expandable else kind)
    elif kind in ("code", "pre"):
        _close_code(builder, tag, kind)
    else:
        builder.mark(tag.start, kind)


def _close_time(builder: TextBuilder, tag: _Open) -> None:
    seconds = tag.attributes.get("unix", "")
    if not seconds.isdigit() or int(seconds) == 0:
        raise unparsable("Invalid date specified")
    style = tag.attributes.get("format", "")
    if not re.fullmatch(r"r|w?[dD]?[tT]?", style):
        raise unparsable("Invalid date format used")
    builder.mark(tag.start, "date_time", unix_time=int(seconds), date_time_format=style)


def _close_code(builder: TextBuilder, tag: _Open, kind: str) -> None:
    """``<pre><code class="language-x">`` is one block with a language."""
    before = builder.entities[-1] if builder.entities else None
    same = (
        before is not None
        and before["offset"] == tag.start
        and before["length"] == builder.offset - tag.start
    )
    if kind == "pre" and same and before is not None and before["type"] == "code":
        before["type"] = "pre"
        return
    language = tag.attributes.get("class", "")
    if kind == "code" and language.startswith("language-"):
        # Kept for the <pre> around it; `formatted` drops it from plain code.
        builder.mark(tag.start, kind, language=language.removeprefix("language-"))
    else:
        builder.mark(tag.start, kind)


def _skip_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    assert match is not None
    return match.end()
