"""Deleting and pinning."""

from bot.rehearsal.api.errors import bad
from bot.rehearsal.api.methods.base import Context, method
from bot.rehearsal.api.methods.copying import MAX_AT_ONCE
from bot.rehearsal.api.methods.targets import chat_of, is_administrator, message_of
from bot.rehearsal.world import Chat, Json

LIFETIME_S = 48 * 3600
"""A bot may delete messages of the last 48 hours (deleteMessage in the documentation)."""


def _check_deletable(ctx: Context, chat: Chat, message: Json) -> None:
    own = message["from"]["id"] == ctx.bot.id
    if not own and not chat.private and not is_administrator(chat, ctx.bot.id):
        raise bad("message can't be deleted")
    old = ctx.world.date() - message["date"] > LIFETIME_S
    if old and (chat.private or not is_administrator(chat, ctx.bot.id)):
        raise bad("message can't be deleted for everyone")


@method("deleteMessage")
def delete_message(ctx: Context) -> bool:
    """https://core.telegram.org/bots/api#deletemessage"""
    chat = chat_of(ctx)
    message = message_of(ctx, chat, "message to delete")
    _check_deletable(ctx, chat, message)
    ctx.world.delete_messages(chat, [message["message_id"]])
    return True


@method("deleteMessages")
def delete_messages(ctx: Context) -> bool:
    """https://core.telegram.org/bots/api#deletemessages"""
    wanted = ctx.params["message_ids"]
    if not wanted:
        raise bad("message identifiers are not specified")
    if len(wanted) > MAX_AT_ONCE:
        raise bad("too many message identifiers specified")
    chat = chat_of(ctx)
    known = [one for one in wanted if one in chat.messages]
    for one in known:
        _check_deletable(ctx, chat, chat.messages[one])
    ctx.world.delete_messages(chat, known)
    return True


def _may_pin(ctx: Context) -> Chat:
    chat = chat_of(ctx)
    if not chat.private and not is_administrator(chat, ctx.bot.id):
        raise bad("not enough rights to manage pinned messages in the chat")
    return chat


def _tell(ctx: Context, chat: Chat) -> bool:
    ctx.world.emit({"type": "pinned", "chat_id": chat.id, "message_ids": chat.pinned})
    return True


@method("pinChatMessage")
def pin_chat_message(ctx: Context) -> bool:
    """https://core.telegram.org/bots/api#pinchatmessage"""
    chat = _may_pin(ctx)
    message = message_of(ctx, chat, "message to pin")
    if message["message_id"] not in chat.pinned:
        chat.pinned.append(message["message_id"])
    return _tell(ctx, chat)


@method("unpinChatMessage")
def unpin_chat_message(ctx: Context) -> bool:
    """https://core.telegram.org/bots/api#unpinchatmessage"""
    chat = _may_pin(ctx)
    if "message_id" in ctx.params:
        message = message_of(ctx, chat, "message to unpin")
        chat.pinned = [one for one in chat.pinned if one != message["message_id"]]
    elif chat.pinned:
        chat.pinned.pop()
    else:
        raise bad("message to unpin not found")
    return _tell(ctx, chat)


@method("unpinAllChatMessages")
def unpin_all_chat_messages(ctx: Context) -> bool:
    """https://core.telegram.org/bots/api#unpinallchatmessages"""
    chat = _may_pin(ctx)
    chat.pinned = []
    return _tell(ctx, chat)
