"""Files that organizers send to change something: fetched whole, within reason."""

from telegram import Document, Update
from telegram.error import TelegramError

from handlers.context import Context
from handlers.replies import reply

_BIGGEST = 10 * 1024 * 1024
PROBLEMS = 10
"""Problems of a file told in one message."""


async def content_of(update: Update, context: Context, document: Document) -> bytes | None:
    """The bytes of the file; None after saying why there are none."""
    if (document.file_size or 0) > _BIGGEST:
        await reply(update, context, context.say("upload.too_big", megabytes=_BIGGEST >> 20))
        return None
    try:
        file = await document.get_file()
        return bytes(await file.download_as_bytearray())
    except TelegramError:
        await reply(update, context, context.say("upload.unread"))
        return None
