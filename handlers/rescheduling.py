"""``/ubah``: changing the rundown by buttons. For organizers."""

from datetime import date

from telegram import Update

from bot.domain.rescheduling import Do, Edit, Impossible
from bot.services import rescheduling
from bot.services.rescheduling import Applied
from bot.services.seconding import What as Second
from bot.texts import changes as texts
from bot.texts.rendered import Rendered
from handlers import rundown_entry
from handlers.context import Context
from handlers.four_eyes import seconded
from handlers.guards import organizers_only
from handlers.replies import behind_command, reply, show, toast
from handlers.rundown_drafts import pressed, pressed_day, preview, propose, shifted, show_draft


@organizers_only
async def begin(update: Update, context: Context) -> None:
    """``/ubah``: a day's sessions to choose from; with words behind it the change itself."""
    assert update.effective_message is not None
    words = behind_command(update.effective_message)
    if not words:
        await reply(update, context, _day(context, _first_day(context)))
    elif not await rundown_entry.read(update, context, words):
        await reply(update, context, context.say("change.not_understood"))


@organizers_only
async def turn_to_day(update: Update, context: Context) -> None:
    """Another day's sessions, in place."""
    day = await pressed_day(update, context)
    if day is not None:
        await toast(update)
        await show(update, context, _day(context, day))


@organizers_only
async def pick(update: Update, context: Context) -> None:
    """What can be done to one session."""
    session = await pressed(update, context)
    if session is not None:
        await toast(update)
        menu = texts.session_menu(context.desk.agenda, session, context.language)
        await show(update, context, menu)


@organizers_only
async def shift(update: Update, context: Context) -> None:
    """So many minutes later or earlier, by button."""
    assert context.match is not None
    session = await pressed(update, context)
    if session is None:
        return
    await toast(update)
    minutes, desk = int(context.match.group(2)), context.desk
    edit = shifted(desk.agenda, session, minutes, alone=False, now=desk.now())
    await propose(update, context, edit)


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
    await show_draft(update, context, found)


@organizers_only
@seconded(Second.RUNDOWN)
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
        await show_draft(update, context, done)
        return
    desk.agenda = done.agenda
    desk.changed()
    await toast(update)
    shown = texts.applied(done.changes, done.agenda, context.language, told=done.told)
    await show(update, context, shown)


@organizers_only
async def audience(update: Update, context: Context) -> None:
    """The names of those who would be told."""
    assert context.match is not None
    desk, number = context.desk, int(context.match.group(1))
    names = await desk.db.read(rescheduling.audience, desk, edit_id=number)
    if not names:
        await toast(update, context.say("change.draft_gone"), alert=True)
        return
    await toast(update)
    await reply(update, context, texts.audience(names, context.language))


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
    await reply(update, context, preview(context, found))


async def _propose_for(update: Update, context: Context, do: Do) -> None:
    session = await pressed(update, context)
    if session is not None:
        await toast(update)
        await propose(update, context, Edit(do, (session.id,)))


def _day(context: Context, day: date) -> Rendered:
    agenda = context.desk.agenda
    gone = [s for s in agenda.cancelled if agenda.day_of(s) == day]
    sessions = sorted([*agenda.on_day(day), *gone], key=lambda s: (s.start, s.id))
    return texts.sessions_to_change(agenda, day, sessions, context.language)


def _first_day(context: Context) -> date:
    event, today = context.desk.agenda.event, context.desk.today()
    return today if event.start <= today <= event.end else event.start
