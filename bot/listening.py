"""A server of ours on one address: begun, ended, begun again."""

from aiohttp import web

_GRACE_S = 1.0
"""For requests that are under way when it ends."""


class Listener:
    """Listens for one application. No request is logged: addresses and bodies hold secrets."""

    def __init__(self, app: web.Application, *, host: str, port: int) -> None:
        """Touches nothing yet. ``port`` 0 takes any that is free."""
        self._app = app
        self.host = host
        self.port = port
        """The one it listens on, once it does."""
        self._runner: web.AppRunner | None = None

    @property
    def open(self) -> bool:
        """Whether it listens."""
        return self._runner is not None

    @property
    def address(self) -> str:
        """Host and port, as in a URL."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return f"{name}:{self.port}"

    async def start(self) -> None:
        """Listens; nothing happens where it does already.

        Raises:
            OSError: the address cannot be had.
        """
        if self._runner is not None:
            return
        runner = web.AppRunner(self._app, access_log=None, shutdown_timeout=_GRACE_S)
        await runner.setup()
        try:
            await web.TCPSite(runner, self.host, self.port, backlog=1024).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner, self.port = runner, runner.addresses[0][1]

    async def stop(self) -> None:
        """Listens no more; requests under way get their answer."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()
