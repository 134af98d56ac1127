"""The parts that the settings decide on; put together in ``app.py``."""

from collections.abc import Callable, Sequence
from typing import Any

from telegram.ext import Application, ContextTypes, ExtBot

from bot.config import Settings
from bot.delivery.contact import Contact
from bot.delivery.paced_calls import PacedCalls
from bot.delivery.pacer import Limits
from bot.delivery.request import AiohttpRequest
from bot.intake.receiving import Intake
from bot.intake.webhook import Webhook
from bot.ops.metrics import Metrics
from bot.ops.serving import Ops
from bot.screens.serving import Screens
from bot.services.desk import Desk
from bot.store.database import Database
from handlers.context import Context
from handlers.registry import ALLOWED_UPDATES

Bots = Application[ExtBot[Any], Context, Any, Any, Any, Any]


def screens(settings: Settings, desks: Sequence[Desk]) -> Screens | None:
    """The pages for the projector, if they are wanted."""
    if settings.web_port is None:
        return None
    url = settings.web_url.rstrip("/") if settings.web_url else None
    return Screens(desks, host=settings.web_host, port=settings.web_port, url=url)


def webhook(settings: Settings, intake: Intake) -> Webhook | None:
    """The server for updates, if they are to come by webhook."""
    if settings.webhook_url is None:
        return None
    assert intake.bot is not None
    return Webhook(
        intake.bot,
        intake,
        url=settings.webhook_url,
        secret=settings.hook_secret(),
        host=settings.webhook_host,
        port=settings.webhook_port,
        connections=settings.webhook_max_connections,
        allowed=ALLOWED_UPDATES,
    )


def ops(
    settings: Settings,
    stores: Sequence[Database],
    metrics: Metrics,
    *,
    lives: Callable[[], bool],
    ready: Callable[[], bool],
) -> Ops | None:
    """The server for whoever watches the bot, if it is wanted."""
    if settings.ops_port is None:
        return None
    host, port = settings.ops_host, settings.ops_port
    return Ops(stores, metrics, host=host, port=port, lives=lives, loaded=ready)


def limits(settings: Settings) -> Limits:
    """How much may be sent."""
    return Limits(
        overall=settings.messages_per_second,
        paid=settings.paid_messages_per_second,
        private=settings.chat_messages_per_second,
        burst=settings.chat_messages_at_once,
        group=settings.group_messages_per_minute,
    )


def application(settings: Settings, calls: PacedCalls, contact: Contact) -> Bots:
    """The library's part: it dispatches updates and makes calls, and nothing else."""

    def road() -> AiohttpRequest:
        return AiohttpRequest(proxy=settings.proxy_url, contact=contact)

    return (
        Application.builder()
        .token(settings.bot_token.get_secret_value())
        .base_url(f"{settings.telegram_api_url}/bot")
        .base_file_url(f"{settings.telegram_api_url}/file/bot")
        .request(road())
        .get_updates_request(road())
        .rate_limiter(calls)
        .context_types(ContextTypes(context=Context))
        .updater(None)
        .job_queue(None)
        .build()
    )
