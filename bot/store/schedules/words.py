"""Texts of other people's schedules: HTML taken off, lengths, and the kind guessed from words."""

import re
from collections.abc import Iterable
from html import unescape
from html.parser import HTMLParser

from bot.domain.agenda import Kind
from bot.store.agenda_schema import kind_of
from bot.store.findings import bad_character

_BREAK_TAGS = "p br div ul ol dl h1 h2 h3 h4 h5 h6 tr table blockquote pre hr"
_UNSEEN_TAGS = "script style head title"
_INLINE_TAGS = (
    "a abbr b body cite code dd del dt em figure font html i iframe img ins kbd li mark q s samp "
    "section small span strike strong sub sup tbody td th thead tt u var video"
)
_BREAKS = frozenset(_BREAK_TAGS.split())
_UNSEEN = frozenset(_UNSEEN_TAGS.split())
_TAGS = _BREAKS | _UNSEEN | frozenset(_INLINE_TAGS.split())
_MARKUP = re.compile(rf"</?(?:{'|'.join(_TAGS)})\b[^>]*>|<!--|&#?\w+;", re.IGNORECASE)
_SHORT_TITLE = 4
"""A title of so many words at most is looked through for a word that names a kind."""


class _Text(HTMLParser):
    """Collects what a reader of the page would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in _TAGS:  # "List<T>" in a text is no markup
            self.parts.append(self.get_starttag_text() or "")
        self.unseen += tag in _UNSEEN
        if tag == "li":
            self.parts.append("\n- ")
        elif tag in _BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.unseen = max(0, self.unseen - (tag in _UNSEEN))
        if tag in _BREAKS and tag != "br":
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.parts.append(data)


def prose(text: str) -> str:
    """Several lines without markup; at most one empty line in a row."""
    if _MARKUP.search(text):
        reader = _Text()
        reader.feed(text)
        reader.close()
        text = "".join(reader.parts)
    lines = [" ".join(line.split()) for line in _sendable(text).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def line(text: str) -> str:
    """One line, such as a title or a name; these are no HTML, but are escaped twice at times."""
    return " ".join(_sendable(unescape(text)).split())


def _sendable(text: str) -> str:
    """Without the characters that no message takes."""
    if bad_character(text) is None:
        return text
    return "".join(" " if bad_character(c) else c for c in text)


def length(text: str) -> int:
    """Telegram's way to count: UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def clipped(text: str, limit: int) -> str:
    """At most ``limit`` units of the text, cut at a word, with an ellipsis where it was cut."""
    if length(text) <= limit:
        return text
    units = text.encode("utf-16-le")[: 2 * (limit - 2)]
    cut = units.decode("utf-16-le", errors="ignore")
    head, space, _ = cut.rpartition(" ")
    return f"{(head if space and 2 * len(head) > len(cut) else cut).rstrip()} …"


def kind_from(words: Iterable[str], title: str, *, spoken: bool) -> Kind:
    """The likely kind of a session.

    Args:
        words: what the file says about its sort; the first that is known decides.
        title: looked at next: how it begins, and every word of a short one, such as "Gala Dinner".
        spoken: whether somebody speaks; then it is at least a talk, and a talk may be about
            anything, so that only the beginning of its title counts.
    """
    plain = " ".join(re.sub(r"[^\w\s/-]+", " ", title).split())
    tried = [*words, " ".join(plain.split()[:2]), plain]  # "check in peserta" is a "check in"
    if len(plain.split()) <= _SHORT_TITLE and not spoken:
        tried += plain.split()
    for phrase in tried:
        kind = kind_of(phrase)
        if kind is not None and kind is not Kind.OTHER:
            return kind
    return Kind.TALK if spoken else Kind.OTHER
