"""``mandala rehearse --headless``: everything set up, played, judged and written down."""

import csv
import gc
import logging
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import event as event_hook

from bot.app import House, build
from bot.config import Settings
from bot.delivery.pacer import Limits
from bot.domain.agenda import Agenda
from bot.domain.people import Role, RosterEntry
from bot.rehearsal.api import running
from bot.rehearsal.cast import FIRST_ID, STRANGER, STRANGER_ID, assemble
from bot.rehearsal.event_clock import EventClock
from bot.rehearsal.headless.findings import MOST_A_DAY, Judged
from bot.rehearsal.headless.model import Part, Performance, Player
from bot.rehearsal.headless.plan import expect
from bot.rehearsal.headless.playing import Stage
from bot.rehearsal.headless.record import delivered, entries, undelivered
from bot.rehearsal.headless.report import PAGE, write_report
from bot.rehearsal.headless.script import cast_parts, first_instant, last_instant, write_script
from bot.rehearsal.world import World
from bot.scheduling.planner import Planner
from bot.store import people as people_store
from bot.store.agenda_file import agenda_path, read_agenda
from bot.store.roster_file import find_roster, read_roster
from bot.texts.catalogue import DEFAULT_LANGUAGE, text

TOKEN = "100200300:rehearsal-token-of-the-headless-run"  # noqa: S105  # opens nothing
USERNAME = "mandala_gladi_bot"
AT_ONCE = Limits(overall=100_000, private=100_000.0, burst=100_000, group=100_000)
"""No waiting: messages of one instant all arrive at it, so that a transcript never varies."""
_CALLS_KEPT = 200
Tamper = Callable[[World, House], None]


class _StillPlanner(Planner):
    """Wakes only when the stage says so: what the host's clock shows must change nothing."""

    def start(self) -> None:
        """Arms nothing."""


@dataclass(frozen=True)
class _Backstage:
    """A running bot with its world, before anybody has done anything."""

    agenda: Agenda
    world: World
    clock: EventClock
    house: House
    players: list[Player]


async def run_headless(
    *,
    event_dir: Path,
    report: Path,
    people: int | None = None,
    seed: int = 0,
    most_a_day: int = MOST_A_DAY,
    language: str = DEFAULT_LANGUAGE,
    say: Callable[[str], None] = lambda line: print(line, flush=True),
) -> int:
    """Plays the whole event and writes transcript.html, transcript.jsonl and findings.json.

    Args:
        event_dir: folder with agenda.yaml and the roster.
        report: folder for the three files; made if missing.
        people: how many participants to play with instead of the roster's; names are made up
            where the roster has not as many.
        seed: draws who does what.
        most_a_day: messages a person may get unasked in a day before it is a finding.
        language: of the report, ``id`` or ``en``.
        say: gets the lines for the person at the terminal.

    Returns:
        the exit status: 1 if there is an error among the findings, else 0.

    Raises:
        ProblemsError: the event folder has errors.
        OSError: the report cannot be written.
    """
    performance = await perform(event_dir=event_dir, people=people, seed=seed)
    judged = Judged(performance, most_a_day=most_a_day)
    for line in write_report(judged, report, language=language).for_terminal():
        say(line)
    say(str(report / PAGE))
    return int(judged.failed)


async def perform(
    *,
    event_dir: Path,
    people: int | None = None,
    seed: int = 0,
    tamper: Tamper = lambda world, house: None,
) -> Performance:
    """Plays the whole event on the real bot. ``tamper`` may break something before it begins.

    Raises:
        ProblemsError: the event folder has errors.
    """
    with ExitStack() as stack:
        state = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mandala-")))
        faults = stack.enter_context(_listening())
        stack.enter_context(_few_collections())
        event = event_dir if people is None else _with_people(event_dir, state / "event", people)
        async with _backstage(event, state, seed) as behind:
            tamper(behind.world, behind.house)
            stage = Stage(behind.world, behind.clock, behind.house, behind.players)
            script = write_script(behind.agenda, behind.players, seed)
            until = last_instant(behind.agenda)
            await stage.play(script, until=until)
            stage.collected.take()
            lines = entries(
                behind.players,
                stage.done,
                stage.collected,
                rows=await behind.house.db.read(delivered),
                lost=await behind.house.db.read(undelivered),
            )
            expected = expect(behind.house.desk.agenda, behind.players, stage.done, until=until)
            return Performance(
                behind.agenda, behind.players, stage.done, lines, expected, tuple(faults)
            )


@asynccontextmanager
async def _backstage(event: Path, state: Path, seed: int) -> AsyncIterator[_Backstage]:
    agenda = read_agenda(event)
    clock = EventClock(first_instant(agenda))
    world = World(
        token=TOKEN,
        username=USERNAME,
        name=agenda.event.short_name or agenda.event.name,
        now=clock.now,
        monotonic=lambda: clock.now().timestamp(),
        call_log=_CALLS_KEPT,
    )
    async with running(world, token=TOKEN) as url:
        house = build(_settings(event, state, url), now=clock.now, limits=AT_ONCE)
        event_hook.listen(house.db.engine, "connect", _write_at_leisure)
        house.planner = _StillPlanner(house.desk, poke=house.courier.poke)
        await house.start()
        try:
            yield _Backstage(agenda, world, clock, house, await _players(world, house, seed))
        finally:
            await house.stop()


def _write_at_leisure(connection: sqlite3.Connection, _record: object) -> None:
    """The store is thrown away at the end, so it need not survive a power cut."""
    connection.execute("PRAGMA synchronous = OFF")


def _settings(event: Path, state: Path, url: str) -> Settings:
    """Whatever the environment says of the real event must not leak into a rehearsal."""
    return Settings(
        _env_file=None,
        bot_token=SecretStr(TOKEN),
        telegram_api_url=url,
        database_url=f"sqlite:///{state / 'mandala.db'}",
        event_dir=event,
        organizer_ids=(),
        invite_secret=None,
        proxy_url=None,
        backup_hour=None,
        person_burst=0,  # a day of typing takes a minute there
    )


async def _players(world: World, house: House, seed: int) -> list[Player]:
    stranger = text("page.stranger", DEFAULT_LANGUAGE)
    cast = await assemble(world, house.desk, stranger=stranger)
    everyone = await house.db.read(people_store.everyone)
    by_account = {FIRST_ID + (person.id or 0): person for person in everyone}
    players = []
    for part in cast:
        person = by_account.get(part.id)
        if person is not None:
            code = house.desk.invite_code(person)
            number = person.id or 0
            players.append(Player(person.key, number, person.name, person.role, part.id, code))
        elif part.id == STRANGER_ID:
            players.append(Player(STRANGER, 0, stranger, None, part.id, part=Part.STRANGER))
    return cast_parts(players, seed)


@contextmanager
def _few_collections() -> Iterator[None]:
    """Objects of a run live shortly or to its end: looking for cycles all the time costs a fifth
    of it.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


class _Faults(logging.Handler):
    """Keeps errors that the bot logs: a rehearsal without any is part of the result."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Where it was logged and what went wrong, without anything that varies."""
        error = record.exc_info[0] if record.exc_info else None
        self.found.append(f"{record.name}: {error.__name__ if error else record.msg}")


@contextmanager
def _listening() -> Iterator[list[str]]:
    """What is logged as an error meanwhile."""
    handler = _Faults()
    loggers = [logging.getLogger(name) for name in ("bot", "handlers")]
    for logger in loggers:
        logger.addHandler(handler)
    try:
        yield handler.found
    finally:
        for logger in loggers:
            logger.removeHandler(handler)


def _with_people(event_dir: Path, folder: Path, count: int) -> Path:
    """A copy of the event for ``count`` participants and the roster's organizers."""
    folder.mkdir()
    source = agenda_path(event_dir)
    shutil.copyfile(source, folder / source.name)
    roster = find_roster(event_dir)
    known = read_roster(roster) if roster is not None else ()
    organizers = [entry for entry in known if entry.role is Role.ORGANIZER]
    participants = [entry for entry in known if entry.role is Role.PARTICIPANT][:count]
    made_up = [_made_up(number) for number in range(len(participants) + 1, count + 1)]
    with (folder / "roster.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "nama", "jabatan", "OPD", "kelompok", "peran"])
        for entry in [*participants, *made_up, *organizers]:
            role = "panitia" if entry.role is Role.ORGANIZER else "peserta"
            facts = (entry.position or "", entry.agency or "", entry.group or "", role)
            rows.writerow([entry.key, entry.name, *facts])
    return folder


def _made_up(number: int) -> RosterEntry:
    name = text("report.made_up_person", DEFAULT_LANGUAGE, number=f"{number:04d}")
    return RosterEntry(key=f"extra-{number:04d}", name=str(name))
