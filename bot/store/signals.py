"""What processes on one PostgreSQL tell each other at once: that something has changed.

A signal holds no facts. Whoever hears it looks at the store, as it does from time to time anyway,
so that one that is missed costs a moment and nothing else.
"""

import asyncio
import logging
from collections.abc import Callable

import psycopg
from sqlalchemy import make_url, text
from sqlmodel import Session

from bot.store.database import Database, statementwise

log = logging.getLogger(__name__)

_CHANNEL = "mandala"
_TELL = text("SELECT pg_notify(:channel, :words)")
_PAUSE_S = 1.0
MISSED = "missed"
"""Heard after a connection broke: anything may have been told meanwhile."""


class Signals:
    """Hears what others tell on a connection of its own; on SQLite there is nobody."""

    def __init__(self, db: Database, *, name: str, hear: Callable[[str], None]) -> None:
        """Touches nothing yet.

        Args:
            name: of this process, which does not hear itself.
            hear: is given each word.
        """
        self._db = db
        self._name = name
        self._hear = hear
        self._waiting: dict[str, None] = {}
        self._telling: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Listens, until cancelled."""
        while not self._db.sqlite:
            try:
                await self._listen()
            except psycopg.Error as error:
                log.warning("others are not heard: %s", type(error).__name__)
            await asyncio.sleep(_PAUSE_S)

    def tell(self, word: str) -> None:
        """The others hear it soon; the same word is told once for many."""
        if self._db.sqlite:
            return
        self._waiting[word] = None
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell(), name="telling")

    async def stop(self) -> None:
        """What is waiting to be told is told."""
        if self._telling is not None:
            await asyncio.wait([self._telling])

    async def _tell(self) -> None:
        while self._waiting:
            words, self._waiting = list(self._waiting), {}
            try:
                await self._db.write(tell, self._name, words)
            except Exception as error:  # the store is away: they look by themselves
                log.warning("others are not told: %s", type(error).__name__)

    async def _listen(self) -> None:
        url = make_url(self._db.url).set(drivername="postgresql")
        connection = await psycopg.AsyncConnection.connect(
            url.render_as_string(hide_password=False),
            autocommit=True,
            connect_timeout=5,
            application_name="mandala-signals",
            keepalives_idle=5,
            keepalives_interval=2,
            keepalives_count=2,
        )
        async with connection:
            await connection.execute(f"LISTEN {_CHANNEL}".encode())
            self._hear(MISSED)
            async for notice in connection.notifies():
                sender, _, word = notice.payload.partition(" ")
                if sender != self._name:
                    self._hear(word)


@statementwise
def tell(db: Session, name: str, words: list[str]) -> None:
    """Those are heard once the transaction is over."""
    for word in words:
        db.execute(_TELL, {"channel": _CHANNEL, "words": f"{name} {word}"})
