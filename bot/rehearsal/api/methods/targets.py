"""Which chat and message a call means, and whether the bot may touch them."""

from typing import Any

from bot.rehearsal.api.errors import bad, forbidden, migrated
from bot.rehearsal.api.methods.base import Context
from bot.rehearsal.world import Chat, Json
from bot.rehearsal.world.chats import without_reply


def chat_of(ctx: Context, name: str = "chat_id", *, write: bool = True) -> Chat:
    """The chat of parameter ``name``; ``write`` asks for the right to change something in it.

    Raises:
        ApiError: no such chat, or the bot may not.
    """
    if write:
        _check_places(ctx)
    value = ctx.params[name]
    if isinstance(value, str):
        group = next(
            (
                one
                for one in ctx.world.groups.values()
                if value.startswith("@") and one.chat.profile.get("username") == value[1:]
            ),
            None,
        )
        if group is None:
            raise bad("chat not found")
        return _group(ctx, group.chat, write=write)
    if value < 0:
        found = ctx.world.groups.get(value)
        if found is None:
            raise bad("chat not found")
        return _group(ctx, found.chat, write=write)
    return _private(ctx, value, write=write)


_NOT_HERE = {
    "business_connection_id": "business connection not found",
    "message_thread_id": "message thread not found",
    "direct_messages_topic_id": "direct messages topic not found",
    "suggested_post_parameters": "suggested posts can't be sent to the chat",
}


def _check_places(ctx: Context) -> None:
    """There are no business accounts, topics and suggested posts in this world."""
    for name, words in _NOT_HERE.items():
        if ctx.params.get(name):
            raise bad(words)


def _private(ctx: Context, user_id: int, *, write: bool) -> Chat:
    chat = ctx.bot.chats.get(user_id)
    if chat is not None and chat.state == "member":
        if write and ctx.world.users[user_id].deactivated:
            raise forbidden("user is deactivated")
        return chat
    if user_id in ctx.world.bots:
        raise forbidden("bot can't send messages to bots")
    user = ctx.world.users.get(user_id)
    if user is None or ((chat is None or chat.state == "new") and not user.known):
        raise bad("chat not found")
    chat = ctx.world.private_chat(ctx.bot, user)
    if not write:
        return chat
    if user.deactivated:
        raise forbidden("user is deactivated")
    if chat.state == "kicked":
        raise forbidden("bot was blocked by the user")
    raise forbidden("bot can't initiate conversation with a user")


def _group(ctx: Context, chat: Chat, *, write: bool) -> Chat:
    member = chat.members.get(ctx.bot.id)
    if member is None:
        raise bad("chat not found")
    if write and chat.migrated_to is not None:
        raise migrated(chat.migrated_to)
    if write and chat.deactivated:
        raise bad("group chat was deactivated")
    if member["status"] == "kicked":
        raise forbidden(f"bot was kicked from the {chat.type} chat")
    if member["status"] == "left":
        raise forbidden(f"bot is not a member of the {chat.type} chat")
    return chat


def message_of(ctx: Context, chat: Chat, what: str, name: str = "message_id") -> Json:
    """The message of parameter ``name``.

    Raises:
        ApiError: "``what`` not found".
    """
    message = chat.messages.get(ctx.params[name])
    if message is None:
        raise bad(f"{what} not found")
    return message


def reply_to(ctx: Context, chat: Chat) -> Json | None:
    """The message a new one answers; None if there is none, or it may be missing."""
    parameters = ctx.get("reply_parameters")
    if parameters is None:
        return None
    elsewhere = parameters.get("chat_id")
    if elsewhere is not None and elsewhere != chat.id:
        raise bad("replies to messages of other chats are not played by the embedded server")
    message = chat.messages.get(parameters["message_id"])
    if message is None:
        if parameters.get("allow_sending_without_reply"):
            return None
        raise bad("message to be replied not found")
    quote = parameters.get("quote")
    if quote and quote not in str(message.get("text", message.get("caption", ""))):
        raise bad("message quote not found")
    return without_reply(message)


def is_administrator(chat: Chat, user_id: int) -> bool:
    """Whether somebody may do an administrator's things in a group."""
    status: Any = chat.members.get(user_id, {}).get("status")
    return status in ("administrator", "creator")
