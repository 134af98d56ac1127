"""The settings of each event of one bot: its folder, its store and what lies beside that.

The first event is kept where the settings say, as if it were the only one. Each other one has an
SQLite file beside the first one's, or a schema of its own in the same PostgreSQL database.
"""

from pathlib import Path

from sqlalchemy import make_url

from bot.config import Settings, SettingsError
from bot.store.agenda_file import read_agenda
from bot.store.slugs import slug


def each(settings: Settings) -> tuple[Settings, ...]:
    """Those of every event, in order; each looks like the settings of a bot with one event.

    Raises:
        ProblemsError: an event's agenda has errors.
        SettingsError: two events have the same id.
    """
    folders = settings.event_dirs or (settings.event_dir,)
    first = settings.model_copy(update={"event_dir": folders[0], "event_dirs": ()})
    if len(folders) == 1:
        return (first,)
    names = [name_of(folder) for folder in folders]
    if len(set(names)) < len(names):
        raise SettingsError(f"EVENT_DIRS: two events have the same id ({', '.join(names)}).")
    others = zip(folders[1:], names[1:], strict=True)
    return (first, *(_beside(first, folder, name) for folder, name in others))


def one(settings: Settings, event: str | None) -> Settings:
    """Those of the event with this id; None: of the only one.

    Raises:
        ProblemsError: an event's agenda has errors.
        SettingsError: there is none with this id, or several to choose from.
    """
    if event is None and len(settings.event_dirs) < 2:
        return each(settings)[0]
    found = {name_of(config.event_dir): config for config in each(settings)}
    if event is None or slug(event) not in found:
        raise SettingsError(f"Say which event with --event: {', '.join(found)}.")
    return found[slug(event)]


def name_of(folder: Path) -> str:
    """What an event's files and its schema are called by: its id in small letters.

    Raises:
        ProblemsError: its agenda has errors.
    """
    return slug(read_agenda(folder).event.id)


def address_of(url: str, name: str) -> str:
    """The address of the store of an event that is not the first.

    Args:
        url: the address of the first one's.
    """
    parsed, name = make_url(url), slug(name)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database in (None, "", ":memory:"):
            return url
        beside = Path(parsed.database or "").with_name(f"{name}.db")
        return parsed.set(database=str(beside)).render_as_string(hide_password=False)
    path = f"-c search_path=mandala_{name.replace('-', '_')}"
    return parsed.update_query_dict({"options": path}).render_as_string(hide_password=False)


def _beside(first: Settings, folder: Path, name: str) -> Settings:
    files = first.attachments_folder()
    return first.model_copy(
        update={
            "event_dir": folder,
            "database_url": address_of(first.database_url, name),
            "attachments_dir": files.with_name(f"{files.name}-{name}"),
            "backup_dir": first.backup_folder() / name,
            "state_dir": first.state_folder(),
        }
    )
