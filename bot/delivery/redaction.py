"""Keeps the bot's token out of the logs, whoever writes them.

Our own road never names it (``request.py``), but PTB logs its URLs at DEBUG, shows the token in
the ``repr`` of a bot and names it in ``InvalidToken``.
"""

import logging


class WithoutToken(logging.Filter):
    """Goes on each handler: puts ``<token>`` for the secret part, in messages and tracebacks."""

    def __init__(self, token: str) -> None:
        """``token`` is the whole token; the number before the colon is public and may show."""
        super().__init__()
        self._secret = token.partition(":")[2] or token
        self._formatter = logging.Formatter()

    def filter(self, record: logging.LogRecord) -> bool:
        """Lets every record through, cleaned."""
        message = record.getMessage()
        if self._secret in message:
            record.msg, record.args = message.replace(self._secret, "<token>"), None
        if record.exc_info and not record.exc_text:
            record.exc_text = self._formatter.formatException(record.exc_info)
        if record.exc_text:  # what formatters show instead of formatting it again
            record.exc_text = record.exc_text.replace(self._secret, "<token>")
        return True
