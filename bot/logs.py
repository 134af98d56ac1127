"""What the process says of itself: to standard error, without secrets, names or texts.

An error's own words may quote what somebody typed or the row it stood in. So a traceback is its
frames and the kinds of the errors; what an error says is logged only where somebody chose to.
"""

import json
import logging
import sys
import threading
import traceback
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal

Form = Literal["console", "json"]
STRUCK = "[secret]"
_SHORTEST = 4
"""A secret of fewer characters would strike out half of every line, and is none."""
_DEEPEST = 10
_LAST = 50
"""Lines that a crash report tells."""


class Secrets:
    """Strikes what must not be written out of any text."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        # The longest first: one may be part of another.
        known = {secret for secret in secrets if len(secret) >= _SHORTEST}
        self._secrets = sorted(known, key=len, reverse=True)

    def strike(self, text: str) -> str:
        """The text without them."""
        for secret in self._secrets:
            text = text.replace(secret, STRUCK)
        return text


class Discreet(logging.Formatter):
    """A line for people, with the frames of an error below it."""

    def __init__(self, secrets: Secrets) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        """The line to be written: the last safeguard."""
        record.exc_text = None  # another formatter may have left what it made of the error
        return self._secrets.strike(super().format(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802  # the library's name
        """Frames and kinds."""
        return "\n".join(frames(ei[1])) if ei and ei[1] is not None else ""


class JsonLines(logging.Formatter):
    """A JSON object a line, for whatever gathers logs."""

    def __init__(self, secrets: Secrets) -> None:
        super().__init__()
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        """The line: at (UTC), level, logger, message, and the trace of an error."""
        facts: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self._secrets.strike(record.getMessage()),
        }
        if record.exc_info and record.exc_info[1] is not None:
            facts["error"] = type(record.exc_info[1]).__name__
            facts["trace"] = list(frames(record.exc_info[1]))
        return self._secrets.strike(json.dumps(facts, ensure_ascii=False))


class _Memory(logging.Handler):
    """The last lines, for a crash report."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines = [*self.lines[1 - _LAST :], self.format(record)]


_memory = _Memory()


def frames(error: BaseException, *, depth: int = _DEEPEST) -> Iterator[str]:
    """The lines of a traceback without what the errors say, the first cause first."""
    cause = error.__cause__
    if cause is None and not error.__suppress_context__:
        cause = error.__context__
    if cause is not None and depth:
        yield from frames(cause, depth=depth - 1)
        yield "which led to:"
    for frame in traceback.extract_tb(error.__traceback__):
        yield f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}'
    kind = type(error)
    yield (
        kind.__qualname__
        if kind.__module__ == "builtins"
        else f"{kind.__module__}.{kind.__qualname__}"
    )
    if isinstance(error, BaseExceptionGroup) and depth:
        for number, one in enumerate(error.exceptions, 1):
            yield f"  part {number}:"
            yield from frames(one, depth=depth - 1)


def last_lines() -> list[str]:
    """What was logged last, as it was written."""
    return list(_memory.lines)


def configure(level: str, *, secrets: Iterable[str], form: Form = "console") -> None:
    """Logs to standard error from ``level`` on. Libraries that talk much are heard from WARNING.

    They also put what they say together from requests and rows, which hold people's words.
    """
    struck = Secrets(secrets)
    handler = logging.StreamHandler(sys.stderr)
    formatter = JsonLines(struck) if form == "json" else Discreet(struck)
    root = logging.getLogger()
    root.handlers[:] = [handler, _memory]
    for each in root.handlers:
        each.setFormatter(formatter)
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
    sys.excepthook = _uncaught
    threading.excepthook = lambda args: _uncaught(
        args.exc_type, args.exc_value, args.exc_traceback
    )


def _uncaught(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    """What nobody caught is written like everything else."""
    if issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    named = (kind, error, trace) if error is not None else None
    logging.getLogger("mandala").critical("ended by %s", kind.__name__, exc_info=named)
