"""A PostgreSQL server of the tests' own: made in a temporary folder, thrown away at the end.

One for each test process, started when the first test asks for it. Each test gets a copy of a
database that was migrated once.
"""

import contextlib
import functools
import getpass
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

from bot.store.database import Database
from bot.store.migrating import migrate

_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  # nothing here has to survive
_PATIENCE_S = 60.0
_TEMPLATE = "migrated"
_OPTIONS = {
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_connections": "200",
    "listen_addresses": "",
    "timezone": "Pacific/Auckland",  # nothing may depend on the zone of the server
}


def programs() -> Path | None:
    """The folder of the newest server on this machine; None if there is none."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((path.parent for path in versions), key=_version, default=None)


def _version(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdecimal() else 0


class Server:
    """One cluster. ``stop`` and ``start`` make it go away and come back with all it held."""

    def __init__(self, folder: Path, bin_: Path) -> None:
        self._folder = folder
        self._bin = bin_
        self._data = folder / "data"
        self._process: subprocess.Popen[bytes] | None = None
        self._made: dict[tuple[Path, str], str] = {}

    def create(self) -> None:
        """Makes the cluster and starts it."""
        if os.geteuid() == 0:
            user = _unprivileged()
            os.chown(self._folder, user.pw_uid, user.pw_gid)
        command = ["-D", str(self._data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N"]
        subprocess.run(
            self._as_user("initdb", *command, "--locale=C.UTF-8"),
            check=True, cwd=self._folder, capture_output=True,
        )  # fmt: skip
        self.start()

    def start(self) -> None:
        """Starts it, and returns when it answers."""
        options = [f"-c{name}={value}" for name, value in _OPTIONS.items()]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._as_user("postgres", f"-D{self._data}", f"-k{self._folder}", *options),
                stdout=log, stderr=log, cwd=self._folder,
            )  # fmt: skip
        until = time.monotonic() + _PATIENCE_S
        while True:
            try:
                psycopg.connect(self._at("postgres"), connect_timeout=5).close()
                return
            except psycopg.OperationalError:
                assert self._process.poll() is None, (self._folder / "log").read_text()
                assert time.monotonic() < until, "PostgreSQL does not answer"
                time.sleep(0.02)

    def stop(self) -> None:
        """Ends it as ``pg_ctl stop -m immediate`` does: every connection breaks."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(_PATIENCE_S)

    def database(self, folder: Path, name: str, *, empty: bool) -> str:
        """The address of the database that stands for the file ``name`` in ``folder``."""
        known = self._made.get((folder, name))
        if known is None:
            known = self._made[folder, name] = f"t{len(self._made)}"
            template = "template0" if empty else self._migrated()
            self._run(f"CREATE DATABASE {known} TEMPLATE {template}")
        return self.url(known)

    def url(self, database: str) -> str:
        """SQLAlchemy's address of a database of this server."""
        return f"postgresql+psycopg://postgres@/{database}?host={self._folder}"

    def clear(self) -> None:
        """Drops every database that tests have asked for."""
        while self._made:
            _, name = self._made.popitem()
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def remove(self) -> None:
        """Ends it and deletes its folder."""
        self.stop()
        shutil.rmtree(self._folder)

    def _at(self, database: str) -> str:
        return f"dbname={database} user=postgres host={self._folder}"

    def _run(self, statement: str) -> None:
        with contextlib.closing(psycopg.connect(self._at("postgres"), autocommit=True)) as db:
            db.execute(statement.encode())

    @functools.cache  # noqa: B019  # lives as long as the process
    def _migrated(self) -> str:
        self._run(f"CREATE DATABASE {_TEMPLATE} TEMPLATE template0")
        database = Database(self.url(_TEMPLATE))
        migrate(database.engine)
        database.close()
        return _TEMPLATE

    def _as_user(self, program: str, *arguments: str) -> list[str]:
        """The command; root hands it to somebody else, since PostgreSQL refuses to run as root."""
        command = [str(self._bin / program), *arguments]
        if os.geteuid() != 0:
            return command
        user = _unprivileged()
        ids = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        # A test process that is killed takes its server along.
        dies = ["--pdeathsig=QUIT"] if program == "postgres" else []
        return ["setpriv", *ids, *dies, *command]


def _unprivileged() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise AssertionError(f"no user to run PostgreSQL as, other than {getpass.getuser()}")


_started: list[Server] = []


def server() -> Server:
    """The server of this test process."""
    if not _started:
        _started.append(new_server())
    return _started[0]


def new_server() -> Server:
    """Another server, for a test that stops and starts it; to be removed by that test."""
    bin_ = programs()
    assert bin_ is not None, "PostgreSQL is not installed"
    room = _SHARED_MEMORY if os.access(_SHARED_MEMORY, os.W_OK) else None
    made = Server(Path(tempfile.mkdtemp(prefix="mandala-pg-", dir=room)), bin_)
    made.create()
    return made


def clear() -> None:
    """Drops what the last test used, if a server runs at all."""
    for one in _started:
        one.clear()


def stop() -> None:
    """At the end of the test process."""
    while _started:
        _started.pop().remove()
