"""Makes the documents that were asked for, one after the other, and sends them.

An order is a row from the moment it is promised until the file is sent, so that a restart takes
it up again. The work itself is done in a process of its own: see ``documents/workshop.py``.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence

from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot, InputFile, InputMediaPhoto
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.delivery.paced_calls import in_lane
from bot.delivery.telegram import outcome_of
from bot.documents.workshop import WorkFailedError, Workshop
from bot.domain.document_orders import Order, What
from bot.domain.outbox import Lane, Status
from bot.domain.people import Role
from bot.services import booklets, making, ordering, reports, statistics
from bot.services.desk import Desk
from bot.store import people
from bot.texts.catalogue import text

log = logging.getLogger(__name__)

_TRY_AGAIN_S = 10.0
_ALBUM = 10
"""Photos in one group (Bot API, sendMediaGroup)."""
_UPLOAD_S = 120.0
_WORDS = {
    What.BOOKLET: "booklet",
    What.REPORT: "event_report",
    What.STATISTICS: "statistics",
}


class UnsentError(Exception):
    """Telegram did not say that it took a document; ``order`` is how it stands now."""

    def __init__(self, order: Order, error: TelegramError) -> None:
        super().__init__(error)
        self.order = order
        self.error = error


class Bindery:
    """Carries out orders in the order in which they came; what fails lets others pass."""

    def __init__(self, desk: Desk, bot: Bot, workshop: Workshop) -> None:
        self._desk = desk
        self._bot = bot
        self._workshop = workshop
        self._working = asyncio.Lock()
        self._changed = asyncio.Event()
        self._idle = False
        """Nothing waits, unless it was ordered since."""

    def look(self) -> None:
        """Something may have been ordered."""
        self._idle = False
        self._changed.set()

    async def settle(self) -> None:
        """Everything whose turn it is, unless it is known that nothing waits."""
        if self._working.locked() or not self._idle:
            await self.carry_out()

    async def run(self) -> None:
        """Works while orders wait, sleeps otherwise; until cancelled."""
        self._changed.set()  # the last process may have left orders
        while True:
            await self._changed.wait()
            self._changed.clear()
            if not await self.carry_out():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_TRY_AGAIN_S):
                        await self._changed.wait()
                self._changed.set()

    async def carry_out(self) -> bool:
        """Everything whose turn it is; False if something is to be tried again later."""
        async with self._working:
            self._idle = True  # unless something is ordered meanwhile
            try:
                done = await self._work_off()
            except SQLAlchemyError as error:
                log.warning("document not sent for now: %s", type(error).__name__)
                done = False
            self._idle &= done
            return done

    async def _work_off(self) -> bool:
        while waiting := await self._desk.db.read(ordering.waiting):
            order = next((each for each in waiting if each.ready(self._desk.now())), None)
            if order is None:
                return False
            await self._try(order)
        return True

    async def _try(self, order: Order) -> None:
        """Carries the order out, or puts it off so that the others have their turn."""
        desk = self._desk
        try:
            await self._carry_out(order)
        except UnsentError as failure:
            log.warning("%s not sent for now: %s", order.what, type(failure.error).__name__)
            await desk.db.write(ordering.put_off, failure.order, now=desk.now())
        except TelegramError as error:
            log.warning("%s not told of for now: %s", order.what, type(error).__name__)
            await desk.db.write(ordering.put_off, order, now=desk.now())
        else:
            await desk.db.write(ordering.finish, order)

    async def _carry_out(self, order: Order) -> None:
        if order.doubtful or order.stale(self._desk.now()):
            await self._tell(order, "unsure" if order.doubtful else "stale")
            return
        try:
            if order.what is What.BOOKLET:
                await self._booklet(order)
            else:
                await self._report(order)
        except WorkFailedError as failure:
            log.error("%s as %s not made: %s", order.what, order.form, failure)
            await self._tell(order, "failed", reason=str(failure))
        except Forbidden:
            log.info("%s not sent: the chat is closed", order.what)
        except BadRequest as refusal:
            log.error("%s as %s refused: %s", order.what, order.form, refusal.message)
            await self._tell(order, "failed", reason=refusal.message)
        except (SQLAlchemyError, TelegramError, UnsentError):
            raise
        except Exception as error:  # one document that cannot be made must not stop the others
            log.error("%s as %s failed: %s", order.what, order.form, type(error).__name__)
            await self._tell(order, "failed", reason=type(error).__name__)

    async def _booklet(self, order: Order) -> None:
        desk = self._desk
        found = await desk.db.read(booklets.gather, person_id=order.person_id)
        if found is None:
            return
        async with desk.downloads:
            full = await asyncio.to_thread(
                booklets.with_files, found, desk.attachments, form=order.form
            )
            content = await self._workshop.do(
                making.booklet,
                full,
                desk.agenda,
                order.language,
                form=order.form,
                now=desk.now(),
            )
            name = booklets.file_name(order.language, order.form)
            caption = text("booklet.caption", order.language, left_out=booklets.left_out(full))
            await self._send(order, content, name, caption)

    async def _report(self, order: Order) -> None:
        desk = self._desk
        person = await desk.db.read(people.get, order.person_id)
        if person is None or person.removed or person.role is not Role.ORGANIZER:
            return
        agenda, language = desk.agenda, order.language
        report = await desk.db.read(reports.gather, agenda)
        found = await desk.db.read(statistics.gather, agenda)
        if order.form == "png":
            draw = making.statistics if order.what is What.STATISTICS else making.charts
            drawn = await self._workshop.do(draw, report, agenda, language, found=found)
            await self._show(order, drawn)
            return
        content = await self._workshop.do(
            making.report,
            report,
            agenda,
            language,
            form=order.form,
            now=desk.now(),
            found=found,
        )
        caption = text("event_report.caption", language)
        await self._send(order, content, reports.file_name(language, order.form), caption)

    async def _send(self, order: Order, content: bytes, name: str, caption: str) -> None:
        async with self._uploading(order):
            await self._bot.send_document(
                order.chat_id,
                InputFile(content, name),
                caption=caption,
                parse_mode="HTML",
                write_timeout=_UPLOAD_S,
                read_timeout=_UPLOAD_S,
            )

    async def _show(self, order: Order, pictures: Sequence[bytes]) -> None:
        """As albums; one alone is no album. What failed after the first is not sent for ever."""
        for at in range(0, len(pictures), _ALBUM):
            some = pictures[at : at + _ALBUM]
            async with self._uploading(order) as begun:
                if len(some) == 1:
                    await self._bot.send_photo(order.chat_id, some[0])
                else:
                    await self._bot.send_media_group(
                        order.chat_id,
                        [InputMediaPhoto(each) for each in some],
                        write_timeout=_UPLOAD_S,
                    )
            order = begun

    @contextlib.asynccontextmanager
    async def _uploading(self, order: Order) -> AsyncIterator[Order]:
        """Remembers beforehand that it may have arrived, and afterwards if it surely did not.

        Raises:
            UnsentError: with the order as it stands then.
        """
        begun = await self._desk.db.write(ordering.uploading, order)
        try:
            with in_lane(Lane.CHANGE):  # its order knows how to wait, and lets others pass
                yield begun
        except (BadRequest, Forbidden):
            raise
        except TelegramError as error:
            lost = outcome_of(error).status is Status.UNKNOWN
            raise UnsentError(begun if lost else order, error) from error

    async def _tell(self, order: Order, what: str, **facts: str) -> None:
        words = text(f"{_WORDS[order.what]}.{what}", order.language, **facts)
        with contextlib.suppress(BadRequest, Forbidden):
            await self._bot.send_message(order.chat_id, words, parse_mode="HTML")
