"""What the process says of itself: to standard error, without the token, names or texts."""

import logging
import sys


class Discreet(logging.Formatter):
    """Strikes the secret out of the finished line, tracebacks included: the last safeguard."""

    def __init__(self, secret: str) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = [secret, secret.partition(":")[2]]

    def format(self, record: logging.LogRecord) -> str:
        """The line to be written."""
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, "[token]")
        return line


def configure(level: str, *, secret: str) -> None:
    """Logs to standard error from ``level`` on. Libraries that talk much are heard from WARNING.

    They also put what they say together from requests and rows, which hold people's words.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Discreet(secret))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in (
        "aiohttp",
        "apscheduler",
        "asyncio",
        "httpx",
        "sqlalchemy",
        "telegram",
        "alembic",
    ):
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    # These quote whole answers and updates that they could not read, and raise an error besides.
    logging.getLogger("telegram.request").setLevel(logging.CRITICAL)
    logging.getLogger("telegram.ext.ExtBot").setLevel(logging.CRITICAL + 1)
