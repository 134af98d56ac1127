"""Fetching files of notes from Telegram onto the disk. What is not there is not acknowledged."""

import asyncio
import errno
import logging
import os
from enum import StrEnum

from sqlalchemy.exc import SQLAlchemyError
from telegram import Message, Update
from telegram.error import BadRequest, NetworkError, TelegramError

from bot.domain.files import Refusal, refused_content
from bot.services import filing, writing
from bot.services.desk import Desk
from bot.store.tables import Attachment
from bot.texts import note_writing as texts
from bot.texts.rendered import Rendered
from handlers.context import Context
from handlers.replies import reply, show, toast

log = logging.getLogger(__name__)

_PAUSES_S = (0.3, 1.0)
"""Between attempts to fetch: a moment without network need not bother anybody."""
_READ_S = 60.0
_ATTEMPTS = 5


class Trouble(StrEnum):
    """Why a file is not kept."""

    UNREACHABLE = "unreachable"
    GONE = "gone"
    DISK = "disk"
    TOO_LARGE = "too_large"
    PROGRAM = "program"

    @property
    def passing(self) -> bool:
        """Whether trying again may help."""
        return self in (Trouble.UNREACHABLE, Trouble.DISK)

    @property
    def refusal(self) -> bool:
        """Whether the file is one that is not taken, so that nothing of it is kept."""
        return self in (Trouble.TOO_LARGE, Trouble.PROGRAM)


async def missing(context: Context, attachment: Attachment) -> bool:
    """Whether the file is not on the disk, whatever its row says."""
    if not attachment.digest:
        return True
    return not await asyncio.to_thread(context.desk.attachments.holds, attachment.digest)


async def fetch(context: Context, attachment: Attachment) -> Trouble | None:
    """Puts the file on the disk and says so in its row; what went wrong, None: nothing did."""
    desk = context.desk
    async with desk.downloads:
        content = await _content(context, attachment)
        if isinstance(content, Trouble):
            return content
        try:
            refusal = refused_content(content)
            if refusal is None:
                await _keep(desk, attachment, content)
                return None
            await desk.db.write(
                writing.refused,
                person_id=context.person_id,
                attachment_id=attachment.id or 0,
                now=desk.now(),
            )
            return Trouble.PROGRAM if refusal is Refusal.PROGRAM else Trouble.TOO_LARGE
        except (OSError, SQLAlchemyError) as error:
            reason = (isinstance(error, OSError) and error.strerror) or type(error).__name__
            log.error("attachment %s not written: %s", attachment.id, reason)
            await _tell_organizers(context, reason)
            return Trouble.DISK


async def _keep(desk: Desk, attachment: Attachment, content: bytes) -> None:
    """Until file and row are there together.

    The same content may just be deleted where nobody had it any more; who does that looks at the
    rows after taking the file out of the way, and this looks at the file after writing the row.
    """
    for _ in range(_ATTEMPTS):
        digest = await asyncio.to_thread(desk.attachments.put, content)
        size = len(content)
        await desk.db.write(
            writing.filed, attachment_id=attachment.id or 0, digest=digest, size=size
        )
        if await asyncio.to_thread(desk.attachments.holds, digest):
            return
    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))


async def tell(
    update: Update,
    context: Context,
    attachment: Attachment,
    trouble: Trouble,
    *,
    to: Message,
    ever_first: bool = False,
) -> None:
    """Says that the file is not kept, and what to do."""
    shown = texts.file_trouble(
        context.language,
        trouble,
        attachment.id or 0,
        retry=trouble.passing,
        ever_first=ever_first,
    )
    await reply(update, context, shown, quote=to)


async def retry(update: Update, context: Context) -> None:
    """Fetches a file once more."""
    assert context.match is not None
    number = int(context.match.group(1))
    attachment = await context.desk.db.read(
        filing.find, person_id=context.person_id, attachment_id=number
    )
    if attachment is None:
        await toast(update, context.say("note.gone"), alert=True)
        return
    await toast(update)
    lacking = await missing(context, attachment)
    trouble = await fetch(context, attachment) if lacking else None
    if trouble is None:
        await show(update, context, Rendered(context.say("note.file_kept")))
    else:
        shown = texts.file_trouble(context.language, trouble, number, retry=trouble.passing)
        await show(update, context, shown)


async def _content(context: Context, attachment: Attachment) -> bytes | Trouble:
    for pause in (*_PAUSES_S, None):
        try:
            file = await context.bot.get_file(attachment.file_id)
            return bytes(await file.download_as_bytearray(read_timeout=_READ_S))
        except BadRequest as error:
            large = "too big" in error.message.lower()
            return Trouble.TOO_LARGE if large else Trouble.GONE
        except NetworkError as error:
            log.warning("attachment %s not fetched: %s", attachment.id, type(error).__name__)
            if pause is not None:
                await asyncio.sleep(pause)
        except TelegramError as error:
            log.warning("attachment %s not fetched: %s", attachment.id, type(error).__name__)
            return Trouble.UNREACHABLE
    return Trouble.UNREACHABLE


async def _tell_organizers(context: Context, reason: str) -> None:
    """Once a day, as far as the store still takes it: it may lie on the same disk."""
    desk = context.desk
    try:
        await desk.db.write(filing.report_disk, desk, reason=reason)
    except SQLAlchemyError as error:
        log.error("organizers not told of the disk: %s", type(error).__name__)
    desk.changed()
