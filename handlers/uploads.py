"""Files that organizers send to change something: fetched whole, within reason."""

from telegram import Document, Update
from telegram.error import TelegramError

from bot.domain.problems import ProblemsError
from bot.texts.problems import problem_line
from handlers.context import Context
from handlers.replies import reply

_BIGGEST = 10 * 1024 * 1024
_PROBLEMS = 10
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


async def refuse(update: Update, context: Context, key: str, error: ProblemsError) -> None:
    """Tells what has to be put right in the file; ``key`` names the message."""
    lines = [problem_line(p, context.language) for p in error.problems if p.is_error]
    facts = {"lines": lines[:_PROBLEMS], "more": max(0, len(lines) - _PROBLEMS)}
    await reply(update, context, context.say(key, **facts))
