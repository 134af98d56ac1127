"""Who was turned away from what: counted in memory, kept now and then. Pure.

Somebody who floods the bot costs a number here and no write to the store.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

NOBODY = 0
"""In place of a chat: a page opened without the right key, or too many chats to tell apart."""
MESSAGE, COMMAND, BUTTON, INVITE, SCREEN = (
    "message", "command", "button_pressed", "invite", "screen",
)  # fmt: skip
"""What strangers are turned away from; members by the name of the topic."""
_MOST = 500
"""Different chats and things that are told apart between two writes."""


@dataclass(frozen=True, slots=True)
class Refused:
    """One chat that was turned away ``count`` times from ``what``, at last at ``at`` (UTC)."""

    chat_id: int
    what: str
    at: datetime
    count: int


class Tally:
    """What was refused since it was kept last."""

    def __init__(self) -> None:
        self._counted: dict[tuple[int, str], Refused] = {}

    def add(self, chat_id: int, what: str, at: datetime, *, count: int = 1) -> None:
        """Counts one more; of all too many chats only how many times."""
        key = chat_id, what
        if key not in self._counted and len(self._counted) >= _MOST:
            key = NOBODY, what
        known = self._counted.get(key)
        before = known.count if known is not None else 0
        self._counted[key] = Refused(*key, at, before + count)

    def take(self) -> list[Refused]:
        """Everything that was counted; it begins anew."""
        taken, self._counted = list(self._counted.values()), {}
        return taken

    def put_back(self, refused: Iterable[Refused]) -> None:
        """What could not be kept is counted again."""
        for each in refused:
            self.add(each.chat_id, each.what, each.at, count=each.count)
