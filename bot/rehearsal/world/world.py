"""The world: everything there is, and every change to it told to those who watch."""

import random
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from bot.domain.clock import Now, system_now
from bot.rehearsal.world.bots import BotAccount, Call, CallbackQuery
from bot.rehearsal.world.chats import Chat, Json, without_reply
from bot.rehearsal.world.faults import Faults
from bot.rehearsal.world.files import Files
from bot.rehearsal.world.limits import FloodGate, Limits
from bot.rehearsal.world.people import Group, User
from bot.rehearsal.world.watching import Watched

EXAMPLE_TOKEN = "100200300:rehearsal-token-known-to-everybody-0"  # noqa: S105
FIRST_GROUP_ID = -4_000_000_001
FIRST_SUPERGROUP_ID = -1_001_000_000_001


class World(Watched):
    """People, groups, bots, files, faults and the record of every call.

    ``token`` is the token of the first bot; None lets the first client that comes choose. ``now``
    gives message dates; ``monotonic`` gives seconds for flood limits and the age of presses, so
    that a stepped rehearsal may count in event time. ``limits`` None means no flood limits.
    ``call_log`` is how many calls are kept (None: all). ``strict`` refuses what Telegram silently
    ignores: unknown parameters and fields.
    """

    def __init__(
        self,
        *,
        token: str | None = None,
        username: str = "rehearsal_bot",
        name: str = "Rehearsal",
        now: Now = system_now,
        monotonic: Callable[[], float] = time.monotonic,
        limits: Limits | None = None,
        paid_broadcast: bool = False,
        call_log: int | None = 100_000,
        strict: bool = True,
    ) -> None:
        super().__init__()
        self.now = now
        self.monotonic = monotonic
        self._limits = limits
        self.paid_broadcast = paid_broadcast
        self.strict = strict
        self._network_down = False
        self.callback_lifetime_s = 900.0
        self.webhook_retry_s = 1.0
        self.faults = Faults()
        self.files = Files()
        self.chance = random.Random(7)  # of dice: the same in every rehearsal
        self.users: dict[int, User] = {}
        self.groups: dict[int, Group] = {}
        self.bots: dict[int, BotAccount] = {}
        self.calls: deque[Call] = deque(maxlen=call_log)
        self.next_group_id = FIRST_GROUP_ID
        self.last_query_id = 700_000_000_000
        self.bot = self.add_bot(token or EXAMPLE_TOKEN, username=username, name=name)
        self.bot.claimed = token is not None

    # --- who there is -------------------------------------------------------------------------

    def add_bot(self, token: str, *, username: str = "", name: str = "") -> BotAccount:
        """A bot's account; its id is the part of ``token`` before the colon."""
        bot_id = int(token.partition(":")[0])
        profile = {
            "id": bot_id,
            "is_bot": True,
            "first_name": name or f"Bot {bot_id}",
            "username": username or f"rehearsal_{bot_id}_bot",
        }
        bot = BotAccount(token, profile, self.limits)
        self.bots[bot_id] = bot
        return bot

    def bot_of(self, token: str, *, admit: bool) -> BotAccount | None:
        """The bot of ``token``; an unknown one gets an account if ``admit``."""
        bot = self.bots.get(int(token.partition(":")[0]))
        if bot is not None and bot.token == token:
            bot.claimed = True
            return bot
        if bot is not None or not admit:
            return None
        if self.bot.claimed:
            return self.add_bot(token)
        # Nobody used the first bot yet: it becomes this client's, with all that waits for it.
        del self.bots[self.bot.id]
        self.bot.token = token
        self.bot.profile["id"] = int(token.partition(":")[0])
        self.bot.claimed = True
        self.bots[self.bot.id] = self.bot
        return self.bot

    def add_user(
        self,
        id: int,
        first_name: str,
        last_name: str = "",
        username: str = "",
        language_code: str = "",
        *,
        known: bool = False,
    ) -> User:
        """A person who has not pressed Start. ``known``: the bot has met them elsewhere, so that
        writing to them is forbidden rather than "chat not found".
        """
        profile: Json = {"id": id, "is_bot": False, "first_name": first_name}
        optional = {"last_name": last_name, "username": username, "language_code": language_code}
        profile |= {key: value for key, value in optional.items() if value}
        user = self.users[id] = User(self, profile, known=known)
        self.emit({"type": "user", "user": profile})
        return user

    def add_group(
        self, title: str, *, members: tuple[User, ...] = (), supergroup: bool = False,
        with_bot: bool = True,
    ) -> Group:  # fmt: skip
        """A group with ``members`` and, unless told otherwise, the first bot in it."""
        chat_id = self.next_group_id if not supergroup else FIRST_SUPERGROUP_ID - len(self.groups)
        self.next_group_id -= 0 if supergroup else 1
        kind = "supergroup" if supergroup else "group"
        chat = Chat({"id": chat_id, "title": title, "type": kind}, state="member")
        group = self.groups[chat_id] = Group(self, chat)
        for user in members:
            group.add(user, status="creator" if user is members[0] else "member")
        self.emit({"type": "group", "chat": chat.profile})
        if with_bot:
            group.add_bot(by=members[0] if members else None)
        return group

    def private_chat(self, bot: BotAccount, user: User) -> Chat:
        """The dialog of a person with a bot, made when first needed."""
        chat = bot.chats.get(user.id)
        if chat is None:
            keys = ("id", "first_name", "last_name", "username")
            profile = {key: user.profile[key] for key in keys if key in user.profile}
            chat = bot.chats[user.id] = Chat(profile | {"type": "private"})
        return chat

    def bots_in(self, chat: Chat, bot: BotAccount | None) -> list[BotAccount]:
        """The bots that hear what is said in ``chat``."""
        if chat.private:
            return [bot or self.bot]
        return [
            one
            for one in self.bots.values()
            if chat.members.get(one.id, {}).get("status") in ("member", "administrator")
        ]

    # --- what people do -----------------------------------------------------------------------

    def receive(
        self,
        user: User,
        chat: Chat,
        content: Json,
        *,
        reply_to: int | None,
        bot: BotAccount | None = None,
    ) -> Json:
        """Stores what a person sent and tells the bots in the chat."""
        listeners = self.bots_in(chat, bot)
        message = self.compose(chat, user.profile, content, bot=bot or self.bot)
        if reply_to is not None and reply_to in chat.messages:
            message["reply_to_message"] = without_reply(chat.messages[reply_to])
        self.keep(chat, message)
        for listener in listeners:
            if listener.hears(chat, message):
                user.known = True
                listener.push("message", message)
        return message

    def press(
        self, user: User, chat: Chat, message: Json, data: str, *, bot: BotAccount | None
    ) -> CallbackQuery:
        """Sends a callback query to the bot that wrote ``message``."""
        self.last_query_id += 1
        query = CallbackQuery(
            id=str(self.last_query_id),
            user_id=user.id,
            chat_id=chat.id,
            message_id=message["message_id"],
            data=data,
            pressed=self.monotonic(),
        )
        owner = bot or self.bots.get(message["from"]["id"], self.bot)
        owner.callbacks[query.id] = query
        payload = {
            "id": query.id,
            "from": user.profile,
            "message": message,
            "chat_instance": str(chat.id * 7919),
            "data": data,
        }
        owner.push("callback_query", payload)
        return query

    def vote(self, user: User, chat: Chat, message: Json, option_ids: list[int]) -> None:
        """Counts one person's vote in a poll; an open poll's bot hears who voted."""
        poll: Json = message["poll"]
        options = [
            one | {"voter_count": one["voter_count"] + (index in option_ids)}
            for index, one in enumerate(poll["options"])
        ]
        voters = poll["total_voter_count"] + 1
        poll = poll | {"options": options, "total_voter_count": voters}
        chat.messages[message["message_id"]] = message | {"poll": poll}
        self.emit({"type": "edited", "chat_id": chat.id, "message": message | {"poll": poll}})
        owner = self.bots.get(message["from"]["id"], self.bot)
        owner.push("poll", poll)
        if not poll["is_anonymous"]:
            answer = {
                "poll_id": poll["id"],
                "user": user.profile,
                "option_ids": option_ids,
                "option_persistent_ids": [options[one]["persistent_id"] for one in option_ids],
            }
            owner.push("poll_answer", answer)

    def react(self, chat: Chat, message_id: int, actor: Json, reaction: list[Json]) -> None:
        """Sets one actor's reactions on a message; administrators' bots hear of people's."""
        by_actor = chat.reactions.setdefault(message_id, {})
        old = by_actor.get(actor["id"], [])
        by_actor[actor["id"]] = reaction
        event = {"chat_id": chat.id, "message_id": message_id, "actor": actor}
        self.emit({"type": "reaction", **event, "reaction": reaction})
        if actor["is_bot"]:
            return
        update = {
            "chat": chat.profile,
            "message_id": message_id,
            "user": actor,
            "date": self.date(),
            "old_reaction": old,
            "new_reaction": reaction,
        }
        for bot in self.bots_in(chat, None):
            if chat.private or chat.members[bot.id]["status"] == "administrator":
                bot.push("message_reaction", update)

    # --- messages -----------------------------------------------------------------------------

    def compose(self, chat: Chat, sender: Json, content: Json, *, bot: BotAccount) -> Json:
        """A new Message in ``chat``, not yet stored."""
        if chat.private:
            bot.last_message_id += 1
            message_id = bot.last_message_id
        else:
            chat.last_message_id += 1
            message_id = chat.last_message_id
        return {
            "message_id": message_id,
            "from": sender,
            "chat": chat.profile,
            "date": int(self.now().timestamp()),
            **content,
        }

    def keep(self, chat: Chat, message: Json, *, silent: bool = False) -> None:
        """Stores a new message and tells the watchers."""
        chat.messages[message["message_id"]] = message
        if silent:
            chat.silent.add(message["message_id"])
        if self.watched:
            self.emit(
                {"type": "message", "chat_id": chat.id, "message": message, "silent": silent}
            )

    def replace_message(
        self, chat: Chat, message: Json, *, bot: BotAccount | None = None, by_person: bool = False
    ) -> Json:
        """Stores the new version of a message; bots hear of people's edits."""
        message["edit_date"] = self.date()
        chat.messages[message["message_id"]] = message
        self.emit({"type": "edited", "chat_id": chat.id, "message": message})
        if by_person:
            for listener in self.bots_in(chat, bot):
                if listener.hears(chat, message):
                    listener.push("edited_message", message)
        return message

    def delete_messages(self, chat: Chat, message_ids: list[int]) -> None:
        """Forgets messages for everybody."""
        gone = [one for one in message_ids if chat.messages.pop(one, None) is not None]
        chat.pinned = [one for one in chat.pinned if one not in gone]
        self.emit({"type": "deleted", "chat_id": chat.id, "message_ids": gone})

    def date(self) -> int:
        """The world's present as Unix time."""
        return int(self.now().timestamp())

    @property
    def network_down(self) -> bool:
        """The switch that drops every connection, those that wait for updates too."""
        return self._network_down

    @network_down.setter
    def network_down(self, down: bool) -> None:
        self._network_down = down
        self.emit({"type": "network", "down": down})
        if down:
            for bot in self.bots.values():
                bot.wake("dropped")

    @property
    def limits(self) -> Limits | None:
        """The flood limits; setting them begins all counts anew."""
        return self._limits

    @limits.setter
    def limits(self, limits: Limits | None) -> None:
        self._limits = limits
        for bot in self.bots.values():
            bot.flood = FloodGate(limits)

    def snapshot(self) -> Json:
        """All state but the record of calls, as JSON-able values."""
        from bot.rehearsal.world.saved import snapshot

        return snapshot(self)

    @classmethod
    def restore(cls, saved: Json, **edges: Any) -> "World":
        """The world of ``snapshot``; ``edges`` are arguments of World such as ``now``."""
        from bot.rehearsal.world.saved import restore

        return restore(saved, **edges)
