"""``/komitmen``: own commitments with their progress; for organizers, those that were shared."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from telegram import Update
from telegram.error import BadRequest

from bot.documents import progress_picture
from bot.services import commitment_drafts, committing
from bot.store.tables import Commitment
from bot.texts import commitments as texts
from bot.texts import progress
from bot.texts import shared_commitments as shared_texts
from bot.texts.rendered import Rendered
from handlers import commitment_cards, commitment_writing
from handlers.context import Context
from handlers.guards import organizers_only
from handlers.replies import behind_command, reply, show, toast

log = logging.getLogger(__name__)


async def list_own(update: Update, context: Context) -> None:
    """``/komitmen``: the list; with words behind it the beginning of a new one."""
    assert update.effective_message is not None
    words = behind_command(update.effective_message)
    if words.strip():
        await commitment_writing.begin(update, context, words)
        return
    own = await context.desk.db.read(committing.own, person_id=context.person_id)
    if own:
        await _send_picture(update, context, own)
    await reply(update, context, await _listing(context, own, 0))


async def turn_page(update: Update, context: Context) -> None:
    """Another page of the list, in place."""
    assert context.match is not None
    await commitment_cards.leave(context)
    own = await context.desk.db.read(committing.own, person_id=context.person_id)
    await toast(update)
    await show(update, context, await _listing(context, own, int(context.match.group(1))))


async def receive(update: Update, context: Context, details: Mapping[str, Any]) -> None:
    """A text that was awaited."""
    if "why" in details:
        await commitment_cards.receive_why(update, context, details)
    else:
        await commitment_writing.receive_part(update, context, details)


@organizers_only
async def list_shared(update: Update, context: Context) -> None:
    """``/komitmenbersama``: what was shared, by goal and standing."""
    await reply(update, context, await _shared(context, 0))


@organizers_only
async def turn_shared(update: Update, context: Context) -> None:
    """Another page of it, in place."""
    assert context.match is not None
    await toast(update)
    await show(update, context, await _shared(context, int(context.match.group(1))))


async def _listing(context: Context, own: Sequence[Commitment], page: int) -> Rendered:
    desk, language = context.desk, context.language
    unfinished = await desk.db.read(commitment_drafts.unfinished, person_id=context.person_id)
    drafts = [(sheet.key, sheet.what) for sheet in unfinished]
    if not own:
        return texts.none(desk.agenda, language, drafts)
    return texts.listing(language, own, drafts=drafts, page=page, today=desk.today())


async def _shared(context: Context, page: int) -> Rendered:
    desk = context.desk
    found = await desk.db.read(committing.overview, desk.agenda)
    lines = [
        shared_texts.SharedLine(
            line.commitment,
            line.person.name,
            f"{line.goal.source}: {line.goal.title}" if line.goal else "",
        )
        for line in found.shared
    ]
    return shared_texts.listing(
        context.language,
        lines,
        hidden=found.hidden,
        hidden_by=found.hidden_by,
        page=page,
        today=desk.today(),
    )


async def _send_picture(update: Update, context: Context, own: Sequence[Commitment]) -> None:
    """How far everything is, at a glance; its caption says the same. The list comes anyway."""
    assert update.effective_chat is not None
    today = context.desk.today()
    drawn = progress.picture(context.language, own, today=today)
    try:
        picture = await asyncio.to_thread(progress_picture.png, drawn)
    except Exception:  # a font or a library may be missing; the words must arrive all the same
        log.exception("progress picture not drawn")
        return
    caption = progress.caption(context.language, own, today=today)
    try:
        await context.bot.send_photo(
            update.effective_chat.id, picture, caption=caption, parse_mode="HTML"
        )
    except BadRequest:
        log.exception("progress picture not taken")
