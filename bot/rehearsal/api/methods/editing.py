"""Changes of a bot's own messages, reactions and pins."""

from bot.rehearsal.api.errors import bad
from bot.rehearsal.api.markup import checked_markup
from bot.rehearsal.api.methods.base import Context, method
from bot.rehearsal.api.methods.copying import CONTENT
from bot.rehearsal.api.methods.media import input_media
from bot.rehearsal.api.methods.sending import (
    MAX_CAPTION,
    MAX_TEXT,
    caption_fields,
    caption_of,
    introduced,
    text_fields,
)
from bot.rehearsal.api.methods.targets import chat_of, message_of
from bot.rehearsal.api.text import formatted
from bot.rehearsal.world import Chat, Json

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
REACTIONS = frozenset(
    "👍👎❤🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳🌚🌭💯🤣⚡🍌🏆💔🤨😐"
    "🍓🍾💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾😡"
) | {"❤\u200d🔥", "👨\u200d💻", "🤷\u200d♂", "🤷", "🤷\u200d♀"}


def _to_edit(ctx: Context) -> tuple[Chat, Json]:
    if "chat_id" not in ctx.params and "message_id" not in ctx.params:
        if "inline_message_id" in ctx.params:
            raise bad("MESSAGE_ID_INVALID")  # nothing here is sent by inline mode
        raise bad("message identifier is not specified")
    for name, words in (
        ("chat_id", "chat_id is empty"),
        ("message_id", "message identifier is not specified"),
    ):
        if name not in ctx.params:
            raise bad(words)
    chat = chat_of(ctx)
    message = message_of(ctx, chat, "message to edit")
    if message["from"]["id"] != ctx.bot.id or "forward_origin" in message:
        raise bad("message can't be edited")
    return chat, message


def _replace(ctx: Context, chat: Chat, old: Json, content: Json, markup: Json | None) -> Json:
    """Stores ``old`` with new content and markup, unless nothing would change."""
    frame = {key: value for key, value in old.items() if key not in CONTENT}
    frame.pop("reply_markup", None)
    frame.pop("edit_date", None)
    fresh = frame | content
    if markup is not None:
        fresh["reply_markup"] = markup
    before = {key: value for key, value in old.items() if key != "edit_date"}
    if before == fresh:
        raise bad(NOT_MODIFIED)
    return ctx.world.replace_message(chat, fresh)


@method("editMessageText")
def edit_message_text(ctx: Context) -> Json:
    """https://core.telegram.org/bots/api#editmessagetext"""
    if "text" not in ctx.params:
        raise bad("message text is empty")
    text = formatted(ctx.params["text"], ctx.get("parse_mode"), ctx.get("entities"))
    text = introduced(ctx, text)
    markup = checked_markup(ctx.get("reply_markup"), inline_only=True)
    chat, message = _to_edit(ctx)
    if "text" not in message:
        raise bad("there is no text in the message to edit")
    if not text.visible:
        raise bad("text must be non-empty")
    if len(text.text) > MAX_TEXT:
        raise bad("MESSAGE_TOO_LONG")
    content = text_fields(text)
    if "link_preview_options" in ctx.params:
        content["link_preview_options"] = ctx.params["link_preview_options"]
    return _replace(ctx, chat, message, content, markup)


@method("editMessageCaption")
def edit_message_caption(ctx: Context) -> Json:
    """https://core.telegram.org/bots/api#editmessagecaption"""
    caption = caption_of(ctx)
    markup = checked_markup(ctx.get("reply_markup"), inline_only=True)
    chat, message = _to_edit(ctx)
    media = ("photo", "document", "voice", "audio", "video", "animation")
    if not any(name in message for name in media):
        raise bad("there is no caption in the message to edit")
    if len(caption.text) > MAX_CAPTION:
        raise bad("MEDIA_CAPTION_TOO_LONG")
    content = {name: message[name] for name in CONTENT if name in message}
    content = {key: value for key, value in content.items() if not key.startswith("caption")}
    return _replace(ctx, chat, message, content | caption_fields(caption), markup)


@method("editMessageMedia")
def edit_message_media(ctx: Context) -> Json:
    """https://core.telegram.org/bots/api#editmessagemedia"""
    markup = checked_markup(ctx.get("reply_markup"), inline_only=True)
    content = input_media(ctx, ctx.params["media"])
    chat, message = _to_edit(ctx)
    if "media_group_id" in message:
        same = {"photo", "video"}
        if not any(name in message and name in content for name in ("audio", "document")) and not (
            same & message.keys() and same & content.keys()
        ):
            raise bad("can't use the media of the specified type in the album")
    return _replace(ctx, chat, message, content, markup)


@method("editMessageReplyMarkup")
def edit_message_reply_markup(ctx: Context) -> Json:
    """https://core.telegram.org/bots/api#editmessagereplymarkup"""
    markup = checked_markup(ctx.get("reply_markup"), inline_only=True)
    chat, message = _to_edit(ctx)
    content = {name: message[name] for name in CONTENT if name in message}
    return _replace(ctx, chat, message, content, markup)


@method("setMessageReaction")
def set_message_reaction(ctx: Context) -> bool:
    """https://core.telegram.org/bots/api#setmessagereaction"""
    reaction = ctx.get("reaction", [])
    chat = chat_of(ctx)
    message = message_of(ctx, chat, "message to react")
    if len(reaction) > 1:
        raise bad("REACTIONS_TOO_MANY")
    if any(one["type"] != "emoji" or one["emoji"] not in REACTIONS for one in reaction):
        raise bad("REACTION_INVALID")
    ctx.world.react(chat, message["message_id"], ctx.bot.profile, reaction)
    return True
