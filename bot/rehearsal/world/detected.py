"""Entities that Telegram finds itself: commands, mentions, hashtags, links, e-mail addresses."""

import re
from collections.abc import Callable, Iterable

from bot.rehearsal.world.chats import Json

_HINT = re.compile(r"[/@#$.:]")
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?![\w/])")),
    (
        "url",
        re.compile(
            r"(?<![\w@.])(?:https?://[^\s<>\"]+|(?:[A-Za-z0-9-]+\.)+"
            r"(?:com|org|net|id|io|me|info|dev|app|edu|gov|int|de|nl|uk|eu|us|sg|my|jp|co)"
            r"(?![\w@-])(?:[/?#][^\s<>\"]*)?)",
            re.IGNORECASE,
        ),
    ),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]+\.)+[A-Za-z]{2,8}(?![\w-])")),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z][A-Za-z0-9_]{3,31}(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w#])#(?=\w*[^\W\d_])\w{1,256}(?!#)")),
    ("cashtag", re.compile(r"(?<![\w$])\$[A-Z]{1,8}(?![\w$])")),
)


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units, in which Telegram counts offsets."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def utf16_offsets(text: str) -> Callable[[int], int]:
    """A function from an index in ``text`` to its UTF-16 offset."""
    if text.isascii() or max(text, default="") <= "\uffff":
        return lambda index: index
    return lambda index: utf16_length(text[:index])


def found_entities(text: str, *, taken: Iterable[Json] = ()) -> list[Json]:
    """Entities in ``text`` that a person or a bot did not mark, outside those in ``taken``."""
    if not _HINT.search(text):
        return []
    offset_of = utf16_offsets(text)
    spans = [(one["offset"], one["offset"] + one["length"]) for one in taken]
    found: list[Json] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            begin, end = match.span()
            if kind == "url":
                end -= len(match[0]) - len(match[0].rstrip(".,;:!?)'"))
            start, stop = offset_of(begin), offset_of(end)
            if any(start < other_end and other_start < stop for other_start, other_end in spans):
                continue
            spans.append((start, stop))
            found.append({"offset": start, "length": stop - start, "type": kind})
    found.sort(key=lambda one: int(one["offset"]))
    return found
