"""Materials of a session that organizers hand out in the chat: files and links."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

LARGEST = 50 * 1024 * 1024
"""Bytes: more than that a bot may not hand on everywhere (Bot API, sendDocument)."""
MOST = 30
"""Materials of one session: each is a button below one message."""
LINK = "link"
_LONGEST_TITLE = 80
_LONGEST_LINK = 1000
_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Handout:
    """One of them. ``told_at``: when participants were told of it, UTC; None: not yet."""

    id: int
    session_id: str
    title: str
    kind: str
    """photo, voice, audio, video or document, or ``LINK``."""
    address: str
    """Telegram's name for the file, or the link."""
    added_at: datetime
    told_at: datetime | None = None


Handouts = Mapping[str, tuple[Handout, ...]]
"""All that are handed out, by session, in the order in which they came."""


def by_session(handouts: Iterable[Handout]) -> Handouts:
    """Sorted so."""
    found: dict[str, tuple[Handout, ...]] = {}
    for handout in handouts:
        found[handout.session_id] = (*found.get(handout.session_id, ()), handout)
    return found


def link_of(text: str) -> tuple[str, str] | None:
    """Title and address of the first link in the text; None: there is none.

    The title is what else is said in its line or above, or else the name of the place.
    """
    for match in _ADDRESS.finditer(text):
        address = match.group().rstrip(".,;:!?)]\u201d'")
        try:
            host = urlsplit(address).hostname or ""
        except ValueError:  # what stands there is no address after all
            continue
        if "." in host and len(address) <= _LONGEST_LINK:
            words = text[: match.start()] + text[match.start() + len(address) :]
            return title_of(words, fallback=host.removeprefix("www.")), address
    return None


def title_of(words: str, *, fallback: str) -> str:
    """The first line of ``words`` that says anything, cut to a length that fits a button."""
    lines = (" ".join(line.split()).strip(" -:.,;()") for line in words.splitlines())
    title = next((line for line in lines if line), fallback)
    return title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1] + "…"
