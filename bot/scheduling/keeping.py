"""Makes the daily backup, wherever the process that leads runs."""

import asyncio
import logging
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from bot.domain.backups import due
from bot.services.desk import Desk
from bot.store import retention, settings
from bot.store.backups import BackupError, Backups

log = logging.getLogger(__name__)

_EVERY_S = 60.0


class Keeper:
    """Looks every minute whether a backup is due, by the event's clock: one that was missed while
    nothing ran is made up for."""

    def __init__(self, desk: Desk, backups: Backups, *, hour: int | None) -> None:
        """``hour`` is in the event's zone; None: no backups are made."""
        self.backups = backups
        self._desk = desk
        self._hour = hour
        self.failures = 0
        """Attempts that failed since the last that went well."""

    @property
    def wanted(self) -> bool:
        """Whether backups are made at all."""
        return self._hour is not None

    async def run(self) -> None:
        """Keeps looking, until cancelled."""
        while self._hour is not None:
            await asyncio.sleep(_EVERY_S)
            await self.look()

    async def look(self) -> None:
        """Makes a backup if one is due; what fails is tried again at the next look."""
        if self._hour is None:
            return
        try:
            await self._note_erased()
            last = await self._desk.db.read(settings.last_backup)
            purged = await self._purged()
            now, zone = self._desk.now(), self._desk.zone
            stale = purged is not None and (last is None or last < purged)
            if stale or due(last, now=now, zone=zone, hour=self._hour):
                await asyncio.to_thread(self._make, now, purged)
                await self._desk.db.write(settings.set_last_backup, now)
                log.info("backup made")
        except (BackupError, SQLAlchemyError, OSError) as error:
            self.failures += 1
            log.error("no backup, will try again: %s", type(error).__name__)
        else:
            self.failures = 0

    def _make(self, now: datetime, purged: datetime | None) -> None:
        self.backups.make(self._desk.db, self._desk.attachments.folder, at=now)
        self.backups.prune(self._desk.zone, none_before=purged)

    async def _note_erased(self) -> None:
        erased = await self._desk.db.read(settings.erased)
        if erased:
            await asyncio.to_thread(self.backups.note_erased, erased)

    async def _purged(self) -> datetime | None:
        """When everybody's data was deleted last, since its time was over."""
        last = await self._desk.db.read(retention.last_purge)
        done = last.finished_at if last is not None else None
        return datetime.fromisoformat(done) if done else None
