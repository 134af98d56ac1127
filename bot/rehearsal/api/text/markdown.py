"""Telegram's MarkdownV2 and the older Markdown, refused in Telegram's words."""

import re
from dataclasses import dataclass

from bot.rehearsal.api.text.builder import TextBuilder, bytes_before, link_entity, unparsable

_RESERVED = frozenset("_*[]()~`>#+-=|{}.!\n")
_SPOKEN = {
    "bold": "Bold", "italic": "Italic", "underline": "Underline", "code": "Code", "pre": "Pre",
    "strikethrough": "Strikethrough", "spoiler": "Spoiler", "link": "TextUrl",
    "custom_emoji": "CustomEmoji", "blockquote": "BlockQuote", "precode": "PreCode",
}  # fmt: skip
_ENDS = {
    "bold": "*", "underline": "__", "italic": "_", "strikethrough": "~", "spoiler": "||",
    "code": "`", "pre": "```", "link": "]", "custom_emoji": "]",
}  # fmt: skip


@dataclass
class _Open:
    kind: str
    start: int
    where: int
    parts: int
    language: str = ""

    @property
    def spoken(self) -> str:
        return _SPOKEN["precode" if self.language else self.kind]


def parse_markdown_v2(text: str) -> TextBuilder:
    """Plain text and entities of ``text``.

    Raises:
        ApiError: 400 "can't parse entities: ...", with byte offsets into ``text``.
    """
    return _V2(text).parse()


class _V2:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.builder = TextBuilder()
        self.opened: list[_Open] = []

    def parse(self) -> TextBuilder:
        text = self.text
        while self.at < len(text):
            char = text[self.at]
            following = text[self.at + 1 : self.at + 2]
            if char == "\\" and following and "\x00" < following <= "\x7e":
                self.builder.add(following)
                self.at += 2
            elif self._plain(char):
                self.builder.add(char)
                self.at += 1
            elif self._ends_quote(char) or self._ends_entity():
                continue
            else:
                self._begin(char)
        if self.opened and self.opened[-1].kind == "blockquote":
            self._close_quote()
        if self.opened:
            raise self._no_end(self.opened[-1])
        return self.builder

    def _plain(self, char: str) -> bool:
        if self.opened and self.opened[-1].kind in ("code", "pre"):
            return char != "`"
        return char not in _RESERVED

    def _quoting(self) -> bool:
        return any(one.kind == "blockquote" for one in self.opened)

    def _ends_quote(self, char: str) -> bool:
        if char != "\n" or not self._quoting() or self.text[self.at + 1 : self.at + 2] == ">":
            return False
        if self.opened[-1].kind != "blockquote":
            raise self._no_end(self.opened[-1])
        self._close_quote()
        self.builder.add("\n")
        self.at += 1
        return True

    def _close_quote(self) -> None:
        last = self.opened.pop()
        self.builder.mark(last.start, last.language or "blockquote")

    def _ends_entity(self) -> bool:
        if not self.opened:
            return False
        last = self.opened[-1]
        mark = _ENDS.get(last.kind)
        if last.kind == "blockquote" and self.text.startswith("||", self.at):
            after = self.text[self.at + 2 : self.at + 3]
            if after in ("", "\n"):
                last.language = "expandable_blockquote"
                self.at += 2
                return True
        if mark is None or not self.text.startswith(mark, self.at):
            return False
        if mark == "_" and self.text.startswith("__", self.at):
            return False
        self.at += len(mark)
        self.opened.pop()
        if last.kind in ("link", "custom_emoji"):
            self._close_link(last)
        elif last.language:
            self.builder.mark(last.start, "pre", language=last.language)
        else:
            self.builder.mark(last.start, last.kind)
        return True

    def _close_link(self, last: _Open) -> None:
        if self.text[self.at : self.at + 1] != "(":
            if last.kind == "custom_emoji":
                raise unparsable("Custom emoji entity must contain a tg://emoji URL")
            link_entity(self.builder, last.start, self.builder.since(last.parts))
            return
        begin = self.at + 1
        match = re.compile(r"((?:\\[\x01-\x7e]|[^)\\]|\\)*)\)", re.DOTALL).match(self.text, begin)
        if match is None:
            what = "a URL" if last.kind == "link" else "a custom emoji URL"
            where = bytes_before(self.text, begin)
            raise unparsable(f"Can't find end of {what} at byte offset {where}")
        url = re.sub(r"\\([\x01-\x7e])", r"\1", match[1])
        self.at = match.end()
        if last.kind == "link":
            link_entity(self.builder, last.start, url)
            return
        self._close_emoji(last, url)

    def _close_emoji(self, last: _Open, url: str) -> None:
        emoji = re.fullmatch(r"tg://emoji\?id=(\d+)", url)
        moment = re.fullmatch(r"tg://time\?unix=([1-9]\d*)(?:&format=(\w*))?", url)
        if emoji:
            self.builder.mark(last.start, "custom_emoji", custom_emoji_id=emoji[1])
        elif moment:
            style = moment[2] or ""
            self.builder.mark(
                last.start, "date_time", unix_time=int(moment[1]), date_time_format=style
            )
        else:
            raise unparsable("Invalid tg://emoji or tg://time URL specified")

    def _begin(self, char: str) -> None:
        text, at = self.text, self.at
        where = bytes_before(text, at)
        if char == "\n":
            self.builder.add("\n")
            self.at += 1
            if text[self.at : self.at + 1] == ">":
                self._open_quote(where)
            return
        if char == ">" and at == 0:
            self._open_quote(where)
            return
        for mark, kind in (
            ("```", "pre"), ("`", "code"), ("__", "underline"), ("_", "italic"), ("*", "bold"),
            ("~", "strikethrough"), ("||", "spoiler"), ("![", "custom_emoji"), ("[", "link"),
        ):  # fmt: skip
            if text.startswith(mark, at):
                self.at += len(mark)
                language = self._language() if kind == "pre" else ""
                self.opened.append(
                    _Open(kind, self.builder.offset, where, len(self.builder.parts), language)
                )
                return
        raise unparsable(
            f"Character '{char}' is reserved and must be escaped with the preceding '\\'"
        )

    def _open_quote(self, where: int) -> None:
        self.at += 1
        if not self._quoting():
            self.opened.append(
                _Open("blockquote", self.builder.offset, where, len(self.builder.parts))
            )

    def _language(self) -> str:
        match = re.compile(r"([^\s`]*)(\r\n|\n\r|\n|\r)?").match(self.text, self.at)
        assert match is not None
        if match.end(1) < len(self.text) and self.text[match.end(1)] == "`":
            return ""
        self.at = match.end()
        return match[1]

    def _no_end(self, opened: _Open) -> Exception:
        return unparsable(
            f"Can't find end of {opened.spoken} entity at byte offset {opened.where}"
        )


_LEGACY = re.compile(r"\\([_*`\[])|```([^\s`]*(?=\s))?\n?|[_*`\[]", re.DOTALL)


def parse_markdown(text: str) -> TextBuilder:
    """The older style: ``*bold* _italic_ `code` [text](url)``, no nesting.

    Raises:
        ApiError: 400 "can't parse entities: ...", with byte offsets into ``text``.
    """
    builder = TextBuilder()
    at = 0
    while (match := _LEGACY.search(text, at)) is not None:
        builder.add(text[at : match.start()])
        mark = match[0]
        if match[1]:
            builder.add(match[1])
            at = match.end()
            continue
        end_mark = "```" if mark.startswith("```") else {"[": "]"}.get(mark, mark)
        end = text.find(end_mark, match.end())
        if end < 0:
            where = bytes_before(text, match.start())
            raise unparsable(f"Can't find end of the entity starting at byte offset {where}")
        start = builder.offset
        inner = text[match.end() : end]
        builder.add(inner)
        at = end + len(end_mark)
        if mark == "[":
            at = _legacy_link(text, at, builder, start, inner)
        elif mark.startswith("```"):
            builder.mark(start, "pre", **({"language": match[2]} if match[2] else {}))
        else:
            builder.mark(start, {"*": "bold", "_": "italic", "`": "code"}[mark])
    builder.add(text[at:])
    return builder


def _legacy_link(text: str, at: int, builder: TextBuilder, start: int, inner: str) -> int:
    if text[at : at + 1] != "(":
        link_entity(builder, start, inner)
        return at
    end = text.find(")", at)
    end = len(text) if end < 0 else end
    link_entity(builder, start, text[at + 1 : end])
    return min(end + 1, len(text))
