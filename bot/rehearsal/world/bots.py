"""A bot's account: who it is, what waits for it, what it did."""

import asyncio
from collections import deque
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from bot.rehearsal.world.chats import Chat, Json
from bot.rehearsal.world.limits import FloodGate, Limits

DEFAULT_UPDATES = frozenset(
    {
        "message", "edited_message", "channel_post", "edited_channel_post", "business_connection",
        "business_message", "edited_business_message", "deleted_business_messages",
        "guest_message", "inline_query", "chosen_inline_result", "callback_query",
        "shipping_query", "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer",
        "my_chat_member", "chat_join_request", "chat_boost", "removed_chat_boost", "managed_bot",
    }
)  # fmt: skip
"""What a bot receives unless it names kinds itself: all but chat_member and reactions."""


@dataclass(slots=True)
class Call:
    """One call of a bot: when it came, what it asked, how it was answered.

    ``at`` is the world's clock in UTC, ``monotonic`` the world's seconds counter. ``status`` is
    the HTTP status; 0 means that the connection was dropped. ``fault`` names a fault that struck.
    """

    at: datetime
    monotonic: float
    bot_id: int
    method: str
    chat_id: int | None
    params: Json
    status: int = 0
    description: str = ""
    fault: str = ""
    result: Any = None

    @property
    def ok(self) -> bool:
        """Whether the bot was told that it worked."""
        return self.status == 200


@dataclass
class CallbackQuery:
    """One press on an inline button and what the bot answered to it."""

    id: str
    user_id: int
    chat_id: int
    message_id: int
    data: str
    pressed: float
    answer: Json | None = None


@dataclass
class Webhook:
    """Where a bot wants its updates posted."""

    url: str
    secret_token: str = ""
    max_connections: int = 40
    has_custom_certificate: bool = False
    ip_address: str | None = None
    last_error_date: int | None = None
    last_error_message: str | None = None


@dataclass
class BotAccount:
    """A bot as Telegram keeps it.

    ``claimed`` is false until a client used its token. ``reads_groups`` is privacy mode turned
    off: the bot hears everything in its groups.
    """

    token: str
    profile: Json
    limits: Limits | None = None
    claimed: bool = True
    reads_groups: bool = False
    chats: dict[int, Chat] = field(default_factory=dict)
    last_message_id: int = 0
    next_update_id: int = 100_000_001
    pending: deque[Json] = field(default_factory=deque)
    replay: list[Json] = field(default_factory=list)
    allowed_updates: frozenset[str] = DEFAULT_UPDATES
    webhook: Webhook | None = None
    commands: dict[str, list[Json]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    menu_buttons: dict[int, Json] = field(default_factory=dict)
    callbacks: dict[str, CallbackQuery] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.flood = FloodGate(self.limits)
        self.waiter: asyncio.Future[str] | None = None
        self.delivery: asyncio.Event | None = None

    @property
    def id(self) -> int:
        """The bot's user id, the part of its token before the colon."""
        return int(self.profile["id"])

    def push(self, kind: str, payload: Json) -> Json | None:
        """Queues an update and wakes whoever waits for it; None if the bot did not ask for it."""
        if kind not in self.allowed_updates:
            return None
        update = {"update_id": self.next_update_id, kind: payload}
        self.next_update_id += 1
        self.pending.append(update)
        self.wake("update")
        return update

    def hears(self, chat: Chat, message: Json) -> bool:
        """Whether privacy mode lets the bot see what a person wrote in a group."""
        if chat.private or self.reads_groups:
            return True
        if chat.members[self.id]["status"] == "administrator" or not _written(message):
            return True
        if message.get("reply_to_message", {}).get("from", {}).get("id") == self.id:
            return True
        text: str = message.get("text") or message.get("caption") or ""
        command = text.split(maxsplit=1)[0] if text.startswith("/") else ""
        return bool(command) and command.partition("@")[2].lower() in (
            "",
            self.profile["username"].lower(),
        )

    def wake(self, reason: str) -> None:
        """Ends a waiting getUpdates and starts webhook delivery. ``reason`` goes to the waiter."""
        if self.waiter is not None and not self.waiter.done():
            self.waiter.set_result(reason)
        if self.delivery is not None:
            self.delivery.set()

    def confirm(self, offset: int, *, duplicate: bool) -> None:
        """Forgets updates before ``offset``; a negative one keeps only that many of the newest."""
        if offset < 0:
            offset = self.next_update_id + offset
        while self.pending and self.pending[0]["update_id"] < offset:
            update = self.pending.popleft()
            if duplicate:
                self.replay.append(update)

    def scope_key(self, scope: Json | None, language_code: str) -> str:
        """The key under which a command menu is kept."""
        scope = scope or {"type": "default"}
        parts = [scope["type"], scope.get("chat_id", ""), scope.get("user_id", ""), language_code]
        return "/".join(str(part) for part in parts)

    def menu_for(self, chat: Chat, language_code: str = "") -> list[Json]:
        """The command menu a person with ``language_code`` sees in ``chat``."""
        kind = "all_private_chats" if chat.private else "all_group_chats"
        for scope in ({"type": "chat", "chat_id": chat.id}, {"type": kind}, None):
            for language in (language_code, ""):
                found = self.commands.get(self.scope_key(scope, language))
                if found:
                    return found
        return []

    def to_json(self) -> Json:
        """All state as JSON-able values."""
        return {
            "token": self.token,
            "profile": self.profile,
            "claimed": self.claimed,
            "reads_groups": self.reads_groups,
            "chats": [chat.to_json() for chat in self.chats.values()],
            "last_message_id": self.last_message_id,
            "next_update_id": self.next_update_id,
            "pending": list(self.pending),
            "allowed_updates": sorted(self.allowed_updates),
            "webhook": asdict(self.webhook) if self.webhook else None,
            "commands": self.commands,
            "texts": self.texts,
            "menu_buttons": list(self.menu_buttons.items()),
            "callbacks": [asdict(query) for query in self.callbacks.values()],
        }

    @classmethod
    def from_json(cls, value: Json, limits: Limits | None) -> "BotAccount":
        """The reverse of ``to_json``."""
        chats = (Chat.from_json(row) for row in value["chats"])
        queries = (CallbackQuery(**row) for row in value["callbacks"])
        return cls(
            token=value["token"],
            profile=value["profile"],
            limits=limits,
            claimed=value["claimed"],
            reads_groups=value["reads_groups"],
            chats={chat.id: chat for chat in chats},
            last_message_id=value["last_message_id"],
            next_update_id=value["next_update_id"],
            pending=deque(value["pending"]),
            allowed_updates=frozenset(value["allowed_updates"]),
            webhook=Webhook(**value["webhook"]) if value["webhook"] else None,
            commands=dict(value["commands"]),
            texts=dict(value["texts"]),
            menu_buttons={int(chat_id): button for chat_id, button in value["menu_buttons"]},
            callbacks={query.id: query for query in queries},
        )


def _written(message: Json) -> bool:
    """Whether a person wrote it; service messages have no content of their own."""
    service = ("migrate_to_chat_id", "migrate_from_chat_id", "new_chat_members",
               "left_chat_member", "pinned_message")  # fmt: skip
    return not any(name in message for name in service)
