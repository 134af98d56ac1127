"""Collects plain text and entities, with offsets in UTF-16 units."""

from typing import Any

from bot.rehearsal.api.errors import ApiError, bad
from bot.rehearsal.world.detected import utf16_length

Entity = dict[str, Any]


class TextBuilder:
    """The text parsed so far. ``offset`` is its length in UTF-16 units."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.entities: list[Entity] = []
        self.offset = 0

    def add(self, text: str) -> None:
        """Appends plain text."""
        if text:
            self.parts.append(text)
            self.offset += utf16_length(text)

    def mark(self, start: int, kind: str, **extra: Any) -> None:
        """Adds an entity from ``start`` to here, unless it would be empty."""
        if self.offset > start:
            entity = {"offset": start, "length": self.offset - start, "type": kind}
            self.entities.append(entity | extra)

    def since(self, count: int) -> str:
        """The text of the parts after the first ``count``."""
        return "".join(self.parts[count:])

    @property
    def text(self) -> str:
        """All text so far."""
        return "".join(self.parts)


def unparsable(words: str) -> ApiError:
    """The refusal of text whose markup cannot be parsed."""
    return bad(f"can't parse entities: {words}")


def bytes_before(text: str, index: int) -> int:
    """The byte offset of ``index``, as Telegram's messages count."""
    return index if text.isascii() else len(text[:index].encode("utf-8", "surrogatepass"))


def link_entity(builder: TextBuilder, start: int, url: str) -> None:
    """Marks a link, or a mention for tg://user?id=N; an unusable URL leaves plain text."""
    url = url.strip()
    lower = url.lower()
    if lower.startswith("tg://user?id="):
        digits = url.partition("=")[2]
        if digits.isdigit() and int(digits) > 0:
            builder.mark(start, "text_mention", user={"id": int(digits)})
        return
    checked = checked_url(url)
    if checked:
        builder.mark(start, "text_link", url=checked)


def checked_url(url: str) -> str:
    """A URL as Telegram would store it, empty if it would not take it."""
    scheme, colon, rest = url.partition("://")
    if not colon:
        scheme, rest = "http", url
    if scheme.lower() in ("tg", "ton", "tonsite"):
        return f"{scheme.lower()}://{rest}" if rest else ""
    if scheme.lower() not in ("http", "https", "ftp") or " " in rest:
        return ""
    host = rest.split("/", 1)[0].split("?", 1)[0].split("#", 1)[0]
    name = host.rpartition("@")[2].partition(":")[0]
    if "." not in name.strip("."):
        return ""
    tail = rest[len(host) :] or "/"
    if not tail.startswith("/"):
        tail = f"/{tail}"
    return f"{scheme.lower()}://{host.lower()}{tail}"
