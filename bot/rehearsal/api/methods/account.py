"""The bot's account: who it is, its updates, its answers to presses."""

import re
from typing import Any
from urllib.parse import urlsplit

from bot.rehearsal.api.errors import ApiError, bad
from bot.rehearsal.api.methods.base import Context, method
from bot.rehearsal.api.spec import type_fields
from bot.rehearsal.world import Json, Webhook
from bot.rehearsal.world.bots import DEFAULT_UPDATES, BotAccount

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete "
    "the webhook first"
)
OTHER_GETUPDATES = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is "
    "running"
)
SET_WEBHOOK = "Conflict: terminated by setWebhook request"


@method("getMe")
def get_me(ctx: Context) -> Json:
    """https://core.telegram.org/bots/api#getme"""
    flags = {
        "can_join_groups": True,
        "can_read_all_group_messages": ctx.bot.reads_groups,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
    }
    return ctx.bot.profile | flags


@method("logOut", "close")
def log_out(ctx: Context) -> bool:
    """https://core.telegram.org/bots/api#logout"""
    ctx.bot.wake("closed")
    return True


@method("answerCallbackQuery")
def answer_callback_query(ctx: Context) -> bool:
    """https://core.telegram.org/bots/api#answercallbackquery"""
    query = ctx.bot.callbacks.get(ctx.params["callback_query_id"])
    text = ctx.get("text", "")
    if query is None or ctx.world.monotonic() - query.pressed > ctx.world.callback_lifetime_s:
        raise bad(TOO_OLD)
    if len(text) > 200:
        raise bad("MESSAGE_TOO_LONG")
    if ctx.get("url"):
        raise bad("URL_INVALID")  # only games and t.me/bot?start= may open one
    query.answer = {"text": text, "show_alert": bool(ctx.get("show_alert"))}
    event = {"type": "callback_answer", "user_id": query.user_id, "chat_id": query.chat_id}
    ctx.world.emit(event | {"query_id": query.id, "message_id": query.message_id} | query.answer)
    return True


@method("answerInlineQuery")
def answer_inline_query(ctx: Context) -> bool:
    """https://core.telegram.org/bots/api#answerinlinequery (there is no inline mode here)"""
    raise bad(TOO_OLD)


def allow_updates(bot: BotAccount, kinds: list[str] | None) -> None:
    """Sets which updates a bot wants; an empty list means the default, None keeps the last.

    Unknown kinds are ignored, as Telegram does.
    """
    if kinds is None:
        return
    known = type_fields("Update")[0].keys() - {"update_id"}
    bot.allowed_updates = frozenset(kinds) & known or DEFAULT_UPDATES


def batch(ctx: Context) -> list[Json]:
    """The updates a getUpdates call gets now; those before its offset are forgotten.

    Raises:
        ApiError: 409 while a webhook is set.
    """
    bot, faults = ctx.bot, ctx.world.faults
    if bot.webhook is not None:
        raise ApiError(409, WEBHOOK_ACTIVE)
    offset = ctx.get("offset", 0)
    if offset:
        bot.confirm(offset, duplicate=faults.duplicate_updates)
    limit = min(max(ctx.get("limit", 100), 1), 100)
    if bot.replay:
        again, bot.replay = bot.replay, []
        return again[:limit]
    updates = [bot.pending[index] for index in range(min(limit, len(bot.pending)))]
    if faults.reorder_updates and len(updates) > 1:
        updates = _swapped(updates)
        for index, update in enumerate(updates):
            bot.pending[index] = update
    return updates


def _swapped(updates: list[Json]) -> list[Json]:
    """Newest first, while the ids still rise as a polling client needs them to."""
    payloads = [
        {key: value for key, value in one.items() if key != "update_id"} for one in updates
    ]
    return [
        {"update_id": one["update_id"], **payload}
        for one, payload in zip(updates, reversed(payloads), strict=True)
    ]


LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@method("setWebhook")
def set_webhook(ctx: Context) -> bool:
    """https://core.telegram.org/bots/api#setwebhook

    Only hooks on this machine are played, on any port and without TLS, as a Bot API server in
    local mode allows.
    """
    url = ctx.get("url", "")
    secret = ctx.get("secret_token", "")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad("secret token contains unallowed characters")
    if url:
        _check_hook(url)
    if ctx.get("drop_pending_updates"):
        ctx.bot.pending.clear()
    allow_updates(ctx.bot, ctx.get("allowed_updates"))
    if url:
        ctx.bot.webhook = Webhook(
            url=url,
            secret_token=secret,
            max_connections=min(max(ctx.get("max_connections", 40), 1), 100),
            has_custom_certificate="certificate" in ctx.params,
            ip_address=ctx.get("ip_address"),
        )
    else:
        ctx.bot.webhook = None
    ctx.bot.wake("webhook" if url else "update")
    return True


def _check_hook(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise bad("invalid webhook URL specified")
    if parts.hostname in LOOPBACK:
        return
    if parts.scheme != "https":
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if (parts.port or 443) not in (80, 88, 443, 8443):
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    raise bad("bad webhook: Failed to resolve host: Name or service not known")


@method("deleteWebhook")
def delete_webhook(ctx: Context) -> bool:
    """https://core.telegram.org/bots/api#deletewebhook"""
    if ctx.get("drop_pending_updates"):
        ctx.bot.pending.clear()
    ctx.bot.webhook = None
    ctx.bot.wake("update")
    return True


@method("getWebhookInfo")
def get_webhook_info(ctx: Context) -> Json:
    """https://core.telegram.org/bots/api#getwebhookinfo"""
    hook = ctx.bot.webhook
    info: Json = {
        "url": hook.url if hook else "",
        "has_custom_certificate": bool(hook and hook.has_custom_certificate),
        "pending_update_count": len(ctx.bot.pending),
    }
    optional: dict[str, Any] = {}
    if hook is not None:
        optional = {
            "max_connections": hook.max_connections,
            "ip_address": hook.ip_address,
            "last_error_date": hook.last_error_date,
            "last_error_message": hook.last_error_message,
        }
    if ctx.bot.allowed_updates != DEFAULT_UPDATES:
        optional["allowed_updates"] = sorted(ctx.bot.allowed_updates)
    return info | {name: value for name, value in optional.items() if value is not None}
