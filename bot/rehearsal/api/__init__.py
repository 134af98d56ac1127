"""A strict Bot API server for rehearsals and tests, over HTTP on this machine.

``create_app(world)`` is an aiohttp application; ``running(world)`` serves it on a free port.
"""

from bot.rehearsal.api.errors import ApiError
from bot.rehearsal.api.running import running
from bot.rehearsal.api.server import create_app

__all__ = ["ApiError", "create_app", "running"]
