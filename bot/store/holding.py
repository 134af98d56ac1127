"""One SQLite file serves one bot: its process holds a lock beside the file as long as it lives.

The system lets go of the lock when the process ends, however it ends. PostgreSQL needs none of
this: there processes know each other (``store/replicas.py``), and everything here does nothing.
"""

import contextlib
import fcntl
import os
from pathlib import Path
from types import TracebackType

from sqlalchemy import make_url


class InUseError(RuntimeError):
    """Another process runs on the file; the message is a sentence for whoever started this one."""


class Hold:
    """The lock of one database. ``with Hold(url):`` keeps every bot away from it meanwhile."""

    def __init__(self, url: str) -> None:
        """Touches nothing yet.

        Args:
            url: SQLAlchemy database URL.
        """
        self._path = _lock_file(url)
        self._file: int | None = None

    def take(self) -> None:
        """Holds it from now on; it may be held already.

        Raises:
            InUseError: another process does.
            OSError: there can be no file beside the database.
        """
        if self._path is None or self._file is not None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(file, 20).decode("ascii", "replace").strip() or "unknown"
            os.close(file)
            database = self._path.name.removesuffix(".lock")
            raise InUseError(
                f"{database} is in use by another mandala (process {holder}): stop that one first."
            ) from None
        except OSError:
            os.close(file)
            raise
        self._file = file
        with contextlib.suppress(OSError):  # a full disk: who holds it is only told for comfort
            os.truncate(file, 0)
            os.pwrite(file, b"%d\n" % os.getpid(), 0)

    def give_up(self) -> None:
        """Another may hold it as soon as this returns."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)  # the file itself stays: who opens it meanwhile must meet the same one

    def __enter__(self) -> None:
        self.take()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.give_up()


def in_use(url: str) -> bool:
    """Whether a bot runs on the SQLite file at this moment; to keep it away, use ``Hold``."""
    try:
        with Hold(url):
            return False
    except InUseError:
        return True


def _lock_file(url: str) -> Path | None:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    return Path(f"{parsed.database}.lock").absolute()
