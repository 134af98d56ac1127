"""Keeping one message as a note or as a piece of one: stored first, acknowledged after."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.exc import SQLAlchemyError
from telegram import Message, Update
from telegram.error import BadRequest

from bot.domain.agenda import Session
from bot.domain.drafts import Draft, Piece
from bot.services import writing
from bot.services.writing import Kept
from bot.texts import note_writing as texts
from handlers import note_files
from handlers.context import Context
from handlers.note_messages import piece_of
from handlers.replies import reply

log = logging.getLogger(__name__)

_KINDS = ("sticker", "location", "contact", "poll")
_SEEN = "✍"
"""The reaction put on what was sent in one go with the piece before: one answer is enough."""


async def keep(
    update: Update,
    context: Context,
    message: Message,
    draft: Draft,
    *,
    doubtful: bool = False,
    stay_open: bool = True,
    choices: Sequence[Session] = (),
) -> None:
    """Keeps the message in the open note of ``draft`` or as a new one, and says so.

    Args:
        doubtful: it may have been meant as a question; a button takes it back.
        stay_open: what is sent next belongs to the note too.
        choices: sessions that the note may be about, to choose from.
    """
    piece = piece_of(message)
    if piece is None:
        await reply(update, context, context.say("note.unsupported", what=_what(context, message)))
        return
    piece = await _without_refused_file(update, context, message, piece)
    if piece is None:
        return
    if piece.blank and piece.file is None:
        await reply(update, context, context.say("note.empty"))
        return
    kept = await _stored(context, piece, draft, stay_open=stay_open)
    if kept is None:
        await reply(update, context, context.say("note.not_kept"), quote=message)
        return
    if kept.attachment is not None and await note_files.missing(context, kept.attachment):
        trouble = await note_files.fetch(context, kept.attachment)
        if trouble is not None:
            gone = piece.blank and trouble.refusal
            first = kept.ever_first and not gone
            file = kept.attachment
            await note_files.tell(update, context, file, trouble, to=message, ever_first=first)
            return
    if not kept.first and draft.continued_by(piece) and await _mark(context, message):
        return
    shown = texts.kept(
        context.language,
        note_id=kept.note.id or 0,
        session=context.desk.agenda.find(kept.note.session_id or ""),
        day=kept.note.day,
        first=kept.first,
        ever_first=kept.ever_first,
        stays_open=stay_open,
        doubtful=doubtful and bool(message.text),
        choices=choices if kept.first else (),
        gone=draft.subject.session_id is not None and kept.note.session_id is None,
    )
    await reply(update, context, shown, quote=message)


async def _stored(context: Context, piece: Piece, draft: Draft, *, stay_open: bool) -> Kept | None:
    desk = context.desk
    try:
        return await desk.db.write(
            writing.keep,
            desk.agenda,
            person_id=context.person_id,
            piece=piece,
            draft=draft,
            now=desk.now(),
            stay_open=stay_open,
        )
    except SQLAlchemyError as error:  # a full disk above all: nothing may be acknowledged
        log.error("a piece of a note is not stored: %s", type(error).__name__)
        return None


async def _without_refused_file(
    update: Update, context: Context, message: Message, piece: Piece
) -> Piece | None:
    """The piece as it can be kept; None if there is nothing of it but a file that cannot."""
    refusal = piece.file.refusal if piece.file is not None else None
    if refusal is None or piece.file is None:
        return piece
    shown = texts.file_refused(context.language, refusal, piece.file)
    await reply(update, context, shown, quote=message)
    return None if piece.blank else replace(piece, file=None)


async def _mark(context: Context, message: Message) -> bool:
    """Marks the message as kept; False where Telegram has no such mark for it."""
    try:
        await context.bot.set_message_reaction(message.chat_id, message.message_id, _SEEN)
    except BadRequest:
        return False
    return True


def _what(context: Context, message: Message) -> str:
    kind = next((kind for kind in _KINDS if getattr(message, kind)), "other")
    return str(context.say(f"kind.{kind}"))
