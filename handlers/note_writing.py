"""Writing reflection notes: from a command, a prompt, a question, an edited message."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from telegram import Message, Update

from bot.domain.agenda import Session
from bot.services import reflecting, talking
from bot.store.tables import Note
from bot.texts import notes as texts
from handlers.context import Context
from handlers.replies import behind_command, quoted_text, reply, toast

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
    await expect_rest(context, message, note)
    await reply(update, context, context.say("note.appended"))
    return True


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


async def _ask(update: Update, context: Context, *, session: Session | None, day: date) -> None:
    details = {"session": session.id if session else None, "day": day.isoformat()}
    await context.expect("note", details)
    asked = texts.ask(context.desk.agenda, context.language, session=session, day=day)
    await reply(update, context, asked)


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
    await expect_rest(context, message, note)
    await reply(update, context, context.say("note.saved", session=session))


async def expect_rest(context: Context, message: Message, note: Note) -> None:
    """After a text that the phone may have cut, the next one may be the rest of it."""
    if len(message.text or "") < _CUT:
        await context.desk.db.write(talking.forget, message.chat_id)
        return
    await context.expect("note_rest", {"note": note.id, "date": message.date.timestamp()})


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
