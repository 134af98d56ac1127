"""Which processes live on one database, and which of them leads.

On PostgreSQL a process is alive as long as its session holds an advisory lock, which the server
takes from it when it dies, on whatever machine, or hangs for some seconds. One more such lock is
for the process that leads: of several, it alone polls, plans and delivers. SQLite serves a single
process, which holds a lock beside the file (``store/holding.py``).
"""

import contextlib
import secrets
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from bot.domain.outbox import Status
from bot.domain.shares import LEASE_S, Look, Share
from bot.store import claims, inbox
from bot.store.database import Database, statementwise
from bot.store.holding import Hold
from bot.store.tables import Inbox, Outbox

_CLASS = 0x6D616E64
"""Sets our advisory locks apart from those of others; fits PostgreSQL's int."""
_LEADER = 0
_WORKING = _CLASS + 1
"""The locks of those that have their share of Telegram's limits and are at work."""
_LOCK = text("SELECT pg_try_advisory_lock(:class, :number)")
_HELD = text(
    "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND classid = :class AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_SOON_FOUND_OUT = ("idle = 2", "interval = 2", "count = 2")
"""After so many seconds the server takes the locks of a machine that vanished."""
_IDLE_S = 7.0
"""After so many it ends the session of a process that hangs; PostgreSQL 14 and later."""
_KNOWS_IDLE = 140000


class Presence:
    """This process among those that share the store. Its methods block: call them in a thread."""

    def __init__(self, db: Database) -> None:
        """Touches nothing yet."""
        self._number = secrets.randbelow(2**31 - 1) + 1
        self._db = db
        self._hold = Hold(db.url)
        self._session: Connection | None = None
        self._held: set[int] = set()
        self._ends_idle = False
        self._works = False
        self._using = threading.Lock()
        self.name = f"r{self._number}"
        """Stands in rows that this process has in hand. Another one after each start."""
        self._leads = False
        self._asked_at = 0.0
        self.share = Share(self.name)
        """Its part of Telegram's limits; on SQLite it is never asked."""

    @property
    def leads(self) -> bool:
        """Whether this process leads. One that was stopped for a while knows at once that it may
        have been replaced."""
        alone = self._db.sqlite or not self._ends_idle
        return self._leads and (alone or time.monotonic() - self._asked_at < LEASE_S)

    def hold(self) -> None:
        """Keeps other processes away from an SQLite file, before anything in it is changed.

        Raises:
            InUseError: another process runs on the file.
            OSError: there can be no file beside it.
        """
        self._hold.take()

    def beat(self) -> None:
        """Makes sure that the others see us alive, and leads if nobody does.

        Raises:
            InUseError: as ``hold``.
            SQLAlchemyError: the database is out of reach; whoever led leads no more.
        """
        if self._db.sqlite:
            self.hold()
            self._leads = True
            return
        with self._using:
            try:
                self._beat()
            except SQLAlchemyError:
                self._leave()
                raise

    def leave(self) -> None:
        """Gives everything up; another may lead as soon as this returns."""
        with self._using:
            if self._session is not None:
                with contextlib.suppress(SQLAlchemyError):
                    self._session.execute(text("SELECT pg_advisory_unlock_all()"))
            self._leave()
            self._hold.give_up()

    def _leave(self) -> None:
        self.share.lost()
        session, self._session, self._leads = self._session, None, False
        self._held.clear()
        self._works = False
        if session is not None:
            session.invalidate()  # closed, not kept: its end is what frees the locks
            session.close()

    def _beat(self) -> None:
        if self._session is None:
            session = self._db.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            self._session = session
            for setting in _SOON_FOUND_OUT:
                session.execute(text(f"SET tcp_keepalives_{setting}"))
            version = int(session.execute(text("SHOW server_version_num")).scalar_one())
            self._ends_idle = version >= _KNOWS_IDLE
            if self._ends_idle:
                session.execute(text(f"SET idle_session_timeout = {_IDLE_S * 1000:.0f}"))
            # After a broken connection the server may still hold the lock of the one before.
            # That one dies soon; until it does the others see us alive by it.
        asked_at = time.monotonic()
        self._held |= {
            number
            for number in {self._number, _LEADER} - self._held
            if self._lock(self._session, _CLASS, number)
        }
        self._leads, self._asked_at = _LEADER in self._held, asked_at
        self._look(self._session, asked_at)
        if not self._works and self.share.allows(time.monotonic()):
            self._works = self._lock(self._session, _WORKING, self._number)
            self._look(self._session, asked_at)

    def _look(self, session: Connection, asked_at: float) -> None:
        alive = (_numbers(session, _CLASS) | {self._number}) - {_LEADER}
        names = tuple(f"r{number}" for number in sorted(_numbers(session, _WORKING)))
        self.share.saw(Look(asked_at, len(alive), names))

    @staticmethod
    def _lock(session: Connection, kind: int, number: int) -> bool:
        return bool(session.execute(_LOCK, {"class": kind, "number": number}).scalar())


def _numbers(session: Connection, kind: int) -> set[int]:
    return set(session.execute(_HELD, {"class": kind}).scalars())


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What the dead had in hand: how many updates, now ours, and messages by their status."""

    updates: int
    messages: dict[Status, int]


def living(db: Session) -> frozenset[str]:
    """Names of all that live; on SQLite nobody can tell."""
    if db.get_bind().dialect.name == "sqlite":
        return frozenset()
    return frozenset(f"r{number}" for number in db.execute(_HELD, {"class": _CLASS}).scalars())


def in_hand(db: Session) -> frozenset[str | None]:
    """Names of those that have something in hand; None stands for what nobody has."""
    sending = select(Outbox.claimed_by).where(col(Outbox.status) == Status.SENDING).distinct()
    handling = select(Inbox.taken_by).where(col(Inbox.chat_id).is_not(None)).distinct()
    return frozenset({*db.exec(sending), *db.exec(handling)})


@statementwise
def take_over(db: Session, names: Collection[str | None], *, me: str, now: datetime) -> TakenOver:
    """Settles the messages that these dead processes were sending; ``me`` gets their updates."""
    messages: dict[Status, int] = {}
    for name in names:
        if name is not None:
            for status, count in claims.recover(db, worker=name, now=now).items():
                messages[status] = messages.get(status, 0) + count
    return TakenOver(inbox.hand_over(db, names, to=me), messages)
