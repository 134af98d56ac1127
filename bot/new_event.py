"""``mandala new``: an event folder from a template, by asking; ``mandala schedule template``."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from bot.domain import clock
from bot.domain.agenda import Agenda, Event, Kind, Session
from bot.importing import KEPT_FOR
from bot.store.agenda_file import FILE_NAME
from bot.store.agenda_rules import LIMITS
from bot.store.agenda_schema import parse_day
from bot.store.event_writer import write_agenda
from bot.store.schedules.fitting import LONGEST
from bot.store.schedules.reading import HOME_ZONE
from bot.store.schedules.rundown_template import Words, rundown_sheet
from bot.store.slugs import slug
from bot.terminal import Terminal
from bot.texts.importing import day_heading, words

_ROSTER = "roster.csv"
_DONE, _NOT_DONE = 0, 1


@dataclass(frozen=True)
class Answers:
    """What was said on the command line; None is asked for, or as usual where nobody is there."""

    folder: Path | None = None
    name: str | None = None
    place: str | None = None
    timezone: str | None = None
    first: str | None = None
    last: str | None = None
    organizer: str | None = None
    roster: bool | None = None


@dataclass
class _Asking:
    """Takes an answer from the command line, else from the person, else as usual."""

    terminal: Terminal
    missing: list[str] = field(default_factory=list)

    def take(
        self, option: str, given: str | None, default: str, read: Callable[[str], str]
    ) -> str:
        """The sound answer to ``new.<option>``.

        Raises:
            ValueError: with a sentence for the person, where an option was wrong or is needed.
        """
        language = self.terminal.language
        question = words(f"new.{option}", language)
        if given is not None:
            try:
                return read(given.strip())
            except ValueError as error:
                raise ValueError(f"--{option}: {error}") from error
        if self.terminal.ask is None and not default:
            raise ValueError(words("new.need", language, what=question, option=option))
        return self.terminal.answer(question, default, read)


def create(given: Answers, terminal: Terminal, *, folders: Path, now: datetime) -> int:
    """Makes the folder of a new event; gives an exit status.

    Args:
        folders: where event folders usually are; the default folder is in there.
        now: the present, UTC; the default first day is tomorrow.
    """
    try:
        event, folder, with_roster = _asked(given, terminal, folders=folders, now=now)
    except ValueError as error:
        terminal.say(str(error))
        return _NOT_DONE
    if (folder / FILE_NAME).exists():
        terminal.tell("new.exists", folder=str(folder))
        return _NOT_DONE
    language = terminal.language
    comment = f"{words('new.comment', language)}\n\n{words('import.comment', language)}"
    agenda = Agenda(event, tuple(_example_sessions(event, language)))
    files = [FILE_NAME]
    try:
        write_agenda(folder, agenda, comment=comment, heading=day_heading(language), now=now)
        if with_roster and not (folder / _ROSTER).exists():
            roster = words("new.roster_csv", language)
            (folder / _ROSTER).write_text(f"{roster}\n", encoding="utf-8")
            files.append(_ROSTER)
    except OSError as error:
        facts = {"path": str(folder), "reason": error.strerror or str(error)}
        terminal.tell("import.not_written", zone="UTC", **facts)
        return _NOT_DONE
    terminal.tell("new.written", folder=str(folder), files=", ".join(files))
    terminal.tell("import.next", folder=str(folder))
    return _DONE


def _asked(
    given: Answers, terminal: Terminal, *, folders: Path, now: datetime
) -> tuple[Event, Path, bool]:
    language = terminal.language
    asking = _Asking(terminal)

    def limited(name: str, *, needed: bool = False) -> Callable[[str], str]:
        def read(typed: str) -> str:
            if needed and not typed:
                raise ValueError(words("new.empty", language))
            if len(typed) > LIMITS[name]:
                raise ValueError(words("new.too_long", language, limit=LIMITS[name]))
            return " ".join(typed.split())

        return read

    def zone(typed: str) -> str:
        try:
            return str(clock.zone(typed))
        except ValueError as error:
            raise ValueError(words("import.bad_zone", language, name=typed)) from error

    def day(typed: str) -> str:
        try:
            return parse_day(typed).isoformat()
        except ValueError as error:
            raise ValueError(words("import.bad_date", language, value=typed)) from error

    def last_day(typed: str) -> str:
        begins, ends = date.fromisoformat(first), date.fromisoformat(day(typed))
        if ends < begins:
            raise ValueError(words("new.last_early", language, first=begins, last=ends))
        if (ends - begins).days >= LONGEST:
            raise ValueError(words("new.too_many", language, limit=LONGEST))
        return ends.isoformat()

    name = asking.take("name", given.name, "", limited("name", needed=True))
    suggested = str(given.folder or folders / slug(name))
    place = asking.take("place", given.place, "-", limited("place"))
    timezone = asking.take("timezone", given.timezone, HOME_ZONE, zone)
    tomorrow = clock.local_day(now, timezone) + timedelta(days=1)
    first = asking.take("first", given.first, tomorrow.isoformat(), day)
    last = asking.take("last", given.last, first, last_day)
    organizer = asking.take("organizer", given.organizer, "-", limited("organizer"))
    folder = Path(suggested)
    if given.folder is None:
        folder = Path(terminal.answer(words("new.folder", language), suggested, str))
    with_roster = given.roster
    if with_roster is None:
        with_roster = terminal.ask is None or _wants_roster(terminal)
    event = Event(
        id=slug(name),
        name=name,
        timezone=timezone,
        start=date.fromisoformat(first),
        end=date.fromisoformat(last),
        place=None if place in ("", "-") else place,
        organizer=None if organizer in ("", "-") else organizer,
        example=True,
        keep_until=date.fromisoformat(last) + KEPT_FOR,
    )
    return event, folder, with_roster


def _wants_roster(terminal: Terminal) -> bool:
    """Yes unless somebody says no."""
    assert terminal.ask is not None  # the caller has looked
    default = words("new.yes", terminal.language)
    typed = terminal.ask(words("new.roster", terminal.language), default)
    return typed.strip().casefold()[:1] not in {"t", "n"}


def _example_sessions(event: Event, language: str) -> list[Session]:
    """A day of the usual shape for every day: opening on the first, closing on the last."""
    days = [event.start + timedelta(days=n) for n in range((event.end - event.start).days + 1)]
    rows: list[tuple[date, str, str, tuple[int, int], Kind, str]] = []
    for number, day in enumerate(days, start=1):
        if day == event.start:
            rows.append((day, "registration", "", (480, 510), Kind.REGISTRATION, "room"))
            rows.append((day, "opening", "", (510, 570), Kind.CEREMONY, "room"))
        first, second = f"{2 * number - 1}", f"{2 * number}"
        rows.append((day, "talk", first, (600, 720), Kind.TALK, "room"))
        rows.append((day, "lunch", "", (720, 780), Kind.MEAL, "dining"))
        rows.append((day, "talk", second, (780, 900), Kind.TALK, "room"))
        if day == event.end:
            rows.append((day, "closing", "", (900, 960), Kind.CEREMONY, "room"))
    return [
        Session(
            id="-".join(filter(None, (f"d{(day - event.start).days + 1}", key, mark))),
            title=words(f"new.{key}", language, **({"number": mark} if mark else {})),
            start=_at(day, span[0], event.timezone),
            end=_at(day, span[1], event.timezone),
            kind=kind,
            room=words(f"new.{room}", language),
        )
        for day, key, mark, span, kind, room in rows
    ]


def _at(day: date, minutes: int, zone: str) -> datetime:
    return clock.at(day, time(minutes // 60, minutes % 60), zone)


def template(path: Path, agenda: Agenda | None, terminal: Terminal, *, now: datetime) -> int:
    """Writes a rundown to fill in as .xlsx, or that of ``agenda``; gives an exit status.

    ``now``: the present, UTC; the example rows are of tomorrow.
    """
    if path.suffix.casefold() != ".xlsx":
        terminal.tell("sheet.not_xlsx", path=str(path))
        return _NOT_DONE
    language = terminal.language
    headings = words("sheet.columns", language).split("|")
    sheet = rundown_sheet(
        agenda,
        Words(
            title=words("sheet.title", language),
            event=words("sheet.event", language),
            place=words("sheet.place", language),
            hint=words("sheet.hint", language),
            example=words("sheet.example", language),
            columns=tuple(headings),
        ),
        language,
        first=clock.local_day(now, HOME_ZONE) + timedelta(days=1),
    )
    try:
        with path.open("xb") as file:
            file.write(sheet)
    except FileExistsError:
        terminal.tell("sheet.exists", path=str(path))
        return _NOT_DONE
    except OSError as error:
        facts = {"path": str(path), "reason": error.strerror or str(error)}
        terminal.tell("import.not_written", zone="UTC", **facts)
        return _NOT_DONE
    terminal.tell("sheet.written", path=str(path))
    terminal.tell("sheet.next", path=str(path))
    return _DONE
