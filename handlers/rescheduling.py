"""``/ubah``: changing the rundown by buttons or in one's own words. For organizers."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from telegram import Update

from bot.domain.agenda import Agenda, Session
from bot.domain.orders import Order, read_order
from bot.domain.rescheduling import Do, Edit, Impossible, following
from bot.services import rescheduling, session_entry, talking
from bot.services.rescheduling import Applied, Drafted, Refusal
from bot.texts import changes as texts
from bot.texts.rendered import Button, Rendered
from handlers.context import Context
from handlers.guards import organizers_only
from handlers.replies import behind_command, reply, show, toast

_LONGEST = {"room": 100, "title": 200, "speakers": 600}


@organizers_only
async def begin(update: Update, context: Context) -> None:
    """``/ubah``: a day's sessions to choose from; with words behind it the change itself."""
    assert update.effective_message is not None
    words = behind_command(update.effective_message)
    if not words:
        await reply(update, context, _day(context, _first_day(context)))
    elif not await _order(update, context, words):
        await reply(update, context, context.say("change.not_understood"))


async def order(update: Update, context: Context) -> bool:
    """A change typed without a command; False if the text is none."""
    assert update.effective_message is not None
    return await _order(update, context, update.effective_message.text or "")


@organizers_only
async def turn_to_day(update: Update, context: Context) -> None:
    """Another day's sessions, in place."""
    day = await _pressed_day(update, context)
    if day is not None:
        await toast(update)
        await show(update, context, _day(context, day))


@organizers_only
async def pick(update: Update, context: Context) -> None:
    """What can be done to one session."""
    session = await _pressed(update, context)
    if session is not None:
        await toast(update)
        menu = texts.session_menu(context.desk.agenda, session, context.language)
        await show(update, context, menu)


@organizers_only
async def shift(update: Update, context: Context) -> None:
    """So many minutes later or earlier, by button."""
    assert context.match is not None
    session = await _pressed(update, context)
    if session is None:
        return
    await toast(update)
    minutes = int(context.match.group(2))
    await _propose(update, context, _shifted(context.desk.agenda, session, minutes, alone=False))


@organizers_only
async def ask_fact(update: Update, context: Context) -> None:
    """Asks for a new time, room, title or speakers."""
    assert context.match is not None
    session, name = await _pressed(update, context), context.match.group(2)
    if session is None:
        return
    await toast(update)
    await context.expect("change", {"session": session.id, "field": name})
    await reply(update, context, context.say(f"change.ask_{name}"))


@organizers_only
async def ask_added(update: Update, context: Context) -> None:
    """Asks for a new session of a day."""
    day = await _pressed_day(update, context)
    if day is not None:
        await toast(update)
        await context.expect("change", {"day": day.isoformat()})
        await reply(update, context, context.say("change.ask_added", day=day))


@organizers_only
async def receive(update: Update, context: Context) -> None:
    """The text that was asked for."""
    message, dialogue = update.effective_message, context.dialogue
    assert message is not None and dialogue is not None
    edit = await _entered(update, context, dialogue.details, message.text or "")
    if edit is not None:
        await context.desk.db.write(talking.forget, message.chat_id)
        await _propose(update, context, edit)


@organizers_only
async def cancel(update: Update, context: Context) -> None:
    """The session does not take place."""
    await _propose_for(update, context, Do.CANCEL)


@organizers_only
async def restore(update: Update, context: Context) -> None:
    """A cancelled session takes place after all."""
    await _propose_for(update, context, Do.RESTORE)


@organizers_only
async def rescope(update: Update, context: Context) -> None:
    """The delay for one session, or for all after it as well."""
    assert context.match is not None
    number, alone = int(context.match.group(1)), context.match.group(2) == "one"
    desk = context.desk
    try:
        found = await desk.db.write(rescheduling.rescope, desk, edit_id=number, alone=alone)
    except Impossible as impossible:
        await toast(update, context.say(f"change.impossible_{impossible.reason}"), alert=True)
        return
    await _show_draft(update, context, found)


@organizers_only
async def confirm(update: Update, context: Context) -> None:
    """Puts the change in force and tells everybody, however often it is pressed."""
    assert context.match is not None
    desk = context.desk
    try:
        done = await desk.db.write(
            rescheduling.confirm,
            desk,
            edit_id=int(context.match.group(1)),
            author_id=context.person_id,
        )
    except Impossible as impossible:
        await toast(update, context.say(f"change.impossible_{impossible.reason}"), alert=True)
        return
    if not isinstance(done, Applied):
        await _show_draft(update, context, done)
        return
    desk.agenda = done.agenda
    desk.changed()
    await toast(update)
    shown = texts.applied(done.changes, done.agenda, context.language, told=done.told)
    await show(update, context, shown)


@organizers_only
async def drop(update: Update, context: Context) -> None:
    """Leaves the rundown as it is."""
    assert context.match is not None
    number = int(context.match.group(1))
    dropped = await context.desk.db.write(rescheduling.drop, edit_id=number)
    if not dropped:
        await toast(update, context.say("change.done_already"), alert=True)
        return
    await toast(update)
    await show(update, context, Rendered(context.say("change.dropped")))


@organizers_only
async def history(update: Update, context: Context) -> None:
    """The last versions."""
    past = await context.desk.db.read(rescheduling.history)
    await toast(update)
    shown = texts.history(past, context.language, zone=context.desk.zone)
    await show(update, context, shown)


@organizers_only
async def undo(update: Update, context: Context) -> None:
    """Proposes to go back to the version before."""
    assert context.match is not None
    desk, version = context.desk, int(context.match.group(1))
    try:
        found = await desk.db.write(
            rescheduling.undo, desk, version=version, author_id=context.person_id
        )
    except Impossible as impossible:
        await toast(update, context.say(f"change.impossible_{impossible.reason}"), alert=True)
        return
    await toast(update)
    await reply(update, context, _preview(context, found))


async def _order(update: Update, context: Context, words: str) -> bool:
    agenda = context.desk.agenda
    order = read_order(words, agenda, context.desk.now())
    if order is None:
        return False
    sessions = [s for session_id in order.sessions if (s := agenda.find(session_id))]
    if not sessions:
        await reply(update, context, context.say("change.nothing_on"))
    elif len(sessions) > 1:
        rows = tuple(
            (Button(_label(context, session), f"g:s:{session.ref}"),) for session in sessions[:8]
        )
        await reply(update, context, Rendered(context.say("change.which"), rows))
    else:
        await _propose(update, context, _ordered(agenda, order, sessions[0]))
    return True


def _ordered(agenda: Agenda, order: Order, session: Session) -> Edit:
    if order.do is Do.SHIFT:
        return _shifted(agenda, session, order.minutes, alone=order.following is False)
    facts = {
        name: value
        for name, value in (
            ("start", order.start.isoformat() if order.start else None),
            ("room", order.room),
        )
        if value
    }
    return Edit(order.do, (session.id,), facts=facts)


def _shifted(agenda: Agenda, session: Session, minutes: int, *, alone: bool) -> Edit:
    """A delay carries on to what follows that day, unless it is said otherwise."""
    reach = (session,) if alone or session.cancelled else following(agenda, session)
    # The first is the one that was meant: what begins with it comes behind.
    ids = dict.fromkeys([session.id, *(s.id for s in reach)])
    return Edit(Do.SHIFT, tuple(ids), minutes=minutes)


async def _propose_for(update: Update, context: Context, do: Do) -> None:
    session = await _pressed(update, context)
    if session is not None:
        await toast(update)
        await _propose(update, context, Edit(do, (session.id,)))


async def _propose(update: Update, context: Context, edit: Edit) -> None:
    desk = context.desk
    try:
        found = await desk.db.write(
            rescheduling.draft, desk, author_id=context.person_id, edit=edit
        )
    except Impossible as impossible:
        await reply(update, context, context.say(f"change.impossible_{impossible.reason}"))
        return
    await reply(update, context, _preview(context, found))


async def _show_draft(update: Update, context: Context, found: Drafted | Refusal) -> None:
    """What a button on a draft led to, short of being done."""
    if isinstance(found, Refusal):
        facts = {"version": context.desk.agenda.version} if found is Refusal.OVERTAKEN else {}
        await toast(update, context.say(found.value, **facts)[:200], alert=True)
        return
    await toast(update)
    await show(update, context, _preview(context, found))


def _preview(context: Context, found: Drafted) -> Rendered:
    return texts.preview(found.preview, found.old, found.new, context.language)


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
    lines = [line.strip() for line in value.splitlines() if line.strip()]
    return Edit(Do.AMEND, (session.id,), facts={name: lines if name == "speakers" else lines[0]})


async def _pressed(update: Update, context: Context) -> Session | None:
    assert context.match is not None
    session = context.desk.agenda.by_ref(context.match.group(1))
    if session is None:
        await toast(update, context.say("change.impossible_session_gone"), alert=True)
    return session


async def _pressed_day(update: Update, context: Context) -> date | None:
    assert context.match is not None
    try:
        return date.fromisoformat(context.match.group(1))
    except ValueError:
        await toast(update, context.say("general.expired_button"), alert=True)
        return None


def _day(context: Context, day: date) -> Rendered:
    agenda = context.desk.agenda
    gone = [s for s in agenda.cancelled if agenda.day_of(s) == day]
    sessions = sorted([*agenda.on_day(day), *gone], key=lambda s: (s.start, s.id))
    return texts.sessions_to_change(agenda, day, sessions, context.language)


def _first_day(context: Context) -> date:
    event, today = context.desk.agenda.event, context.desk.today()
    return today if event.start <= today <= event.end else event.start


def _label(context: Context, session: Session) -> str:
    when = context.say("change.pick", s=session)
    return f"{context.say('change.short_day', day=context.desk.agenda.day_of(session))} {when}"
