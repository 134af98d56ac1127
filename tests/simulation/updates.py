"""Updates of every kind that Telegram could ever send, and many that it never would."""

import random
import re
from typing import Any

from tests.pressing import commands, patterns

_KINDS = ("message", "edited_message", "channel_post", "edited_channel_post", "callback_query",
          "my_chat_member", "chat_member", "inline_query", "poll", "message_reaction",
          "chat_join_request", "business_message", "no_such_kind")  # fmt: skip
_CHATS = ("private", "private", "private", "private", "group", "supergroup", "channel")
_WORDS = ("besok jam berapa?", "/refleksi", "/refleksi a", "30 Desember", "14.15", "<b>", "\x00",
          "😀" * 50, "x" * 4096, "Diskusi mundur 15 menit", "", "٠١٢", "/start", "/start abc",
          "\u202e", "{{ 7*7 }}")  # fmt: skip
_PIECES = {
    r"([a-z2-7]{8}(?:-\d{1,9})?)": ("abcdefgh", "abcdefgh-3"),
    r"[a-z2-7]{8}": ("abcdefgh",),
    r"[0-9a-f]{8}": ("0123abcd",),
    r"[0-9a-f]{16}": ("0123456789abcdef",),
    r"\d{4}-\d\d-\d\d": ("2025-11-04", "2025-13-41", "0000-00-00"),
    r"-?\d{1,3}": ("-15", "999"),
    r".*": ("v1", ""),
}
_ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    2**52,
    2**63 - 1,
    1e308,
    "",
    "abc",
    [],
    {},
    [{}],
    {"id": None},
    "\ud800",
)
_NUMBER = re.compile(r"\\d\{1,\d+\}|\\d\+")


class Updates:
    """Draws one after the other.

    Args:
        senders: ids of people, of members and of others.
        refs: short names of sessions that there are.
    """

    def __init__(self, seed: int, senders: tuple[int, ...], refs: tuple[str, ...]) -> None:
        self._chance = random.Random(seed)
        self._senders, self._refs = senders, refs
        self._message_id = 500_000
        self.broken: set[int] = set()
        """Numbers of those that no Telegram would send."""

    def draw(self, update_id: int) -> dict[str, Any]:
        """The next one; every third is broken somewhere."""
        kind = self._chance.choice(_KINDS + ("message", "callback_query") * 6)
        made: dict[str, Any] = {"update_id": update_id, kind: self._content(kind)}
        for _ in range(self._chance.choice((0, 0, 1))):
            self._break(made)
            self.broken.add(update_id)
        return made

    def data(self) -> str:
        """Of a button: any pattern there is, with any numbers."""
        pattern = self._chance.choice(patterns())
        for piece, usual in _PIECES.items():
            tried = self._refs if piece == "[a-z2-7]{8}" else usual
            while piece in pattern:
                pattern = pattern.replace(piece, self._chance.choice(tried), 1)
        pattern = _NUMBER.sub(lambda _: str(self._chance.choice((0, 1, 2, 7, 999999999))), pattern)
        while options := re.search(r"\((?:\?:)?([^()]*)\)(\??)", pattern):
            taken = self._chance.choice(options[1].split("|"))
            pattern = pattern[: options.start()] + taken + pattern[options.end() :]
        pattern = re.sub(r"\[([^\]]*)\]", lambda m: self._chance.choice(m[1]), pattern)
        return pattern[:64]

    def _content(self, kind: str) -> dict[str, Any]:
        if kind == "callback_query":
            return {
                "id": str(self._chance.randrange(10**12)),
                "from": self._sender(),
                "chat_instance": "1",
                "data": self.data(),
                "message": self._message(),
            }
        if kind in ("my_chat_member", "chat_member"):
            message = self._message()
            member = {"status": self._chance.choice(("member", "kicked")), "user": self._sender(),
                      "until_date": 0}  # fmt: skip
            return {
                "chat": message["chat"],
                "from": message["from"],
                "date": 1,
                "old_chat_member": member,
                "new_chat_member": member,
            }
        return self._message() | {"id": "1", "query": "q", "offset": "", "user": self._sender()}

    def _message(self) -> dict[str, Any]:
        sender = self._sender()
        self._message_id += 1
        kind = self._chance.choice(_CHATS)
        number = sender["id"] if kind == "private" else -self._chance.randrange(1, 10**12)
        made: dict[str, Any] = {
            "message_id": self._message_id,
            "date": 1_762_200_000,
            "chat": {"id": number, "type": kind, "first_name": "A", "title": "T"},
            "from": sender,
        }
        return made | self._body()

    def _body(self) -> dict[str, Any]:
        file = {"file_id": "a", "file_unique_id": "b", "file_size": 3, "duration": 1, "width": 1,
                "height": 1}  # fmt: skip
        what = self._chance.randrange(10)
        if what == 0:
            return {"document": file | {"file_name": "../../a\x00.csv"}, "caption": "/refleksi a"}
        if what == 1:
            return {"voice": file}
        if what == 2:
            return {"photo": [file], "media_group_id": "9"}
        if what == 3:
            return {"location": {"latitude": 1.0, "longitude": 2.0}}
        words = self._chance.choice(_WORDS)
        if what < 6:
            words = "/" + self._chance.choice(commands())
        entity = {"type": "bot_command", "offset": 0, "length": len(words.split(" ")[0])}
        return {"text": words} | ({"entities": [entity]} if words.startswith("/") else {})

    def _sender(self) -> dict[str, Any]:
        number = self._chance.choice(self._senders)
        return {"id": number, "is_bot": self._chance.random() < 0.03, "first_name": "A"}

    def _break(self, made: dict[str, Any]) -> None:
        """Takes a field away or makes it something else, at any depth; the number stays."""
        place = made[next(key for key in made if key != "update_id")]
        while isinstance(place, dict) and place:
            key = self._chance.choice(list(place))
            inner = place[key]
            if isinstance(inner, dict) and inner and self._chance.random() < 0.7:
                place = inner
                continue
            if self._chance.random() < 0.5:
                del place[key]
            else:
                place[key] = self._chance.choice(_ODD[:-1])
            return
