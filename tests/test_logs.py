"""What the process writes never holds the token."""

import io
import logging

from telegram import Bot
from telegram.error import InvalidToken

from bot.logs import Discreet
from tests.builders import TOKEN


def test_what_libraries_log_of_the_token_is_struck_out() -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(Discreet(TOKEN))
    log = logging.getLogger("tests.logs")
    log.propagate = False
    log.setLevel(logging.DEBUG)
    log.addHandler(handler)
    log.info("%r at %d%%", Bot(TOKEN), 5)
    try:
        raise InvalidToken(f"The token `{TOKEN}` was rejected by the server.")
    except InvalidToken:
        log.exception("cannot start")
    assert "at 5%" in written.getvalue()
    assert "was rejected" in written.getvalue()
    assert TOKEN.partition(":")[2] not in written.getvalue()
