"""The ``mandala`` command. Each command imports what it needs, so that all of them start fast."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn, Optional

import typer

from bot import event_commands

if TYPE_CHECKING:
    from bot.config import Settings

app = typer.Typer(
    help="Event companion on Telegram.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(event_commands.new)
app.command("import")(event_commands.import_)
app.add_typer(event_commands.schedule, name="schedule")

_DATA = Path(__file__).resolve().parents[1] / "data"
_DEFAULT_EVENT = _DATA / "mandala-magelang"
_STATE = _DATA / "state"
ReportForm = Literal["pdf", "docx", "xlsx"]
EventId = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--event", help="Id of the event, where EVENT_DIRS names several."),
]
_BAD_SETTING = 2
"""Exit status for a missing or malformed setting, as for a wrong option."""


@app.command()
def run() -> None:
    """Run the bot. Settings come from .env and the environment; see .env.example."""
    from bot import running
    from bot.config import SettingsError, load
    from bot.domain.problems import ProblemsError

    try:
        raise typer.Exit(running.run(load()))
    except SettingsError as error:
        _fail(str(error))
    except ProblemsError as error:
        _fail(running.explain(error))


@app.command()
def rehearse(
    event: Annotated[Path, typer.Option(help="Event folder.")] = _DEFAULT_EVENT,
    port: Annotated[
        Optional[int], typer.Option(help="Port of the page; default: a free one.")  # noqa: UP045
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    keep: Annotated[bool, typer.Option(help="Go on where the last rehearsal ended.")] = False,
    open_page: Annotated[bool, typer.Option("--open/--no-open", help="Open the page.")] = True,
    api_only: Annotated[
        bool, typer.Option("--api-only", help="Only the embedded Bot API, for any bot.")
    ] = False,
    headless: Annotated[
        bool, typer.Option("--headless", help="Play the whole event by script, without a page.")
    ] = False,
    report: Annotated[
        Path, typer.Option(help="Folder for the transcript and findings of --headless.")
    ] = _STATE / "report",
    people: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(help="With --headless: so many people instead of the roster."),
    ] = None,
) -> None:
    """Rehearse the whole event on one page: real bot, embedded Bot API, every phone, its clock.

    With --headless it plays by script and exits with 1 if a finding is an error.
    """
    if headless:
        from bot.rehearsal.headless import run_headless

        raise typer.Exit(_served(run_headless(event_dir=event, report=report, people=people)))
    if api_only:
        from bot.rehearsal.api.alone import serve

        raise typer.Exit(_served(serve(host, port or 0)))
    from bot.rehearsal.rehearse import rehearse as begin

    work = begin(
        event_dir=event,
        state_dir=_STATE / "rehearsal",
        host=host,
        port=port,
        keep=keep,
        open_browser=open_page,
    )
    raise typer.Exit(_served(work))


@app.command()
def ask(
    question: Annotated[Optional[str], typer.Argument(help="The question.")] = None,  # noqa: UP045
    event: Annotated[Path, typer.Option(help="Event folder or agenda.yaml.")] = _DEFAULT_EVENT,
    now: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="The moment of asking, e.g. 2025-11-04T09:30 (local time)."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="A JSON object a line; reads JSON lines.")
    ] = False,
) -> None:
    """Answer a question in the terminal, from the agenda alone."""
    from bot import ask as asking

    moment = None
    if now is not None:
        try:
            moment = datetime.fromisoformat(now)
        except ValueError:
            _fail(f"--now {now!r} is not a moment such as 2025-11-04T09:30")
    raise typer.Exit(asking.run(event, moment, question, as_json, sys.stdin, sys.stdout))


@app.command()
def check(
    path: Annotated[Path, typer.Argument(help="Event folder, agenda or roster.")] = _DEFAULT_EVENT,
    language: Annotated[str, typer.Option(help="id or en.")] = "id",
) -> None:
    """Check an event folder and print every problem with file, line and what to do."""
    from bot.store.check import check as examine
    from bot.texts.catalogue import language_or_default
    from bot.texts.problems import check_report

    found = examine(path)
    words = language_or_default(language)
    typer.echo(check_report(found.problems, words, agenda=found.agenda, roster=found.roster))
    raise typer.Exit(0 if found.ok else 1)


@app.command()
def invite(
    xlsx: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="Write an Excel table to this file instead."),
    ] = None,
    pdf: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="Write cards to print, with QR codes, to this file instead."),
    ] = None,
    event: EventId = None,
) -> None:
    """Print everybody's personal invite link, as CSV. Needs the token in .env."""
    from bot import running
    from bot.config import SettingsError
    from bot.store.sealing import SealingError

    try:
        files = {kind: path for kind, path in (("xlsx", xlsx), ("pdf", pdf)) if path is not None}
        raise typer.Exit(asyncio.run(running.print_invites(_settings(event), sys.stdout, files)))
    except (SettingsError, SealingError) as error:
        _fail(str(error))


@app.command("new-key")
def new_key() -> None:
    """Print a random key for NOTES_KEY, which seals notes and attachments in the store."""
    from bot.store import sealing

    typer.echo(sealing.new_key())


@app.command()
def reseal(
    decrypt: Annotated[
        bool, typer.Option("--decrypt", help="Back to plain. Stop the bot before.")
    ] = False,
    event: EventId = None,
) -> None:
    """Rewrite everything in the store with the newest key in NOTES_KEY. May be cut short and run
    again."""
    from bot import keeping
    from bot.config import SettingsError
    from bot.store.sealing import SealingError

    try:
        raise typer.Exit(keeping.reseal(_settings(event), decrypt=decrypt, tell=typer.echo))
    except (SettingsError, SealingError) as error:
        _fail(str(error))


@app.command("copy-store")
def copy_store(
    source: Annotated[str, typer.Argument(help="Address of the database as it is.")],
    target: Annotated[str, typer.Argument(help="Address of an empty one.")],
    event: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="Id of an event that is not the first: its store beside these."),
    ] = None,
) -> None:
    """Copy a whole store, e.g. from SQLite to PostgreSQL. Stop the bot first.

    Prints each table with its rows and checksum, compared on both sides. The target is left as it
    was if anything goes wrong. Files of notes are not in the database: copy their folder too.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from bot import keeping
    from bot.config import database_address
    from bot.events import address_of
    from bot.store.copying import CopyError

    try:
        old, new = (database_address(each) for each in (source, target))
        if event is not None:
            old, new = address_of(old, event), address_of(new, event)
        keeping.copy_store(old, new, tell=typer.echo)
    except ValueError as error:
        _fail(f"An address {error}.")
    except CopyError as error:
        _fail(str(error))
    except (SQLAlchemyError, OSError) as error:
        _fail(f"Nothing was copied: {error}")


@app.command()
def backup(event: EventId = None) -> None:
    """Make a backup now, while the bot runs or not, and delete those that are too many."""
    raise typer.Exit(
        _kept_safe(lambda settings, safety: safety.back_up(settings, tell=typer.echo), event)
    )


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="The backup: mandala-….db.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be.")] = False,
    lost: Annotated[
        Optional[datetime],  # noqa: UP045
        typer.Option(
            help="When the store was lost, event's local time: what was due until then counts as"
            " sent. Default: now.",
            formats=["%Y-%m-%dT%H:%M"],
        ),
    ] = None,
    event: EventId = None,
) -> None:
    """Put a backup in the place of the store. Stop the bot first; the old store is kept aside."""
    raise typer.Exit(
        _kept_safe(
            lambda settings, safety: safety.restore(
                settings, file, lost=lost, dry_run=dry_run, tell=typer.echo
            ),
            event,
        )
    )


@app.command()
def migrate(
    to: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="Version of the tables, e.g. 0019. Default: this program's."),
    ] = None,
    event: EventId = None,
) -> None:
    """Bring the store to this program's tables, or back to an older program's. Stop the bot first.

    Before it goes back it makes a backup and tells what the older version has no place for.
    """
    from bot import keeping
    from bot.store import migrating

    raise typer.Exit(
        _kept_safe(
            lambda settings, _: keeping.migrate_to(
                settings, to or migrating.HEAD, tell=typer.echo
            ),
            event,
        )
    )


def _settings(event: str | None) -> "Settings":
    """Of one event.

    Raises:
        SettingsError: a setting is wrong, or which event is meant.
    """
    from bot.config import load
    from bot.events import one

    return one(load(), event)


def _kept_safe(work: Callable[["Settings", Any], int], event: str | None) -> int:
    """Backs up or restores with the settings of .env; what is wrong is said in a line."""
    from sqlalchemy.exc import SQLAlchemyError

    from bot import safekeeping
    from bot.config import SettingsError
    from bot.store.backups import BackupError
    from bot.store.sealing import SealingError

    try:
        return work(_settings(event), safekeeping)
    except (SettingsError, BackupError, SealingError) as error:
        _fail(str(error))
    except (SQLAlchemyError, RuntimeError) as error:
        _fail(f"The store cannot be used: {type(error).__name__}. {_reason(error)}")
    except OSError as error:
        _fail(f"{error.strerror or error}: look at the folder and the disk.")


def _reason(error: Exception) -> str:
    """What the driver or the program says; statements and their values are left out."""
    return str(getattr(error, "orig", None) or error).partition("\n")[0]


exports = typer.Typer(help="Write documents to files, while the bot runs or not.")
app.add_typer(exports, name="export", no_args_is_help=True)


@exports.command("report")
def export_report(
    out: Annotated[Path, typer.Option(help="The file to write.")],
    form: Annotated[ReportForm, typer.Option("--format", help="Form of the file.")] = "pdf",
    language: Annotated[str, typer.Option(help="id or en.")] = "id",
    event: EventId = None,
) -> None:
    """The organizers' report: figures, charts, what was shared. Nothing private is in it."""
    from bot.texts.catalogue import language_or_default

    def write(settings: "Settings") -> int:
        from bot import exporting

        words = language_or_default(language)
        exporting.report(settings, form=form, language=words, out=out)
        return 0

    raise typer.Exit(_exported(write, event))


def _exported(write: Callable[["Settings"], int], event: str | None) -> int:
    """Writes with the settings of .env; what is wrong with settings or store is said in a line."""
    from bot import running
    from bot.config import SettingsError
    from bot.domain.problems import ProblemsError
    from bot.store.sealing import SealingError

    try:
        return write(_settings(event))
    except (SettingsError, SealingError) as error:
        _fail(str(error))
    except ProblemsError as error:
        _fail(running.explain(error))
    except OSError as error:
        _fail(f"{error.strerror or error}: choose another --out.")


def _served(work: Coroutine[Any, Any, int | None]) -> int:
    """Runs to the end or to Ctrl-C; what is wrong with event or port is said in a line."""
    from bot.domain.problems import ProblemsError
    from bot.texts.problems import problem_line

    try:
        return asyncio.run(work) or 0
    except KeyboardInterrupt:
        return 0
    except ProblemsError as error:
        _fail("\n".join(problem_line(problem, "id") for problem in error.problems))
    except OSError as error:
        _fail(f"{error.strerror or error}: try another --port or look at the folder.")


def _fail(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(_BAD_SETTING)


def main() -> None:
    """Entry point of the console script."""
    app()
