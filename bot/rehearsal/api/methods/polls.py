"""Polls: asked, answered by people, closed."""

from bot.rehearsal.api.errors import bad
from bot.rehearsal.api.markup import checked_markup
from bot.rehearsal.api.methods.base import Context, method
from bot.rehearsal.api.methods.sending import send
from bot.rehearsal.api.methods.targets import chat_of, message_of
from bot.rehearsal.api.text import formatted
from bot.rehearsal.world import Json


@method("sendPoll")
def send_poll(ctx: Context) -> Json:
    """https://core.telegram.org/bots/api#sendpoll"""
    question = formatted(
        ctx.params["question"], ctx.get("question_parse_mode"), ctx.get("question_entities")
    )
    if not question.visible:
        raise bad("poll question must be non-empty")
    if len(question.text) > 300:
        raise bad("poll question length must not exceed 300")
    options = [_option(number, one) for number, one in enumerate(ctx.params["options"])]
    if not 1 <= len(options) <= 12:
        raise bad("poll must have at least 1 option" if not options else
                  "poll can't have more than 12 options")  # fmt: skip
    kind = ctx.get("type", "regular")
    if kind not in ("regular", "quiz"):
        raise bad("unsupported poll type specified")
    poll = {
        "id": str(5_000_000_000 + ctx.bot.last_message_id + ctx.world.date()),
        "question": question.text,
        "options": options,
        "total_voter_count": 0,
        "is_closed": bool(ctx.get("is_closed")),
        "is_anonymous": ctx.get("is_anonymous", True),
        "type": kind,
        "allows_multiple_answers": bool(ctx.get("allows_multiple_answers")),
        "allows_revoting": ctx.get("allows_revoting", kind == "regular"),
        "members_only": bool(ctx.get("members_only")),
    }
    if question.entities:
        poll["question_entities"] = question.entities
    if kind == "quiz":
        poll["correct_option_ids"] = _correct(ctx, len(options))
    return send(ctx, {"poll": poll})


def _option(number: int, option: Json) -> Json:
    text = formatted(option["text"], option.get("text_parse_mode"), option.get("text_entities"))
    if not text.visible:
        raise bad("poll options must be non-empty")
    if len(text.text) > 100:
        raise bad("poll options length must not exceed 100")
    entities = {"text_entities": text.entities} if text.entities else {}
    return {"persistent_id": str(number), "text": text.text, "voter_count": 0, **entities}


def _correct(ctx: Context, count: int) -> list[int]:
    ids: list[int] = ctx.get("correct_option_ids", [])
    if not ids or not all(0 <= one < count for one in ids):
        raise bad("wrong correct option ID specified")
    return ids


@method("stopPoll")
def stop_poll(ctx: Context) -> Json:
    """https://core.telegram.org/bots/api#stoppoll"""
    markup = checked_markup(ctx.get("reply_markup"), inline_only=True)
    chat = chat_of(ctx)
    message = message_of(ctx, chat, "message with poll to stop")
    if "poll" not in message:
        raise bad("message is not a poll")
    if message["from"]["id"] != ctx.bot.id:
        raise bad("poll can't be stopped")
    if message["poll"]["is_closed"]:
        raise bad("poll has already been closed")
    poll: Json = message["poll"] | {"is_closed": True}
    fresh = {key: value for key, value in message.items() if key != "reply_markup"}
    if markup is not None:
        fresh["reply_markup"] = markup
    ctx.world.replace_message(chat, fresh | {"poll": poll})
    return poll
