"""Updates posted to a bot's webhook, as Telegram does: again and again until it answers 2xx."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Hashable
from typing import Any

import aiohttp
from aiohttp import web

from bot.rehearsal.api.parameters import Raw
from bot.rehearsal.world import BotAccount, Json, Webhook, World

log = logging.getLogger(__name__)
Dispatch = Callable[[BotAccount, str, Raw], tuple[int, Json]]
TIMEOUT_S = 60.0
MAX_WAIT_S = 60.0
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
_SEEN = 1000
"""How many of those that wait are looked at for the next to go."""


class Deliveries:
    """One task per bot that takes its updates to its hook while it has one."""

    def __init__(self, world: World, dispatch: Dispatch) -> None:
        self.world = world
        self._dispatch = dispatch
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._session: aiohttp.ClientSession | None = None

    async def running(self, app: web.Application) -> AsyncIterator[None]:
        """Runs deliveries as long as the application."""
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
        async with aiohttp.ClientSession(timeout=timeout, trust_env=False) as session:
            self._session = session
            for bot in self.world.bots.values():
                self.start(bot)
            yield
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def start(self, bot: BotAccount) -> None:
        """Begins deliveries to a bot that has just set a hook."""
        if bot.webhook is not None and self._session is not None and id(bot) not in self._tasks:
            self._tasks[id(bot)] = asyncio.create_task(self._serve(bot, self._session))

    async def _serve(self, bot: BotAccount, session: aiohttp.ClientSession) -> None:
        bot.delivery = asyncio.Event()
        wait = self.world.webhook_retry_s
        while True:
            hook = bot.webhook
            if hook is None or not bot.pending:
                bot.delivery.clear()
                await bot.delivery.wait()
                continue
            if await self._deliver(bot, hook, session):
                wait = self.world.webhook_retry_s
            else:
                await asyncio.sleep(wait)
                wait = min(wait * 2, MAX_WAIT_S)

    async def _deliver(
        self, bot: BotAccount, hook: Webhook, session: aiohttp.ClientSession
    ) -> bool:
        """Posts what waits, up to max_connections at once; whether all of it was taken."""
        updates = self._next(bot, hook)
        if self.world.faults.reorder_updates:
            updates.reverse()
        if self.world.faults.duplicate_updates:
            updates = [one for one in updates for _ in range(2)]
        outcomes = await asyncio.gather(*(self._post(bot, hook, session, one) for one in updates))
        taken = {
            update["update_id"] for update, good in zip(updates, outcomes, strict=True) if good
        }
        left = [one for one in bot.pending if one["update_id"] not in taken]
        bot.pending.clear()
        bot.pending.extend(left)
        return all(outcomes)

    def _next(self, bot: BotAccount, hook: Webhook) -> list[Json]:
        """What goes out now. As with Telegram, one of a chat waits until that before was taken;
        messages and presses of the same person stand in different queues."""
        waiting = [bot.pending[index] for index in range(min(_SEEN, len(bot.pending)))]
        if self.world.faults.reorder_updates:
            return waiting[: hook.max_connections]
        first: dict[Hashable, Json] = {}
        for update in waiting:
            first.setdefault(_queue(update), update)
        return list(first.values())[: hook.max_connections]

    async def _post(
        self, bot: BotAccount, hook: Webhook, session: aiohttp.ClientSession, update: Json
    ) -> bool:
        headers = {SECRET_HEADER: hook.secret_token} if hook.secret_token else {}
        try:
            if self.world.network_down:
                raise aiohttp.ClientError("Connection timed out")
            async with session.post(
                hook.url, json=update, headers=headers, ssl=False, allow_redirects=False
            ) as response:
                if response.status // 100 == 2:
                    self._answered(bot, await response.text())
                    return True
                words = f"Wrong response from the webhook: {response.status} {response.reason}"
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            words = str(error) or type(error).__name__
        hook.last_error_date = self.world.date()
        hook.last_error_message = words
        return False

    def _answered(self, bot: BotAccount, text: str) -> None:
        """A hook may answer with a method to call."""
        try:
            value: Any = json.loads(text)
        except ValueError:
            return
        if isinstance(value, dict) and isinstance(value.get("method"), str):
            name = value.pop("method")
            status, body = self._dispatch(bot, name, value)
            if status != 200:
                log.warning("a call answered to a webhook was refused: %s", body["description"])


def _queue(update: Json) -> Hashable:
    """Updates of one queue are taken in order."""
    kind = next((name for name in update if name != "update_id"), "")
    part = update.get(kind) or {}
    whose = part.get("chat") or part.get("from") or {}
    return ("press" if kind == "callback_query" else "chat", whose.get("id"))
