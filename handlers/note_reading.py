"""Reading one's own notes, changing and deleting them. Only the owner's id is ever used."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from typing import Any

from telegram import Message, Update
from telegram.error import BadRequest, NetworkError

from bot.domain.drafts import Draft, Subject
from bot.domain.notes import FOUND, UNDO, Place
from bot.services import filing, reading, talking, writing
from bot.services.reading import Opened, Page
from bot.services.writing import WRITING
from bot.store.tables import Attachment, Note
from bot.texts import note_reading as texts
from bot.texts.note_reading import NoteLine, Whole
from bot.texts.rendered import Rendered
from handlers.context import Context
from handlers.note_messages import piece_of
from handlers.replies import behind_command, quoted_text, reply, show, toast

log = logging.getLogger(__name__)

Sender = Callable[..., Coroutine[Any, Any, Message]]


async def list_notes(update: Update, context: Context) -> None:
    """``/catatan``: own notes, newest first; with words behind it those that hold the words."""
    message = update.effective_message
    assert message is not None
    if words := behind_command(message):
        await _answer_search(update, context, words)
        return
    page = await _page(context, Place())
    assert page is not None
    await reply(update, context, _listing(context, page))


async def turn_page(update: Update, context: Context) -> None:
    """Another page, or other notes, in place."""
    assert context.match is not None
    await _show_list(update, context, Place.parse(context.match.group(1)))


async def choose_by(update: Update, context: Context) -> None:
    """The days, or the sessions, that have notes."""
    assert context.match is not None
    kind, first = context.match.group(1), int(context.match.group(2))
    db, person_id = context.desk.db, context.person_id
    await toast(update)
    if kind == "d":
        days = await db.read(reading.days, person_id=person_id)
        await show(update, context, texts.days(context.language, days, first=first))
        return
    sessions = await db.read(reading.sessions, context.desk.agenda, person_id=person_id)
    await show(update, context, texts.sessions(context.language, sessions, first=first))


async def ask_words(update: Update, context: Context) -> None:
    """Asks what to look for."""
    await toast(update)
    await context.expect("note_search", {})
    await reply(update, context, context.say("notes.ask_words"))


async def receive_words(update: Update, context: Context) -> None:
    """What to look for."""
    message = update.effective_message
    assert message is not None and message.text is not None
    await _answer_search(update, context, message.text)


async def view(update: Update, context: Context) -> None:
    """One note whole."""
    opened, place = await _pressed(update, context)
    if opened is not None:
        await toast(update)
        await show_note(update, context, opened, place)


async def show_version(update: Update, context: Context) -> None:
    """What a note said before."""
    assert context.match is not None
    number = int(context.match.group(2))
    opened, place = await _pressed(update, context)
    if opened is None:
        return
    earlier = list(reversed(opened.versions))
    if not 1 <= number <= len(earlier):
        await toast(update, context.say("notes.version_gone"), alert=True)
        return
    await toast(update)
    chosen = earlier[number - 1]
    parts = texts.version(
        context.language,
        context.desk.zone,
        body=chosen.text,
        number=number,
        of=len(earlier) + 1,
        until=chosen.replaced_at,
        back=place,
        note_id=opened.note.id or 0,
    )
    await _show_all(update, context, parts)


async def send_files(update: Update, context: Context) -> None:
    """The files of a note, each as a message."""
    opened, _ = await _pressed(update, context)
    if opened is None:
        return
    await toast(update)
    for file in opened.files:
        try:
            sent = await _send_again(context, file) or await _send_kept(context, file)
            trouble = None if sent else "notes.file_gone"
        except NetworkError as error:
            log.warning("attachment %s not sent: %s", file.id, type(error).__name__)
            trouble = "notes.file_unsent"
        if trouble:
            await reply(update, context, context.say(trouble, name=file.file_name))


async def go_on(update: Update, context: Context) -> None:
    """Opens a note again: what is sent next belongs to it."""
    opened, _ = await _pressed(update, context)
    if opened is None:
        return
    await toast(update)
    note = opened.note
    draft = Draft(Subject(note.day, note.session_id), note.id)
    await context.expect(WRITING, draft.to_details())
    await reply(update, context, context.say("notes.ask_more"))


async def ask_edit(update: Update, context: Context) -> None:
    """Asks for the new text of a note."""
    opened, _ = await _pressed(update, context)
    if opened is None:
        return
    await toast(update)
    await context.expect("note_edit", {"note": opened.note.id})
    await reply(update, context, context.say("notes.ask_edit"))


async def receive_edit(update: Update, context: Context, details: Mapping[str, Any]) -> None:
    """The new text of a note."""
    message = update.effective_message
    assert message is not None and message.text is not None
    piece = piece_of(message)
    if piece is None or piece.blank:
        await reply(update, context, context.say("note.empty"))
        return
    note = await context.desk.db.write(
        writing.rewrite,
        person_id=context.person_id,
        note_id=details["note"],
        piece=piece,
        now=context.desk.now(),
    )
    if note is None:
        await context.desk.db.write(talking.forget, message.chat_id)
        await reply(update, context, context.say("notes.gone"))
        return
    await reply(update, context, texts.edited(context.language, note.id or 0))


async def delete(update: Update, context: Context) -> None:
    """Deletes a note; the way back stands in its place."""
    assert context.match is not None
    note_id, place = int(context.match.group(1)), Place.parse(context.match.group(2))
    note = await context.desk.db.write(
        reading.remove, person_id=context.person_id, note_id=note_id, now=context.desk.now()
    )
    if note is None or note.deleted_at is None:
        await toast(update, context.say("notes.gone"), alert=True)
        return
    await toast(update)
    line, until = line_of(context, note), note.deleted_at + UNDO
    shown = texts.removed(context.language, context.desk.zone, line, until=until, place=place)
    await show(update, context, shown)


async def undo(update: Update, context: Context) -> None:
    """Brings a deleted note back."""
    assert context.match is not None
    note_id, place = int(context.match.group(1)), Place.parse(context.match.group(2))
    db, person_id = context.desk.db, context.person_id
    back = await db.write(
        reading.bring_back, person_id=person_id, note_id=note_id, now=context.desk.now()
    )
    opened = await db.read(reading.opened, person_id=person_id, note_id=note_id) if back else None
    if opened is None:
        await toast(update, context.say("notes.too_late"), alert=True)
        return
    await toast(update, context.say("notes.restored"))
    await show_note(update, context, opened, place)


async def show_note(update: Update, context: Context, opened: Opened, place: Place) -> None:
    """Puts a note in the place of the message whose button was pressed."""
    line = line_of(context, opened.note, files=len(opened.files))
    whole = Whole(line, opened.note.created_at, len(opened.versions) + 1)
    parts = texts.view(context.language, context.desk.zone, whole, place=place)
    await _show_all(update, context, parts)


def line_of(context: Context, note: Note, *, files: int = 0) -> NoteLine:
    """A note as lists show it."""
    session = context.desk.agenda.find(note.session_id) if note.session_id else None
    title = session.title if session else None
    return NoteLine(note.id or 0, note.day, title, note.text, note.sharing, files)


async def _answer_search(update: Update, context: Context, words: str) -> None:
    """The answer is tied to the message with the words: its further pages find them there."""
    page = await _page(context, FOUND, words)
    assert update.effective_chat is not None
    if page is None:
        await context.expect("note_search", {})
        await reply(update, context, context.say("notes.no_words"))
        return
    await context.desk.db.write(talking.forget, update.effective_chat.id)
    await reply(update, context, _listing(context, page, words), quote=True)


async def _show_list(update: Update, context: Context, place: Place) -> None:
    words = _words_of(quoted_text(update)) if place.scope == FOUND.scope else ""
    page = await _page(context, place, words)
    if page is None:
        await toast(update, context.say("notes.words_gone"), alert=True)
        return
    await toast(update)
    await show(update, context, _listing(context, page, words))


def _words_of(message: Message | None) -> str:
    if message is None or message.text is None:
        return ""
    return behind_command(message) if message.text.startswith("/") else message.text


async def _page(context: Context, place: Place, words: str | None = None) -> Page | None:
    return await context.desk.db.read(
        reading.page, context.desk.agenda, person_id=context.person_id, place=place, words=words
    )


def _listing(context: Context, page: Page, words: str = "") -> Rendered:
    lines = [
        replace(line_of(context, note, files=page.files.get(note.id or 0, 0)), wanted=page.wanted)
        for note in page.notes
    ]
    session = context.desk.agenda.by_ref(page.place.session_ref or "")
    return texts.listing(
        context.language,
        lines,
        place=page.place,
        total=page.total,
        size=reading.PAGE,
        title=session.title if session else None,
        words=words,
    )


async def _pressed(update: Update, context: Context) -> tuple[Opened | None, Place]:
    """The own note that the button names (first group), and the list it was reached from (last).

    Tells the person where there is no such note.
    """
    assert context.match is not None
    groups = context.match.groups()
    place = Place.parse(groups[-1]) if len(groups) > 1 else Place()
    opened = await context.desk.db.read(
        reading.opened, person_id=context.person_id, note_id=int(groups[0])
    )
    if opened is None:
        await toast(update, context.say("notes.gone"), alert=True)
    return opened, place


async def _show_all(update: Update, context: Context, parts: list[Rendered]) -> None:
    head, *rest = parts
    await show(update, context, head)
    for part in rest:
        await reply(update, context, part)


async def _send_again(context: Context, file: Attachment) -> bool:
    """By Telegram's own name for it; to the owner's chat, wherever the button came from."""
    chat_id, bot = context.person.chat_id, context.bot
    assert chat_id is not None
    senders: dict[str, Sender] = {
        "voice": bot.send_voice,
        "photo": bot.send_photo,
        "audio": bot.send_audio,
        "video": bot.send_video,
    }
    other: Sender = bot.send_document
    try:
        await senders.get(file.kind, other)(chat_id, file.file_id)
    except BadRequest:  # Telegram knows it no longer, or another bot had taken it in
        return False
    return True


async def _send_kept(context: Context, file: Attachment) -> bool:
    """From our own disk."""
    chat_id, desk = context.person.chat_id, context.desk
    assert chat_id is not None
    async with desk.downloads:
        content = await asyncio.to_thread(filing.content, desk.attachments, file.digest)
        if content is None:
            return False
        await context.bot.send_document(chat_id, content, filename=file.file_name)
    return True
