"""What the process writes holds no secret and nothing that people typed."""

import asyncio
import io
import json
import logging
import sys
import threading
from collections.abc import Iterator

import pytest
from pydantic import SecretStr
from telegram import Bot
from telegram.error import InvalidToken

from bot import logs
from bot.config import Settings
from bot.logs import Discreet, JsonLines, Secrets, frames
from tests.builders import NOTES_KEY, TOKEN

SECRET = TOKEN.partition(":")[2]
SETTINGS = Settings(
    _env_file=None,
    bot_token=SecretStr(TOKEN),
    invite_secret=SecretStr("the-secret-of-invites"),
    notes_key=SecretStr(NOTES_KEY),
    database_url="postgresql://mandala:p%40ssw0rd@db/mandala",
    proxy_url="http://me:hush-hush@proxy:3128",
)


@pytest.fixture(params=[Discreet, JsonLines])
def log(request: pytest.FixtureRequest) -> Iterator[tuple[logging.Logger, io.StringIO]]:
    """A logger in either form, and what it wrote."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(request.param(Secrets(SETTINGS.secrets())))
    made = logging.getLogger(f"tests.logs.{request.param.__name__}")
    made.propagate = False
    made.setLevel(logging.DEBUG)
    made.addHandler(handler)
    yield made, written
    made.removeHandler(handler)


def test_no_secret_of_the_settings_is_ever_written(
    log: tuple[logging.Logger, io.StringIO],
) -> None:
    logger, written = log
    logger.info("%r at %d%%", Bot(TOKEN), 5)
    for secret in SETTINGS.secrets():
        logger.info("say %s twice: %s", secret, secret)
    for word in ("the-secret-of-invites", NOTES_KEY, "p%40ssw0rd", "p@ssw0rd", "hush-hush"):
        logger.info(word)
        assert word not in written.getvalue()
    assert "at 5%" in written.getvalue()
    assert SECRET not in written.getvalue()


def test_a_traceback_is_frames_and_kinds_without_what_the_errors_say(
    log: tuple[logging.Logger, io.StringIO],
) -> None:
    logger, written = log
    try:
        try:
            raise KeyError("what Ibu Sari typed")
        except KeyError:
            raise InvalidToken(f"The token `{TOKEN}` was rejected") from None
    except InvalidToken:
        logger.exception("cannot start")
    try:
        try:
            int("what Ibu Sari typed")
        except ValueError as error:
            raise RuntimeError("it was: what Ibu Sari typed") from error
    except RuntimeError:
        logger.exception("cannot go on")
    said = written.getvalue()
    assert "Sari" not in said
    assert SECRET not in said
    assert "ValueError" in said
    assert "RuntimeError" in said
    assert said.count("which led to:") == 1, "a cause that was hidden stays so"
    assert "test_logs.py" in said


def test_json_is_an_object_a_line_with_the_trace_as_a_list() -> None:
    form = JsonLines(Secrets())
    try:
        raise ExceptionGroup("parts", [ValueError("x"), OSError("y")])
    except ExceptionGroup as error:
        record = logging.LogRecord("bot", 40, "f", 1, "two\nlines", (), (type(error), error, None))
        [line] = form.format(record).splitlines()
    facts = json.loads(line)
    assert facts["message"] == "two\nlines"
    assert facts["level"] == "ERROR"
    assert facts["error"] == "ExceptionGroup"
    assert {"ValueError", "OSError"} <= set(facts["trace"])
    assert facts["at"].endswith("+00:00")


async def test_what_nobody_caught_is_written_like_everything_else(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    before = root.level
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    logs.configure("INFO", secrets=SETTINGS.secrets())
    try:

        def fail() -> None:
            raise ValueError(f"{TOKEN} of Ibu Sari")

        await asyncio.to_thread(_in_a_thread, fail)
        error = ValueError(f"{TOKEN} of Ibu Sari")
        sys.excepthook(ValueError, error, None)
    finally:
        root.setLevel(before)
    said = capsys.readouterr().err
    assert said.count("ended by ValueError") == 2
    assert "Sari" not in said
    assert SECRET not in said
    assert any("ended by" in line for line in logs.last_lines())


def _in_a_thread(work: object) -> None:
    thread = threading.Thread(target=work)  # type: ignore[arg-type]  # a function
    thread.start()
    thread.join()


def test_a_chain_of_errors_ends_somewhere() -> None:
    error: Exception = ValueError("0")
    for number in range(100):
        error = _caused(error, number)
    assert len(list(frames(error))) < 100


def _caused(cause: Exception, number: int) -> Exception:
    try:
        raise ValueError(str(number)) from cause
    except ValueError as error:
        return error
