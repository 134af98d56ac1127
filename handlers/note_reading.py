"""Reading one's own notes, changing and deleting them. Only the owner's id is ever used."""

from collections.abc import Mapping
from typing import Any

from telegram import Update

from bot.services import reflecting, talking
from bot.store.tables import Note
from bot.texts import notes as texts
from bot.texts.notes import NoteLine
from bot.texts.rendered import Rendered
from handlers.context import Context
from handlers.note_writing import expect_rest
from handlers.replies import reply, show, toast


async def list_notes(update: Update, context: Context) -> None:
    """``/catatan``: own notes, newest first."""
    page = await context.desk.db.read(reflecting.page, person_id=context.person_id, first=0)
    await reply(update, context, _listing(context, page))


async def turn_page(update: Update, context: Context) -> None:
    """Another page of the list, in place."""
    assert context.match is not None
    first = int(context.match.group(1))
    page = await context.desk.db.read(reflecting.page, person_id=context.person_id, first=first)
    await toast(update)
    await show(update, context, _listing(context, page))


async def view(update: Update, context: Context) -> None:
    """One note whole."""
    note, first = await _pressed(update, context)
    if note is None:
        return
    await toast(update)
    head, *rest = texts.view(context.language, _line(context, note), first=first)
    await show(update, context, head)
    for part in rest:
        await reply(update, context, part)


async def ask_edit(update: Update, context: Context) -> None:
    """Asks for the new text of a note."""
    note, _ = await _pressed(update, context)
    if note is None:
        return
    await toast(update)
    await context.expect("note_edit", {"note": note.id})
    await reply(update, context, context.say("note.ask_edit"))


async def receive_edit(update: Update, context: Context, details: Mapping[str, Any]) -> None:
    """The new text of a note."""
    message = update.effective_message
    assert message is not None and message.text is not None
    if not message.text.strip():
        await reply(update, context, context.say("note.empty"))
        return
    note = await context.desk.db.write(
        reflecting.rewrite,
        person_id=context.person_id,
        note_id=details["note"],
        text=message.text,
        now=context.desk.now(),
    )
    if note is None:
        await context.desk.db.write(talking.forget, message.chat_id)
        await reply(update, context, context.say("note.gone"))
        return
    await expect_rest(context, message, note)
    await reply(update, context, context.say("note.edited"))


async def ask_delete(update: Update, context: Context) -> None:
    """Asks before deleting a note."""
    note, first = await _pressed(update, context)
    if note is not None:
        await toast(update)
        shown = texts.ask_delete(context.language, note.id or 0, first=first)
        await show(update, context, shown)


async def delete(update: Update, context: Context) -> None:
    """Deletes a note and goes back to the list."""
    assert context.match is not None
    note_id, first = int(context.match.group(1)), int(context.match.group(2) or 0)
    person_id, db = context.person_id, context.desk.db
    gone = await db.write(reflecting.delete, person_id=person_id, note_id=note_id)
    await toast(update, context.say("note.deleted" if gone else "note.gone"))
    page = await db.read(reflecting.page, person_id=person_id, first=first)
    await show(update, context, _listing(context, page))


async def _pressed(update: Update, context: Context) -> tuple[Note | None, int]:
    assert context.match is not None
    note_id, first = int(context.match.group(1)), int(context.match.group(2) or 0)
    note = await context.desk.db.read(
        reflecting.find, person_id=context.person_id, note_id=note_id
    )
    if note is None:
        await toast(update, context.say("note.gone"), alert=True)
    return note, first


def _line(context: Context, note: Note) -> NoteLine:
    session = context.desk.agenda.find(note.session_id) if note.session_id else None
    return NoteLine(note.id or 0, note.day, session.title if session else None, note.text)


def _listing(context: Context, page: reflecting.Page) -> Rendered:
    lines = [_line(context, note) for note in page.notes]
    size = reflecting.PAGE
    return texts.listing(context.language, lines, first=page.first, total=page.total, size=size)
