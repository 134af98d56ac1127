"""``/materi``: files and links of sessions; organizers add and remove them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from telegram import Message, Update
from telegram.error import BadRequest

from bot.domain.agenda import Session
from bot.domain.files import Refusal
from bot.domain.materials import LARGEST, LINK, MOST, Handout, link_of, title_of
from bot.domain.people import Role
from bot.services import materials, talking
from bot.services.materials import Offered
from bot.texts import materials as texts
from bot.texts.rendered import Rendered
from handlers.context import Context
from handlers.guards import organizers_only
from handlers.note_messages import piece_of
from handlers.replies import reply, show, toast
from handlers.sessions import pressed_session

AWAITED = "material"


async def overview(update: Update, context: Context) -> None:
    """``/materi``: sessions that have any."""
    await reply(update, context, _overview(context, 0))


async def turn_page(update: Update, context: Context) -> None:
    """Another page of them, in place."""
    assert context.match is not None
    await toast(update)
    await show(update, context, _overview(context, int(context.match.group(1))))


async def of_session(update: Update, context: Context) -> None:
    """The materials of one session, as a message of its own."""
    session = await pressed_session(update, context)
    if session is not None:
        await toast(update)
        await reply(update, context, listing(context, session))


async def send(update: Update, context: Context) -> None:
    """One file."""
    assert context.match is not None
    handout = materials.find(context.desk, int(context.match.group(1)))
    if handout is None or handout.kind == LINK:
        await toast(update, context.say("material.gone"), alert=True)
        return
    await toast(update)
    try:
        await _send(update, context, handout)
    except BadRequest:  # Telegram does not know the file any more
        await context.desk.db.write(materials.report_lost, context.desk, handout)
        context.desk.posted()
        await reply(update, context, context.say("material.not_sent", title=handout.title))


@organizers_only
async def choose_session(update: Update, context: Context) -> None:
    """The sessions of a day, to add something to one."""
    assert context.match is not None
    try:
        day = date.fromisoformat(context.match.group(1))
    except ValueError:
        await toast(update, context.say("general.expired_button"), alert=True)
        return
    desk = context.desk
    await toast(update)
    shown = texts.sessions_of_day(desk.agenda, desk.handouts, day, context.language)
    await show(update, context, shown)


@organizers_only
async def ask(update: Update, context: Context) -> None:
    """Asks for a file or link."""
    session = await pressed_session(update, context)
    if session is None:
        return
    await toast(update)
    await context.expect(AWAITED, {"session": session.id})
    await reply(update, context, context.say("material.ask", s=session))


async def receive(update: Update, context: Context, details: Mapping[str, Any]) -> bool:
    """What was asked for, or more of it; False if the message is about something else.

    After the first, a text without a link ends the adding.
    """
    message, desk = update.effective_message, context.desk
    assert message is not None
    session = desk.agenda.find(str(details.get("session")))
    if context.person.role is not Role.ORGANIZER or session is None:
        await desk.db.write(talking.forget, message.chat_id)
        return False
    offered = await _offered(update, context, message, first=not details.get("begun"))
    if isinstance(offered, bool):
        await desk.db.write(talking.forget, message.chat_id)
        return False
    if offered is not None and await _add(update, context, message, session, offered):
        await context.expect(AWAITED, {"session": session.id, "begun": True})
    return True


async def take(update: Update, context: Context, message: Message, session: Session) -> None:
    """A file that was sent without being asked for becomes one of the session's."""
    offered = await _offered(update, context, message, first=True)
    if isinstance(offered, Offered):
        await _add(update, context, message, session, offered)


async def _add(
    update: Update, context: Context, message: Message, session: Session, offered: Offered
) -> bool:
    desk = context.desk
    done = await desk.db.write(
        materials.add,
        desk,
        offered,
        session_id=session.id,
        author_id=context.person_id,
        message_id=message.message_id,
    )
    if done is None:
        await reply(update, context, context.say("material.full", most=MOST))
        return False
    desk.hand_out(done.handouts)
    untold = sum(each.told_at is None for each in desk.handouts.get(session.id, ()))
    shown = texts.added(session, done.material.title, untold, context.language)
    await reply(update, context, shown, quote=True)
    return True


@organizers_only
async def remove(update: Update, context: Context) -> None:
    """Takes one away; the way back stands in its place."""
    assert context.match is not None
    number = int(context.match.group(1))
    done = await context.desk.db.write(materials.remove, context.desk, material_id=number)
    if done is None:
        await toast(update, context.say("material.gone"), alert=True)
        return
    context.desk.hand_out(done.handouts)
    await toast(update)
    await show(update, context, texts.removed(number, done.material.title, context.language))


@organizers_only
async def restore(update: Update, context: Context) -> None:
    """Brings it back."""
    assert context.match is not None
    desk = context.desk
    done = await desk.db.write(materials.restore, material_id=int(context.match.group(1)))
    session = desk.agenda.find(done.material.session_id) if done is not None else None
    if done is None or session is None:
        await toast(update, context.say("material.gone"), alert=True)
        return
    desk.hand_out(done.handouts)
    await toast(update)
    await show(update, context, listing(context, session))


@organizers_only
async def tell(update: Update, context: Context) -> None:
    """Tells everybody of what is new, once."""
    session = await pressed_session(update, context)
    if session is None:
        return
    desk = context.desk
    untold = any(each.told_at is None for each in desk.handouts.get(session.id, ()))
    count, handouts = await desk.db.write(
        materials.tell, desk, session=session, author_id=context.person_id
    )
    desk.hand_out(handouts)
    key = "material.told" if untold else "material.told_already"
    await toast(update, context.say(key, count=count), alert=True)


def listing(context: Context, session: Session) -> Rendered:
    """The materials of a session as this person sees them."""
    return texts.of_session(
        context.desk.agenda,
        session,
        context.desk.handouts.get(session.id, ()),
        context.language,
        organizer=context.person.role is Role.ORGANIZER,
    )


def _overview(context: Context, page: int) -> Rendered:
    desk, event = context.desk, context.desk.agenda.event
    today = desk.today()
    return texts.overview(
        desk.agenda,
        desk.handouts,
        page,
        context.language,
        organizer=context.person.role is Role.ORGANIZER,
        day=today if event.start <= today <= event.end else event.start,
    )


async def _offered(
    update: Update, context: Context, message: Message, *, first: bool
) -> Offered | bool | None:
    """What the message offers; None after saying why it is not taken; False: it is no offer."""
    piece = piece_of(message)
    file = piece.file if piece is not None and not message.video_note else None
    if file is None:
        link = link_of(message.text or "")
        if link is not None:
            return Offered(link[0], LINK, link[1])
        if message.text and not first:
            return False
        await reply(update, context, context.say("material.wanted"))
        return None
    refusal = file.refusal_above(LARGEST)
    if refusal is not None:
        key = "material.program" if refusal is Refusal.PROGRAM else "material.too_large"
        await reply(update, context, context.say(key, name=file.name), quote=True)
        return None
    name = (
        context.say("material.photo", at=context.desk.now()) if file.kind == "photo" else file.name
    )
    return Offered(title_of(message.caption or "", fallback=name), file.kind, file.file_id)


async def _send(update: Update, context: Context, handout: Handout) -> None:
    assert update.effective_chat is not None
    parameters = {
        "chat_id": update.effective_chat.id,
        handout.kind: handout.address,
        "caption": handout.title,
    }
    await context.bot.do_api_request(f"send{handout.kind}", parameters)
