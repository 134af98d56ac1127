"""Changes of the rundown as organizers write them: in plain words, as asked, as a file."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from telegram import Document, Message, Update

from bot.domain.agenda import Session
from bot.domain.orders import Order, read_order
from bot.domain.problems import ProblemsError
from bot.domain.rescheduling import Do, Edit
from bot.services import agenda_uploads, session_entry, talking
from bot.texts.rendered import Button, Rendered
from handlers.context import Context
from handlers.guards import organizers_only
from handlers.replies import quoted_message, reply, toast
from handlers.rundown_drafts import pressed, pressed_day, propose, shifted
from handlers.uploads import content_of, refuse

_LONGEST = {"room": 100, "title": 200, "speakers": 600}
"""Letters of an entered fact."""
_NOTHING = ("-", "–", "—", "tidak ada", "belum ada", "kosong", "none")


async def order(update: Update, context: Context) -> bool:
    """A change typed without a command; False if the text is none."""
    assert update.effective_message is not None
    return await read(update, context, update.effective_message.text or "")


@organizers_only
async def ask_fact(update: Update, context: Context) -> None:
    """Asks for a new time, room, title or speakers."""
    assert context.match is not None
    session, name = await pressed(update, context), context.match.group(2)
    if session is None:
        return
    await toast(update)
    await context.expect("change", {"session": session.id, "field": name})
    await reply(update, context, context.say(f"change.ask_{name}"))


@organizers_only
async def ask_added(update: Update, context: Context) -> None:
    """Asks for a new session of a day."""
    day = await pressed_day(update, context)
    if day is not None:
        await toast(update)
        await context.expect("change", {"day": day.isoformat()})
        await reply(update, context, context.say("change.ask_added", day=day))


@organizers_only
async def ask_file(update: Update, context: Context) -> None:
    """Asks for a whole new rundown."""
    await toast(update)
    await context.expect("change", {"file": True})
    await reply(update, context, context.say("change.ask_file"))


@organizers_only
async def receive(update: Update, context: Context) -> None:
    """The text or the file that was asked for."""
    message, dialogue = update.effective_message, context.dialogue
    assert message is not None and dialogue is not None
    if "file" in dialogue.details:
        await _receive_file(update, context, message)
        return
    if not message.text:
        await reply(update, context, context.say("change.text_wanted"))
        return
    edit = await _entered(update, context, dialogue.details, message.text or "")
    if edit is not None:
        await context.desk.db.write(talking.forget, message.chat_id)
        await propose(update, context, edit)


async def _receive_file(update: Update, context: Context, message: Message) -> None:
    if message.document is None:
        await reply(update, context, context.say("change.file_wanted"))
        return
    if await take(update, context, message.document):
        await context.desk.db.write(talking.forget, message.chat_id)


async def take(update: Update, context: Context, document: Document) -> bool:
    """What a file's rundown would change, or what is wrong with it; False: nothing came of it."""
    content = await content_of(update, context, document)
    if content is None:
        return False
    name = document.file_name or ""
    try:
        edit = await agenda_uploads.read(
            context.desk.agenda, content, name, language=context.language
        )
    except ProblemsError as error:
        await refuse(update, context, "change.wrong_file", error)
        return False
    await propose(update, context, edit)
    return True


async def read(update: Update, context: Context, words: str) -> bool:
    agenda = context.desk.agenda
    order = read_order(words, agenda, context.desk.now())
    if order is None:
        return False
    sessions = [s for session_id in order.sessions if (s := agenda.find(session_id))]
    if not sessions:
        await reply(update, context, context.say("change.nothing_on"))
    elif len(sessions) > 1:
        rows = tuple(
            (Button(_label(context, session), f"g:o:{session.ref}"),) for session in sessions[:8]
        )
        await reply(update, context, Rendered(context.say("change.which"), rows), quote=True)
    else:
        await propose(update, context, _ordered(context, order, sessions[0]))
    return True


@organizers_only
async def for_session(update: Update, context: Context) -> None:
    """The session that an order was about: the order stands in the message that is quoted."""
    session, message = await pressed(update, context), quoted_message(update)
    if session is None:
        return
    words = message.text or "" if message is not None else ""
    if words.startswith("/"):
        words = words.partition(" ")[2]
    order = read_order(words, context.desk.agenda, context.desk.now())
    if order is None:
        await toast(update, context.say("general.question_gone"), alert=True)
        return
    await toast(update)
    await propose(update, context, _ordered(context, order, session))


def _ordered(context: Context, order: Order, session: Session) -> Edit:
    desk = context.desk
    if order.do is Do.SHIFT:
        alone = order.following is False
        return shifted(desk.agenda, session, order.minutes, alone=alone, now=desk.now())
    facts = {
        name: value
        for name, value in (
            ("start", order.start.isoformat() if order.start else None),
            ("room", order.room),
        )
        if value
    }
    return Edit(order.do, (session.id,), facts=facts)


async def _entered(
    update: Update, context: Context, details: Mapping[str, Any], words: str
) -> Edit | None:
    """The edit that an entered text makes; None after saying what is wrong with it."""
    agenda, now = context.desk.agenda, context.desk.now()
    if "day" in details:
        day = date.fromisoformat(details["day"])
        facts = session_entry.new_session(words, agenda, day)
        if facts is None:
            await reply(update, context, context.say("change.added_unclear"))
            return None
        return Edit(Do.ADD, facts=facts)
    session, name = agenda.find(details["session"]), str(details["field"])
    if session is None:
        await context.desk.db.write(talking.forget, context.person.chat_id or 0)
        await reply(update, context, context.say("change.impossible_session_gone"))
        return None
    if name == "time":
        times = session_entry.new_times(words, agenda, session, now)
        if times is None:
            await reply(update, context, context.say("change.time_unclear"))
            return None
        return Edit(Do.AMEND, (session.id,), facts=times)
    value = words.strip()
    if len(value) > _LONGEST[name] or not value:
        await reply(update, context, context.say("change.too_long", limit=_LONGEST[name]))
        return None
    if value.casefold() in _NOTHING and name in ("room", "speakers"):
        return Edit(Do.AMEND, (session.id,), facts={name: [] if name == "speakers" else None})
    lines = [line.strip() for line in value.splitlines() if line.strip()]
    return Edit(Do.AMEND, (session.id,), facts={name: lines if name == "speakers" else lines[0]})


def _label(context: Context, session: Session) -> str:
    when = context.say("change.pick", s=session)
    return f"{context.say('change.short_day', day=context.desk.agenda.day_of(session))} {when}"
