"""A change of the rundown before it is in force: proposed, shown, changed once more."""

from datetime import date, datetime

from telegram import Update

from bot.domain.agenda import Agenda, Session
from bot.domain.rescheduling import Do, Edit, Impossible, following
from bot.services import rescheduling
from bot.services.rescheduling import Drafted, Refusal
from bot.texts import changes as texts
from bot.texts.rendered import Rendered
from handlers.context import Context
from handlers.replies import reply, show, toast


async def propose(update: Update, context: Context, edit: Edit) -> None:
    desk = context.desk
    try:
        found = await desk.db.write(
            rescheduling.draft, desk, author_id=context.person_id, edit=edit
        )
    except Impossible as impossible:
        await reply(update, context, context.say(f"change.impossible_{impossible.reason}"))
        return
    await reply(update, context, preview(context, found))


def preview(context: Context, found: Drafted) -> Rendered:
    return texts.preview(found.preview, found.old, found.new, context.language)


async def show_draft(update: Update, context: Context, found: Drafted | Refusal) -> None:
    """What a button on a draft led to, short of being done."""
    if isinstance(found, Refusal):
        facts = {"version": context.desk.agenda.version} if found is Refusal.OVERTAKEN else {}
        await toast(update, context.say(found.value, **facts)[:200], alert=True)
        return
    await toast(update)
    await show(update, context, preview(context, found))


def shifted(agenda: Agenda, session: Session, minutes: int, *, alone: bool, now: datetime) -> Edit:
    """A delay carries on to what follows that day, unless it is said otherwise.

    What has begun cannot begin at another time any more: it ends later, or earlier.
    """
    reach = (session,) if alone or session.cancelled else following(agenda, session)
    # The first is the one that was meant: what begins with it comes behind.
    ids = dict.fromkeys([session.id, *(s.id for s in reach)])
    running = [s.id for s in (session, *reach) if s.running(now)]
    facts = {"running": list(dict.fromkeys(running))} if running else None
    return Edit(Do.SHIFT, tuple(ids), minutes=minutes, facts=facts)


async def pressed(update: Update, context: Context) -> Session | None:
    assert context.match is not None
    session = context.desk.agenda.by_ref(context.match.group(1))
    if session is None:
        await toast(update, context.say("change.impossible_session_gone"), alert=True)
    return session


async def pressed_day(update: Update, context: Context) -> date | None:
    assert context.match is not None
    try:
        return date.fromisoformat(context.match.group(1))
    except ValueError:
        await toast(update, context.say("general.expired_button"), alert=True)
        return None
