"""People and groups: what a person does with their phone."""

from typing import TYPE_CHECKING, Any

from bot.rehearsal.world.bots import BotAccount, CallbackQuery
from bot.rehearsal.world.chats import Chat, Json
from bot.rehearsal.world.detected import found_entities
from bot.rehearsal.world.membership import (
    member_json,
    set_bot_status,
    set_private_state,
    upgrade,
)

if TYPE_CHECKING:
    from bot.rehearsal.world.world import World

_CONTENT = frozenset(("text", "entities", "photo", "voice", "audio", "video", "document"))
"""Fields of a message of which another one takes the place when its file is replaced."""


class Group:
    """A group chat with its members, shared by all bots in it."""

    def __init__(self, world: "World", chat: Chat) -> None:
        self.world = world
        self.chat = chat

    @property
    def id(self) -> int:
        """The chat id, negative."""
        return self.chat.id

    @property
    def messages(self) -> list[Json]:
        """All messages that were not deleted, oldest first."""
        return list(self.chat.messages.values())

    def add(self, user: "User", *, status: str = "member") -> None:
        """Adds a person; ``status`` is ``member``, ``administrator`` or ``creator``."""
        self.chat.members[user.id] = member_json(user.profile, status)

    def remove(self, user: "User") -> None:
        """Takes a person out."""
        self.chat.members[user.id] = member_json(user.profile, "left")

    def add_bot(
        self, bot: BotAccount | None = None, *, by: "User | None" = None, status: str = "member"
    ) -> None:
        """Adds a bot, which learns of it by a my_chat_member update."""
        set_bot_status(self.world, self.chat, bot or self.world.bot, status, by=by)

    def remove_bot(self, bot: BotAccount | None = None, *, by: "User | None" = None) -> None:
        """Throws a bot out; it may not write here any more."""
        set_bot_status(self.world, self.chat, bot or self.world.bot, "kicked", by=by)

    def upgrade(self) -> "Group":
        """Turns the group into a supergroup with a new id, as Telegram does on some changes."""
        return upgrade(self.world, self)


class User:
    """A person with a phone. Every ``send_*`` returns the Message as the person sees it."""

    def __init__(self, world: "World", profile: Json, *, known: bool = False) -> None:
        self.world = world
        self.profile = profile
        self.known = known
        self.deactivated = False

    @property
    def id(self) -> int:
        """The user id, which is also the id of the private chat."""
        return int(self.profile["id"])

    def chat(self, bot: BotAccount | None = None) -> Chat:
        """The private chat with a bot (by default the world's first)."""
        return self.world.private_chat(bot or self.world.bot, self)

    @property
    def messages(self) -> list[Json]:
        """What the private chat with the first bot shows, oldest first."""
        return list(self.chat().messages.values())

    @property
    def inbox(self) -> list[Json]:
        """The bot's own messages among them."""
        return [one for one in self.messages if one["from"]["is_bot"]]

    @property
    def blocked(self) -> bool:
        """Whether this person blocked the first bot."""
        return self.chat().state == "kicked"

    def start(self, payload: str = "", *, bot: BotAccount | None = None) -> Json:
        """Presses Start, with the payload of a deep link if there is one; unblocks first."""
        chat = self.chat(bot)
        if chat.state == "kicked":
            self.unblock(bot=bot)
        chat.state = "member"
        return self.send_text(f"/start {payload}".strip(), bot=bot)

    def send_text(
        self,
        text: str,
        reply_to: int | None = None,
        *,
        chat: Group | None = None,
        bot: BotAccount | None = None,
    ) -> Json:
        """Types a message; ``reply_to`` is the message_id answered."""
        content: Json = {"text": text}
        if entities := found_entities(text):
            content["entities"] = entities
        return self.send(content, reply_to=reply_to, chat=chat, bot=bot)

    def send(
        self,
        content: Json,
        *,
        reply_to: int | None = None,
        chat: Group | None = None,
        bot: BotAccount | None = None,
    ) -> Json:
        """Sends any content in Telegram's own form, such as text with ``entities`` of one's own.

        Raises:
            ValueError: the person has blocked the bot.
        """
        place = chat.chat if chat else self.chat(bot)
        if place.private and place.state == "kicked":
            raise ValueError("this person has blocked the bot; unblock or start first")
        place.state = "member" if place.private else place.state
        return self.world.receive(self, place, content, reply_to=reply_to, bot=bot)

    def send_photo(
        self,
        data: bytes,
        filename: str = "photo.jpg",
        mime: str = "image/jpeg",
        caption: str = "",
        **where: Any,
    ) -> Json:
        """Sends a picture; ``where`` takes ``reply_to``, ``chat`` and ``bot`` as in send_text."""
        file = self.world.files.store(data, kind="Photo", name=filename, mime=mime)
        content = {"photo": file.to_photo()}
        return self.send(_captioned(content, caption), **where)

    def send_document(
        self,
        data: bytes,
        filename: str = "file.bin",
        mime: str = "application/octet-stream",
        caption: str = "",
        **where: Any,
    ) -> Json:
        """Sends a file; ``where`` as in send_photo."""
        file = self.world.files.store(data, kind="Document", name=filename, mime=mime)
        content = {"document": file.to_message() | {"file_name": filename}}
        return self.send(_captioned(content, caption), **where)

    def send_voice(
        self,
        data: bytes,
        filename: str = "voice.ogg",
        mime: str = "audio/ogg",
        caption: str = "",
        *,
        duration: int = 1,
        **where: Any,
    ) -> Json:
        """Sends a voice message of ``duration`` seconds; ``where`` as in send_photo."""
        file = self.world.files.store(data, kind="VoiceNote", name=filename, mime=mime)
        content = {"voice": file.to_message() | {"duration": duration}}
        return self.send(_captioned(content, caption), **where)

    def send_location(self, latitude: float, longitude: float, **where: Any) -> Json:
        """Sends a place in degrees; ``where`` as in send_photo."""
        return self.send({"location": {"latitude": latitude, "longitude": longitude}}, **where)

    def send_contact(self, phone_number: str = "+620000000", **where: Any) -> Json:
        """Shares one's own contact, as a request_contact button does."""
        contact = {
            "phone_number": phone_number,
            "first_name": self.profile["first_name"],
            "user_id": self.id,
        }
        return self.send({"contact": contact}, **where)

    def edit(
        self,
        message_id: int,
        text: str,
        *,
        media: Json | None = None,
        chat: Group | None = None,
        bot: BotAccount | None = None,
    ) -> Json:
        """Changes the text (or caption) of one's own message.

        Args:
            media: fields of a message that take the place of its file, or of its being a text.

        Raises:
            ValueError: no such message, or somebody else's.
        """
        place = chat.chat if chat else self.chat(bot)
        old = place.messages.get(message_id)
        if old is None or old["from"]["id"] != self.id:
            raise ValueError(f"{message_id} is not a message of this person")
        prefix = "caption_" if media or "caption" in old or "text" not in old else ""
        fresh = {key: value for key, value in old.items() if key != f"{prefix}entities"}
        if media:
            fresh = {key: fresh[key] for key in fresh.keys() - _CONTENT} | media
        fresh["caption" if prefix else "text"] = text
        if entities := found_entities(text):
            fresh[f"{prefix}entities"] = entities
        return self.world.replace_message(place, fresh, bot=bot, by_person=True)

    def press(
        self,
        message_id: int,
        data: str,
        *,
        chat: Group | None = None,
        bot: BotAccount | None = None,
    ) -> CallbackQuery:
        """Presses the inline button with ``data``; what the bot answers lands in ``.answer``.

        Raises:
            ValueError: the message is gone or has no such button.
        """
        place = chat.chat if chat else self.chat(bot)
        message = place.messages.get(message_id)
        rows = (message or {}).get("reply_markup", {}).get("inline_keyboard", [])
        if message is None or not any(
            button.get("callback_data") == data for row in rows for button in row
        ):
            raise ValueError(f"message {message_id} has no button with data {data!r}")
        return self.world.press(self, place, message, data, bot=bot)

    def vote(self, message_id: int, *option_ids: int, chat: Group | None = None) -> None:
        """Votes in a poll.

        Raises:
            ValueError: no such poll, or it is closed.
        """
        place = chat.chat if chat else self.chat()
        message = place.messages.get(message_id, {})
        if message.get("poll", {"is_closed": True})["is_closed"]:
            raise ValueError(f"{message_id} is not an open poll")
        self.world.vote(self, place, message, list(option_ids))

    def react(self, message_id: int, emoji: str | None, *, chat: Group | None = None) -> None:
        """Puts an emoji on a message, or takes it away with None."""
        place = chat.chat if chat else self.chat()
        reaction = [{"type": "emoji", "emoji": emoji}] if emoji else []
        self.world.react(place, message_id, self.profile, reaction)

    def block(self, *, bot: BotAccount | None = None) -> None:
        """Stops the bot: it gets a my_chat_member update and may not write any more."""
        set_private_state(self.world, self, bot or self.world.bot, "kicked")

    def unblock(self, *, bot: BotAccount | None = None) -> None:
        """Lets the bot write again."""
        set_private_state(self.world, self, bot or self.world.bot, "member")

    def deactivate(self) -> None:
        """Deletes the account."""
        self.deactivated = True


def _captioned(content: Json, caption: str) -> Json:
    if caption:
        content["caption"] = caption
        if entities := found_entities(caption):
            content["caption_entities"] = entities
    return content
