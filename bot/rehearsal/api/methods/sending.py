"""New messages: the road every one of them takes, and those without files."""

from collections.abc import Callable

from bot.rehearsal.api.errors import bad, too_many
from bot.rehearsal.api.markup import checked_markup
from bot.rehearsal.api.methods.base import Context, method
from bot.rehearsal.api.methods.targets import chat_of, reply_to
from bot.rehearsal.api.text import Formatted, formatted
from bot.rehearsal.world import Chat, Json

MAX_TEXT = 4096
MAX_CAPTION = 1024
ACTIONS = frozenset(
    {"typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
     "record_audio", "upload_audio", "upload_document", "choose_sticker", "find_location",
     "pick_up_location", "record_video_note", "upload_video_note", "cancel"}
)  # fmt: skip
DICE = {"🎲": 6, "🎯": 6, "🎳": 6, "🏀": 5, "⚽": 5, "🎰": 64}


def take_flood(ctx: Context, chat: Chat, count: int = 1) -> None:
    """Counts messages against the flood limits.

    Raises:
        ApiError: 429 with retry_after.
    """
    if ctx.world.limits is None:
        return
    paid = ctx.world.paid_broadcast and bool(ctx.get("allow_paid_broadcast"))
    retry_after = ctx.bot.flood.retry_after(
        ctx.world.monotonic(), chat_id=chat.id, private=chat.private, count=count, paid=paid
    )
    if retry_after:
        raise too_many(retry_after)


def deliver(ctx: Context, chat: Chat, content: Json, markup: Json | None = None) -> Json:
    """Stores a bot's new message in ``chat``; flood limits are counted by the caller."""
    message = ctx.world.compose(chat, ctx.bot.profile, content, bot=ctx.bot)
    if ctx.get("protect_content"):
        message["has_protected_content"] = True
    if markup is not None:
        if "inline_keyboard" in markup:
            message["reply_markup"] = markup
        else:
            set_keyboard(ctx, chat, markup)
    ctx.world.keep(chat, message, silent=bool(ctx.get("disable_notification")))
    return message


def set_keyboard(ctx: Context, chat: Chat, markup: Json) -> None:
    """Shows or takes away the keyboard instead of the text field."""
    chat.reply_keyboard = None if markup.get("remove_keyboard") else markup
    ctx.world.emit({"type": "keyboard", "chat_id": chat.id, "keyboard": chat.reply_keyboard})


def send(ctx: Context, content: Json, check: Callable[[], None] | None = None) -> Json:
    """The road of a new message: markup, chat, reply, the content's own check, limits, stored.

    Raises:
        ApiError: as Telegram refuses, in its order.
    """
    markup = ctx.get("reply_markup")
    if markup is not None:
        markup = checked_markup(markup)
    chat = chat_of(ctx)
    replied = reply_to(ctx, chat) if "reply_parameters" in ctx.params else None
    if check is not None:
        check()
    take_flood(ctx, chat)
    if replied is not None:
        content["reply_to_message"] = replied
    return deliver(ctx, chat, content, markup)


def check_text(text: Formatted) -> None:
    """Refuses what shows nothing or is over 4096 characters.

    Raises:
        ApiError: "text must be non-empty" or "message is too long".
    """
    if not text.visible:
        raise bad("text must be non-empty")
    if len(text.text) > MAX_TEXT:
        raise bad("message is too long")


def text_fields(text: Formatted) -> Json:
    """The text fields of a Message."""
    if text.entities:
        return {"text": text.text, "entities": text.entities}
    return {"text": text.text}


def caption_fields(text: Formatted) -> Json:
    """The caption fields of a Message."""
    fields: Json = {}
    if text.text:
        fields["caption"] = text.text
    if text.entities:
        fields["caption_entities"] = text.entities
    return fields


def caption_of(ctx: Context, source: Json | None = None) -> Formatted:
    """The caption of a call, or of an InputMedia object."""
    source = ctx.params if source is None else source
    caption = formatted(
        source.get("caption", ""), source.get("parse_mode"), source.get("caption_entities")
    )
    return introduced(ctx, caption)


def introduced(ctx: Context, text: Formatted) -> Formatted:
    """People mentioned by id become whole User objects; whom the bot never met stay plain text."""
    if not any(one["type"] == "text_mention" for one in text.entities):
        return text
    entities = []
    for one in text.entities:
        if one["type"] == "text_mention":
            user = ctx.world.users.get(one["user"].get("id"))
            if user is None or not user.known:
                continue
            one = one | {"user": user.profile}  # noqa: PLW2901  # the same entity, completed
        entities.append(one)
    return Formatted(text.text, entities)


def check_caption(caption: Formatted) -> None:
    """Refuses captions over 1024 characters.

    Raises:
        ApiError: "message caption is too long".
    """
    if len(caption.text) > MAX_CAPTION:
        raise bad("message caption is too long")


@method("sendMessage")
def send_message(ctx: Context) -> Json:
    """https://core.telegram.org/bots/api#sendmessage"""
    text = formatted(ctx.params["text"], ctx.get("parse_mode"), ctx.get("entities"))
    text = introduced(ctx, text)
    content = text_fields(text)
    if "link_preview_options" in ctx.params:
        content["link_preview_options"] = ctx.params["link_preview_options"]
    return send(ctx, content, lambda: check_text(text))


def location_json(source: Json) -> Json:
    """A Location of latitude and longitude in degrees.

    Raises:
        ApiError: outside of the Earth.
    """
    latitude, longitude = source["latitude"], source["longitude"]
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad("wrong latitude or longitude specified")
    extras = ("horizontal_accuracy", "live_period", "heading", "proximity_alert_radius")
    location = {"latitude": latitude, "longitude": longitude}
    return location | {name: source[name] for name in extras if name in source}


@method("sendLocation")
def send_location(ctx: Context) -> Json:
    """https://core.telegram.org/bots/api#sendlocation"""
    return send(ctx, {"location": location_json(ctx.params)})


@method("sendVenue")
def send_venue(ctx: Context) -> Json:
    """https://core.telegram.org/bots/api#sendvenue"""
    names = ("title", "address", "foursquare_id", "foursquare_type", "google_place_id",
             "google_place_type")  # fmt: skip
    venue = {name: ctx.params[name] for name in names if name in ctx.params}
    location = location_json(ctx.params)
    return send(ctx, {"venue": venue | {"location": location}, "location": location})


@method("sendContact")
def send_contact(ctx: Context) -> Json:
    """https://core.telegram.org/bots/api#sendcontact"""
    names = ("phone_number", "first_name", "last_name", "vcard")
    contact = {name: ctx.params[name] for name in names if name in ctx.params}
    return send(ctx, {"contact": contact})


@method("sendDice")
def send_dice(ctx: Context) -> Json:
    """https://core.telegram.org/bots/api#senddice"""
    emoji = ctx.get("emoji", "🎲")
    if emoji not in DICE:
        raise bad("wrong dice emoji specified")
    return send(ctx, {"dice": {"emoji": emoji, "value": ctx.world.chance.randint(1, DICE[emoji])}})


@method("sendChatAction")
def send_chat_action(ctx: Context) -> bool:
    """https://core.telegram.org/bots/api#sendchataction"""
    action = ctx.params["action"].lower()
    if action not in ACTIONS:
        raise bad("wrong parameter action in request")
    chat = chat_of(ctx)
    ctx.world.emit({"type": "action", "chat_id": chat.id, "action": action, "bot": ctx.bot.id})
    return True
