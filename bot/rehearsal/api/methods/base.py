"""What every method works with: the context of one call and the table of handlers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.rehearsal.api.parameters import Upload
from bot.rehearsal.world import BotAccount, Json, World


@dataclass(slots=True)
class Context:
    """One call: the world, the calling bot, checked parameters, uploads by name of their part."""

    world: World
    bot: BotAccount
    params: Json
    uploads: dict[str, Upload]

    def get(self, name: str, default: Any = None) -> Any:
        """A parameter, or ``default`` if it was not given."""
        return self.params.get(name, default)


Handler = Callable[[Context], Any]
HANDLERS: dict[str, Handler] = {}
"""Handlers by lower-case method name. What the spec has and this has not is not played."""


def method(*names: str) -> Callable[[Handler], Handler]:
    """Registers a handler for methods of these names."""

    def register(handler: Handler) -> Handler:
        for name in names:
            HANDLERS[name.lower()] = handler
        return handler

    return register
