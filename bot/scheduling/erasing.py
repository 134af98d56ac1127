"""Erases what was deleted for good from the store's files."""

import logging

from bot.services.desk import Desk
from bot.store import erasing, note_search

log = logging.getLogger(__name__)


async def erase(desk: Desk) -> None:
    """Does so if it is wanted and nothing stands in the way; else it is tried again later.

    Raises:
        SQLAlchemyError: the store is out of reach, or its disk is full.
    """
    wanted = await desk.db.read(erasing.due)
    if wanted is None:
        return
    await desk.db.write(note_search.purge)
    if await desk.db.scrub():
        await desk.db.write(erasing.done, wanted)
    else:
        log.warning("what was deleted is not erased yet: the store is busy or its disk is full")
