"""A chat with its messages, as Telegram's own JSON objects."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
"""A JSON object in Telegram's form (Message, User, ...). Never changed in place once stored."""


@dataclass
class Chat:
    """One chat as one bot sees it: a private dialog, or a group shared by all its members.

    ``state`` is how the bot stands in it: ``new`` (a person who never pressed Start), ``member``,
    ``kicked`` (blocked, or removed by an administrator) or ``left``.
    """

    profile: Json
    state: str = "new"
    messages: dict[int, Json] = field(default_factory=dict)
    last_message_id: int = 0
    pinned: list[int] = field(default_factory=list)
    members: dict[int, Json] = field(default_factory=dict)
    reply_keyboard: Json | None = None
    silent: set[int] = field(default_factory=set)
    reactions: dict[int, dict[int, list[Json]]] = field(default_factory=dict)
    closed_polls: set[str] = field(default_factory=set)
    migrated_to: int | None = None
    deactivated: bool = False

    @property
    def id(self) -> int:
        """Telegram's chat id: the person's id in a private chat, negative for a group."""
        return int(self.profile["id"])

    @property
    def type(self) -> str:
        """``private``, ``group``, ``supergroup`` or ``channel``."""
        return str(self.profile["type"])

    @property
    def private(self) -> bool:
        """Whether it is a person's dialog with a bot."""
        return self.type == "private"

    def to_json(self) -> Json:
        """All state as JSON-able values."""
        return {
            "profile": self.profile,
            "state": self.state,
            "messages": list(self.messages.values()),
            "last_message_id": self.last_message_id,
            "pinned": self.pinned,
            "members": list(self.members.values()),
            "reply_keyboard": self.reply_keyboard,
            "silent": sorted(self.silent),
            "reactions": [
                {"message_id": message_id, "actor_id": actor_id, "reaction": reaction}
                for message_id, by_actor in self.reactions.items()
                for actor_id, reaction in by_actor.items()
            ],
            "closed_polls": sorted(self.closed_polls),
            "migrated_to": self.migrated_to,
            "deactivated": self.deactivated,
        }

    @classmethod
    def from_json(cls, value: Json) -> "Chat":
        """The reverse of ``to_json``."""
        chat = cls(
            profile=value["profile"],
            state=value["state"],
            messages=_by_id(value["messages"]),
            last_message_id=value["last_message_id"],
            pinned=list(value["pinned"]),
            members={member["user"]["id"]: member for member in value["members"]},
            reply_keyboard=value["reply_keyboard"],
            silent=set(value["silent"]),
            closed_polls=set(value["closed_polls"]),
            migrated_to=value["migrated_to"],
            deactivated=value["deactivated"],
        )
        for row in value["reactions"]:
            by_actor = chat.reactions.setdefault(row["message_id"], {})
            by_actor[row["actor_id"]] = row["reaction"]
        return chat


def _by_id(messages: Iterable[Json]) -> dict[int, Json]:
    return {message["message_id"]: message for message in messages}


def without_reply(message: Json) -> Json:
    """A message as it stands inside another's reply_to_message."""
    return {key: value for key, value in message.items() if key != "reply_to_message"}
