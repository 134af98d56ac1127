"""Reports of crashes, as files for who looks after the machine: no secrets, no personal data."""

import json
import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bot import logs

KEPT = 20
_NAME = "crash-*.json"
_STAMP = "%Y%m%dT%H%M%S%fZ"


@dataclass(frozen=True, slots=True)
class Crash:
    """What a report says in short; ``at`` is UTC."""

    file: str
    at: datetime
    error: str


class Crashes:
    """The folder of them."""

    def __init__(self, folder: Path, secrets: logs.Secrets) -> None:
        """Makes nothing yet."""
        self._folder = folder
        self._secrets = secrets

    def report(self, error: BaseException, *, at: datetime) -> Path | None:
        """Writes one: kind and frames of the error, the last lines of the log, the versions.

        Nothing that goes wrong with it is raised: the process is ending anyhow.
        """
        facts = {
            "at": at.isoformat(),
            "error": type(error).__name__,
            "trace": list(logs.frames(error)),
            "mandala": _version(),
            "python": platform.python_version(),
            "system": platform.platform(),
            "log": logs.last_lines(),
        }
        path = self._folder / f"crash-{at.astimezone(UTC):{_STAMP}}.json"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            content = self._secrets.strike(json.dumps(facts, ensure_ascii=False, indent=1))
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(content)
            for old in self._files()[:-KEPT]:
                old.unlink()
        except OSError:
            return None
        return path

    def last(self) -> Crash | None:
        """The newest; None if there is none, or it cannot be read."""
        for path in self._files()[-1:]:
            try:
                facts = json.loads(path.read_bytes())
                return Crash(path.name, datetime.fromisoformat(facts["at"]), facts["error"])
            except (OSError, ValueError, KeyError, TypeError):
                return None
        return None

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob(_NAME))


def _version() -> str:
    try:
        return version("mandala")
    except PackageNotFoundError:
        return "unknown"
