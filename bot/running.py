"""``mandala run``: the process around the bot, its signals and its exit status."""

import asyncio
import contextlib
import csv
import gc
import logging
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any, TextIO

from sqlalchemy.exc import OperationalError
from telegram.error import InvalidToken, TelegramError

from bot import logs
from bot.app import House, build
from bot.config import Settings
from bot.domain import clock
from bot.domain.problems import ProblemsError
from bot.services import invite_sheets, rosters
from bot.services.desk import Desk
from bot.store import people
from bot.store.sealing import SealingError
from bot.store.tables import Person
from bot.texts import announcement_sheet
from bot.texts.catalogue import DEFAULT_LANGUAGE
from bot.texts.problems import problem_line

log = logging.getLogger(__name__)

_FAILED = 1
_BAD_SETTING = 2
_LONGEST_PAUSE_S = 30.0


def run(settings: Settings) -> int:
    """Runs the bot until SIGTERM or SIGINT; gives the exit status.

    Raises:
        ProblemsError: the event folder has errors; nothing was started.
    """
    logs.configure(settings.log_level, secrets=settings.secrets(), form=settings.log_format)
    return asyncio.run(_run(settings))


def explain(error: ProblemsError) -> str:
    """The problems of the event folder, a line each, for whoever started the bot."""
    return "\n".join(problem_line(problem, "id") for problem in error.problems)


async def print_invites(
    settings: Settings, out: TextIO, files: Mapping[str, Path] | None = None
) -> int:
    """Writes name, role, whether joined, and link of everybody on the roster.

    Args:
        files: what to write instead: a table under xlsx, cards to print under pdf.
    """
    logs.configure("WARNING", secrets=settings.secrets(), form=settings.log_format)
    house = build(settings)
    try:
        await house.prepare()
        everyone = await house.db.read(people.everyone)
        if files:
            await _write_sheets(house.desk, everyone, files)
            return 0
        rows = csv.writer(out)
        rows.writerow(["name", "role", "joined", "link"])
        for person in everyone:
            joined = "yes" if person.joined_at else "no"
            # Excel opens such a file, and would take a name that begins with = for a formula.
            name = announcement_sheet.safe(person.name)
            rows.writerow([name, person.role, joined, house.desk.invite_link(person)])
    finally:
        await house.stop()
    return 0


async def _write_sheets(desk: Desk, persons: Sequence[Person], files: Mapping[str, Path]) -> None:
    language = DEFAULT_LANGUAGE
    members = [rosters.member(desk, person, language, link=True) for person in persons]
    for made in await invite_sheets.make(desk, members, language):
        path = files.get(PurePath(made.name).suffix.removeprefix("."))
        if path is not None:
            await asyncio.to_thread(path.write_bytes, made.content)


async def _run(settings: Settings) -> int:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    house = build(settings)
    try:
        return await _until_stopped(house, stopping)
    except InvalidToken:
        log.error("Telegram refuses BOT_TOKEN: ask @BotFather for the token again.")
        return _BAD_SETTING
    except SealingError as error:
        log.error("%s", error)
        return _BAD_SETTING
    except (OperationalError, RuntimeError) as error:
        # The driver's words about a connection name host and user, and nothing of any row.
        log.error("cannot go on: %s", getattr(error, "orig", error))
        if house.desk.username:  # it was at work
            _report(house, error)
        return _FAILED
    except ProblemsError:
        raise
    except Exception as error:
        log.critical("cannot go on", exc_info=True)  # by way of the log, which strikes secrets out
        _report(house, error)
        return _FAILED
    finally:
        await house.stop()


def _report(house: House, error: Exception) -> None:
    path = house.crashes.report(error, at=clock.system_now())
    if path is not None:
        log.error("crash report: %s", path.name)


async def _until_stopped(house: House, stopping: asyncio.Event) -> int:
    stop: asyncio.Future[bool] = asyncio.ensure_future(stopping.wait())
    await _first(asyncio.create_task(_start(house)), stop)
    if not stopping.is_set():
        assert house.failed is not None
        await _first(house.failed, stop)
    stop.cancel()
    return 0


async def _start(house: House) -> None:
    """Starts, waiting for Telegram and for a database server as long as it takes."""
    pause = 1.0
    while True:
        try:
            await house.start()
            # Nothing loaded so far is ever thrown away: a collection that walks over it all
            # would keep somebody's answer waiting for a tenth of a second.
            gc.freeze()
            return
        except InvalidToken:
            raise
        except TelegramError as error:
            log.warning("Telegram not reached, trying again: %s", type(error).__name__)
        except OperationalError as error:
            if house.db.sqlite:  # a file does not come back by waiting
                raise
            # The driver's words name host and user, and never the password.
            log.warning("database not reached, trying again: %s", error.orig)
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE_S)


async def _first(work: "asyncio.Future[None]", stop: "asyncio.Future[bool]") -> None:
    """Waits for whichever comes first, and for what went wrong in ``work``."""
    both: set[asyncio.Future[Any]] = {work, stop}
    await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    if work.done():
        work.result()
    else:
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work
