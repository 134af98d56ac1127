"""The commands that make and fill event folders: ``mandala new``, ``mandala schedule``."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, Optional

import typer

if TYPE_CHECKING:
    from bot.terminal import Terminal

_BAD_SETTING = 2
_MOST_BYTES = 15 * 1024 * 1024
_DATA = Path(__file__).resolve().parents[1] / "data"

schedule = typer.Typer(
    help="Schedules of other programs, and rundowns in Excel.", no_args_is_help=True
)


def new(
    folder: Annotated[Optional[Path], typer.Argument(help="Folder to make.")] = None,  # noqa: UP045
    name: Annotated[Optional[str], typer.Option(help="Name of the event.")] = None,  # noqa: UP045
    place: Annotated[Optional[str], typer.Option(help="Where it is.")] = None,  # noqa: UP045
    timezone: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="IANA name, e.g. Asia/Jakarta."),
    ] = None,
    first: Annotated[Optional[str], typer.Option(help="First day, 2025-11-04.")] = None,  # noqa: UP045
    last: Annotated[Optional[str], typer.Option(help="Last day.")] = None,  # noqa: UP045
    organizer: Annotated[Optional[str], typer.Option(help="Who organizes it.")] = None,  # noqa: UP045
    roster: Annotated[
        Optional[bool],  # noqa: UP045
        typer.Option("--roster/--no-roster", help="With an example roster."),
    ] = None,
    language: Annotated[str, typer.Option(help="id or en.")] = "id",
) -> None:
    """Make the folder of a new event. Asks for what the options do not say."""
    from bot import new_event
    from bot.domain import clock

    given = new_event.Answers(folder, name, place, timezone, first, last, organizer, roster)
    now = clock.system_now()
    raise typer.Exit(new_event.create(given, _terminal(language), folders=_DATA, now=now))


@schedule.command("import")
def import_schedule(
    file: Annotated[
        Path, typer.Argument(help="schedule.json or .xml (frab, pretalx, Pentabarf), .ics, .xlsx.")
    ],
    into: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="Event folder, new or existing; default: one in data/ named after it."),
    ] = None,
    timezone: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="IANA name, for a file that names no zone."),
    ] = None,
    name: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="Name of the event, for a file that has none."),
    ] = None,
    first_day: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="For a rundown that only counts its days: 2025-11-04."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Apply without being asked.")] = False,
    delete_half: Annotated[
        bool, typer.Option("--delete-half", help="Also if half of the old sessions are gone.")
    ] = False,
    language: Annotated[str, typer.Option(help="id or en.")] = "id",
) -> None:
    """Import a schedule into an event folder. What changes is shown first, the old file kept."""
    from bot import importing
    from bot.domain import clock

    terminal = _terminal(language)
    try:
        wishes = importing.wishes(
            timezone,
            name,
            first_day,
            yes=yes,
            delete_half=delete_half,
            language=terminal.language,
        )
    except ValueError as error:
        _fail(str(error))
    target = into or (lambda agenda: _DATA / agenda.event.id)
    raise typer.Exit(importing.run(file, target, wishes, terminal, now=clock.system_now()))


def import_(
    file: Annotated[
        Path,
        typer.Argument(help="A roster (.csv, .xlsx) or a schedule (.xlsx, .ics …)."),
    ],
    into: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="Event folder; a schedule may make a new one."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Apply without being asked.")] = False,
    language: Annotated[str, typer.Option(help="id or en.")] = "id",
) -> None:
    """Import a roster or a schedule, whichever it is. What changes is shown first."""
    from bot import importing, roster_import
    from bot.domain import clock
    from bot.domain.problems import ProblemsError
    from bot.store.findings import Findings, read_bytes
    from bot.store.recognizing import Sort, sort_of
    from bot.texts.problems import problem_line

    terminal, now = _terminal(language), clock.system_now()
    findings = Findings(file.name)
    content = read_bytes(file, findings, limit=_MOST_BYTES)
    if content is None:
        _fail("\n".join(problem_line(each, terminal.language) for each in findings.sorted()))
    try:
        sort = sort_of(content, file.name)
    except ProblemsError as error:
        _fail("\n".join(problem_line(each, terminal.language) for each in error.problems))
    if sort is Sort.SCHEDULE:
        target = into or (lambda agenda: _DATA / agenda.event.id)
        given = importing.Wishes(yes=yes)
        raise typer.Exit(importing.run(file, target, given, terminal, now=now))
    if into is None:
        _fail("A roster needs --into FOLDER: the event whose people these are.")
    raise typer.Exit(roster_import.run(file, content, into, terminal, yes=yes, now=now))


@schedule.command("template")
def schedule_template(
    file: Annotated[Path, typer.Argument(help="The .xlsx to write.")],
    event: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="Event folder whose sessions to write, with their ids."),
    ] = None,
    language: Annotated[str, typer.Option(help="id or en.")] = "id",
) -> None:
    """Write a rundown to fill in, or that of an event, as Excel; `schedule import` reads it."""
    from bot import new_event
    from bot.domain import clock
    from bot.domain.problems import ProblemsError
    from bot.store.agenda_file import read_agenda
    from bot.texts.problems import problem_line

    terminal = _terminal(language)
    try:
        agenda = read_agenda(event) if event else None
    except ProblemsError as error:
        lines = (problem_line(problem, terminal.language) for problem in error.problems)
        _fail("\n".join(lines))
    raise typer.Exit(new_event.template(file, agenda, terminal, now=clock.system_now()))


def _terminal(language: str) -> "Terminal":
    """Where commands speak; nobody is asked where nobody sits."""
    from bot.terminal import Terminal
    from bot.texts.catalogue import language_or_default

    def ask(question: str, default: str) -> str:
        answer: str = typer.prompt(question, default=default, show_default=bool(default))
        return answer

    def say(sentence: str) -> None:
        typer.echo(sentence)

    return Terminal(say, ask if sys.stdin.isatty() else None, language_or_default(language))


def _fail(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(_BAD_SETTING)
