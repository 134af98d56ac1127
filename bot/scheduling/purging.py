"""Deletes personal data when its time is over: person by person, so that it may be cut short."""

import asyncio
import logging

from bot.services import filing, retention
from bot.services.desk import Desk

log = logging.getLogger(__name__)


async def purge(desk: Desk) -> None:
    """Does so if the day in the event file is past; goes on where an earlier process was killed.

    Raises:
        SQLAlchemyError: the store is out of reach; what is deleted so far is deleted.
        OSError: files cannot be deleted.
    """
    if not await desk.db.read(retention.due, desk):
        return
    owners, waiting = await desk.db.write(retention.begin, desk), 0
    for person_id in owners:
        digests = await desk.db.write(retention.purge, desk, person_id=person_id)
        waiting += digests is None
        await asyncio.to_thread(filing.drop, desk.db, desk.attachments, digests or ())
    if waiting:  # the next look goes on
        log.info("personal data of %d people is deleted later: they are announcing", waiting)
        return
    await desk.db.write(retention.finish, desk)
    desk.changed()
    log.info("personal data of %d people deleted: its time is over", len(owners))
