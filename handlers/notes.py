"""Reflection notes: writing, reading, changing, deleting. Only the owner's id is ever used."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from telegram import Message, Update

from bot.domain.agenda import Session
from bot.services import reflecting, talking
from bot.store.tables import Note
from bot.texts import notes as texts
from bot.texts.notes import NoteLine
from bot.texts.rendered import Rendered
from handlers.context import Context
from handlers.replies import behind_command, quoted_text, reply, show, toast

_CUT = 3500
"""A phone cuts what is too long for one message near 4096 characters, at a word or line."""
_COMMAND = re.compile(r"/(refleksi|reflect)(@\w+)?(?=\s|$)", re.IGNORECASE)
_REST_WITHIN = timedelta(seconds=2)
"""The pieces of a cut text arrive together."""


async def reflect(update: Update, context: Context) -> None:
    """``/refleksi``: alone asks what about; with words behind it keeps them at once."""
    assert update.effective_message is not None
    words = behind_command(update.effective_message)
    now = context.desk.now()
    if words:
        await _keep(update, context, words, session=None, day=None)
        return
    sessions = reflecting.reflectable(context.desk.agenda, now)
    today = context.desk.today()
    if sessions:
        await reply(update, context, texts.choose(context.language, sessions[:6], today))
    else:
        await _ask(update, context, session=None, day=today)


async def reflect_on(update: Update, context: Context) -> None:
    """A button to reflect on a session, or on a day."""
    assert context.match is not None
    subject = context.match.group(1)
    session = context.desk.agenda.by_ref(subject)
    day = context.desk.agenda.day_of(session) if session else _day(subject)
    if day is None:
        await toast(update, context.say("general.expired_button"), alert=True)
        return
    await toast(update)
    await _ask(update, context, session=session, day=day)


async def receive(update: Update, context: Context, details: Mapping[str, Any]) -> None:
    """The text of a note that was asked for."""
    message = update.effective_message
    assert message is not None and message.text is not None
    agenda = context.desk.agenda
    session = agenda.find(details["session"]) if details.get("session") else None
    await _keep(update, context, message.text, session=session, day=_day(details.get("day")))


async def receive_rest(update: Update, context: Context, details: Mapping[str, Any]) -> bool:
    """The second half of a note that the phone cut in two; False if this is something else."""
    message = update.effective_message
    assert message is not None and message.text is not None
    if message.date.timestamp() - details["date"] > _REST_WITHIN.total_seconds():
        return False
    note = await context.desk.db.write(
        reflecting.append,
        person_id=context.person_id,
        note_id=details["note"],
        text=message.text,
        now=context.desk.now(),
    )
    if note is None:
        return False
    await _expect_rest(context, message, note)
    await reply(update, context, context.say("note.appended"))
    return True


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
    await _expect_rest(context, message, note)
    await reply(update, context, context.say("note.edited"))


async def receive_prompted(update: Update, context: Context, day: date) -> None:
    """A reply to the evening prompt."""
    message = update.effective_message
    assert message is not None and message.text is not None
    await _keep(update, context, message.text, session=None, day=day)


async def keep_question(update: Update, context: Context) -> None:
    """A text that was no question after all is kept as a note."""
    message = quoted_text(update)
    if message is None or message.text is None:
        await toast(update, context.say("general.question_gone"), alert=True)
        return
    await toast(update)
    await _keep(update, context, message.text, session=None, day=None, source=message)


async def follow_edit(update: Update, context: Context) -> None:
    """The person edited a Telegram message: the note made of it follows.

    A note that came in several messages does not: one of them would take the place of all.
    """
    message = update.edited_message
    if message is None or not message.text:
        return
    text = behind_command(message) if _COMMAND.match(message.text) else message.text
    if not text.strip():
        return
    followed = await context.desk.db.write(
        reflecting.rewrite_message,
        person_id=context.person_id,
        source=(message.chat_id, message.message_id),
        text=text,
        now=context.desk.now(),
    )
    if followed is not None:
        key = "note.follows_edit" if followed else "note.edit_in_list"
        await reply(update, context, context.say(key))


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
    await _expect(update, context, "note_edit", {"note": note.id})
    await reply(update, context, context.say("note.ask_edit"))


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


async def _ask(update: Update, context: Context, *, session: Session | None, day: date) -> None:
    details = {"session": session.id if session else None, "day": day.isoformat()}
    await _expect(update, context, "note", details)
    asked = texts.ask(context.desk.agenda, context.language, session=session, day=day)
    await reply(update, context, asked)


async def _expect(
    update: Update, context: Context, awaiting: str, details: Mapping[str, Any]
) -> None:
    assert update.effective_chat is not None
    await context.desk.db.write(
        talking.expect,
        update.effective_chat.id,
        awaiting,
        now=context.desk.now(),
        details=details,
    )


async def _keep(
    update: Update,
    context: Context,
    text: str,
    *,
    session: Session | None,
    day: date | None,
    source: Message | None = None,
) -> None:
    message = source or update.effective_message
    assert message is not None
    if not text.strip():
        await reply(update, context, context.say("note.empty"))
        return
    note = await context.desk.db.write(
        reflecting.record,
        context.desk.agenda,
        person_id=context.person_id,
        text=text,
        session_id=session.id if session else None,
        day=day,
        source=(message.chat_id, message.message_id),
        now=context.desk.now(),
    )
    await _expect_rest(context, message, note)
    await reply(update, context, context.say("note.saved", session=session))


async def _expect_rest(context: Context, message: Message, note: Note) -> None:
    if len(message.text or "") < _CUT:
        await context.desk.db.write(talking.forget, message.chat_id)
        return
    details = {"note": note.id, "date": message.date.timestamp()}
    now = context.desk.now()
    await context.desk.db.write(
        talking.expect, message.chat_id, "note_rest", now=now, details=details
    )


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


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
