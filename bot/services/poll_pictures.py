"""A poll's results as a picture, drawn in a process of its own."""

import logging

from bot.documents import pictures
from bot.documents.workshop import WorkFailedError, Workshop
from bot.domain.polls import View
from bot.texts import polls as texts

log = logging.getLogger(__name__)


async def make(view: View, language: str) -> bytes | None:
    """A PNG file; None if it could not be made."""
    try:
        return await Workshop().do(pictures.png, texts.picture(view, language))
    except WorkFailedError as failure:
        log.error("picture of a poll not made: %s", failure)
        return None
