"""Messages passed on: copies without and forwards with their origin."""

from itertools import pairwise

from bot.rehearsal.api.errors import bad
from bot.rehearsal.api.markup import checked_markup
from bot.rehearsal.api.methods.base import Context, method
from bot.rehearsal.api.methods.sending import (
    caption_fields,
    caption_of,
    check_caption,
    deliver,
    take_flood,
)
from bot.rehearsal.api.methods.targets import chat_of, message_of, reply_to
from bot.rehearsal.world import Chat, Json

CONTENT = (
    "text", "entities", "link_preview_options", "photo", "document", "voice", "audio", "video",
    "animation", "video_note", "sticker", "location", "venue", "contact", "poll", "dice",
    "caption", "caption_entities", "show_caption_above_media", "has_media_spoiler",
)  # fmt: skip
MAX_AT_ONCE = 100


def content_of(message: Json) -> Json:
    """What a copy takes over; empty for a service message."""
    return {name: message[name] for name in CONTENT if name in message}


def _copyable(message: Json) -> Json:
    content = content_of(message)
    if not content or message.get("has_protected_content"):
        raise bad("message can't be copied")
    return content


@method("copyMessage")
def copy_message(ctx: Context) -> Json:
    """https://core.telegram.org/bots/api#copymessage"""
    markup = checked_markup(ctx.get("reply_markup"))
    source = chat_of(ctx, "from_chat_id", write=False)
    content = _copyable(message_of(ctx, source, "message to copy"))
    chat = chat_of(ctx)
    replied = reply_to(ctx, chat)
    if "caption" in ctx.params and "text" not in content:
        caption = caption_of(ctx)
        check_caption(caption)
        content = {key: value for key, value in content.items() if not key.startswith("caption")}
        content |= caption_fields(caption)
    take_flood(ctx, chat)
    if replied is not None:
        content["reply_to_message"] = replied
    return {"message_id": deliver(ctx, chat, content, markup)["message_id"]}


@method("forwardMessage")
def forward_message(ctx: Context) -> Json:
    """https://core.telegram.org/bots/api#forwardmessage"""
    source = chat_of(ctx, "from_chat_id", write=False)
    content = _forwarded(message_of(ctx, source, "message to forward"))
    chat = chat_of(ctx)
    take_flood(ctx, chat)
    return deliver(ctx, chat, content)


def _forwarded(message: Json) -> Json:
    content = content_of(message)
    if not content or message.get("has_protected_content"):
        raise bad("message can't be forwarded")
    origin = message.get("forward_origin") or {
        "type": "user",
        "sender_user": message["from"],
        "date": message["date"],
    }
    return content | {"forward_origin": origin}


@method("copyMessages")
def copy_messages(ctx: Context) -> list[Json]:
    """https://core.telegram.org/bots/api#copymessages"""
    chat, messages = _several(ctx, "message to copy")
    contents = [content_of(one) for one in messages if not one.get("has_protected_content")]
    if ctx.get("remove_caption"):
        contents = [
            {key: value for key, value in one.items() if not key.startswith("caption")}
            for one in contents
        ]
    return _all(ctx, chat, [one for one in contents if one])


@method("forwardMessages")
def forward_messages(ctx: Context) -> list[Json]:
    """https://core.telegram.org/bots/api#forwardmessages"""
    chat, messages = _several(ctx, "message to forward")
    fitting = [one for one in messages if content_of(one) and "has_protected_content" not in one]
    return _all(ctx, chat, [_forwarded(one) for one in fitting])


def _several(ctx: Context, what: str) -> tuple[Chat, list[Json]]:
    """Known messages among ``message_ids``; unknown ones are skipped as Telegram does."""
    wanted = ctx.params["message_ids"]
    if not wanted:
        raise bad("message identifiers are not specified")
    if len(wanted) > MAX_AT_ONCE:
        raise bad("too many message identifiers specified")
    if any(later <= earlier for earlier, later in pairwise(wanted)):
        raise bad("message identifiers must be in a strictly increasing order")
    source = chat_of(ctx, "from_chat_id", write=False)
    found = [source.messages[one] for one in wanted if one in source.messages]
    chat = chat_of(ctx)
    if not found:
        raise bad("there are no messages to " + what.rpartition(" ")[2])
    return chat, found


def _all(ctx: Context, chat: Chat, contents: list[Json]) -> list[Json]:
    take_flood(ctx, chat, len(contents))
    return [{"message_id": deliver(ctx, chat, one)["message_id"]} for one in contents]
