"""What may be chosen about an announcement before it leaves: for whom, when, with what."""

from datetime import UTC, date, datetime

from telegram import Update

from bot.services import announcement_times, audiences, broadcasting, drafting, talking
from bot.services import announcement_views as views
from bot.services.audiences import Audience
from bot.services.broadcasting import Refusal
from bot.services.drafting import Draft
from bot.texts import announcement_choices as texts
from bot.texts.announcement_choices import Item
from bot.texts.rendered import Rendered
from handlers.announcement_drafts import (
    confirmation,
    expect,
    leave,
    pressed_number,
    preview_of,
    refuse,
)
from handlers.context import Context
from handlers.guards import organizers_only
from handlers.replies import reply, show, toast

_KINDS = {letter: kind for kind, letter in texts.LETTERS.items()}


@organizers_only
async def back(update: Update, context: Context) -> None:
    """Back to the question before sending."""
    found = await context.desk.db.read(drafting.look_at, context.desk, pressed_number(context))
    await _show(update, context, found)


# ------------------------------------------------------------------------------------- for whom


@organizers_only
async def audience(update: Update, context: Context) -> None:
    """The kinds of audience, or the audiences of one kind."""
    assert context.match is not None
    number, letter, page = context.match.groups()
    if await _draft(update, context, int(number)) is None:
        return
    offered = await context.desk.db.read(audiences.offered)
    await toast(update)
    kind = _KINDS.get(letter or "")
    if kind is None or kind not in offered:
        everybody = await context.desk.db.read(audiences.size)
        shown = texts.audience_kinds(
            context.language, int(number), everybody=everybody, kinds=list(offered)
        )
    else:
        items = [Item(each.audience.ref, each.name, each.count) for each in offered[kind]]
        shown = texts.audience_values(
            context.language, int(number), kind=kind, items=items, page=int(page)
        )
    await show(update, context, shown)


@organizers_only
async def everybody(update: Update, context: Context) -> None:
    """It is for everybody again."""
    await _choose(update, context, audience=Audience())


@organizers_only
async def choose_audience(update: Update, context: Context) -> None:
    """It is for those who share one thing."""
    assert context.match is not None
    _number, letter, ref = context.match.groups()
    found = await context.desk.db.read(audiences.chosen, _KINDS[letter], ref)
    if found is None:
        await toast(update, context.say("broadcast.nobody_there"), alert=True)
        return
    await _choose(update, context, audience=found)


# ----------------------------------------------------------------------------------------- when


@organizers_only
async def time(update: Update, context: Context) -> None:
    """Asks when it is to leave; the answer may be a button or words."""
    assert context.match is not None
    number, day = int(context.match.group(1)), context.match.group(2)
    desk = context.desk
    confirmed = await desk.db.read(broadcasting.waiting, desk, number) is not None
    if not confirmed and await _draft(update, context, number) is None:
        return
    try:
        chosen = date.fromisoformat(day) if day else None
    except ValueError:
        await refuse(update, context, Refusal.GONE)
        return
    await expect(update, context, {"step": "time", "id": number, "day": day})
    await toast(update)
    if chosen is None:
        shown = texts.times(
            context.language, number, now=desk.now(), zone=desk.zone, confirmed=confirmed
        )
    else:
        shown = texts.hours(context.language, number, day=chosen, now=desk.now(), zone=desk.zone)
    await show(update, context, shown)


@organizers_only
async def choose_time(update: Update, context: Context) -> None:
    """An instant was chosen by its button; 0 is now."""
    assert context.match is not None and update.effective_chat is not None
    number, minutes = int(context.match.group(1)), int(context.match.group(2))
    desk = context.desk
    at = datetime.fromtimestamp(minutes * 60, UTC) if minutes else None
    if at is not None and at <= desk.now():
        await toast(update, context.say("broadcast.time_past", at=at), alert=True)
        return
    changed = await desk.db.write(broadcasting.reschedule, desk, broadcast_id=number, at=at)
    if isinstance(changed, Refusal):
        await refuse(update, context, changed)
        return
    desk.posted()
    await desk.db.write(talking.forget, update.effective_chat.id)
    await toast(update)
    await show(update, context, _after_time(context, changed))


async def receive_time(update: Update, context: Context, details: dict[str, object]) -> None:
    """The time was typed."""
    message, desk = update.effective_message, context.desk
    assert message is not None
    number, day = int(str(details["id"])), details.get("day")
    at = announcement_times.read_time(
        message.text or "",
        desk.agenda,
        desk.now(),
        day=date.fromisoformat(str(day)) if day else None,
    )
    if at is None:
        await reply(update, context, context.say("broadcast.time_unclear"))
        return
    if not isinstance(at, datetime):
        await expect(update, context, {**details, "day": at.isoformat()})
        shown = texts.hours(context.language, number, day=at, now=desk.now(), zone=desk.zone)
        await reply(update, context, shown)
        return
    if at <= desk.now():
        await reply(update, context, context.say("broadcast.time_past", at=at))
        return
    await desk.db.write(talking.forget, message.chat_id)
    changed = await desk.db.write(broadcasting.reschedule, desk, broadcast_id=number, at=at)
    if isinstance(changed, Refusal):
        await reply(update, context, context.say("broadcast.already"))
        return
    desk.posted()
    await reply(update, context, _after_time(context, changed))


def _after_time(context: Context, changed: Draft | broadcasting.Report) -> Rendered:
    if isinstance(changed, Draft):
        return confirmation(context, changed)
    return views.before(context.desk, changed, context.language)


# ---------------------------------------------------------------------------------- what it says


@organizers_only
async def reopen(update: Update, context: Context) -> None:
    """What is scheduled is a draft again: everything about it can be changed."""
    found = await context.desk.db.write(
        broadcasting.reopen, context.desk, broadcast_id=pressed_number(context)
    )
    if isinstance(found, Refusal):
        await refuse(update, context, found)
        return
    await leave(update, context)
    await toast(update, context.say("broadcast.reopened"), alert=True)
    await show(update, context, confirmation(context, found))


@organizers_only
async def content(update: Update, context: Context) -> None:
    """Asks for another message in its place."""
    number = pressed_number(context)
    if await _draft(update, context, number) is None:
        return
    await expect(update, context, {"step": "compose", "id": number})
    await toast(update)
    await reply(update, context, context.say("broadcast.ask"))


# ----------------------------------------------------------------------------------------- more


@organizers_only
async def more(update: Update, context: Context) -> None:
    """Confirmation of reading and latecomers."""
    assert context.match is not None
    number, what, value = context.match.groups()
    desk = context.desk
    if what is None:
        found = await desk.db.read(drafting.look_at, desk, int(number))
    else:
        found = await desk.db.write(
            drafting.choose,
            desk,
            broadcast_id=int(number),
            ask_read=value == "1" if what == "read" else None,
            validity=value if what == "until" else None,
        )
    if found is None:
        await refuse(update, context, Refusal.ALREADY)
        return
    await toast(update)
    await show(update, context, texts.more(context.language, preview_of(found)))


@organizers_only
async def urgent(update: Update, context: Context) -> None:
    """Asks why it has to sound in quiet hours."""
    number = pressed_number(context)
    if await _draft(update, context, number) is None:
        return
    await expect(update, context, {"step": "reason", "id": number})
    await toast(update)
    await reply(update, context, context.say("broadcast.ask_reason"))


async def receive_reason(update: Update, context: Context, details: dict[str, object]) -> None:
    """The reason was typed."""
    message, desk = update.effective_message, context.desk
    assert message is not None
    await desk.db.write(talking.forget, message.chat_id)
    found = await desk.db.write(
        drafting.choose,
        desk,
        broadcast_id=int(str(details["id"])),
        urgent_reason=drafting.shortened(message.text or ""),
    )
    already = context.say("broadcast.already")
    await reply(update, context, confirmation(context, found) if found else already)


async def _choose(update: Update, context: Context, *, audience: Audience) -> None:
    found = await context.desk.db.write(
        drafting.choose,
        context.desk,
        broadcast_id=pressed_number(context),
        audience=audience,
    )
    await _show(update, context, found)


async def _draft(update: Update, context: Context, number: int) -> Draft | None:
    found = await context.desk.db.read(drafting.look_at, context.desk, number)
    if found is None:
        await refuse(update, context, Refusal.ALREADY)
    return found


async def _show(update: Update, context: Context, found: Draft | None) -> None:
    if found is None:
        await refuse(update, context, Refusal.ALREADY)
        return
    await leave(update, context)
    await toast(update)
    await show(update, context, confirmation(context, found))
