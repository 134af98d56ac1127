"""``mandala rehearse``: Telegram, the bot and a page with everybody's phones, in one process."""

import asyncio
import json
import os
import secrets
import signal
import sys
import webbrowser
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web

from bot.domain import clock
from bot.domain.agenda import Agenda
from bot.domain.clock import Now, system_now
from bot.rehearsal.api.server import Server
from bot.rehearsal.cast import JOINED_AT_FIRST, assemble
from bot.rehearsal.director import Director, House
from bot.rehearsal.event_clock import EventClock
from bot.rehearsal.live import Live
from bot.rehearsal.web import create_app
from bot.rehearsal.world import Json, Limits, World
from bot.store.agenda_file import read_agenda
from bot.texts.catalogue import DEFAULT_LANGUAGE, text

DEFAULT_PORT = 8090
BEFORE_FIRST = timedelta(minutes=30)
"""A rehearsal opens so long before the first session: time to look around, no reminder yet."""
USERNAME = "mandala_gladi_bot"
DATABASE = "mandala.db"
WORLD = "world.json"


@dataclass(frozen=True)
class Place:
    """What the bot is told: where its Telegram is, its token, its folders, its clock."""

    telegram_api_url: str
    bot_token: str
    database_url: str
    event_dir: Path
    now: Now


Build = Callable[[Place], House]


def build_house(place: Place) -> House:
    """The real bot, which sees nothing but another API address and another clock."""
    from pydantic import SecretStr

    from bot.app import build
    from bot.config import Settings

    settings = Settings(
        _env_file=None,
        bot_token=SecretStr(place.bot_token),
        telegram_api_url=place.telegram_api_url,
        database_url=place.database_url,
        event_dir=place.event_dir,
        # What the environment says of the real event must not leak into a rehearsal.
        organizer_ids=(),
        invite_secret=None,
        proxy_url=None,
        backup_hour=None,
        person_burst=0,  # a day of typing takes a minute there
    )
    return build(settings, now=place.now)


@dataclass(frozen=True)
class Rehearsal:
    """A running rehearsal."""

    url: str
    world: World
    director: Director
    live: Live


async def rehearse(
    *,
    event_dir: Path,
    state_dir: Path,
    host: str = "127.0.0.1",
    port: int | None = None,
    open_browser: bool = True,
    keep: bool = False,
    say: Callable[[str], None] = lambda line: print(line, flush=True),
    stop: asyncio.Event | None = None,
) -> None:
    """Runs until ``stop`` is set or the process is told to end; begins afresh when asked to.

    Args:
        event_dir: folder with agenda.yaml and the roster.
        state_dir: where database and world are kept; emptied first unless ``keep``.
        port: None takes the usual one, or any free one where that is taken.
        keep: goes on where the last rehearsal ended.
        say: gets the lines for the person at the terminal.

    Raises:
        AgendaFileError: the event cannot be loaded.
        OSError: the port asked for is taken.
    """
    ended = stop or asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError, RuntimeError, ValueError):
            asyncio.get_running_loop().add_signal_handler(number, ended.set)

    async def bound(url: str) -> None:
        say(text("page.terminal", DEFAULT_LANGUAGE, url=url))
        if open_browser:
            await asyncio.to_thread(_show, url)

    while not ended.is_set():
        async with rehearsing(
            event_dir=event_dir,
            state_dir=state_dir,
            host=host,
            port=port,
            keep=keep,
            bound=bound,
        ) as running:
            waiting = [asyncio.create_task(one.wait()) for one in (ended, running.live.restart)]
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in waiting:
                task.cancel()
            port = int(running.url.rpartition(":")[2].strip("/"))
        open_browser = keep = False


@asynccontextmanager
async def rehearsing(
    *,
    event_dir: Path,
    state_dir: Path,
    host: str = "127.0.0.1",
    port: int | None = None,
    keep: bool = False,
    speed: float = 1,
    joined: int = JOINED_AT_FIRST,
    limits: Limits | None = None,
    build: Build = build_house,
    bound: Callable[[str], Awaitable[None]] | None = None,
) -> AsyncIterator[Rehearsal]:
    """Everything up and running, for the command and for tests.

    Args:
        speed: of the event's clock at first; 0 stands still.
        joined: how many participants have opened their invite already.
        limits: Telegram's flood limits; None: its usual ones.
        bound: told the address as soon as the page is there; the bot then still has to start.

    Raises:
        AgendaFileError: the event cannot be loaded.
        OSError: the port asked for is taken.
    """
    agenda = read_agenda(event_dir)
    kept = _prepare(state_dir, keep=keep)
    begun = datetime.fromtimestamp(kept["clock"], UTC) if kept else opening(agenda, system_now())
    event_clock = EventClock(begun)
    world = _world(agenda, event_clock, limits or Limits(), kept)
    place: Place | None = None  # known once there is a port

    def build_here() -> House:
        assert place is not None
        return build(place)

    director = Director(world=world, clock=event_clock, agenda=agenda, build=build_here)
    live = Live(world, director)
    app = create_app(live, Server(world, world.bot.token), host=host)
    try:
        async with _serving(app, host, port) as found:
            url = _url(_here(host), found)
            if bound is not None:
                await bound(url)
            place = Place(
                telegram_api_url=url,
                bot_token=world.bot.token,
                database_url=f"sqlite:///{state_dir / DATABASE}",
                event_dir=event_dir,
                now=event_clock.now,
            )
            await director.start()
            await _gather(live, joined=0 if kept else joined)
            director.play(speed)
            try:
                yield Rehearsal(url, world, director, live)
            finally:
                await director.stop()
                _keep(state_dir, world, event_clock)
    finally:
        await live.close()


def opening(agenda: Agenda, present: datetime) -> datetime:
    """When a rehearsal begins: now if the event is on, else shortly before its first session."""
    first, _ = clock.day_bounds(agenda.event.start, agenda.timezone)
    _, last = clock.day_bounds(agenda.event.end, agenda.timezone)
    if first <= present < last:
        return present
    return (agenda.sessions[0].start if agenda.sessions else first) - BEFORE_FIRST


async def _gather(live: Live, *, joined: int) -> None:
    """Gives out the phones, and lets the first people in by their links."""
    house = live.director.house
    assert house is not None
    cast = await assemble(live.world, house.desk, stranger=text("page.stranger", DEFAULT_LANGUAGE))
    live.introduce(cast)
    for part in cast.opening(joined) if joined else ():
        part.follow_link()


def _world(agenda: Agenda, event_clock: EventClock, limits: Limits, kept: Json | None) -> World:
    if kept:
        return World.restore(kept["world"], now=event_clock.now, limits=limits)
    return World(
        token=f"{secrets.randbelow(9 * 10**8) + 10**8}:{secrets.token_hex(18)[:35]}",
        username=USERNAME,
        name=agenda.event.short_name or agenda.event.name,
        now=event_clock.now,
        limits=limits,
    )


def _prepare(state_dir: Path, *, keep: bool) -> Json | None:
    """An empty folder, or what the last rehearsal left in it."""
    left = state_dir / WORLD
    if keep and left.is_file():
        kept: Json = json.loads(left.read_text(encoding="utf-8"))
        return kept
    for name in (WORLD, DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm"):
        (state_dir / name).unlink(missing_ok=True)
    state_dir.mkdir(parents=True, exist_ok=True)
    return None


def _keep(state_dir: Path, world: World, event_clock: EventClock) -> None:
    state = {"clock": event_clock.now().timestamp(), "world": world.snapshot()}
    (state_dir / WORLD).write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")


@asynccontextmanager
async def _serving(app: web.Application, host: str, port: int | None) -> AsyncIterator[int]:
    """Serves ``app``; gives the port."""
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.5)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, DEFAULT_PORT if port is None else port).start()
        except OSError:
            if port is not None:
                raise
            await web.TCPSite(runner, host, 0).start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


def _here(host: str) -> str:
    """An address at which this machine reaches a server bound to ``host``."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # asked for


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _show(url: str) -> None:
    """Opens the page where there is a desktop to open it on."""
    desktop = sys.platform in ("darwin", "win32") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    if desktop:
        webbrowser.open(url)
